"""`fusion up --approved` with a `pulumi` that only notes what it is asked: what is compared, when it stops, how it ends."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from operations.approvals import applying, basis, planning
from operations.approvals.digest import with_digest
from operations.ledgers.model import Ending
from operations.ledgers.reading import read_ledger
from operations.plans.model import Basis, Plan
from providers import ledger
from stacks.state_folder import StateFolder
from tests.operations.approvals.test_digest import BASIS, with_basis
from tests.operations.conftest import Fusion
from tests.operations.engine_files import lock
from tests.operations.plans.conftest import SAMPLES, planned

NOBODYS = f"sha256:{'0' * 64}"
PULUMI = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
with open("{calls}", "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if arguments[0] == "version":
    print("v3.276.0")
    sys.exit(0)
if arguments[:2] == ["stack", "ls"]:
    print(json.dumps([{{"name": name}} for name in ("antwerpen", "pajottegem", "tielt")]))
    sys.exit(0)
stack = arguments[arguments.index("-s") + 1]
if arguments[0] == "preview":
    os.umask(0o077)  # as engine/pulumi.sh does
    if "--save-plan" in arguments:
        pathlib.Path(arguments[arguments.index("--save-plan") + 1]).write_text("{{}}")
    name = "finding" if stack == "tielt" else "clean-up" if stack == "antwerpen" else "edits"
    print(pathlib.Path("{samples}", name + ".json").read_text())
    sys.exit(1 if stack == "tielt" else 0)
plan = pathlib.Path(arguments[arguments.index("--plan") + 1])
assert plan.read_text() == "{{}}" and not (plan.stat().st_mode | plan.parent.stat().st_mode) & 0o077
print("up of", stack)
sys.exit(1 if stack in os.environ.get("FAILS", "") else 0)
"""


@pytest.fixture(autouse=True)
def calls(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder, noted = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    program = folder / "pulumi"
    program.write_text(PULUMI.format(python=sys.executable, samples=SAMPLES, calls=noted))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    say_basis(monkeypatch, BASIS)
    return noted


def say_basis(monkeypatch: pytest.MonkeyPatch, *found: Basis) -> None:
    """What is read, one after another; then always the last."""
    left = list(found)

    def read(_stack: str) -> Basis:
        return left.pop(0) if len(left) > 1 else left[0]

    for module in (planning, applying):
        monkeypatch.setattr(module, "read_basis", read)


def ups(calls: Path) -> list[str]:
    asked = [json.loads(line) for line in calls.read_text().splitlines()]
    return [call[call.index("-s") + 1] for call in asked if call[0] == "up"]


def digest_of(fusion: Fusion, *stacks: str) -> str:
    ran = fusion("plan", *stacks, "--format", "json")
    found: str = ran.json["digest"]
    assert f"fusion up {' '.join(stacks)} --approved {found}" in ran.err
    return found


def test_what_is_approved_is_applied(fusion: Fusion, calls: Path) -> None:
    digest = digest_of(fusion, "pajottegem")
    ran = fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert ran.code == 0, ran.err
    assert ups(calls) == ["pajottegem"]
    assert list((Path.cwd() / ".state" / "plans").glob("up-*")) == []


def test_what_people_note_meanwhile_is_no_other_plan(root: Path, fusion: Fusion, calls: Path) -> None:
    digest = digest_of(fusion, "pajottegem")
    assert fusion("runbook", "pajottegem", "--done", "scenario", "--by", "tom.maes").code == 0
    assert digest_of(fusion, "pajottegem") == digest
    ran = fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (0, ["pajottegem"]), ran.err


def test_several_are_applied_in_turn_and_one_that_fails_stops_no_other(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = digest_of(fusion, "pajottegem", "antwerpen")
    monkeypatch.setenv("FAILS", "antwerpen")
    ran = fusion("up", "antwerpen", "pajottegem", "--approved", digest, "--yes")
    assert ran.code == 5
    assert ups(calls) == ["antwerpen", "pajottegem"]
    assert ran.err.splitlines()[-2:] == ["antwerpen: failed", "pajottegem: applied"]


def test_another_plan_is_refused(fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = digest_of(fusion, "pajottegem")
    say_basis(monkeypatch, BASIS.model_copy(update={"declaration": "e" * 64}))
    ran = fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (4, [])
    assert "pajottegem: the declaration has changed" in ran.err
    assert ran.err.splitlines()[-2] == "Nothing was written at the portal"


@pytest.fixture
def left(root: Path, gone: int) -> Path:
    """The lock of a run that was killed."""
    folder = StateFolder(root / ".state", "fusion")
    return lock(folder, "pajottegem", pid=gone)


def test_who_is_refused_is_told_what_was_put_right_before(fusion: Fusion, calls: Path, left: Path) -> None:
    """Without, there would be nothing to compare with."""
    ran = fusion("up", "pajottegem", "--approved", NOBODYS, "--yes")
    assert (ran.code, ups(calls), left.exists()) == (4, [], False)
    told = (
        "Nothing was written at the portal. What killed runs left was put right: pajottegem: the lock of els@"
    )
    assert told in ran.err


def test_so_is_who_cannot_have_a_plan(fusion: Fusion, calls: Path, left: Path) -> None:
    ran = fusion("up", "pajottegem", "tielt", "--approved", NOBODYS, "--yes")
    assert (ran.code, ups(calls), left.exists()) == (1, [], False)
    assert "What killed runs left was put right: pajottegem: the lock of els@" in ran.err


@pytest.mark.parametrize("content", ["no plan", None])
def test_a_file_that_cannot_be_the_approved_plan_is_refused_before_anything_is_put_right(
    fusion: Fusion, tmp_path: Path, left: Path, content: str | None
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content or fusion("plan", "pajottegem", "--format", "json").out)
    ran = fusion("up", "pajottegem", "--approved", NOBODYS, "--plan", str(file), "--yes")
    assert (ran.code, left.exists()) == (1 if content else 4, True), ran.err
    assert "put right" not in ran.err


def test_a_file_that_is_saved_while_it_is_planned_is_noticed(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compared is what was read at first; the engine would read what is there now."""
    digest = digest_of(fusion, "pajottegem")
    say_basis(monkeypatch, BASIS, BASIS.model_copy(update={"secrets": "e" * 64}))
    ran = fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (4, [])
    assert "the secrets that it names" in ran.err


def test_a_plan_that_is_not_kept_here_is_compared_all_the_same(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "--approved", NOBODYS, "--yes")
    assert (ran.code, ups(calls)) == (4, [])
    assert "is not kept here" in ran.err


def test_a_stack_that_cannot_be_planned_stops_all(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "tielt", "--approved", NOBODYS, "--yes")
    assert (ran.code, ups(calls)) == (1, [])
    assert "check-digits" in ran.err


def test_without_yes_it_asks_and_nobody_answers(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    digest = digest_of(fusion, "pajottegem")
    ran = fusion("up", "pajottegem", "--approved", digest)
    assert (ran.code, ups(calls)) == (130, [])


def test_a_plan_from_elsewhere_is_not_applied_without_its_digest(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "--plan", "plan.json", "--yes")
    assert ran.code == 1
    assert "--approved" in ran.err
    assert not calls.exists()


def test_a_stack_that_differs_after_others_were_applied_is_left(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Minutes may have gone by since it was compared."""
    digest = digest_of(fusion, "pajottegem", "antwerpen")
    plan, asked = planning.plan_with_digest, list[list[str]]()

    def plan_otherwise(root: Path, stacks: Sequence[str], *more: Any) -> Plan:
        asked.append(list(stacks))
        found = plan(root, stacks, *more)
        if len(asked) == 1:
            return found
        changed = BASIS.model_copy(update={"engine": "v4"})
        return with_digest(
            Plan(fusions=tuple(one.model_copy(update={"basis": changed}) for one in found.fusions))
        )

    monkeypatch.setattr(applying, "plan_with_digest", plan_otherwise)
    ran = fusion("up", "pajottegem", "antwerpen", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (5, ["pajottegem"])
    assert asked == [["pajottegem", "antwerpen"], ["antwerpen"]]
    assert "antwerpen: the engine: v3.276.0 was approved, v4 is here" in ran.err
    assert f"is not the one that was approved ({digest})" in ran.err
    assert "antwerpen was left as it is; what was applied before it stays" in ran.err
    assert "Nothing was written" not in ran.err
    assert ran.err.splitlines()[-1] == "antwerpen: failed"


def test_a_file_that_is_saved_while_others_were_applied_is_noticed(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between the second plan of a stack and its `up`."""
    digest = digest_of(fusion, "pajottegem", "antwerpen")
    other = BASIS.model_copy(update={"program": "e" * 64})
    # Planned, planned, read again before the first `up`; then the second stack: planned, and read again.
    say_basis(monkeypatch, BASIS, BASIS, BASIS, BASIS, BASIS, other)
    ran = fusion("up", "pajottegem", "antwerpen", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (5, ["pajottegem"])
    assert "antwerpen: the program" in ran.err, ran.err
    assert "antwerpen was left as it is" in ran.err


def test_what_is_no_digest_is_said_at_once(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "--approved", "a089134b", "--yes")
    assert ran.code == 1
    assert "it is no digest" in ran.err
    assert not calls.exists()


def test_a_program_that_is_saved_meanwhile_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of it before counts no more."""
    read: list[str] = []

    def note() -> Iterator[Path]:
        read.append("again")
        return iter(())

    monkeypatch.setattr(basis, "_files", note)
    basis.read_anew()
    basis.digest_program()
    basis.digest_program()
    assert read == ["again"]
    plan = with_digest(with_basis(planned("first")))
    applying._require_unchanged(plan.digest, plan)
    basis.digest_program()
    assert read == ["again", "again"]
    basis.read_anew()


def test_ctrl_c_and_sigterm_let_the_engine_finish(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pulumi"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, signal, sys, time\n"
        "ended = []\n"
        "signal.signal(signal.SIGINT, lambda *_: ended.append(1))\n"
        "os.kill(os.getppid(), signal.SIGTERM)\n"
        "deadline = time.monotonic() + 60\n"
        "while not ended and time.monotonic() < deadline: time.sleep(0.01)\n"
        f"pathlib.Path({str(tmp_path / 'finished')!r}).write_text('in order')\n"
    )
    with pytest.raises(KeyboardInterrupt):
        applying._up(root, "pajottegem", tmp_path / "plan.json")
    assert (tmp_path / "finished").read_text() == "in order"


@pytest.mark.parametrize(("code", "ending"), [(0, Ending.DONE), (3, Ending.FAILED)])
def test_how_the_engine_ended_is_noted_in_its_ledger(
    root: Path, tmp_path: Path, code: int, ending: Ending
) -> None:
    path = ledger.file_of(root, "pajottegem")
    path.parent.mkdir(parents=True)
    program = tmp_path / "bin" / "pulumi"
    program.write_text(
        f"#!{sys.executable}\n"
        "import datetime, json, os, pathlib, socket, sys\n"
        "line = {'run': 'r', 'at': datetime.datetime.now(datetime.UTC).isoformat()}\n"
        "begin = {'kind': 'begin', **line, 'operation': 'up', 'host': socket.gethostname(), 'process': os.getpid()}\n"
        "lines = [begin, {'kind': 'planned', **line, 'things': {}}, {'kind': 'ended', **line}]\n"
        f"pathlib.Path({str(path)!r}).write_text(chr(10).join(map(json.dumps, lines)))\n"
        f"sys.exit({code})\n"
    )
    assert applying._up(root, "pajottegem", tmp_path / "plan.json") is (code == 0)
    (run,) = read_ledger(root, "pajottegem").runs
    assert run.ending is ending
    assert run.why == (
        [] if code == 0 else ["the engine ended with 3; what it said of it stood on the terminal"]
    )
