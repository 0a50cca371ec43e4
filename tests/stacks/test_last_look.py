"""Which look before a run counts for the next one too."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator import controls
from emulator.embedded import open_portal
from emulator.standing import read_standing
from stacks import findings
from stacks.findings import PROGRAM_FIRST, REFUSED, main
from tests.emulator.test_standing import KEY, make_key
from tests.stacks.conftest import FUSIONS, Answer, secrets_text, set_up

PREVIEW = ["preview", "-s", "pajottegem"]


class Looks:
    """How often the portal was asked, and a project to look at."""

    def __init__(self, project: Path, engine: Path) -> None:
        self.project, self.database = project, project / ".state" / "portal.db"
        self._engine = engine
        self.asked = 0

    def ask(self, *_: object) -> str:
        self.asked += 1
        standing = read_standing(self.database, "rehearsal")
        return standing.identity if standing else ""

    def look(self, *arguments: str) -> int:
        return main(self._engine, arguments or PREVIEW)

    def remember(self, **portal: str) -> None:
        """Have the state remember a portal."""
        outputs = {"portal": portal} if portal else {}
        resources = [{"type": "pulumi:pulumi:Stack", "outputs": outputs}]
        state = self.project / ".state" / ".pulumi" / "stacks" / "fusion" / "pajottegem.json"
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))

    @property
    def note(self) -> Path:
        return self.project / ".state" / "looks" / "pajottegem.json"

    def edit(self, name: str, text: str = "\n# more\n") -> None:
        path = self.project / name
        path.write_text(path.read_text() + text)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal that knows the client: made once, since that takes a while."""
    database = tmp_path_factory.mktemp("opened") / "portal.db"
    open_portal(database)
    controls.register_client(database, "rehearsal", KEY)
    return database


@pytest.fixture
def looks(project: Path, opened: Path, answering_engine: Answer, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """A sound project at an embedded portal, with its state in a folder."""
    shutil.copy2(FUSIONS.parent / "Pulumi.yaml", project)
    (project / ".state" / "rehearsal" / "client-key.pem").write_text("a key")
    looks = Looks(project, answering_engine(""))
    shutil.copy2(opened, looks.database)
    looks.remember()
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setattr(findings, "_ask_identity", looks.ask)
    return looks


def test_a_look_that_found_nothing_counts_for_the_next_run(
    looks: Looks, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [looks.look(), looks.look(), looks.look("up", "--stack=pajottegem")] == [0, 0, 0]
    assert looks.asked == 1
    assert not (looks.project / "asked").exists(), "nor is the engine asked: the state lies in a folder"
    first, second, third = capsys.readouterr().out.split("pajottegem ")[1:]
    assert first == second == third != ""


CHANGES: dict[str, Callable[[Looks], object]] = {
    "its declaration": lambda looks: looks.edit("fusions/pajottegem.yaml"),
    "another declaration": lambda looks: looks.edit("fusions/lochristi.yaml"),
    "a new declaration": lambda looks: shutil.copy2(FUSIONS / "tielt.yaml", looks.project / "fusions"),
    "a certificate": lambda looks: next((looks.project / "fusions" / "certificates").iterdir()).unlink(),
    "people": lambda looks: looks.edit(".state/rehearsal/secrets.yaml", " "),
    "the client's key": lambda looks: looks.edit(".state/rehearsal/client-key.pem"),
    "the settings": lambda looks: set_up(looks.project, "pajottegem", deadlineSeconds=7),
    "the project": lambda looks: looks.edit("Pulumi.yaml"),
    "the portal": lambda looks: controls.reset(looks.database, None),
    "who gets in": lambda looks: controls.register_client(looks.database, "rehearsal", make_key()),
    "a rehearsed fault": lambda looks: controls.add_fault(looks.database, controls.Rule(status=503)),
    "no note": lambda looks: looks.note.unlink(),
    "half a note": lambda looks: looks.note.write_text(looks.note.read_text()[:40]),
    "another's note": lambda looks: looks.note.write_text(
        looks.note.read_text().replace("pajottegem", "tielt", 1)
    ),
    "no state": lambda looks: (looks.project / ".state/.pulumi/stacks/fusion/pajottegem.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_another_is_looked_at(change: str, looks: Looks) -> None:
    looks.look()
    CHANGES[change](looks)
    looks.look()
    assert looks.asked == 2


def test_another_program_looks_again(looks: Looks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stacks import last_look

    program = tmp_path / "program"
    for part in last_look._PARTS:
        (program / part).mkdir(parents=True)
    module = program / "schemas" / "rules.py"
    module.write_text("a rule")
    monkeypatch.setattr(last_look, "_PROGRAM", program)
    looks.look()
    looks.look()
    assert looks.asked == 1
    module.write_text("another rule")
    looks.look()
    assert looks.asked == 2
    written = module.stat()
    module.write_text("a third rule")
    assert module.stat().st_size == written.st_size
    os.utime(module, ns=(written.st_atime_ns, written.st_mtime_ns))
    looks.look()
    assert looks.asked == 3, "as a tool writes it that keeps times"


@pytest.mark.parametrize(
    "remembered", [{"url": "embedded", "identity": "another"}, {"url": "https://portal.example"}]
)
def test_what_the_state_remembers_is_compared_each_time(looks: Looks, remembered: dict[str, str]) -> None:
    assert looks.look() == 0
    looks.remember(**remembered)
    assert looks.look() == REFUSED


def test_the_same_portal_in_the_state_changes_nothing(looks: Looks) -> None:
    looks.look()
    looks.remember(url="embedded", identity=looks.ask())
    before = looks.asked
    assert looks.look() == 0
    assert looks.asked == before


def test_findings_are_told_each_time(looks: Looks) -> None:
    looks.look()
    looks.edit("fusions/pajottegem.yaml", "nonsense: 1\n")
    assert [looks.look(), looks.look()] == [PROGRAM_FIRST, PROGRAM_FIRST]


def test_secrets_that_others_may_read_are_noticed(looks: Looks) -> None:
    assert looks.look() == 0
    (looks.project / ".state" / "rehearsal" / "secrets.yaml").chmod(0o644)
    assert looks.look() == PROGRAM_FIRST


def test_settings_from_elsewhere_are_not_looked_at(looks: Looks, capsys: pytest.CaptureFixture[str]) -> None:
    looks.look()
    capsys.readouterr()
    assert looks.look(*PREVIEW, "-c", "fusion:portalUrl=https://portal.example") == 0
    assert capsys.readouterr().out == "pajottegem "


@pytest.mark.parametrize(
    "settings", [{"portalUrl": "http://localhost:8000"}, {"secrets": {"secure": "v1:not:read"}}], ids=str
)
def test_others_are_looked_at_each_time(
    looks: Looks, settings: dict[str, object], answering_engine: Answer
) -> None:
    answering_engine(secrets_text())
    set_up(looks.project, "pajottegem", **settings)
    assert [looks.look(), looks.look()] == [0, 0]
    assert looks.asked == 2
    assert not looks.note.exists()


def test_a_note_is_for_its_owner_and_shows_nothing(looks: Looks) -> None:
    looks.look()
    assert looks.note.stat().st_mode & 0o777 == 0o600
    text = looks.note.read_text()
    people = json.loads(secrets_text())["people"]
    assert not [key for key, person in people.items() if key in text or person["insz"] in text]


def test_where_no_note_can_be_kept_the_run_goes_on(looks: Looks) -> None:
    looks.note.parent.write_text("a file in its place")
    assert [looks.look(), looks.look()] == [0, 0]
    assert looks.asked == 2
