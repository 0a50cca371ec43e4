"""What a stack of each scenario does and leaves (design of the scenarios: docs/scenarios.md)."""

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
    ("break_it", "rule"),
    [
        (lambda text: text.replace("1010.784.738", "1010.784.739"), "check-digits"),
        (lambda text: text.replace("username: pajot2025", "username: pajot 2025"), "R30"),
        (lambda text: text.replace("pajottegem-ftp.cer", "pajottegem-ftp.pfx"), "R43"),
        (lambda text: text.replace("{email: hulpaanvragen@ocmw-pajottegem.example, delay", "{delay"), "R56"),
        (lambda text: text.replace("retain:", "retian:"), "unknown-key"),
        (lambda text: text.replace("person: tom.maes", "person: tom.meas", 1), "unknown-person"),
        (lambda text: text.replace("merging:", "merging: [", 1), "yaml"),
        (lambda text: text.replace("1010.784.738", "1010.784.540"), "municipality-number"),
    ],
)
def test_a_bad_declaration_gets_a_finding_and_no_portal_call(
    fresh: Workspace, break_it: object, rule: str
) -> None:
    seen = len(fresh.journal())
    fresh.edit("pajottegem", break_it)  # type: ignore[arg-type]
    shown = fresh.preview("pajottegem", succeeds=False)
    assert f": {rule}: " in shown
    assert "pajottegem.yaml:" in shown
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
