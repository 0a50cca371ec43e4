"""`fusion validate`: every finding in one pass, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.controls import rehearsal_ssin
from tests.operations.conftest import Fusion


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def write_secrets(path: Path, *keys: str, **passwords: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    people = {key: {"insz": rehearsal_ssin(key)} for key in keys}
    path.write_text(json.dumps({"people": people, "passwords": passwords}))
    return path


def place_of(root: Path, name: str, value: str) -> str:
    """`path:line:column` of a value in a declaration."""
    lines = (root / "fusions" / f"{name}.yaml").read_text().splitlines()
    number, line = next((number, line) for number, line in enumerate(lines, 1) if value in line)
    return f"fusions/{name}.yaml:{number}:{line.index(value) + 1}"


@pytest.fixture
def broken(root: Path) -> Path:
    """Two declarations with one mistake each."""
    edit(root / "fusions" / "pajottegem.yaml", "username: pajot2025", "username: pajot_2025_x")
    edit(root / "fusions" / "lochristi.yaml", "nis: 44087", "nis: 4408")
    return root


def test_sound_declarations_have_no_findings(root: Path, fusion: Fusion) -> None:
    ran = fusion("validate")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "2 declarations, people and passwords not checked: no findings\n"


def test_every_finding_of_every_file_in_one_pass_with_its_place_and_rule(
    broken: Path, fusion: Fusion
) -> None:
    """R30; relative to where people stand, as editors and terminals make links of it."""
    ran = fusion("validate")
    assert ran.code == 1
    places = [line.split(": ")[:2] for line in ran.out.splitlines()]
    assert [place_of(broken, "pajottegem", "pajot_2025_x"), "R30"] in places
    assert [place_of(broken, "lochristi", "4408}"), "nis-code"] in places
    assert ran.err.startswith("2 declarations, ")
    assert ran.err.rstrip().endswith(f"{len(places)} findings")


def test_one_finding_is_not_findings(root: Path, fusion: Fusion) -> None:
    edit(root / "fusions" / "lochristi.yaml", "nis: 44087", "nis: 4408")
    assert fusion("validate", "fusions/lochristi.yaml").err.endswith(": 1 finding\n")


def test_for_programs_as_json(broken: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "--format", "json")
    assert ran.code == 1
    assert (ran.json["files"], ran.json["secrets"]) == (2, None)
    findings = ran.json["findings"]
    assert {tuple(finding) for finding in findings} == {("path", "line", "column", "rule", "message")}
    assert {finding["rule"] for finding in findings} >= {"R30", "nis-code"}
    assert ran.err == ""


def test_json_without_findings_is_an_empty_list(root: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "--format", "json")
    assert (ran.code, ran.json["findings"]) == (0, [])


def test_only_the_files_and_folders_that_are_named(broken: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "fusions/lochristi.yaml")
    assert {line.partition(":")[0] for line in ran.out.splitlines()} == {"fusions/lochristi.yaml"}
    assert fusion("validate", "fusions").err.startswith("2 declarations")


def test_nothing_to_validate_is_an_error(root: Path, fusion: Fusion) -> None:
    """An empty run must not look like a clean one."""
    (root / "empty").mkdir()
    ran = fusion("validate", "empty")
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        "error: no declarations in empty. Each is a file that ends in .yaml (docs/declaration.md)\n",
    )


def test_a_checkout_without_declarations_is_an_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fusion: Fusion
) -> None:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    (tmp_path / "fusions").mkdir()
    ran = fusion("validate")
    assert (ran.code, ran.err.partition(". ")[0]) == (1, "error: no declarations in fusions/")


def test_a_file_that_is_not_there_is_a_finding(root: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "fusions/pajotegem.yaml")
    assert ran.code == 1
    assert ran.out.startswith("fusions/pajotegem.yaml:1:1: ")


def test_people_and_passwords_are_looked_up_where_there_is_a_file(root: Path, fusion: Fusion) -> None:
    write_secrets(root / ".state" / "rehearsal" / "secrets.yaml", "els.peeters")
    ran = fusion("validate", "fusions/pajottegem.yaml")
    rules = {line.split(": ")[1] for line in ran.out.splitlines()}
    assert rules == {"unknown-person", "missing-password"}
    assert "people and passwords of .state/rehearsal/secrets.yaml" in ran.err


def test_another_file_of_people_can_be_named(root: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "--secrets", str(write_secrets(root / "mine.yaml", "els.peeters")))
    assert ran.code == 1
    assert "is not among the people of" in ran.out


def test_a_file_of_people_that_is_named_must_be_there(root: Path, fusion: Fusion) -> None:
    ran = fusion("validate", "--secrets", "nowhere.yaml")
    assert ran.code == 1
    assert ran.out.startswith("nowhere.yaml:1:1: ")


def test_findings_in_the_file_of_people_come_with_the_declarations_and_repeat_no_value(
    broken: Path, fusion: Fusion
) -> None:
    secrets = write_secrets(broken / "mine.yaml", "els.peeters", **{"pajottegem/ftp": "zwak"})
    secrets.write_text(secrets.read_text().replace(rehearsal_ssin("els.peeters"), "85073003329"))
    ran = fusion("validate", "--secrets", "mine.yaml")
    rules = {line.split(": ")[1] for line in ran.out.splitlines()}
    assert {"check-digits", "R31", "R30", "nis-code"} <= rules
    assert "85073003329" not in ran.out
    assert "zwak" not in ran.out


def test_a_narrow_terminal_breaks_no_finding(
    broken: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One finding is one line, whatever the width: scripts and editors split at line ends."""
    wide = fusion("validate").out
    monkeypatch.setenv("COLUMNS", "30")
    assert fusion("validate").out == wide
