"""The mergers that are known, day by day: data, whose slips are findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from schemas import known, waves
from schemas.document import parse
from schemas.errors import DeclarationError
from schemas.findings import Finding
from schemas.loading import examine
from schemas.reference import reference

CASES = Path(__file__).parent / "cases"
LATER = """\
takesEffect: 2031-01-01
chiefAccessManagersReportedBy: 2030-11-15
fusions:
  - name: Testdorp
    scenario: 2
    kbo: 1010.776.127
    nis: 11999
    merging:
      - {name: Merelbeke-Melle, kbo: 1010776127, nis: 44088, postcode: 9820}
      - {name: Hasselt, kbo: 0212216402, nis: 71072, postcode: 3500}
"""

Laid = Callable[[str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped waves in a folder to which others can be added."""
    for path in waves.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.fixture
def later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Laid:
    """Has the declarations checked against a later wave as well."""

    def lay(text: str) -> None:
        (folder / "2031-01-01.yaml").write_text(text)
        data = reference(folder=folder)
        monkeypatch.setattr(known, "reference", lambda: data)

    return lay


def findings(text: str, name: str = "testdorp") -> list[str]:
    found: list[Finding] = examine(parse(text, f"{name}.yaml"))[1]
    return [f"{finding.rule}: {finding.message}" for finding in found]


def test_r01_a_later_fusion_is_not_reported_against_itself(later: Laid) -> None:
    """R01."""
    later(LATER)
    declared = (CASES / "good-merged-again.yaml").read_text()
    assert findings(declared) == []
    assert findings(declared.replace("nis: 11999", "nis: 11998")) == [
        "R01: the NIS of Testdorp is 11999, not 11998"
    ]


def test_r01_a_fusion_of_the_first_wave_is_none_of_the_later_ones_business(later: Laid) -> None:
    """R01: Merelbeke-Melle is the thirteen's, although it ends six years later."""
    later(LATER.replace("kbo: 1010.776.127", "kbo: 1999.900.171"))
    fusions = Path(__file__).parents[2] / "fusions"
    for name in ("merelbeke-melle", "hasselt"):
        assert findings((fusions / f"{name}.yaml").read_text(), name) == []


def test_r01_the_same_name_may_merge_in_two_waves(later: Laid) -> None:
    """R01: Hasselt of 2031 is not Hasselt of 2025, and a slip in either is found."""
    later(LATER.replace("Testdorp", "Hasselt").replace("kbo: 1010.776.127", "kbo: 0212.216.402"))
    again = (CASES / "good-merged-again.yaml").read_text().replace("Testdorp", "Hasselt")
    again = again.replace("ocmw: {kbo: 1010.776.127", "ocmw: {kbo: 0212.216.402")
    assert findings(again, "hasselt") == []
    [found] = findings(again.replace("2031-01-01", "2031-02-01"), "hasselt")
    assert found == "R01: Hasselt takes effect on 2031-01-01, not on 2031-02-01"


def test_r01_the_day_of_another_year_is_found_by_the_centres_that_end() -> None:
    """R01: it is `takesEffect` that is wrong, not the numbers."""
    fusions = Path(__file__).parents[2] / "fusions"
    text = (
        (fusions / "pajottegem.yaml")
        .read_text()
        .replace("takesEffect: 2025-01-01", "takesEffect: 2026-01-01")
    )
    about_the_merger = [line for line in findings(text, "pajottegem") if line.startswith("R01")]
    assert about_the_merger == ["R01: Pajottegem takes effect on 2025-01-01, not on 2026-01-01"]


def test_r13_each_wave_has_its_own_day_for_flanders(folder: Path) -> None:
    """R13."""
    (folder / "2031-01-01.yaml").write_text(LATER)
    data = reference(folder=folder)
    assert data.chief_access_managers_reported_by(date(2025, 1, 1)) == date(2024, 11, 15)
    assert data.chief_access_managers_reported_by(date(2031, 1, 1)) == date(2030, 11, 15)
    assert data.chief_access_managers_reported_by(date(2028, 1, 1)) is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1010776127", "1010776128", "9:38: check-digits: 1010.776.128 is not an enterprise number"),
        ("1010776127", "12", "9:38: enterprise-number: an enterprise number (KBO) has ten digits"),
        ("scenario: 2", "scenario: 4", "5:15: unknown-value: the number 4"),
        ("    nis: 11999\n", "", "4:5: missing-key: `nis` is missing"),
        ("0212216402", "0212.218.182", "10:30: R01: 0212.218.182 ended with the merger into Pajottegem of 2025-01-01"),
        ("2031-01-01", "2032-01-01", "1:14: file-name: the wave of 2032-01-01 stands in 2032-01-01.yaml"),
        ("fusions:", "fusies:", "3:1: unknown-key: `fusies` is not known here; did you mean `fusions`?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_wave_is_a_finding_with_its_place(
    folder: Path, old: str, new: str, expected: str
) -> None:
    assert old in LATER
    (folder / "2031-01-01.yaml").write_text(LATER.replace(old, new, 1))
    with pytest.raises(DeclarationError) as refused:
        reference(folder=folder)
    assert any(f"2031-01-01.yaml:{expected}" in str(one) for one in refused.value.findings), refused.value


def test_a_centre_merges_once_on_a_day(folder: Path) -> None:
    entry = (
        LATER[LATER.index("  - name") :]
        .replace("Testdorp", "Elders")
        .replace("kbo: 1010.776.127", "kbo: 1999.900.171")
    )
    (folder / "2031-01-01.yaml").write_text(LATER + entry)
    with pytest.raises(DeclarationError) as refused:
        waves.load(folder)
    assert [one.rule for one in refused.value.findings] == ["twice", "twice"]


def test_a_slip_in_the_lists_is_a_finding_too(tmp_path: Path) -> None:
    text = (Path(waves.__file__).parent / "reference.yaml").read_text()
    (tmp_path / "reference.yaml").write_text(text.replace("kbo: 0216.772.234", "kbo: 12"))
    with pytest.raises(DeclarationError, match="enterprise-number"):
        reference(tmp_path / "reference.yaml")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (", products: [Meester Welzijn]", ""),
        (
            "certificateManagement: true, products: [Socius",
            "certificateManagment: true, products: [Socius",
        ),
    ],
)
def test_a_supplier_without_what_findings_ask_of_it_is_a_finding(
    tmp_path: Path, right: str, wrong: str
) -> None:
    text = (Path(waves.__file__).parent / "reference.yaml").read_text()
    assert right in text
    (tmp_path / "reference.yaml").write_text(text.replace(right, wrong))
    with pytest.raises(DeclarationError) as refused:
        reference(tmp_path / "reference.yaml")
    assert [one.rule for one in refused.value.findings] == ["missing-key"]
