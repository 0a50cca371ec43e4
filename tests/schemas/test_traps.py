"""The traps of the thirteen fusions: each has been walked into by somebody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.document import parse
from schemas.findings import Finding
from schemas.identifiers import dotted
from schemas.loading import examine
from schemas.reference import reference

DIRECTORY = Path(__file__).parent.parent.parent / "fusions"


def findings(name: str, *changes: tuple[str, str]) -> list[Finding]:
    """The findings in a shipped declaration after replacing text in it, each once."""
    text = (DIRECTORY / f"{name}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return examine(parse(text, f"{name}.yaml"), DIRECTORY)[1]


def test_new_enterprise_numbers_start_with_1() -> None:
    assert {fusion.kbo[0] for fusion in reference().fusions if fusion.scenario == 1} == {"1"}


def test_the_survivor_of_tessenderlo_ham_is_ham() -> None:
    [finding] = findings("tessenderlo-ham", ("ocmw: {kbo: 0216.772.333", "ocmw: {kbo: 0212.174.533"))
    assert (finding.rule, "0216.772.333" in finding.message) == ("R01", True)


@pytest.mark.parametrize("name", ["hasselt", "lochristi", "lokeren", "tielt", "wingene"])
def test_five_keep_the_name_and_change_the_code(name: str) -> None:
    known = next(fusion for fusion in reference().fusions if fusion.name.lower() == name)
    keeper = next(centre for centre in known.merging if centre.name == known.name)
    assert (keeper.kbo == known.kbo, keeper.nis != known.nis) == (True, True)
    [finding] = findings(name, (f"nis: {known.nis}", f"nis: {keeper.nis}"))
    assert (finding.rule, known.nis in finding.message) == ("R01", True)


@pytest.mark.parametrize(("old", "new"), [("11056", "46030"), ("73040", "71072"), ("44045", "46029")])
def test_codes_change_prefix(old: str, new: str) -> None:
    [known] = [fusion for fusion in reference().fusions if old in {centre.nis for centre in fusion.merging}]
    assert known.nis == new


@pytest.mark.parametrize(
    ("name", "ocmw", "municipality"),
    [
        ("tessenderlo-ham", "0216.772.333", "0216.772.234"),
        ("antwerpen", "0212.235.604", "0207.500.123"),
        ("hasselt", "0212.216.402", "0207.466.964"),
        ("pajottegem", "1010.784.738", "1010.784.540"),
    ],
)
def test_a_municipalitys_number_names_the_ocmws(name: str, ocmw: str, municipality: str) -> None:
    text = (DIRECTORY / f"{name}.yaml").read_text("utf-8")
    found = findings(name, *[(ocmw, municipality)] * len(re.findall(re.escape(ocmw), text)))
    assert {finding.rule for finding in found} == {"municipality-number"}
    assert all(ocmw in finding.message for finding in found)


def test_a_leading_zero_is_not_lost() -> None:
    numbers = {centre.kbo for fusion in reference().fusions for centre in fusion.merging}
    for number in (number for number in numbers if number.startswith("0")):
        assert parse(f"kbo: {number}\n", "x.yaml").data == {"kbo": number}, dotted(number)


def test_a_fusion_that_nobody_knows_is_fine() -> None:
    cases = Path(__file__).parent / "cases"
    assert examine(parse((cases / "good-scenario-2.yaml").read_bytes(), "testdorp.yaml"))[1] == []


def test_the_same_name_may_merge_again_in_another_year() -> None:
    cases = Path(__file__).parent / "cases"
    text = (
        (cases / "good-scenario-2.yaml")
        .read_text("utf-8")
        .replace("Testdorp", "Hasselt")
        .replace("2025-", "2031-")
    )
    assert examine(parse(text.replace("2026-", "2032-"), "hasselt.yaml"))[1] == []


def test_p_256_is_not_on_the_list_though_it_is_common() -> None:
    from schemas.certificate_rules import KEYS

    assert KEYS == ("RSA-2048", "RSA-3072", "RSA-4096", "P-384", "P-521")
