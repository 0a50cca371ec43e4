"""`fusion validate`: every finding in one pass, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.controls import rehearsal_ssin
from operations.annotations.formats import WRITERS
from operations.commands.validate import FORMATS
from schemas.printable import UNSEEN
from tests.operations.annotations.readers import (
    read_github,
    read_gitlab,
    read_junit,
    read_sarif,
    read_summary,
)
from tests.operations.conftest import Fusion
from tests.support.private import write_private


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def write_secrets(path: Path, *keys: str, **passwords: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    people = {key: {"insz": rehearsal_ssin(key)} for key in keys}
    return write_private(path, json.dumps({"people": people, "passwords": passwords}))


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


def test_who_stands_elsewhere_is_told_whose_files_these_are(
    root: Path, fusion: Fusion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a second checkout the command may be the first one's."""
    assert " of " not in fusion("validate").err.partition(",")[0]
    monkeypatch.setenv("FUSION_ROOT", str(root))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert f"declarations of {root / 'fusions'}, " in fusion("validate").err


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


# -- for other programs ---------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where GitHub wants the step's summary."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path / "summary.md"


def places_in(form: str, written: str) -> list[tuple[str, int]]:
    """File and line of each finding, as the platform of a format reads them."""
    if form == "github":
        return [(one.properties["file"], int(one.properties["line"])) for one in read_github(written)]
    if form == "gitlab":
        return [(one["location"]["path"], one["location"]["lines"]["begin"]) for one in read_gitlab(written)]
    if form == "sarif":
        physical = [one["locations"][0]["physicalLocation"] for one in read_sarif(written)["results"]]
        return [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in physical]
    cases = [case for suite in read_junit(written) for case in suite if len(case)]
    return [
        (file, int((case[0].text or "").removeprefix(f"{file}:").partition(":")[0]))
        for case in cases
        for file in [case.attrib["classname"]]
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_the_exit_code_is_that_of_the_findings_in_every_format(root: Path, fusion: Fusion, form: str) -> None:
    assert fusion("validate", "--format", form).code == 0
    edit(root / "fusions" / "lochristi.yaml", "nis: 44087", "nis: 4408")
    assert fusion("validate", "--format", form).code == 1


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_has_every_finding(broken: Path, fusion: Fusion, form: str) -> None:
    found = fusion("validate", "--format", "json").json["findings"]
    ran = fusion("validate", "--format", form)
    assert (ran.code, ran.err) == (1, "")
    assert sorted(places_in(form, ran.out)) == sorted((one["path"], one["line"]) for one in found)


@pytest.mark.parametrize("form", WRITERS)
def test_files_outside_the_working_directory_are_called_by_their_own_repository(
    broken: Path, fusion: Fusion, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the program of one checkout looks at the files of another."""
    (broken / ".git").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = fusion("validate", "--format", form, "../checkout/fusions")
    names = {"fusions/pajottegem.yaml", "fusions/lochristi.yaml"}
    assert {file for file, _ in places_in(form, ran.out)} == names


def test_every_file_is_a_suite_of_junit(root: Path, fusion: Fusion) -> None:
    suites = read_junit(fusion("validate", "--format", "junit").out)
    assert [suite.attrib["name"] for suite in suites] == ["fusions/lochristi.yaml", "fusions/pajottegem.yaml"]


def test_a_fingerprint_survives_an_edit_elsewhere(broken: Path, fusion: Fusion) -> None:
    before = read_gitlab(fusion("validate", "--format", "gitlab").out)
    for file in (broken / "fusions").glob("*.yaml"):
        file.write_text(f"# one line more\n\n{file.read_text()}")
    after = read_gitlab(fusion("validate", "--format", "gitlab").out)
    assert [one["fingerprint"] for one in after] == [one["fingerprint"] for one in before]
    assert [one["location"] for one in after] != [one["location"] for one in before]


def test_the_summary_of_the_step_says_what_was_checked(broken: Path, fusion: Fusion, summary: Path) -> None:
    told = fusion("validate")
    assert not summary.exists()
    fusion("validate", "--format", "github")
    heading, *lines = [line for line in read_summary(summary.read_text()).splitlines() if line]
    assert heading == f"fusion validate: {told.err.strip()}"
    assert lines == [f"error: {line}" for line in told.out.splitlines()]


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_repeats_what_is_secret(broken: Path, fusion: Fusion, form: str, summary: Path) -> None:
    """An INSZ in a declaration, as a key and as a value; a weak password, one in a key's place and a wrong INSZ among the
    secrets."""
    secrets = write_secrets(broken / "mine.yaml", "els.peeters", **{"pajottegem/ftp": "zwakzwak"})
    text = secrets.read_text().replace(rehearsal_ssin("els.peeters"), "85073003329")
    secrets.write_text(text.replace('{"people"', '{"Geheim123!": "x", "people"'))
    planted = rehearsal_ssin("jan.janssens")
    file = broken / "fusions" / "lochristi.yaml"
    file.write_text(f"{file.read_text()}\n'{planted}': x\nwho: '{planted}'\n")
    ran = fusion("validate", "--secrets", "mine.yaml", "--format", form)
    assert ran.code == 1
    told = ran.out + ran.err + (summary.read_text() if form == "github" else "")
    assert "secret-in-declaration" in told
    assert not [secret for secret in (planted, "85073003329", "zwakzwak", "Geheim123!") if secret in told]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_s_name_can_do_nothing_in_any_format(
    broken: Path, fusion: Fusion, form: str, summary: Path
) -> None:
    for name in ("a\x1b[2J\n::error::planted,line=7%0A\u202e<b>.yaml", ".hidden\x1b[2J\n::error::x.yaml"):
        (broken / "fusions" / name).write_text("name: x\n")
    ran = fusion("validate", "--format", form)
    assert ran.code == 1
    told = ran.out + ran.err + (read_summary(summary.read_text()) if form == "github" else "")
    assert not UNSEEN.search(told)
    assert "\n::error::planted" not in told
    assert "\n::error::x" not in told
    assert "planted" in told
    if form in WRITERS:
        assert len(places_in(form, ran.out)) > 1
    (broken / "none\x1b[2J\n::error::planted").mkdir()
    ran = fusion("validate", "--format", form, "none\x1b[2J\n::error::planted")
    assert ran.err.startswith("error: no declarations in ")
    assert not UNSEEN.search(ran.err)
    assert "\n::error::" not in ran.err
