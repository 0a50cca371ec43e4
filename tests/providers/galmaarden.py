"""What people do by hand at Galmaarden, a disappearing centre, for each kind of thing that is retained there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from emulator import controls
from emulator.core import store, waves
from emulator.systems.ebox import api as ebox
from providers.retained import UNCHANGED, RetainedProvider
from tests.providers.chaman_files import certificate
from tests.providers.conftest import Portal
from tests.providers.people import ssin
from tests.providers.resource_harness import Props, ResourceHarness
from tests.support import portal_tables

GALMAARDEN = "0212212343"
CHAMAN = f"/REST/chaman/v1/organizations/{GALMAARDEN}"
CONFIGURATION = f"/REST/ocmwConfiguration/v1/organizations/{GALMAARDEN}"
ACCESS = f"/REST/accessManagement/v1/organizations/{GALMAARDEN}"
USERS = f"{ACCESS}/domains/maatschappelijkWelzijn/users"
FTP = f"{CHAMAN}/ftpAccounts/FTP%20Galmaarden"
REST = f"{CHAMAN}/restAccounts/OCMW%20Online"
REQUEST = f"{CHAMAN}/delegationRequests/OCMW%20Online"
OCMW_ONLINE = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]

ByHand = Callable[[Portal], None]
_ANSWERED = {"createdBy", "createdAt", "changedAt", "personId", "id", "accountName", "fileName"}
_ANSWERED |= {"passwordChangedAt", "management", "supplier"}


def retained(kind: str, **more: object) -> Props:
    """What the program declares of a kind."""
    return {"organization": GALMAARDEN, "kind": kind, "status": UNCHANGED, **more}


def adopted(kind: str, **more: object) -> ResourceHarness:
    """A kind as it is found, adopted."""
    life = ResourceHarness(RetainedProvider())
    life.create(retained(kind, **more))
    return life


def edit(path: str, **fields: Any) -> ByHand:
    """Save a screen again with other values."""

    def act(portal: Portal) -> None:
        found = portal.get(GALMAARDEN, path)
        assert found is not None
        body = {name: value for name, value in found.items() if name not in _ANSWERED}
        portal.save(GALMAARDEN, path, body | fields)

    return act


def save(path: str, **body: Any) -> ByHand:
    def act(portal: Portal) -> None:
        portal.save(GALMAARDEN, path, body)

    return act


def clear(*paths: str) -> ByHand:
    """Remove what stands at these paths, in this order."""

    def act(portal: Portal) -> None:
        for path in paths:
            portal.clear(GALMAARDEN, path)

    return act


def upload(file_name: str, name: str, usage: str = "ftp") -> ByHand:
    own = usage == "rest"
    file = {"content": certificate(name, self_signed=own)["content"], "usage": usage}
    return save(f"{CHAMAN}/certificates/{file_name}", **file)


def new_password(portal: Portal) -> None:
    controls.advance_clock(portal.database, 1)
    edit(FTP, password="Elsewhere=1+")(portal)


def add_ftp_account(portal: Portal) -> None:
    upload("extra.cer", "extra")(portal)
    account = {"type": "FTP", "username": "extra", "password": "Elsewhere=1+", "certificate": "extra.cer"}
    save(f"{CHAMAN}/ftpAccounts/Extra", authorizations=["mutations"], **account)(portal)


def add_rest_account(portal: Portal) -> None:
    upload("own.cer", "own", "rest")(portal)
    authorizations = ["integrationsConsult"]
    save(f"{CHAMAN}/restAccounts/Integraties", authorizations=authorizations, certificate="own.cer")(portal)


def add_user(key: str, domain: str = "maatschappelijkWelzijn") -> ByHand:
    body = {"ssin": ssin(key), "applications": ["Uniek verslag"], "roles": [], "blocked": False}

    def act(portal: Portal) -> None:
        portal.by_hand(GALMAARDEN).add(f"{ACCESS}/domains/{domain}/users", body)

    return act


def user_id(portal: Portal, key: str) -> str:
    users = portal.by_hand(GALMAARDEN).get_items(USERS)
    return next(str(user["id"]) for user in users if user["ssin"] == ssin(key))


def block_user(key: str) -> ByHand:
    return lambda portal: edit(f"{USERS}/{user_id(portal, key)}", blocked=True)(portal)


def unblock_user(key: str) -> ByHand:
    return lambda portal: edit(f"{USERS}/{user_id(portal, key)}", blocked=False)(portal)


def remove_user(key: str) -> ByHand:
    return lambda portal: clear(f"{USERS}/{user_id(portal, key)}")(portal)


def managers(domain: str, manager: str, *others: str) -> ByHand:
    people = [
        {"ssin": ssin(key), "email": f"{key}@ocmw.example", "language": "nl"} for key in (manager, *others)
    ]
    path = f"{ACCESS}/domains/{domain}/accessManagers"
    return save(path, accessManager=people[0], coAccessManagers=people[1:])


def e_box(**fields: Any) -> ByHand:
    """The portal itself changes an E-Box: nobody can by a screen."""

    def act(portal: Portal) -> None:
        portal_tables.change_resources(portal.database, "box", GALMAARDEN, **fields)

    return act


def e_box_gets(documents: int) -> ByHand:
    """Documents come in, unread."""

    def act(portal: Portal) -> None:
        with closing(store.connect(portal.database)) as connection:
            ebox.fill(connection, GALMAARDEN, waves.every()[0], documents, documents)

    return act


WITHOUT_ACCOUNTS = clear(FTP, REST, REQUEST)
WITHOUT_SENDER = clear(FTP, REST, REQUEST, f"{CHAMAN}/sender")
