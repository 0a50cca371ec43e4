"""A preview and a refresh run check, diff and read: none of them can write, whatever they find."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pulumi.dynamic import ResourceProvider

from providers import session
from providers.access import AccessManagersProvider, ChiefAccessManagersProvider, UserProvider
from providers.access_copy import AccessCopyProvider
from providers.chaman import (
    CertificateProvider,
    FtpAccountProvider,
    RestAccountProvider,
    SenderContactProvider,
)
from providers.cleanup import CleanedUpProvider
from providers.configuration import (
    ContactDetailsProvider,
    MutationsProvider,
    OcmwOnlineProvider,
    TechnicalProvidersProvider,
)
from providers.declared_people import MANAGERS, DeclaredPeopleProvider
from providers.dossiers import DossiersProvider
from providers.lockout import OperatorAccessProvider
from providers.online_requests import OnlineRequestsProvider
from providers.pending_work import PendingWorkProvider
from providers.portal import ReadingPortal, WritingPortal
from providers.removal import RemovedProvider
from providers.resource import PortalProvider
from providers.retained import KINDS, RetainedProvider
from providers.review import ReviewProvider
from providers.unique_report import UniqueReportProvider
from tests.providers import test_pickles
from tests.providers.conftest import Portal
from tests.providers.people import chiefs, managers, ssin
from tests.providers.portal_double import PortalDouble
from tests.providers.resource_harness import Props, ResourceHarness

GALMAARDEN = "0212212343"
DOMAIN = "maatschappelijkWelzijn"
RESOURCES: dict[type[PortalProvider], Props] = {
    ChiefAccessManagersProvider: {
        "chiefAccessManagers": ["an.claes"],
        "people": chiefs("an.claes"),
        "handover": "2024-12-01: agreed",
    },
    AccessManagersProvider: {"domain": DOMAIN, "accessManager": "an.claes", "people": managers("an.claes")},
    UserProvider: {"domain": DOMAIN, "person": "an.claes", "ssin": ssin("an.claes"), "blocked": False},
    CleanedUpProvider: {
        "domain": DOMAIN,
        "people": chiefs("an.claes"),
        "coChiefsStay": True,
        "coManagersStay": True,
        "confirmedOn": "2025-02-03",
        "reason": "agreed",
        "atMost": 1,
    },
    OperatorAccessProvider: {
        "operator": "an.claes",
        "ssin": ssin("an.claes"),
        "takes": {"chiefAccessManagers": True, "coChiefAccessManagers": True, "domains": {}},
        "releases": True,
    },
    RemovedProvider: {
        "domain": "maatschappelijkWelzijn",
        "person": "an.claes",
        "ssin": ssin("an.claes"),
        "coManagersDeclared": False,
        "on": "2025-02-03",
        "reason": "left",
    },
    SenderContactProvider: {"name": "ICT", "phone": "+3227875827", "email": "a@b.example", "language": "nl"},
    CertificateProvider: {
        "fileName": "galmaarden-ftp.cer",
        "usage": "ftp",
        "sha256": "00",
        "subject": "CN=ftp",
        "notBefore": "2024-10-01T00:00:00+00:00",
        "notAfter": "2027-10-01T00:00:00+00:00",
        "takesEffect": "2025-01-01",
        "content": "AA==",
    },
    FtpAccountProvider: {
        "accountName": "FTP Galmaarden",
        "type": "FTP",
        "username": "other",
        "password": "Appel+Peer=1",
        "authorizations": ["mutations"],
        "certificate": "galmaarden-ftp.cer",
    },
    RestAccountProvider: {"accountName": "OCMW Online", "authorizations": ["x"], "supplier": "socius"},
    MutationsProvider: {"ticked": {"address": True}},
    TechnicalProvidersProvider: {"network": "publinet"},
    ContactDetailsProvider: {"postcode": "1755"},
    OcmwOnlineProvider: {"newRequests": {"enabled": False}},
}
DOSSIERS: Props = {
    "kind": "forms",
    "successor": "1010784738",
    "stopOn": "2024-12-31",
    "restartOn": "2025-01-01",
    "handledBy": "softwareSupplier",
}
PENDING_WORK: dict[type[PendingWorkProvider], Props] = {
    UniqueReportProvider: {"year": "2024"},
    AccessCopyProvider: {"reportBy": "2024-11-15"},
    OnlineRequestsProvider: {"mergedInto": "Pajottegem", "linkedOn": "2025-01-01"},
}
OTHERS: tuple[type[ResourceProvider], ...] = (
    RetainedProvider,
    ReviewProvider,
    DossiersProvider,
    DeclaredPeopleProvider,
    *PENDING_WORK,
)


def test_every_provider_class_is_tried() -> None:
    tried = {f"{cls.__module__}.{cls.__qualname__}" for cls in (*RESOURCES, *OTHERS)}
    assert tried == test_pickles.PROVIDERS


@pytest.fixture
def reading_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for a client that writes, or making one, fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a preview asked for a client that writes")

    monkeypatch.setattr(session, "writing", refuse)
    monkeypatch.setattr(WritingPortal, "__init__", refuse)


def known(declared: Props, **outputs: Any) -> Props:
    return {"organization": GALMAARDEN, **declared, "origin": "created", "waiting": {}, **outputs}


@pytest.mark.usefixtures("reading_only")
@pytest.mark.parametrize("cls", RESOURCES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("moment", ["2025-02-03", "2024-12-02"])
def test_check_diff_and_read_only_read(cls: type[PortalProvider], moment: str, portal: Portal) -> None:
    """Drifted, absent, waiting: what there is to do is found out, and left to `up`."""
    portal.restart(moment)
    declared = {"organization": GALMAARDEN, **RESOURCES[cls]}
    for outputs in ({}, {"origin": "waiting"}, {"passwordChangedAt": "2020-01-01T00:00:00+01:00"}):
        life = ResourceHarness(cls())
        life.id, life.outs, life.inputs = "an id", known(declared, **outputs), declared
        life.preview(declared)
    assert portal.writes() == []


@pytest.mark.usefixtures("reading_only")
@pytest.mark.parametrize("kind", KINDS)
def test_retained_things_are_only_read_even_when_applied(kind: str, portal: Portal) -> None:
    declared = {"organization": GALMAARDEN, "kind": kind, "status": "unchanged"}
    life = ResourceHarness(RetainedProvider())
    life.create(declared)
    life.preview(declared)
    life.update(declared | {"accepted": "2025-02-03: agreed"})
    life.delete()
    assert portal.writes() == []


@pytest.mark.usefixtures("reading_only")
def test_a_review_is_only_read_even_when_applied(portal: Portal) -> None:
    declared = {"organization": GALMAARDEN, "on": "2025-02-01"}
    life = ResourceHarness(ReviewProvider())
    life.create(declared)
    life.preview(declared)
    life.update(declared | {"on": "2026-01-01"})
    life.delete()
    assert portal.writes() == []


@pytest.mark.usefixtures("reading_only")
def test_who_left_is_only_looked_for_even_when_applied(portal: Portal) -> None:
    takes = {"chiefAccessManagers": True, "coChiefAccessManagers": True, "domains": {}}
    people = {"maatschappelijkWelzijn": {MANAGERS: {ssin("an.claes"): "an.claes"}}}
    declared = {"organization": GALMAARDEN, "left": {}, "takes": takes, "releases": False}
    life = ResourceHarness(DeclaredPeopleProvider())
    life.create(declared | {"declared": people})
    assert life.up(declared | {"declared": {}}) == "update"
    assert life.outs["keeps"] == ["an.claes stays co-access manager of maatschappelijkWelzijn"]
    life.delete()
    assert portal.writes() == []


@pytest.mark.usefixtures("reading_only")
@pytest.mark.parametrize("cls", PENDING_WORK, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("moment", ["2025-02-03", "2024-11-02"])
def test_pending_work_is_only_read_even_when_applied(
    cls: type[PendingWorkProvider], moment: str, portal: Portal
) -> None:
    portal.restart(moment)
    declared = {"organization": GALMAARDEN, **PENDING_WORK[cls]}
    life = ResourceHarness(cls())
    life.create(declared)
    assert life.preview(declared) == "same"
    life.update(declared)
    life.delete()
    assert portal.writes() == []


@pytest.mark.usefixtures("reading_only")
@pytest.mark.parametrize("moment", ["2025-02-17", "2024-12-02"])
def test_dossiers_are_only_counted(moment: str, portal: Portal) -> None:
    portal.restart(moment)
    declared = {"organization": GALMAARDEN, **DOSSIERS}
    life = ResourceHarness(DossiersProvider())
    life.id, life.outs, life.inputs = "an id", declared, declared
    assert life.preview(declared) == ("update" if moment == "2025-02-17" else "same")
    assert portal.writes() == []


def test_the_reading_client_sends_nothing_but_get() -> None:
    """Each of its methods, with whatever the portal answers."""
    pages = (
        httpx.Response(200, json={"items": [], "next": "/REST/a/v1/more"}),
        httpx.Response(200, json={"items": []}),
    )
    double = PortalDouble(httpx.Response(200, json={}), *pages)
    reading = ReadingPortal(double.connection(), GALMAARDEN)
    reading.get("/REST/a/v1/one")
    reading.get_items("/REST/a/v1/several")
    assert reading.client_id == "rehearsal"
    assert [call.method for call in double.calls] == ["GET"] * 3


def test_the_session_gives_readers_a_client_without_any_write(portal: Portal) -> None:
    reader = session.reading(GALMAARDEN)
    assert type(reader) is ReadingPortal
    assert not {"create", "replace", "add", "delete"} & set(dir(reader))
