"""`fusion up --approved` with a `pulumi` that only notes what it is asked: what is compared, when it stops, how it ends."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from operations.approvals import application, basis, planning
from operations.plans.model import Basis
from tests.operations.approvals.test_digest import BASIS
from tests.operations.conftest import Fusion
from tests.operations.plans.conftest import SAMPLES

PULUMI = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
with open("{calls}", "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
stack = arguments[arguments.index("-s") + 1]
if arguments[0] == "preview":
    if "--save-plan" in arguments:
        pathlib.Path(arguments[arguments.index("--save-plan") + 1]).write_text("{{}}")
    name = "finding" if stack == "tielt" else "clean-up" if stack == "antwerpen" else "edits"
    print(pathlib.Path("{samples}", name + ".json").read_text())
    sys.exit(1 if stack == "tielt" else 0)
plan = pathlib.Path(arguments[arguments.index("--plan") + 1])
assert plan.read_text() == "{{}}" and not plan.stat().st_mode & 0o077
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
    os.umask(0o077)
    say_basis(monkeypatch, BASIS)
    return noted


def say_basis(monkeypatch: pytest.MonkeyPatch, *found: Basis) -> None:
    """What is read, one after another; then always the last."""
    left = list(found)

    def read(_stack: str) -> Basis:
        return left.pop(0) if len(left) > 1 else left[0]

    for module in (planning, application):
        monkeypatch.setattr(module, "read_basis", read)
    monkeypatch.setattr(basis, "_version", lambda: "")
    monkeypatch.setattr(application, "forget", lambda: None)


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


def test_several_are_applied_in_turn_and_one_that_fails_stops_no_other(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = digest_of(fusion, "pajottegem", "antwerpen")
    monkeypatch.setenv("FAILS", "antwerpen")
    ran = fusion("up", "antwerpen", "pajottegem", "--approved", digest, "--yes")
    assert ran.code == 5
    assert ups(calls) == ["antwerpen", "pajottegem"]


def test_another_plan_is_refused(fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = digest_of(fusion, "pajottegem")
    say_basis(monkeypatch, BASIS.model_copy(update={"declaration": "e" * 64}))
    ran = fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert (ran.code, ups(calls)) == (4, [])
    assert "pajottegem: the declaration's file is another" in ran.err
    assert "Nothing was written" in ran.err


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
    ran = fusion("up", "pajottegem", "--approved", "sha256:00", "--yes")
    assert (ran.code, ups(calls)) == (4, [])
    assert "is not kept here" in ran.err


def test_a_stack_that_cannot_be_planned_stops_all(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "tielt", "--approved", "sha256:00", "--yes")
    assert (ran.code, ups(calls)) == (1, [])
    assert "check-digits" in ran.err


def test_without_yes_it_asks_and_nobody_answers(
    fusion: Fusion, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    digest = digest_of(fusion, "pajottegem")
    ran = fusion("up", "pajottegem", "--approved", digest)
    assert (ran.code, ups(calls)) == (130, [])


def test_there_is_no_up_without_an_approved_plan(fusion: Fusion, calls: Path) -> None:
    ran = fusion("up", "pajottegem", "--yes")
    assert ran.code == 1
    assert "--approved" in ran.err
    assert not calls.exists()
