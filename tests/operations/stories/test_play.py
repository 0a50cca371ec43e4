"""A step that does not go as planned: what is raised in it, and what an interruption makes of it."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from emulator import controls
from emulator.calendar.events import EFFECTS
from operations.checks.results import Result
from operations.rehearsals import projects
from operations.rehearsals.projects import EngineRun
from operations.stories import manual_actions, play
from operations.stories.journal_check import JournalCheck
from operations.stories.language import Step
from operations.stories.play import Player
from operations.stories.results import Failure
from providers.settings import REHEARSAL_SECRETS
from schemas.errors import EngineError
from schemas.loading import load_declaration
from schemas.secrets import load_secrets, parse_secrets
from schemas.systems import System
from tests.operations.stories.waits import FIRST_DAY
from tests.stacks.conftest import secrets_of

FUSIONS = Path(__file__).parents[3] / "fusions"


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    monkeypatch.setattr(controls, "set_clock", lambda database, moment: [])
    monkeypatch.setattr(controls, "journal", lambda database, writes=False: [])
    nobody = parse_secrets("people: {}\npasswords: {}\n", "secrets")
    fusion = load_declaration(FUSIONS / "pajottegem.yaml")
    return Player(tmp_path, "pajottegem", fusion, nobody, JournalCheck(tmp_path / "portal.db"))


def step(**fields: object) -> Step:
    return Step.model_validate({"on": "2025-01-01", "what": "x", **fields})


def test_what_nobody_raised_on_purpose_stops_the_story_with_its_type(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise LookupError("no such thing of 85.07.30-033.28")

    monkeypatch.setattr(manual_actions, "perform", broken)
    lived = player.step(step(byHand=[{"do": "readEBox", "at": "Herne"}]))
    assert lived.problems == ["LookupError: no such thing of (number not shown)"]


def test_a_password_and_a_key_are_renewed_in_the_secrets(player: Player) -> None:
    path = player.folder / REHEARSAL_SECRETS
    path.parent.mkdir(parents=True)
    path.write_text(
        "people: {els.peeters: {insz: 85.07.30-033.28}}\npasswords: {pajottegem/ftp: A1!aaaaaaaaa&}\n"
    )
    path.chmod(0o600)
    lived = player.step(step(on="2027-02-01", renew=["ftpPassword", "restKey"]))
    assert [action.systems for action in lived.did] == [(System.FTP_ACCOUNT,), (System.REST_ACCOUNT,)]
    assert player.secrets.people() == ["els.peeters"]
    assert player.secrets.password("pajottegem/ftp") == load_secrets(path).password("pajottegem/ftp")
    assert player.secrets.password("pajottegem/ftp") != "A1!aaaaaaaaa&"
    key = player.secrets.key("pajottegem/rest")
    certificate = x509.load_pem_x509_certificate(key.encode())
    assert (
        certificate.not_valid_before_utc < datetime(2027, 2, 1, tzinfo=UTC) < certificate.not_valid_after_utc
    )


@pytest.fixture
def declared(player: Player) -> Player:
    """With the declaration's own folder, and secrets for everybody in it."""
    shutil.copytree(FUSIONS, player.folder / "fusions")
    player.secrets = secrets_of(player.fusion)
    return player


@pytest.mark.parametrize(
    ("edit", "systems"),
    [
        ({"replace": "    - nationality\n", "by": ""}, (System.MUTATIONS,)),
        ({"replace": "name: FTP Pajottegem", "by": "name: FTP"}, (System.FTP_ACCOUNT,)),
        ({"replace": "scenario: 1", "by": "scenario: 1 # new number"}, ()),
    ],
)
def test_an_edit_is_of_the_systems_whose_resources_it_changes(
    declared: Player, edit: dict[str, str], systems: tuple[System, ...]
) -> None:
    lived = declared.step(step(declare=[edit]))
    assert lived.problems == []
    assert [action.systems for action in lived.did] == [systems]


def test_an_error_is_of_the_system_of_the_thing_that_it_names(
    declared: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = "changed (R05):\n  Herne, FTP accounts: FTP Herne: missing\n  Nobody, nothing: x"
    refused = "Pajottegem, REST account OCMW Online: socius refused"
    monkeypatch.setattr(projects, "run_engine", lambda *_: EngineRun("up", False, errors=[error, refused]))
    lived = declared.step(step(up=True, expect={"error": ["Herne", "socius"]}))
    assert lived.failures == [
        Failure(System.RETAINED, "Herne, FTP accounts: FTP Herne: missing"),
        Failure(System.REST_ACCOUNT, refused),
    ]


def test_what_the_calendar_brings_to_the_merged_centre_is_of_its_kinds_systems(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = [kind for kind in EFFECTS if kind != "day"]
    day = [controls.Happening(kind, f"2025-01-01: {kind} at 1010784738") for kind in kinds]
    elsewhere = controls.Happening("merger", "2025-01-01: at 0212174533")
    monkeypatch.setattr(controls, "set_clock", lambda database, moment: [*day, elsewhere])
    lived = player.step(step())
    assert [action.what for action in lived.did] == [f"{kind} at 1010784738" for kind in kinds]
    assert all(action.systems for action in lived.did), "each kind has its systems"


def test_an_up_that_fails_tells_what_waits_where_it_came_that_far(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {"waits": {FIRST_DAY.name: FIRST_DAY.as_output()}}
    ran = iter([EngineRun("up", False, errors=["x"], outputs=outputs), EngineRun("up", False, errors=["x"])])
    monkeypatch.setattr(projects, "run_engine", lambda *_: next(ran))
    first = player.step(step(up=True))
    second = player.step(Step.model_validate({"on": "2025-01-02", "what": "y", "up": True}))
    assert first.waits == second.waits == [FIRST_DAY]
    assert (first.waits_as_of, second.waits_as_of) == ("2025-01-01", "2025-01-01")


@pytest.mark.parametrize("looking", ["refresh", "preview", "check"])
def test_each_call_that_only_looking_wrote_is_a_problem(
    player: Player, monkeypatch: pytest.MonkeyPatch, looking: str
) -> None:
    """R05. A check signs in as the centre's own software too; what people did before it is not of the check."""
    at = {"at": "2025-01-01T09:00:00+01:00", "actingFor": "1010784738", "status": 200}
    calls: list[dict[str, object]] = [
        {"seq": 1, "method": "PUT", "path": "/REST/zero", "client": "people", **at}
    ]

    def look(*_: object) -> list[Result]:
        calls.append({"seq": 2, "method": "PUT", "path": "/REST/one", "client": "rehearsal", **at})
        calls.append({"seq": 3, "method": "POST", "path": "/REST/two", "client": "OCMW Online", **at})
        return []

    monkeypatch.setattr(
        projects, "run_engine", lambda *_: EngineRun("refresh", True, steps={"same": len(look())})
    )
    monkeypatch.setattr(play, "run_checks", look)
    monkeypatch.setattr(controls, "journal", lambda database, writes=False: calls)
    does: dict[str, object] = {"refresh": True, "preview": "none", "check": {}}
    lived = player.step(step(**{looking: does[looking]}))
    others = [f"{looking} wrote: POST /REST/two"] if looking == "check" else []
    assert lived.problems == [f"{looking} wrote: PUT /REST/one", *others]


def test_what_fails_of_an_interruption_is_not_held_against_the_product(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> EngineRun:
        player.interruption.ask()
        return EngineRun("refresh", False, errors=["cancelled"])

    monkeypatch.setattr(projects, "run_engine", run)
    lived = player.step(step(refresh=True, up=True, expect={"changes": "some"}))
    assert (lived.problems, lived.up) == ([], None), "no other engine is started"


def test_the_engines_at_work_are_told_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    # Not a shell: where the tests themselves were started with the signal ignored, a shell can never trap it.
    program.write_text(
        f"""#!{sys.executable}
import pathlib, signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit("stopped"))
pathlib.Path({str(tmp_path / "begun")!r}).touch()
time.sleep(60)
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    def stop() -> None:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        projects.interrupt_engines()

    thread = threading.Thread(target=stop)
    thread.start()
    with pytest.raises(EngineError, match="stopped"):
        projects.run_engine(tmp_path, "tielt", "up")
    thread.join()
