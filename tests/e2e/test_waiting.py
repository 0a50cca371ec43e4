"""What the portal does not allow yet waits, succeeds, is listed, and goes on by itself (R12, R27, R35, R36, R59)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.workspace import Workspace

PAJOTTEGEM = "1010784738"


def of_the_new_number(workspace: Workspace) -> list[str]:
    """What waits at the merged centre, the RSZ's copy aside. At the merging ones forms may wait too."""
    return [
        line
        for line in workspace.waiting("pajottegem")
        if line.startswith("Pajottegem, ") and "(R15)" not in line
    ]


@pytest.fixture(scope="module")
def december_template(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = fresh_template.copy(tmp_path_factory.mktemp("december") / "project")
    workspace.restart_portal("2024-12-02")
    workspace.up("pajottegem")
    return workspace


@pytest.fixture
def in_december(december_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Applied when the number was not active yet."""
    workspace = december_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()


def test_before_the_first_day_everything_of_the_new_number_waits(in_december: Workspace) -> None:
    outputs = in_december.outputs("pajottegem")
    assert outputs["summary"]["waiting"] == len(outputs["waiting"])
    waiting = of_the_new_number(in_december)
    assert len(waiting) == 16
    assert all("it is not active yet (R12)" in line and "until: 2025-01-01" in line for line in waiting)
    dossiers = [line for line in in_december.waiting("pajottegem") if "the day of the merger" in line]
    assert len(dossiers) == 6  # forms and attestations of three centres
    assert all("until: 2025-01-01" in line for line in dossiers)
    assert [call for call in in_december.journal(writes=True, kbo=PAJOTTEGEM) if call["status"] < 300] == []
    in_december.in_sync("pajottegem")


def test_on_the_first_day_up_goes_on_by_itself(in_december: Workspace) -> None:
    in_december.set_clock("2025-01-02")
    plan = in_december.preview("pajottegem")
    assert "chaman:FtpAccount pajottegem-ftp-account update" in plan
    # R06: how many, by quality code, at each centre.
    assert re.search(
        r"Herne: forms of running dossiers: \d+ to stop, \d+ to enter again \(quality 1: \d+, .*; A036", plan
    )
    in_december.up("pajottegem")
    waiting = of_the_new_number(in_december)
    assert [
        line
        for line in waiting
        if "contact details" in line and "R59" in line and "until: 2025-01-13" in line
    ]
    assert not [line for line in waiting if "FTP account" in line]
    in_december.in_sync("pajottegem")

    in_december.set_clock("2025-01-13")
    in_december.up("pajottegem")
    (left,) = of_the_new_number(in_december)
    assert "delegation request" in left


def test_r70_the_first_preview_says_what_people_have_to_do_and_by_which_code(fresh: Workspace) -> None:
    """Later ones do not say it again: it stands among the outputs."""
    fresh.edit("pajottegem", lambda text: text.replace("handledBy: softwareSupplier", "handledBy: byHand"))
    told = "Herne: forms of running dossiers: waits for people: 30 to stop, 30 to enter again by hand (by quality code 1: "
    assert told in fresh.preview("pajottegem")
    fresh.up("pajottegem")
    assert told not in fresh.preview("pajottegem")


def test_an_accepted_delegation_ends_the_waiting(pajottegem: Workspace) -> None:
    pajottegem.answer_delegation(PAJOTTEGEM, "OCMW Online", accept=True)
    pajottegem.in_sync("pajottegem")
    pajottegem.up("pajottegem")
    assert of_the_new_number(pajottegem) == []
    account = pajottegem.portal(PAJOTTEGEM).get(
        f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/restAccounts/OCMW%20Online"
    )
    assert account.body["management"] == "external"


def test_a_refused_delegation_is_an_error_until_it_is_asked_again(pajottegem: Workspace) -> None:
    pajottegem.answer_delegation(PAJOTTEGEM, "OCMW Online", accept=False, reason="no contract")
    for shown in (pajottegem.preview("pajottegem"), pajottegem.up("pajottegem", succeeds=False)):
        assert "socius refused the delegation request (no contract) (R36)" in shown
        assert "askedAgainOn" in shown

    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace("{supplier: socius}", "{supplier: socius, askedAgainOn: 2025-02-04}"),
    )
    pajottegem.up("pajottegem")
    assert len(of_the_new_number(pajottegem)) == 1


def test_another_supplier_can_be_asked_after_a_refusal(pajottegem: Workspace) -> None:
    pajottegem.answer_delegation(PAJOTTEGEM, "OCMW Online", accept=False)
    pajottegem.edit("pajottegem", lambda text: text.replace("{supplier: socius}", "{supplier: welzijnsware}"))
    pajottegem.up("pajottegem")
    (line,) = of_the_new_number(pajottegem)
    assert "whom: welzijnsware" in line
