"""All files in one pass, and what contradicts across them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.errors import DeclarationError
from schemas.loading import load_declaration
from schemas.secrets import Secrets
from schemas.validation import load_beside_others, validate

CASES = Path(__file__).parent / "cases"


def copy_case(case: str, target: Path, *changes: tuple[str, str]) -> Path:
    text = (CASES / f"{case}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    target.write_text(text, "utf-8")
    return target


def test_findings_of_all_files_are_sorted(tmp_path: Path) -> None:
    copy_case("r48-no-mutations", tmp_path / "b.yaml")
    copy_case("yaml-syntax", tmp_path / "a.yaml")
    found = validate([tmp_path])
    assert [Path(f.file).name for f in found] == sorted(Path(f.file).name for f in found)
    assert {"yaml", "R48", "file-name"} <= {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("case", "gone"), [("missing-keys-once", ""), ("good-scenario-2", " {reviewOn: 2026-01-01}")]
)
def test_a_missing_key_is_one_finding(tmp_path: Path, case: str, gone: str) -> None:
    """Also in a key that was left without a value; the schema says nothing where the models have said it."""
    found = validate([copy_case(case, tmp_path / "testdorp.yaml", *([(gone, "")] if gone else []))])
    assert "json-schema" not in {finding.rule for finding in found}
    assert found


def test_one_centre_cannot_merge_twice(tmp_path: Path) -> None:
    first = copy_case("good-scenario-2", tmp_path / "testdorp.yaml")
    second = copy_case(
        "good-scenario-2", tmp_path / "andersdorp.yaml", ("name: Testdorp", "name: Andersdorp")
    )
    found = validate([second, first])
    assert {finding.file for finding in found} == {str(first)}
    assert [(finding.rule, finding.line) for finding in found] == [("twice", 6), ("twice", 8), ("twice", 9)]


@pytest.mark.parametrize("written", ["0900.100.117", '"BE 0900 100 117"', "0900100117"])
def test_a_file_by_itself_is_held_to_those_beside_it(tmp_path: Path, written: str) -> None:
    """As `pulumi up` of one stack reads it; refused is the one that `validate` blames."""
    first = copy_case("good-scenario-2", tmp_path / "testdorp.yaml")
    second = copy_case(
        "good-scenario-2",
        tmp_path / "andersdorp.yaml",
        ("name: Testdorp", "name: Andersdorp"),
        ("0900.100.117", written),
    )
    assert load_beside_others(second).name == "Andersdorp"
    with pytest.raises(DeclarationError) as refused:
        load_beside_others(first)
    assert list(refused.value.findings) == validate([tmp_path])
    assert "(safety rule twoFusions)" in str(refused.value)
    second.unlink()
    assert load_beside_others(first).name == "Testdorp"


def test_an_ftp_user_name_is_unique_over_the_portal(directory: Path, tmp_path: Path) -> None:
    shutil.copytree(directory / "certificates", tmp_path / "certificates")
    copy_case("good-scenario-1", tmp_path / "testdorp.yaml")
    copy_case(
        "good-scenario-1",
        tmp_path / "andersdorp.yaml",
        ("name: Testdorp", "name: Andersdorp"),
        ("1000.900.141", "0900.300.154"),
        ("0900.100.117", "0900.400.124"),
        ("0900.200.184", "0900.500.191"),
        ("test2025", "TEST2025"),
    )
    [finding] = validate([tmp_path])
    assert (finding.rule, "FTP user name" in finding.message) == ("twice", True)


def test_what_the_models_miss_the_schema_says(tmp_path: Path) -> None:
    """They agree (see test_jsonschema), so that a place is never reported by both."""
    found = validate([copy_case("unknown-keys", tmp_path / "testdorp.yaml")])
    places = [(finding.line, finding.column) for finding in found]
    assert len(places) == len(set(places))


def test_a_declaration_with_findings_is_not_loaded(tmp_path: Path, secrets: Secrets) -> None:
    path = copy_case("unknown-person", tmp_path / "testdorp.yaml")
    with pytest.raises(DeclarationError) as raised:
        load_declaration(path, secrets)
    assert f"{path}:12:25: unknown-person: `els.peters`" in str(raised.value)
    assert raised.value.findings[0].as_json() == {
        "path": str(path),
        "line": 12,
        "column": 25,
        "rule": "unknown-person",
        "message": "`els.peters` is not among the people of secrets.yaml (did you mean `els.peeters`?): somebody new is "
        "added there, in a rehearsal by `fusion setup`; who has another key now gets it there too",
    }


def test_without_secrets_people_are_not_looked_up(tmp_path: Path) -> None:
    path = copy_case("good-scenario-3", tmp_path / "testdorp.yaml", ("els.peeters", "nobody.known"))
    assert load_declaration(path).slug == "testdorp"


def test_a_link_out_of_the_directory_is_refused(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "certificates").symlink_to(directory / "certificates")
    found = validate([copy_case("good-scenario-1", tmp_path / "testdorp.yaml")])
    assert {finding.rule for finding in found} == {"certificate-path"}


@pytest.mark.timeout(60)  # a second is enough
def test_a_thousand_findings_come_in_one_pass(tmp_path: Path) -> None:
    people = "\n".join(f"        - {{person: Nobody {number}}}" for number in range(1000))
    text = (CASES / "good-scenario-2.yaml").read_text("utf-8")
    text += "access:\n  chiefAccessManagers: [a.b]\n  domains:\n    woonzorg:\n"
    text += f"      accessManager: a.b\n      users:\n{people}\n"
    path = tmp_path / "testdorp.yaml"
    path.write_text(text, "utf-8")
    assert len(validate([path])) == 1000


def lay(folder: Path, *edits: tuple[str, str], name: str) -> Path:
    """A declaration of scenario 2, which merges Alfa and Beta into Alfa on the first of 2025."""
    return copy_case(
        "good-scenario-2", folder / f"{name.lower()}.yaml", ("name: Testdorp", f"name: {name}"), *edits
    )


def test_r01_the_file_is_blamed_where_the_number_does_not_belong(tmp_path: Path) -> None:
    """R01: a new fusion with the number of a known one, by itself and beside that, whichever is read first."""
    pajottegem = Path(__file__).parents[2] / "fusions" / "pajottegem.yaml"
    for name in ("Aardorp", "Zanddorp"):
        wrong = tmp_path / f"{name.lower()}.yaml"
        case = "good-scenario-1"
        copy_case(
            case,
            wrong,
            ("name: Testdorp", f"name: {name}"),
            ("2025-01-01", "2027-01-01"),
            ("1000.900.141", "1010.784.738"),
        )
        for files in ([wrong], [wrong, pajottegem], [pajottegem, wrong]):
            about = [one for one in validate(files) if "1010.784.738" in one.message]
            assert [(one.file, one.rule, one.path) for one in about] == [(str(wrong), "R01", ("ocmw", "kbo"))]
            assert (
                "is the OCMW of Pajottegem (pajottegem.yaml), and scenario 1 has a new number"
                in about[0].message
            )


def test_of_two_that_nobody_knows_the_later_merger_is_blamed(tmp_path: Path) -> None:
    later = lay(tmp_path, ("takesEffect: 2025-01-01", "takesEffect: 2026-01-01"), name="Aardorp")
    earlier = lay(tmp_path, name="Zanddorp")
    found = validate([tmp_path])
    assert {one.file for one in found if one.rule == "twice"} == {str(later)}
    assert all(str(earlier) in one.message for one in found if one.rule == "twice")


def test_a_centre_that_goes_on_may_merge_again_later_and_one_that_ended_may_not(tmp_path: Path) -> None:
    lay(tmp_path, name="Aardorp")
    again = lay(tmp_path, ("takesEffect: 2025-01-01", "takesEffect: 2031-01-01"), name="Zanddorp")
    found = [one for one in validate([tmp_path]) if one.rule == "twice"]
    assert [(one.file, one.path) for one in found] == [(str(again), ("merging", 1, "kbo"))], (
        "only who disappeared"
    )
