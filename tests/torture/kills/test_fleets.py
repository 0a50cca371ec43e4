"""Kill -9 in runs of many stacks: one `fusion up --all` heals. `make fleet-kills` kills sixty times."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.core import journal, store
from providers import ledger
from tests.support import portal_tables
from tests.support.workspace import Workspace
from tests.torture.kills import fleets
from tests.torture.kills.fleet_checks import compare_files, list_locks, look_again
from tests.torture.kills.fleet_starts import FOLDER, POSTGRES
from tests.torture.kills.fleets import (
    EVENTS,
    FLEET,
    TIME,
    VICTIMS,
    WRITES,
    FleetKill,
    FleetKilling,
    draw,
)
from tests.torture.kills.processes import ENGINE
from tests.torture.kills.starting_points import FIRST, UP

SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(10**6)
KILLS = (
    FleetKill(FIRST, FLEET, 0, WRITES),
    FleetKill(FIRST, ENGINE, 0, WRITES, POSTGRES),
    FleetKill(FIRST, POSTGRES, 0, EVENTS, POSTGRES, late=True),
)
KORTESSEM, HASSELT, NAZARETH = "0212189577", "0212216402", "1010782461"
SENDER = f"/REST/chaman/v1/organizations/{KORTESSEM}/sender"


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetKilling]:
    with FleetKilling(tmp_path_factory.mktemp("fleets")) as killing:
        yield killing


@pytest.fixture
def undisturbed(killing: FleetKilling, tmp_path: Path) -> Workspace:
    """After an `up` of all stacks that nobody disturbed."""
    return killing.starts.of(FIRST).undisturbed.workspace.copy(tmp_path / "undisturbed")


def test_the_victims_take_turns_on_both_backends_and_some_kills_hit_what_only_looks() -> None:
    drawn = [draw(7, number) for number in range(700)]
    assert Counter(kill.victim for kill in drawn) == dict.fromkeys(VICTIMS, 100)
    places = {(kill.victim, kill.backend) for kill in drawn}
    assert places == {(victim, place) for victim in VICTIMS for place in (FOLDER, POSTGRES)} - {
        (POSTGRES, FOLDER)
    }
    assert 50 < sum(kill.operation != UP for kill in drawn) < 150
    assert all(kill.measure == TIME for kill in drawn if kill.operation != UP)


@pytest.mark.parametrize("number", range(len(KILLS)), ids=[kill.victim for kill in KILLS])
def test_after_a_kill_one_up_of_all_leaves_no_trace_of_it(killing: FleetKilling, number: int) -> None:
    """No duplicate, no write under a retained number (R05), no lock, the account right, and nothing left to do."""
    print(f"KILL_SEED={SEED}")  # noqa: T201 - shown when it fails
    moment = random.Random(f"{SEED}/{number}").uniform(0.05, 0.85)  # noqa: S311 - when to kill
    kill = replace(KILLS[number], moment=moment)
    result = killing.carry_out(kill, f"kill-{number}")
    assert result.struck, f"{kill}: each run ended before its moment"
    assert result.findings == [], f"{kill}\n" + "\n".join(result.findings)


def test_what_nobody_heals_is_told(killing: FleetKilling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "heal", lambda *_: [])
    monkeypatch.setattr(fleets, "look_again", lambda *_: [])
    result = killing.carry_out(replace(KILLS[1], moment=0.3), "unhealed")
    told = "\n".join(result.findings)
    assert result.struck
    assert "a lock is left: " in told
    assert "state: " in told


def test_what_is_left_to_do_is_told(killing: FleetKilling, undisturbed: Workspace) -> None:
    portal_tables.change_resources(undisturbed.database, "sender", phone="+3200000000")
    with killing.starts.of(FIRST).serve(undisturbed):
        (told,) = look_again(undisturbed)
    assert "--expect-no-changes: 2\n" in told


# -- faults planted in what a run leaves ----------------------------------------------------------------------------------


def _write_under_a_retained_number(workspace: Workspace) -> None:
    with closing(store.connect(workspace.database)) as connection:
        entry = journal.Entry("PUT", SENDER, acting_for=KORTESSEM, client="rehearsal")
        journal.write(connection, "2025-02-03T09:00:00+01:00", entry, 200)


def _forge_a_line(workspace: Workspace) -> None:
    """A call that the portal never got."""
    path = ledger.file_of(workspace.root, "hasselt")
    (asked, *_) = _lines(path, "asked")
    (answered,) = [line for line in _lines(path, "answered") if line["call"] == asked["call"]]
    with path.open("a") as file:
        for line in (asked, answered):
            file.write(f"\n{json.dumps(line | {'call': 'forged'})}")


def _lose_a_line(workspace: Workspace) -> None:
    path = ledger.file_of(workspace.root, "nazareth-de-pinte")
    lost = json.dumps(_lines(path, "asked")[0]["call"])
    path.write_text("\n".join(line for line in path.read_text().splitlines() if lost not in line))


def _lines(path: Path, kind: str) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in path.read_text().splitlines() if line]
    return [line for line in lines if line["kind"] == kind]


def _leave_a_lock(workspace: Workspace) -> None:
    path = (
        workspace.root / ".state" / ".pulumi" / "locks" / "organization" / "fusion" / "hasselt" / "left.json"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


_PLANTED: Mapping[str, tuple[Callable[[Workspace], None], str]] = {
    "something is not there": (
        lambda workspace: portal_tables.delete_resources(workspace.database, "ftpAccount", NAZARETH),
        "removed",
    ),
    "something is there twice": (
        lambda workspace: portal_tables.copy_certificate(
            workspace.database, "nazareth-de-pinte-ftp.cer", "nazareth-de-pinte-ftp-2.cer"
        ),
        "added",
    ),
    "a form went over twice": (
        lambda workspace: portal_tables.continue_form(workspace.database, HASSELT, "2025-01-01", times=2),
        "successors of one form",
    ),
    "a write under a retained number": (_write_under_a_retained_number, f"Kortessem: PUT {SENDER}"),
    "a forged line": (_forge_a_line, "the portal never answered "),
    "a lost line": (_lose_a_line, "the ledger does not have "),
    "a lock is left": (_leave_a_lock, "a lock is left: hasselt"),
}


@pytest.mark.parametrize("planted", _PLANTED)
def test_a_planted_fault_is_told(killing: FleetKilling, undisturbed: Workspace, planted: str) -> None:
    """R05 for what is retained."""
    start = killing.starts.of(FIRST)
    assert compare_files(start, undisturbed) == []
    assert list_locks(undisturbed) == []
    plant, expected = _PLANTED[planted]
    plant(undisturbed)
    assert expected in "\n".join(compare_files(start, undisturbed))
