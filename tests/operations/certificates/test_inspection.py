"""`fusion certificate inspect`: a line for each rule, and what no certificate is."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.certificate_rules import RULES
from tests.operations.conftest import Fusion
from tests.support.certificate_corpus import CASES, DAY
from tests.support.certificate_making import der, pem

FILES = {case.name: case for case in CASES}


def inspect(
    fusion: Fusion, tmp_path: Path, content: bytes, *more: str, name: str = "a.cer"
) -> tuple[int, str]:
    file = tmp_path / name
    file.write_bytes(content)
    ran = fusion("certificate", "inspect", str(file), "--on", str(DAY), *more)
    assert ran.err == ""
    return ran.code, ran.out


@pytest.mark.parametrize("content", [der(), pem()], ids=["DER", "PEM"])
def test_r37_r46_each_rule_has_a_line(fusion: Fusion, tmp_path: Path, content: bytes) -> None:
    code, out = inspect(fusion, tmp_path, content, "--usage", "ftp")
    lines = [line for line in out.splitlines() if line.startswith("R")]
    assert [line[:3] for line in lines] == [*RULES]
    assert code == 0
    assert "no rule broken; not judged: R38, R42, R44, R46" in out


def test_r37_one_that_ends_as_a_day_begins_is_not_valid_on_it(fusion: Fusion, tmp_path: Path) -> None:
    code, out = inspect(fusion, tmp_path, der(ends=str(DAY)), "--usage", "ftp")
    assert code == 1
    assert "R37  broken      it is valid from 2025-01-01 to 2025-02-03, 00:00 UTC; allowed:" in out


def test_r42_whose_authority_it_is_a_file_does_not_tell(fusion: Fusion, tmp_path: Path) -> None:
    """So it is not told as kept; only a self-signed one is judged."""
    _, out = inspect(fusion, tmp_path, der(), "--usage", "rest")
    assert "R42  not judged  it is signed by CN=Authority; allowed: signed by a global" in out
    assert "whether it is global, a file does not tell" in " ".join(out.split())
    _, out = inspect(fusion, tmp_path, der(own=True), "--usage", "rest")
    assert "R42  kept        it is self-signed" in out


@pytest.mark.parametrize(
    ("ends", "days", "result"),
    [
        ("2028-01-01T23:59:59", 1096, "kept"),
        ("2028-01-02", 1096, "kept"),
        ("2028-01-02T00:00:01", 1097, "broken"),
    ],
)
def test_r45_the_days_that_are_told_are_those_that_are_judged(
    fusion: Fusion, tmp_path: Path, ends: str, days: int, result: str
) -> None:
    _, out = inspect(fusion, tmp_path, der(ends=ends), "--usage", "ftp")
    assert f"R45  {result:<10}  it is valid for {days} days; allowed: at most 1096 days" in out


def test_r40_a_broken_rule_says_what_was_found_and_what_is_allowed(fusion: Fusion, tmp_path: Path) -> None:
    code, out = inspect(fusion, tmp_path, der("P-256"), "--usage", "rest")
    assert code == 1
    assert "R40  broken      its key is P-256; allowed: RSA-2048, RSA-3072," in out
    assert out.endswith("for a REST account on 2025-02-03: 1 rule broken: R40\n")


@pytest.mark.parametrize(
    "name",
    [
        "PKCS#12 under another name",
        "PKCS#7, PEM",
        "chain in one file",
        "private key alone, PEM",
        "DER cut off",
    ],
)
def test_r43_what_is_no_certificate_says_what_it_is(fusion: Fusion, tmp_path: Path, name: str) -> None:
    code, out = inspect(fusion, tmp_path, FILES[name].content(), "--usage", "ftp")
    assert code == 1
    assert FILES[name].says in " ".join(out.split())
    assert out.count("no certificate was read") == len(RULES) - 1


def test_r43_another_name_is_one_broken_rule_and_the_others_are_judged(
    fusion: Fusion, tmp_path: Path
) -> None:
    code, out = inspect(fusion, tmp_path, der(), "--usage", "ftp", name="a.crt")
    assert code == 1
    assert "1 rule broken: R43" in out


def test_for_programs(fusion: Fusion, tmp_path: Path) -> None:
    file = tmp_path / "a.cer"
    file.write_bytes(der(own=True))
    ran = fusion("certificate", "inspect", str(file), "--usage", "ftp", "--on", str(DAY), "--format", "json")
    assert ran.code == 1
    found = ran.json
    assert [one["rule"] for one in found["rules"] if one["result"] == "broken"] == ["R42"]
    assert {one["result"] for one in found["rules"]} == {"kept", "broken", "not judged"}
    assert (found["certificate"]["keyType"], found["certificate"]["selfSigned"]) == ("P-384", True)


def test_a_person_in_a_certificate_is_not_told_by_number(fusion: Fusion, tmp_path: Path) -> None:
    """An eID's certificate has the INSZ in its name."""
    content = der(subject="Els Peeters 85073003328\u202e")
    for form in ("text", "json"):
        _, out = inspect(fusion, tmp_path, content, "--usage", "ftp", "--format", form)
        assert "85073003328" not in out
        assert "\u202e" not in out
        assert "Els Peeters" in out


def test_it_fits_a_narrow_terminal(fusion: Fusion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    _, out = inspect(fusion, tmp_path, der(), "--usage", "ftp")
    rules, _, _ = out.partition("\n\n")
    assert max(map(len, rules.splitlines())) <= 50


def test_no_file_is_an_error_and_no_verdict(fusion: Fusion, tmp_path: Path) -> None:
    ran = fusion("certificate", "inspect", str(tmp_path / "nowhere.cer"), "--usage", "ftp")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no such file" in ran.err
