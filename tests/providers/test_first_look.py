"""What a first preview says of what is retained, of people's and others' work, and of forms; how often it asks.

R05, R06, R13-R15, R61."""

from __future__ import annotations

import pytest

from emulator import controls
from providers.access import UserProvider
from providers.access_copy import AccessCopyProvider
from providers.base import BaseProvider
from providers.differences import different_parts
from providers.dossiers import DossiersProvider
from providers.first_look import BASELINE, HIDDEN, MOVES, NOTHING, UNSEEN, WAITS
from providers.portal import Connection
from providers.retained import RetainedProvider
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.galmaarden import GALMAARDEN, retained
from tests.providers.people import ssin
from tests.providers.resource_harness import Props, ResourceHarness, begin_operation, to_provider

PAJOTTEGEM = "1010784738"
COPY: Props = {"organization": PAJOTTEGEM, "reportBy": "2024-11-15"}
FORMS: Props = {
    "organization": GALMAARDEN,
    "successor": PAJOTTEGEM,
    "kind": "forms",
    "stopOn": "2024-12-31",
    "restartOn": "2025-01-01",
    "handledBy": "softwareSupplier",
}


def found(provider: BaseProvider, declared: Props) -> Props:
    begin_operation()
    said: Props = provider.check(to_provider({}), to_provider(declared)).inputs["found"]
    return said


def test_r05_what_becomes_the_baseline_is_named(portal: Portal) -> None:
    accounts = found(RetainedProvider(), retained("ftpAccounts"))
    assert accounts["outcome"] == BASELINE
    assert accounts["baseline"] == ["FTP Galmaarden"]
    (name, *_) = [
        line for line in found(RetainedProvider(), retained("sender"))["baseline"] if line.startswith("name")
    ]
    assert name == "name: ICT-dienst OCMW Galmaarden"
    users = found(RetainedProvider(), retained("users"))["baseline"]
    assert [line for line in users if line.startswith("woonzorg")] == ["woonzorg: 2 users"]


def test_r05_that_nothing_is_there_is_a_baseline_too(portal: Portal) -> None:
    portal.clear(GALMAARDEN, f"/REST/chaman/v1/organizations/{GALMAARDEN}/ftpAccounts/FTP%20Galmaarden")
    said = found(RetainedProvider(), retained("ftpAccounts"))
    assert (said["says"], said["baseline"]) == ("nothing there: that becomes the baseline", [])


def test_r61_what_is_released_is_looked_at_no_more(portal: Portal) -> None:
    said = found(RetainedProvider(), retained("ftpAccounts", released="2025-02-01: agreed"))
    assert said["outcome"] == NOTHING
    assert "2025-02-01" in said["says"]


def test_a_managed_user_is_no_part_of_the_baseline_that_is_told(portal: Portal) -> None:
    """A run may make such a user before it comes to what is retained: a saved plan would not hold."""
    who = ssin("lea.goossens")
    declared = retained("users", managed={f"maatschappelijkWelzijn/{who}": ["applications"]})
    before = found(RetainedProvider(), retained("users"))["baseline"]
    assert before[0] == "maatschappelijkWelzijn: 3 users"
    assert found(RetainedProvider(), declared)["baseline"][0] == "maatschappelijkWelzijn: 2 users"


def test_r13_r14_work_that_waits_is_told_and_work_that_is_done(portal: Portal) -> None:
    assert found(AccessCopyProvider(), COPY)["outcome"] == NOTHING
    portal.restart("2024-11-01")
    said = found(AccessCopyProvider(), COPY)
    assert (said["outcome"], said["waiting"]["until"]) == (WAITS, "2024-11-15")


def test_r06_forms_that_go_over_are_counted_and_those_that_wait(portal: Portal) -> None:
    said = found(DossiersProvider(), FORMS)
    assert (said["outcome"], said["says"]) == (MOVES, "30 to stop and enter again")
    portal.restart("2024-11-01")
    assert found(DossiersProvider(), FORMS)["outcome"] == WAITS


@pytest.mark.parametrize(
    ("provider", "declared"), [(RetainedProvider(), retained("users")), (AccessCopyProvider(), COPY)]
)
def test_a_failed_look_is_told_as_one(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, provider: BaseProvider, declared: Props
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PortalUnreachable(detail="nobody answers")

    monkeypatch.setattr(Connection, "send", fail)
    said = found(provider, declared)
    assert said["outcome"] == UNSEEN
    assert "nobody answers" in said["says"]


def test_a_domain_is_read_once_for_all_its_users(portal: Portal) -> None:
    begin_operation()
    before = len(controls.journal(portal.database))
    for who in ("lea.goossens", "mieke.desmet", "tom.maes"):
        declared = {
            "organization": GALMAARDEN,
            "domain": "maatschappelijkWelzijn",
            "person": who,
            "ssin": ssin(who),
            "blocked": False,
        }
        assert "found" in UserProvider().check(to_provider({}), to_provider(declared)).inputs
    calls = [call for call in controls.journal(portal.database)[before:] if call["method"] == "GET"]
    assert len(calls) == 1


def test_a_new_operation_reads_again(portal: Portal) -> None:
    """What others did between a preview and the next is seen."""
    assert found(RetainedProvider(), retained("ftpAccounts"))["baseline"]
    portal.clear(GALMAARDEN, f"/REST/chaman/v1/organizations/{GALMAARDEN}/ftpAccounts/FTP%20Galmaarden")
    begin_operation()
    assert not found(RetainedProvider(), retained("ftpAccounts"))["baseline"]


def test_what_was_found_is_in_no_output(portal: Portal) -> None:
    life = ResourceHarness(RetainedProvider())
    life.create(retained("ftpAccounts"))
    assert "found" in life.inputs
    assert "found" not in life.outs
    life.refresh()
    assert "found" not in life.inputs


def test_of_objects_only_the_parts_that_differ() -> None:
    live = {"street": {"nl": "Kerkstraat 1", "fr": "Rue 1"}, "email": "A@b.be", "phone": None}
    declared = {"street": {"nl": "Kerkstraat 2", "fr": "Rue 1"}, "email": "a@B.be", "phone": "+32"}
    assert different_parts(live, declared, ("email",), hidden=None) == {
        "street": {"nl": "Kerkstraat 1"},
        "phone": "",
    }
    assert different_parts(live, declared, ("email",), hidden=HIDDEN)["street"] == {"nl": HIDDEN}
