"""`fusion runbook` as people run it: with a portal, with none, and noting what is done."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.operations.conftest import Fusion
from tests.operations.plans.conftest import SAMPLES
from tests.operations.test_printing import run
from tests.support.private import write_private

INSZ = "85.07.30-033.28"
PULUMI = """#!{python}
import pathlib, sys
folder = pathlib.Path(__file__).parent
(folder / "asked").write_text(" ".join(sys.argv[1:]))
if (folder / "fails").exists():
    print('{{"steps": [], "diagnostics": [{{"severity": "error", "message": "no portal answered"}}]}}')
    sys.exit(1)
print(pathlib.Path("{samples}", "first.json").read_text())
"""


@pytest.fixture
def engine(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a `pulumi` that prints a stored preview."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "pulumi"
    program.write_text(PULUMI.format(python=sys.executable, samples=SAMPLES))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def set_up(root: Path, stack: str = "pajottegem", **settings: str) -> None:
    (root / "stacks").mkdir(exist_ok=True)
    config = {f"fusion:{key}": value for key, value in settings.items()}
    (root / "stacks" / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))


def test_with_a_portal_the_engine_says_what_is_done(root: Path, engine: Path, fusion: Fusion) -> None:
    set_up(root)
    ran = fusion("runbook", "pajottegem", "--language", "nl")
    assert ran.code == 0
    assert "-s pajottegem" in (engine / "asked").read_text()
    assert "[x]" in ran.out
    assert "previewing" in ran.err
    assert "previewing" not in ran.out


def test_what_left_the_declaration_is_a_step_too(root: Path, engine: Path, fusion: Fusion) -> None:
    """R20: only the preview knows of it."""
    set_up(root)
    file = root / "fusions" / "pajottegem.yaml"
    kept = [line for line in file.read_text("utf-8").splitlines(keepends=True) if "stijn.pauwels" not in line]
    file.write_text("".join(kept), "utf-8")
    ran = fusion("runbook", "pajottegem")
    assert ran.code == 0
    assert "### What left the declaration (R17, R20)" in ran.out
    assert "(`pajottegem-maatschappelijkWelzijn-stijn.pauwels`)" in ran.out


@pytest.mark.parametrize("stack", ["none", "absent"])
def test_without_one_nothing_is_asked(stack: str, root: Path, engine: Path, fusion: Fusion) -> None:
    if stack == "none":
        set_up(root, portalUrl="none")
    ran = fusion("runbook", "pajottegem")
    assert ran.code == 0
    assert not (engine / "asked").exists()
    assert "No portal was asked" in ran.out
    assert "[x]" not in ran.out


def test_a_portal_that_cannot_be_looked_at_is_said(root: Path, engine: Path, fusion: Fusion) -> None:
    set_up(root)
    (engine / "fails").touch()
    ran = fusion("runbook", "pajottegem")
    assert ran.code == 5
    assert "no portal answered" in ran.out
    assert "[x]" not in ran.out


def test_without_an_engine_there_is_a_runbook_all_the_same(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(root)
    monkeypatch.setenv("PATH", "/nowhere")
    ran = fusion("runbook", "pajottegem")
    assert ran.code == 5
    assert "pulumi is not on PATH" in ran.out
    assert "`pajottegem-sender`" in ran.out


@pytest.mark.parametrize("form", ["markdown", "html", "ics"])
def test_a_runbook_is_utf_8_whatever_the_terminal_has(form: str, root: Path) -> None:
    done = run("runbook", "pajottegem", "--format", form, "--language", "fr", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "à jour" in done.stdout.decode("utf-8").replace("\r\n ", "")


def test_what_is_done_is_noted_and_then_ticked_off(root: Path, fusion: Fusion) -> None:
    set_up(root, portalUrl="none", operator="els.peeters")
    ran = fusion("runbook", "pajottegem", "--done", "pajottegem-sender", "--done", "scenario")
    assert ran.code == 0, ran.err
    assert "noted in" in ran.out
    text = (root / "fusions" / "done" / "pajottegem.yaml").read_text()
    assert "  pajottegem-sender: {by: els.peeters, on: " in text
    told = fusion("runbook", "pajottegem").out
    assert "- [x] `Pajottegem` — **done** (`pajottegem-sender`)" in told
    assert "steps done: 2 of " in told
    assert fusion("validate", "--format", "json").json["files"] == 2


def test_a_step_that_the_portal_knows_is_not_noted(root: Path, fusion: Fusion) -> None:
    set_up(root)
    ran = fusion("runbook", "pajottegem", "--done", "pajottegem-sender", "--by", "tom.maes")
    assert ran.code == 1
    assert "the portal itself says whether pajottegem-sender is done" in ran.err
    assert not (root / "fusions" / "done").exists()
    assert fusion("runbook", "pajottegem", "--done", "scenario", "--by", "tom.maes").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--done", "pajottegem-sendr", "--by", "tom.maes"), "Did you mean pajottegem-sender?"),
        (("--done", "help", "--by", "tom.maes"), "help is no step to do"),
        (("--done", "85073003328", "--by", "tom.maes"), "is no step to do"),
        (("--done", "scenario", "--by", "85073003328"), "key of a person"),
        (("--done", "scenario"), "key of a person"),
        (("--by", "tom.maes"), "--done STEP"),
        (("--done", "scenario", "--by", "tom.maes", "--format", "html"), "without --format"),
        (("--done", "scenario", "--by", "tom.maes", "--language", "en"), "without --format"),
        (("--done", "scenario", "--by", "tom.maes", "--out", "x.html"), "without --format"),
    ],
)
def test_what_cannot_be_noted_says_why(
    arguments: tuple[str, ...], says: str, root: Path, fusion: Fusion
) -> None:
    set_up(root, portalUrl="none")
    ran = fusion("runbook", "pajottegem", *arguments)
    assert ran.code == 1
    assert says in ran.err
    assert "85073003328" not in ran.err
    assert not (root / "fusions" / "done").exists()


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (
            "tom.maas",
            "neither pajottegem.yaml nor the secrets name tom.maas. Did you mean tom.maes? It is noted all the same",
        ),
        ("nele.nobody", "neither pajottegem.yaml nor the secrets name nele.nobody. It is noted all the same"),
        ("els.peeters", ""),
        ("wim.anders", ""),
        ("olga.operator", ""),
    ],
    ids=["misspelt", "nobody", "declared", "in the secrets only", "operator"],
)
def test_a_key_that_nobody_has_is_said_and_noted(by: str, says: str, root: Path, fusion: Fusion) -> None:
    set_up(root, portalUrl="none", operator="olga.operator")
    (root / ".state" / "rehearsal").mkdir(parents=True)
    secrets = {"people": {"wim.anders": {"insz": INSZ}}}
    write_private(root / ".state" / "rehearsal" / "secrets.yaml", json.dumps(secrets))
    ran = fusion("runbook", "pajottegem", "--done", "scenario", "--by", by)
    assert ran.code == 0
    assert ran.err == (f"{says}\n" if says else "")
    assert f"scenario: {{by: {by}, on: " in (root / "fusions" / "done" / "pajottegem.yaml").read_text()


@pytest.mark.parametrize("secrets", [None, "people: [", f'people: {{tom.maes: {{insz: "{INSZ}", nmae: x}}}}'])
def test_without_secrets_the_declaration_says_who_there_is(
    secrets: str | None, root: Path, fusion: Fusion
) -> None:
    set_up(root, portalUrl="none")
    if secrets:
        (root / ".state" / "rehearsal").mkdir(parents=True)
        write_private(root / ".state" / "rehearsal" / "secrets.yaml", secrets)
    ran = fusion("runbook", "pajottegem", "--done", "scenario", "--by", "tom.maas")
    assert ran.code == 0
    assert ran.err == (
        "pajottegem.yaml does not name tom.maas, and the secrets cannot be read. Did you mean tom.maes? It is noted all the "
        "same\n"
    )
    assert fusion("runbook", "pajottegem", "--done", "sign-in", "--by", "tom.maes").err.startswith(
        "error: sign-in is no"
    )
    assert fusion("runbook", "pajottegem", "--done", "ask-supplier", "--by", "tom.maes").err == ""


def test_a_note_on_a_step_that_is_gone_is_told(root: Path, fusion: Fusion) -> None:
    set_up(root, portalUrl="none")
    folder = root / "fusions" / "done"
    folder.mkdir()
    (folder / "pajottegem.yaml").write_text(
        "apiVersion: fusion-done/v1\ndone:\n  once-was: {by: tom.maes, on: 2025-01-06}\n"
    )
    ran = fusion("runbook", "pajottegem")
    assert ran.code == 0
    assert "once-was is noted as done, and is no step of this runbook any more" in ran.err


def test_a_slip_in_the_notes_is_a_finding_of_validate(root: Path, fusion: Fusion) -> None:
    folder = root / "fusions" / "done"
    folder.mkdir()
    (folder / "pajottegem.yaml").write_text(
        "apiVersion: fusion-done/v1\ndone:\n  scenario: {by: 85.07.30-033.28, on: x}\n"
    )
    ran = fusion("validate")
    assert ran.code == 1
    assert "done/pajottegem.yaml:3:" in ran.out + ran.err
    assert "85.07" not in ran.out + ran.err


def test_a_file_is_for_its_owner_only(root: Path, tmp_path: Path, fusion: Fusion) -> None:
    out = tmp_path / "days.ics"
    assert fusion("runbook", "pajottegem", "--format", "ics", "--out", str(out)).code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    "options", [(), ("--done", "scenario", "--by", "tom.maes")], ids=["printed", "noted"]
)
def test_a_fusion_that_is_not_declared_is_told_before_anything_is_asked(
    options: tuple[str, ...], root: Path, engine: Path, fusion: Fusion
) -> None:
    set_up(root, "pajotegem")
    ran = fusion("runbook", "pajotegem", *options)
    assert ran.code == 1
    assert (
        "needs the declaration fusions/pajotegem.yaml. Did you mean pajottegem? Declarations here: "
        in ran.err
    )
    assert not (engine / "asked").exists()
