"""Sequences of actions for each of the fusions: what Hypothesis chooses from."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.properties.actions import (
    Action,
    AddedByHand,
    ByHand,
    Days,
    DeclareManagers,
    DeclareUser,
    DropUser,
    ManagersByHand,
    Say,
    Section,
    Supplier,
    Tick,
    Trouble,
    Up,
    UserByHand,
)

_PEOPLE = st.integers(0, 30)
_APPLICATIONS = ("Uniek verslag", "E-Box Onderneming", "ChaMan - Technisch kanaalbeheer")
_ROLES = ("Dossierbeheerder", "Raadpleger")
_TYPES = ("address", "death", "nationality", "personnelFile")
_FTP = ("mutations", "attestations", "integrations", "novaPrimaStatements")
_OCMW_ONLINE = ("ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead")
_PHONES = ("+3254891099", "+32 54 89 10 98")
_EMAILS = ("else@ocmw-pajottegem.example", "ELSE@ocmw-pajottegem.example")
_CLEAN_UPS = (
    *(
        {"confirmedOn": day, "reason": "agreed", "atMost": 100}
        for day in ("2024-10-28", "2024-11-20", "2025-02-20")
    ),
    None,
)
Place = tuple[str | int, ...]
_several = {
    name: st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)
    for name, values in (("applications", _APPLICATIONS), ("roles", _ROLES))
}

# What the file says of the merged centre's screens and accounts: other values, and whole sections gone and back.
_VALUES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("accounts.sender.phone", _PHONES),
    ("accounts.sender.name", ("ICT", "Helpdesk")),
    ("accounts.sender.language", ("nl", "fr")),
    ("accounts.ftp.username", ("pajot2026", "PAJOT2025")),
    ("accounts.ftp.name", ("FTP Pajottegem", "FTP 2")),
    ("accounts.ftp.authorizations", (["mutations"], ["integrations", "mutations"])),
    ("accounts.ftp.certificate", ("certificates/nazareth-de-pinte-ftp.cer",)),
    ("accounts.rest.certificateManagement.external.supplier", ("socius", "welzijnsware")),
    ("accounts.rest.certificateManagement.external.askedAgainOn", ("2025-02-04", "2025-02-05", None)),
    ("accounts.rest.authorizations", ([*_OCMW_ONLINE, "integrationsConsult"], [*_OCMW_ONLINE])),
    ("accounts.rest.name", ("OCMW Online", "Online 2")),
    ("accounts.rest", (None,)),
    ("contact.phone", _PHONES),
    ("contact.email", _EMAILS),
    ("contact.website", ("https://www.else.example", None)),
    ("contact.street.nl", ("Kerkstraat 1",)),
    ("notifications.unreadReminders.delayDays", (1, 3)),
    ("notifications.newRequests.email", _EMAILS),
    ("technicalProviders.network", ("zorgring", "publinet")),
    ("technicalProviders.contacts", ([{"name": "Somebody", "phone": _PHONES[0], "email": _EMAILS[0]}],)),
    ("dossiers.handledBy", ("byHand", "softwareSupplier")),
    ("access.chiefAccessManagers", (["els.peeters"], ["els.peeters", "tom.maes"])),
)
_SECTIONS = ("mutations", "technicalProviders", "contact", "notifications", "accounts", "dossiers")
_SCREENS: tuple[ByHand, ...] = (
    ByHand("sender", {"phone": "+3200000000"}),
    ByHand("sender", {"name": "Somebody else", "language": "fr"}),
    ByHand("mutations", {"receive": ["death"]}),
    ByHand("mutations", {"receive": ["death", "personnelFile", "nationality"]}),
    ByHand("contactDetails", {"phone": "+3200000000"}),
    ByHand("ocmwOnline", {"newRequests": {"enabled": False}}),
    ByHand("technicalProviders", {"network": "zorgring"}),
    ByHand("ftpAccounts", {"authorizations": ["mutations"]}),
    ByHand("ftpAccounts", {"password": "Elsewhere=1+"}),
    ByHand("ftpAccounts", {"username": "by.hand"}),
    ByHand("restAccounts", {"authorizations": ["ocmwOnlineRequestsRead"]}),
    *(
        ByHand(thing)
        for thing in ("sender", "mutations", "contactDetails", "ocmwOnline", "technicalProviders")
    ),
    *(ByHand(thing) for thing in ("ftpAccounts", "restAccounts", "delegationRequests")),
)


def sequences(
    centres: Sequence[str], *, channels: bool, cleaned: Sequence[Place], shortest: int, longest: int
) -> SearchStrategy[list[Action]]:
    """:param centres: those that disappear. :param channels: whether the fusion sets channels and configuration up.
    :param cleaned: the accesses that are cleaned up."""
    kinds = [*_access(["", *centres]), *_everywhere()]
    if channels:
        kinds += _edits()
    if cleaned:
        kinds.append(
            st.sampled_from([Say((*place, "cleanUp"), value) for place in cleaned for value in _CLEAN_UPS])
        )
    sections = [Section("access", present, centre) for centre in centres for present in (True, False)]
    kinds.append(st.sampled_from(sections))
    return st.lists(st.one_of(kinds), min_size=shortest, max_size=longest).map(
        lambda actions: [*actions, Up()]
    )


def _access(centres: Sequence[str]) -> list[SearchStrategy[Action]]:
    where = st.sampled_from(centres)
    few = st.lists(_PEOPLE, max_size=2).map(tuple)
    by_hand = st.fixed_dictionaries(
        {},
        optional={
            "applications": _several["applications"].map(list),
            "roles": _several["roles"].map(list),
            "blocked": st.booleans(),
        },
    )
    return [
        st.builds(
            DeclareUser,
            where,
            _PEOPLE,
            st.none() | _several["applications"],
            st.none() | _several["roles"],
            st.booleans(),
        ),
        st.builds(DropUser, where, _PEOPLE),
        st.builds(DeclareManagers, where, _PEOPLE, st.none() | few),
        st.builds(UserByHand, where, _PEOPLE, by_hand),
        st.builds(AddedByHand, _PEOPLE),
        st.builds(ManagersByHand, where, _PEOPLE, few, st.booleans()),
    ]


def _everywhere() -> list[SearchStrategy[Action]]:
    return [
        st.just(Up()),
        st.builds(Days, st.integers(1, 70)),
        st.builds(Trouble, st.sampled_from((429, 503, 504)), st.booleans(), st.integers(0, 99)),
    ]


def _edits() -> list[SearchStrategy[Action]]:
    values = [Say(tuple(place.split(".")), value) for place, all_ in _VALUES for value in all_]
    return [
        st.sampled_from(values),
        st.builds(Tick, st.sampled_from(_TYPES), st.booleans()),
        st.builds(Section, st.sampled_from(_SECTIONS), st.booleans()),
        st.sampled_from(_SCREENS),
        st.builds(Supplier, st.booleans()),
    ]
