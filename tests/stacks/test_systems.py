"""Each thing of a plan names its system of the manual: what waits is shown under it."""

from __future__ import annotations

import pytest

from providers import (
    access,
    access_copy,
    chaman,
    cleanup,
    configuration,
    declared_people,
    dossiers,
    online_requests,
    retained,
    review,
    unique_report,
)
from providers.waiting import Waiting
from schemas.systems import System
from stacks import report
from stacks.planned import AnyResource
from tests.stacks.conftest import NAMES, shipped

SYSTEM_OF_RESOURCE: dict[type[AnyResource], System] = {
    access.ChiefAccessManagers: System.CHIEF_ACCESS_MANAGERS,
    access.AccessManagers: System.ACCESS,
    access.User: System.ACCESS,
    cleanup.CleanedUp: System.ACCESS,
    access_copy.AccessCopy: System.ACCESS,
    declared_people.DeclaredPeople: System.ACCESS,
    chaman.SenderContact: System.SENDER,
    chaman.FtpAccount: System.FTP_ACCOUNT,
    chaman.RestAccount: System.REST_ACCOUNT,
    chaman.Certificate: System.CERTIFICATES,
    configuration.Mutations: System.MUTATIONS,
    configuration.TechnicalProviders: System.TECHNICAL_PROVIDERS,
    configuration.ContactDetails: System.CONTACT_DETAILS,
    configuration.OcmwOnline: System.NOTIFICATIONS,
    dossiers.RunningForms: System.RUNNING_DOSSIERS,
    dossiers.Attestations: System.ATTESTATIONS,
    unique_report.UniqueReport: System.UNIQUE_REPORT,
    online_requests.OnlineRequests: System.ONLINE_REQUESTS,
    review.Review: System.RETAINED,
    **dict.fromkeys(retained.RESOURCES.values(), System.RETAINED),
}

WAITING = Waiting("waits for one thing", "R06", "the centre")


def test_each_thing_that_can_wait_belongs_to_one_system() -> None:
    """Of all the declarations that ship, as an entry of the output `waits` has it."""
    found = set()
    for name in NAMES:
        items = shipped(name).resources
        waits = report._waits(items, [WAITING.as_props()] * len(items))
        found |= {(item.resource, wait.system) for item, wait in zip(items, waits, strict=True)}
    assert found == set(SYSTEM_OF_RESOURCE.items())


@pytest.mark.parametrize(
    ("line", "system"),
    [
        ("Pajottegem, FTP account FTP Pajottegem", System.FTP_ACCOUNT),
        ("Pajottegem, sender contact", System.SENDER),
        ("Herne, FTP accounts", System.RETAINED),
        ("Herne, review of what is retained", System.RETAINED),
        ("Galmaarden, user maatschappelijkWelzijn tom.maes", System.ACCESS),
        ("Pajottegem, chief access managers", System.CHIEF_ACCESS_MANAGERS),
        ("Herne, users", System.RETAINED),
        ("Herne, A036 attestations", System.ATTESTATIONS),
        ("Herne, requests of OCMW Online", System.ONLINE_REQUESTS),
    ],
)
def test_a_line_that_waits_belongs_to_the_system_of_its_thing(line: str, system: System) -> None:
    """A retained thing is another than the declared one that is called nearly the same."""
    assert {item.system for item in shipped("pajottegem").resources if item.thing == line} == {system}
