"""What needs a person: an error of the run for each reason, told together, after everything else was done."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi
import pytest

from tests.stacks.conftest import Engine

REASONS = {
    "R05": (
        "herne-retained-ftpAccounts",
        {"observed": "FTP Herne: missing"},
        "  Herne, FTP accounts: FTP Herne",
    ),
    "R36": (
        "pajottegem-rest-account",
        {"refused": "no contract"},
        "Pajottegem, REST account OCMW Online: socius refused the delegation request (no contract) (R36)",
    ),
    "R37": (
        "pajottegem-ftp-certificate",
        {"end": "expired"},
        "Pajottegem, certificate pajottegem-ftp.cer: it expired on 2027-10-01 (R37)",
    ),
}


def test_the_page_has_a_row_for_each_reason() -> None:
    """R06 beside them: refused forms are a warning of an `up` that succeeds, and stay in the plan by themselves."""
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    table = page.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| .*\((R\d\d)\) \|", table, re.MULTILINE)) == {*REASONS, "R06"}


@pytest.mark.parametrize("rule", REASONS)
def test_each_reason_fails_the_run(engine: Engine, rule: str) -> None:
    name, outputs, told = REASONS[rule]
    engine.portal.outputs = {name: outputs}
    with pytest.raises(pulumi.RunError) as caught:
        engine.register("pajottegem")
    assert told in str(caught.value)
    assert "Removals from the declaration wait until then" in str(caught.value)


def test_all_reasons_are_told_at_once(engine: Engine) -> None:
    engine.portal.outputs = {name: outputs for name, outputs, _ in REASONS.values()}
    with pytest.raises(pulumi.RunError) as caught:
        engine.register("pajottegem")
    assert all(told in str(caught.value) for _, _, told in REASONS.values())


@pytest.mark.parametrize("rule", REASONS)
def test_a_preview_tells_it_and_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """`up` previews first, and would go no further."""
    errors: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", errors.append)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    name, outputs, told = REASONS[rule]
    engine.portal.outputs = {name: outputs}
    engine.register("pajottegem")
    (error,) = errors
    assert told in error


def test_a_certificate_that_ends_soon_is_warned_of(engine: Engine) -> None:
    """R37: in every plan."""
    engine.portal.outputs = {"pajottegem-ftp-certificate": {"end": "soon"}}
    engine.register("pajottegem")
    (warning,) = [line for line in engine.warnings if "R37" in line]
    assert warning.startswith("Pajottegem, certificate pajottegem-ftp.cer: valid until 2027-10-01 (R37): ")
