"""`fusion plan` with a `pulumi` that prints stored previews: which stacks, which code, where it goes."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from operations import heartbeat
from tests.operations.conftest import FUSIONS, Fusion
from tests.operations.plans.conftest import SAMPLES
from tests.operations.test_printing import run

PULUMI = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
if arguments[:2] == ["stack", "ls"]:
    print(json.dumps([{{"name": name}} for name in ("lochristi", "pajottegem", "pajottegem.production", "tielt")]))
    sys.exit(0)
if arguments[0] == "version":
    print("v3.276.0")
    sys.exit(0)
assert arguments[0] == "preview" and "--json" in arguments and "--non-interactive" in arguments, arguments
stack = arguments[arguments.index("-s") + 1]
samples = {{
    "pajottegem": ("edits", 0),
    "pajottegem.production": ("first", 0),
    "tielt": ("finding", 1),
    "lochristi": ("guard", 1),
}}
if stack not in samples:
    sys.exit(f"error: no stack named {{stack!r}} found")
name, code = samples[stack]
sys.stdout.buffer.write(pathlib.Path("{samples}", name + ".json").read_bytes())  # UTF-8, wherever it runs
sys.exit(code)
"""


@pytest.fixture(autouse=True)
def stored_previews(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "pulumi"
    program.write_text(PULUMI.format(python=sys.executable, samples=SAMPLES))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_plan_is_printed_and_progress_is_not_in_it(fusion: Fusion) -> None:
    ran = fusion("plan", "pajottegem", "--language", "nl")
    assert ran.code == 0
    assert "selectie van de mutaties — te wijzigen (R48)" in ran.out
    assert "previewing" not in ran.out
    assert ran.err.splitlines()[0] == "pajottegem: previewing"
    assert "(1 of 1)" in ran.err


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_what_is_no_text_for_a_terminal_is_utf_8_whatever_that_has(form: str) -> None:
    """A page that says `charset=utf-8` is read as that."""
    more = () if form == "json" else ("--language", "fr")
    done = run("plan", "pajottegem", "--format", form, *more, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    printed = done.stdout.decode("utf-8")
    assert ("à modifier" in printed and "→" in printed) or form == "json"


def test_one_that_fails_stops_no_other(fusion: Fusion) -> None:
    ran = fusion("plan", "tielt", "pajottegem", "--format", "json")
    assert ran.code == 5
    first, second = ran.json["fusions"]
    assert [one["stack"] for one in (first, second)] == ["tielt", "pajottegem"]
    assert "check-digits" in first["failed"]
    assert "unhandled error" not in first["failed"]
    assert second["failed"] == ""


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("pajottegem", "nowhere"), "no stack nowhere. There are lochristi, pajottegem,"),
        (("pajotegem",), "no stack pajotegem. Did you mean pajottegem? There are"),
        (
            ("hasselt",),
            "no stack hasselt. `fusion setup` makes the stack of a declaration that has none. There are",
        ),
    ],
    ids=["nobody's", "misspelt", "declared"],
)
def test_a_name_that_is_no_stacks_is_told_before_anything_is_previewed(
    root: Path, fusion: Fusion, names: tuple[str, ...], says: str
) -> None:
    (root / "fusions" / "hasselt.yaml").write_text("name: Hasselt\n")
    ran = fusion("plan", *names)
    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert "previewing" not in ran.err


def test_what_a_guard_refuses_is_no_plan(fusion: Fusion) -> None:
    """R15, R16: half of a plan would be worse than none."""
    ran = fusion("plan", "lochristi", "--format", "json")
    assert ran.code == 1
    (only,) = ran.json["fusions"]
    assert "none of the 2 who are chief access managers now would stay one" in only["failed"]
    assert "Traceback" not in only["failed"]
    assert (only["centres"], only["notices"]) == ([], [])


def test_all_are_those_that_there_are(fusion: Fusion) -> None:
    ran = fusion("plan", "--all", "--format", "json")
    assert [one["stack"] for one in ran.json["fusions"]] == [
        "lochristi", "pajottegem", "pajottegem.production", "tielt"
    ]  # fmt: skip


def test_a_changed_declaration_is_planned_on_each_of_its_portals(
    fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "operations.plans.choice.find_changed", lambda root, revision: {"pajottegem", "lokeren"}
    )
    ran = fusion("plan", "--changed-since", "HEAD", "--format", "json")
    assert [one["stack"] for one in ran.json["fusions"]] == ["lokeren", "pajottegem", "pajottegem.production"]
    assert ran.json["fusions"][0]["failed"] == "no stack named 'lokeren' found"


def test_nothing_that_changed_is_no_failure(fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.plans.choice.find_changed", lambda root, revision: set())
    ran = fusion("plan", "--changed-since", "HEAD")
    assert (ran.code, ran.out) == (0, "fusions: 0; with changes: 0; without changes: 0\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("pajottegem", "--all"),
        ("--all", "--changed-since", "HEAD"),
        ("--all", "--format", "json", "--language", "nl"),
    ],
    ids=" ".join,
)
def test_what_does_not_fit_together_is_told_before_anything_runs(
    fusion: Fusion, arguments: tuple[str, ...]
) -> None:
    ran = fusion("plan", *arguments)
    assert ran.code == 1
    assert "previewing" not in ran.err


def test_a_file_is_written_whole_and_for_its_owner_only(fusion: Fusion, tmp_path: Path) -> None:
    out = tmp_path / "made" / "plan.html"
    ran = fusion("plan", "pajottegem", "--format", "html", "--language", "fr", "--out", str(out))
    assert (ran.code, ran.out) == (0, "")
    assert out.read_text("utf-8").endswith("</html>\n")
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["plan.html"]
    assert f"wrote {out}" in ran.err


def test_a_file_that_cannot_be_written_leaves_the_old_one(fusion: Fusion, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    ran = fusion("plan", "pajottegem", "--out", str(tmp_path / "file" / "plan.txt"))
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert (tmp_path / "file").read_text() == "here"


def test_while_an_engine_takes_its_time_something_is_said(
    fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "FIRST_SECONDS", 0.001)
    ran = fusion("plan", "pajottegem")
    assert "0 s: 0 of 1 done; previewing pajottegem" in ran.err


def test_without_an_engine_it_is_told_once(fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = fusion("plan", "pajottegem", "tielt")
    assert ran.code == 1
    assert "pulumi is not on PATH" in ran.err


def test_without_the_extra_english_text_and_json_still_work(
    fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.plans.forms.find_spec", lambda name: None)
    assert fusion("plan", "pajottegem").code == 0
    assert fusion("plan", "pajottegem", "--format", "json").code == 0
    for arguments in (("--language", "nl"), ("--format", "html")):
        ran = fusion("plan", "pajottegem", *arguments)
        assert ran.code == 1
        assert "of the extra `reports`" in ran.err
        assert "previewing" not in ran.err


def test_the_schema_of_plans_is_printed(fusion: Fusion) -> None:
    assert json.loads(fusion("schema", "--plan").out)["$id"] == "urn:ocmw-fusion:plan:v1"


@pytest.mark.parametrize(
    ("stacks", "code"), [(["pajottegem"], 2), (["pajottegem", "tielt"], 5), (["tielt"], 1)]
)
def test_where_nobody_expects_a_change_one_has_a_code_of_its_own(
    fusion: Fusion, stacks: list[str], code: int
) -> None:
    assert fusion("plan", *stacks, "--expect-no-changes").code == code


def test_no_change_is_what_was_expected(fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.plans.choice.find_changed", lambda root, revision: set())
    assert fusion("plan", "--changed-since", "HEAD", "--expect-no-changes").code == 0


def set_up(root: Path, stack: str, **settings: str) -> None:
    (root / "stacks").mkdir(exist_ok=True)
    config = {f"fusion:{key}": value for key, value in settings.items()}
    (root / "stacks" / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))


def done_of(text: str) -> tuple[int, int]:
    """What a runbook says: done, and of how many."""
    (found,) = re.findall(r"steps done: (\d+) of (\d+)", text)
    return int(found[0]), int(found[1])


def test_the_steps_are_those_that_the_runbook_counts(root: Path, fusion: Fusion) -> None:
    set_up(root, "pajottegem")
    done, total = done_of(fusion("runbook", "pajottegem").out)
    before = fusion("plan", "pajottegem", "--format", "json").json["fusions"][0]["steps"]
    assert (before["done"], before["total"]) == (done, total)
    assert before["done"] + before["waits"] + before["open"] == total
    assert fusion("runbook", "pajottegem", "--done", "scenario", "--by", "tom.maes").code == 0
    after = fusion("plan", "pajottegem", "--format", "json").json["fusions"][0]["steps"]
    assert after == before | {"done": done + 1, "noted": before["noted"] + 1, "open": before["open"] - 1}
    assert f"steps of the runbook done: {done + 1} of {total}; " in fusion("plan", "pajottegem").out


def test_where_notes_cannot_be_read_nothing_is_counted(root: Path, fusion: Fusion) -> None:
    (root / "fusions" / "done").mkdir()
    (root / "fusions" / "done" / "pajottegem.yaml").write_text("done: [\n")
    ran = fusion("plan", "pajottegem", "--format", "json")
    assert ran.code == 0
    assert ran.json["fusions"][0]["steps"] is None
    assert "pajottegem: the steps of its runbook are not counted: " in ran.err
    assert "done/pajottegem.yaml:" in ran.err
    assert "steps of the runbook" not in fusion("plan", "pajottegem").out


def test_without_a_portal_people_are_counted_and_nothing_is_previewed(root: Path, fusion: Fusion) -> None:
    set_up(root, "tielt", portalUrl="none")  # whose preview would fail
    (root / "fusions" / "tielt.yaml").write_text((FUSIONS / "tielt.yaml").read_text())
    assert (
        fusion("runbook", "tielt", "--done", "tielt-hand-over", "--by", "tom.maes").code == 1
    )  # scenario 1 only
    assert fusion("runbook", "tielt", "--done", "scenario", "--by", "tom.maes").code == 0
    done, total = done_of(fusion("runbook", "tielt").out)
    ran = fusion("plan", "tielt")
    assert ran.code == 0
    assert (
        "There is no portal, so no preview: fusion runbook tielt shows what people do by hand."
        in " ".join(ran.out.split())
    )
    assert f"steps of the runbook done: {done} of {total}; to do: {total - done}" in ran.out
    assert done == 1
    assert "sha256" not in ran.out + ran.err
    assert "previewing" not in ran.err
    told = fusion("plan", "tielt", "--format", "json").json
    (only,) = told["fusions"]
    assert (only["portal"], told["digest"]) == ("none", "")
    assert only["failed"].startswith("there is no portal"), (
        "a program must not take it for one without changes"
    )
    assert only["steps"] == {"total": total, "done": 1, "noted": 1, "waits": 0, "open": total - 1}
    assert fusion("plan", "tielt", "--expect-no-changes").code == 0
    assert fusion("plan", "tielt", "pajottegem", "--expect-no-changes").code == 2


def test_without_a_portal_there_is_no_up(root: Path, fusion: Fusion) -> None:
    set_up(root, "tielt", portalUrl="none")
    ran = fusion("up", "tielt", "--approved", f"sha256:{'0' * 64}", "--yes")
    assert ran.code == 1
    assert (
        "tielt: there is no portal (portalUrl: none): people carry it out, by `fusion runbook tielt`"
        in ran.err
    )
