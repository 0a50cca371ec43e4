"""Sequences of actions for each of the fusions: what Hypothesis chooses from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.torture.properties.actions import (
    Action,
    DeclareManagers,
    DeclareUser,
    DropUser,
    Say,
    Section,
    Supplier,
    Tick,
    Trouble,
    Up,
)
from tests.torture.properties.calendar import DAYS, CopyLater, Days, Until
from tests.torture.properties.dossier_actions import DecideEnded, EnterByHand, OpenByHand, StopByHand, Unlock
from tests.torture.properties.edits import RemovePerson
from tests.torture.properties.local_changes import LostState, NewPassword
from tests.torture.properties.manual_changes import AddedByHand, ByHand, ManagersByHand, UserByHand
from tests.torture.properties.retained_sequences import about, by_hand, releases, things
from tests.torture.properties.world import BEYOND

if TYPE_CHECKING:
    from tests.torture.properties.search import Subject

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
    ("contact.phone", _PHONES),
    ("contact.email", _EMAILS),
    ("contact.website", ("https://www.else.example", None)),
    ("contact.street.nl", ("Kerkstraat 1",)),
    ("notifications.unreadReminders.delayDays", (1, 3)),
    ("notifications.newRequests.email", _EMAILS),
    ("technicalProviders.network", ("zorgring", "publinet")),
    ("technicalProviders.contacts", ([{"name": "Somebody", "phone": _PHONES[0], "email": _EMAILS[0]}],)),
    ("access.chiefAccessManagers", (["els.peeters"], ["els.peeters", "tom.maes"])),
)
_ACCOUNTS = ("accounts.rest", "accounts.ftp", "accounts.sender")
# What the file says of dossiers and of the review, whatever the scenario.
_ALWAYS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("dossiers.handledBy", ("byHand", "softwareSupplier", "softwareSupplier")),
    ("retain.reviewOn", ("2025-03-01", "2025-12-01", "2026-02-01")),
)
_KINDS = st.sampled_from(("forms", "attestations"))
_POSITIONS = st.integers(0, 12)
_EVE, _DAY = "2024-12-31", "2025-01-01"
BY_HAND: tuple[ByHand, ...] = (
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
    ByHand("restAccounts", {"authorizations": [*_OCMW_ONLINE, "integrationsConsult"]}),
    *(
        ByHand(thing)
        for thing in ("sender", "mutations", "contactDetails", "ocmwOnline", "technicalProviders")
    ),
    *(ByHand(thing) for thing in ("ftpAccounts", "restAccounts", "delegationRequests")),
)


def sequences(subject: Subject, shortest: int, longest: int) -> SearchStrategy[list[Action]]:
    """Actions and an `up` at the end; in each sequence, several are about one and the same retained thing."""

    @cache
    def around(thing: tuple[str, str]) -> SearchStrategy[list[Action]]:
        return _around(subject, thing, shortest, longest)

    return st.sampled_from(things(tuple(subject.centres))).flatmap(around)


def _around(
    subject: Subject, thing: tuple[str, str], shortest: int, longest: int
) -> SearchStrategy[list[Action]]:
    kinds = [*_access(["", *subject.centres]), *_everywhere(), *_forms(subject)]
    # And now and then something else that is retained.
    kinds.append(st.sampled_from([deed for one in things(tuple(subject.centres)) for deed in by_hand(*one)]))
    sections = [Section("access", present, centre) for centre in subject.centres for present in (True, False)]
    sections += [Section("dossiers", present) for present in (True, False)]
    kinds.append(st.sampled_from(sections))
    if subject.cleaned:
        places = [Say((*place, "cleanUp"), value) for place in subject.cleaned for value in _CLEAN_UPS]
        kinds.append(st.sampled_from(places))
    if subject.beyond:
        leaving: list[Action] = [Section(name, present) for name in BEYOND for present in (True, False)]
        leaving += [Say(tuple(place.split(".")), None) for place in _ACCOUNTS]
        kinds += [st.sampled_from(leaving)] * 2
    by_others: list[SearchStrategy[Action]] = []
    if subject.channels:
        kinds += _edits()
        by_others = [st.sampled_from(BY_HAND), st.sampled_from(BY_HAND), st.builds(Supplier, st.booleans())]
    # A new number has no screens before its day, and nothing is asked of a supplier.
    half = longest // 2
    first = st.lists(st.one_of([*kinds, *by_others] if subject.keeper else kinds), max_size=half)
    then = st.lists(st.one_of([*kinds, *by_others]), min_size=shortest // 2, max_size=half)
    # Most go past the day of the fusion, or another one on which something happens, with what came before and after.
    jumps: list[list[Action]] = [[Until(day)] for day in DAYS]
    jumps += [[Until(day), Up()] for day in DAYS[1:-1]]
    jump: SearchStrategy[list[Action]] = st.sampled_from([[], *jumps])
    step = st.lists(about(*thing), max_size=2)
    return st.builds(
        lambda before, one, days, after, two: [*before, *one, *days, *after, *two, Up()],
        first,
        step,
        st.one_of(jump, jump, releases(*thing)),
        then,
        step,
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
        st.builds(
            RemovePerson, st.integers(0, len(centres)), st.just(0), _PEOPLE, st.sampled_from((0, 0, 20))
        ),
        st.builds(UserByHand, where, _PEOPLE, by_hand),
        st.builds(AddedByHand, _PEOPLE),
        st.builds(ManagersByHand, where, _PEOPLE, few, st.booleans()),
    ]


def _everywhere() -> list[SearchStrategy[Action]]:
    days: SearchStrategy[Action] = st.builds(Until, st.sampled_from((*DAYS[:-1], *DAYS)))  # a year takes long
    return [
        *[st.just(Up())] * 2,
        *[days] * 3,
        st.builds(Days, st.integers(1, 40)),
        st.builds(CopyLater, st.integers(1, 40)),
        st.builds(Trouble, st.sampled_from((429, 503, 504)), st.booleans(), st.integers(0, 99)),
        st.sampled_from(_actions_of(_ALWAYS)),
        st.just(LostState()),
    ]


def _forms(subject: Subject) -> list[SearchStrategy[Action]]:
    """By hand at each merging centre, and by the software."""
    where = st.sampled_from([*subject.centres, *filter(None, [subject.keeper])])
    return [
        st.builds(OpenByHand, where, _KINDS, _POSITIONS, st.sampled_from(("2024-12-16", _EVE, _DAY))),
        st.builds(StopByHand, where, _KINDS, _POSITIONS, st.sampled_from(("2024-11-30", _EVE, "2025-03-31"))),
        st.builds(EnterByHand, where, _KINDS, _POSITIONS, st.sampled_from((_DAY, "2025-01-15"))),
        st.builds(Unlock, where),
        st.builds(DecideEnded, where, st.sampled_from((True, False, None))),
    ]


def _edits() -> list[SearchStrategy[Action]]:
    return [
        st.sampled_from(_actions_of(_VALUES)),
        st.builds(Tick, st.sampled_from(_TYPES), st.booleans()),
        st.builds(NewPassword, st.sampled_from(("Another=2+", "Third=3+abc"))),
    ]


def _actions_of(values: Sequence[tuple[str, tuple[object, ...]]]) -> list[Action]:
    return [Say(tuple(place.split(".")), value) for place, all_ in values for value in all_]
