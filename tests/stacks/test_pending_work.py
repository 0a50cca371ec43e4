"""The pending work that is planned: the reports, the copy of access, requests (R13-R15, R62-R64)."""

from __future__ import annotations

from datetime import date

import pytest

from providers.online_requests import OnlineRequests
from providers.unique_report import UniqueReport
from schemas.secrets import Secrets
from schemas.systems import Application
from stacks.plan import plan
from tests.stacks.conftest import FUSIONS, NAMES, planning, secrets_of, shipped


def test_r13_r14_the_day_for_flanders_is_that_of_the_manuals_fusions() -> None:
    assert shipped("pajottegem").named("pajottegem-access-copy").props["reportBy"] == "2024-11-15"
    later = shipped("pajottegem").fusion.model_copy(update={"takes_effect": date(2026, 1, 1)})
    (planned,) = [i for i in planning(later, FUSIONS).resources if i.name == "pajottegem-access-copy"]
    assert planned.props["reportBy"] is None


def test_r63_who_keeps_the_number_reports_on_the_year_before_too() -> None:
    """R62: the others under the number that disappears; a new number has not lived that year."""
    pending = {
        name: [item.centre.name for item in shipped(name).resources if item.resource is UniqueReport]
        for name in ("pajottegem", "hasselt", "antwerpen")
    }
    assert pending == {
        "pajottegem": ["Galmaarden", "Gooik", "Herne"],
        "hasselt": ["Kortessem", "Hasselt"],
        "antwerpen": ["Borsbeek", "Antwerpen"],
    }


@pytest.mark.parametrize("name", NAMES)
def test_r64_requests_are_pending_where_they_disappear(name: str) -> None:
    fusion = shipped(name).fusion
    pending = [item for item in shipped(name).resources if item.resource is OnlineRequests]
    assert [item.centre.name for item in pending] == [centre.name for centre in fusion.disappearing]
    assert {item.props["mergedInto"] for item in pending} == {fusion.name}


def test_accounts_of_rest_alone_need_no_password() -> None:
    """R04: what a scenario does not ask for may be declared in part."""
    fusion = shipped("pajottegem").fusion
    assert fusion.accounts
    fusion = fusion.model_copy(update={"accounts": fusion.accounts.model_copy(update={"ftp": None})})
    known = secrets_of(fusion)
    without = Secrets({key: known.person(key) for key in known.people()}, {}, known._document)
    names = [item.name for item in plan(fusion, without, FUSIONS) if item.group is Application.CHAMAN]
    assert "pajottegem-rest-account" in names
    assert "pajottegem-ftp-account" not in names
