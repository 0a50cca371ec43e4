"""What a stack of each scenario does and leaves (design of the scenarios: docs/scenarios.md)."""

import re
from collections.abc import Mapping

import pytest

from tests.support.workspace import Workspace

HASSELT, KORTESSEM = "0212216402", "0212189577"
SYSTEMS = ("/REST/chaman/", "/REST/ocmwConfiguration/")


def test_scenario_2_registers_no_chaman_or_configuration_action(fresh: Workspace) -> None:
    """R04: nothing to do there; what Kortessem has is retained."""
    plan = fresh.preview("hasselt")
    assert "dynamic/chaman:" not in plan
    assert "dynamic/configuration:" not in plan
    assert "retained:FtpAccounts kortessem-retained-ftpAccounts" in plan
    fresh.up("hasselt")
    writes = fresh.journal(writes=True)
    assert [call for call in writes if call["path"].startswith(SYSTEMS)] == []
    assert {call["actingFor"] for call in writes} <= {HASSELT, KORTESSEM}
    fresh.in_sync("hasselt")


def test_scenario_2_asking_for_chaman_is_refused_with_the_rule(fresh: Workspace) -> None:
    """R04."""
    seen = len(fresh.journal())
    sender = (
        "accounts:\n  sender: {name: ICT, phone: +32 11 23 90 00, email: ict@ocmw.example, language: nl}\n"
    )
    fresh.edit("hasselt", lambda text: text + "\n" + sender)
    shown = fresh.preview("hasselt", succeeds=False)
    assert "hasselt.yaml:" in shown
    assert "R04" in shown
    assert len(fresh.journal()) == seen


@pytest.mark.parametrize(
    "broken",
    [
        {
            "check-digits": ("1010.784.738", "1010.784.739"),
            "R30": ("username: pajot2025", "username: pajot 2025"),
            "R43": ("pajottegem-ftp.cer", "pajottegem-ftp.pfx"),
            "R56": ("{email: hulpaanvragen@ocmw-pajottegem.example, delay", "{delay"),
            "unknown-key": ("retain:", "retian:"),
        },
        {"municipality-number": ("1010.784.738", "1010.784.540")},
        {"unknown-person": ("person: tom.maes", "person: tom.meas")},
        {"yaml": ("merging:", "merging: [")},
    ],
    ids=", ".join,
)
def test_a_bad_declaration_gets_its_findings_and_no_portal_call(
    fresh: Workspace, broken: Mapping[str, tuple[str, str]]
) -> None:
    """What is found together is told together."""
    seen = len(fresh.journal())
    for right, wrong in broken.values():
        fresh.edit("pajottegem", lambda text, right=right, wrong=wrong: text.replace(right, wrong, 1))  # type: ignore[misc]
    shown = fresh.preview("pajottegem", succeeds=False)
    assert set(re.findall(r"pajottegem\.yaml:[\d:]+ ([\w-]+): ", shown)) == broken.keys()
    assert len(fresh.journal()) == seen


def test_a_stack_without_a_declaration_says_which_there_are(fresh: Workspace) -> None:
    fresh.pulumi("stack", "init", "nowhere")
    assert "fusions/nowhere.yaml. Declarations here: " in fresh.preview("nowhere", succeeds=False)


def test_a_second_stack_of_a_fusion_uses_the_same_declaration(fresh: Workspace) -> None:
    fresh.pulumi("stack", "init", "hasselt.production")
    assert "fusion:keeping:Centre Hasselt" in fresh.preview("hasselt.production")


def test_a_real_portal_is_refused_with_the_rehearsals_passphrase(fresh: Workspace) -> None:
    fresh.pulumi("config", "set", "portalUrl", "https://portal.invalid", "-s", "hasselt")
    assert "the passphrase is the rehearsal's well-known one" in fresh.preview("hasselt", succeeds=False)
