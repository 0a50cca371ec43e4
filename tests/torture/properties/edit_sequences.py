"""Edits, deeds of others and plans for any of the thirteen files: what Hypothesis chooses from for `kept_plans`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from schemas.reference import reference
from tests.torture.properties.actions import Action, Say, Supplier, Tick
from tests.torture.properties.edits import (
    AddDomain,
    AddUser,
    Appoint,
    ChangeUser,
    DropAccess,
    DropCoManager,
    DropDomain,
    DropUsers,
    MoveUser,
    NameChiefs,
    NameCoManagers,
    RemovePerson,
)
from tests.torture.properties.kept_plans import PlanAndUp
from tests.torture.properties.local_changes import LostState
from tests.torture.properties.manual_changes import AddedByHand, CoManagerByHand, ManagersByHand, UserByHand
from tests.torture.properties.sequences import BY_HAND

_CENTRES, _FEW, _MANY = st.integers(0, 3), st.integers(0, 3), st.integers(0, 40)
_AT = (_CENTRES, _FEW)
_PEOPLE = st.lists(_MANY, min_size=1, max_size=2).map(tuple)
_RIGHTS = {
    name: st.lists(st.sampled_from(reference().codes(name)), unique=True, min_size=1, max_size=2).map(tuple)
    for name in ("applications", "roles")
}
_CERTIFICATES = tuple(
    f"certificates/{name}-ftp.cer" for name in ("pajottegem", "merelbeke-melle", "nazareth-de-pinte")
)
_ONLINE = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]
_CLEAN_UP = {"confirmedOn": "2024-10-28", "reason": "agreed", "atMost": 100}
_MANAGEMENT = "accounts.rest.certificateManagement"
# What the file says of the merged centre's accounts and screens; None: the line goes.
_VALUES: dict[str, tuple[Any, ...]] = {
    "accounts.sender": (None,),
    "accounts.sender.phone": ("+3254891099",),
    "accounts.sender.language": ("nl", "fr"),
    "accounts.ftp": (None,),
    "accounts.ftp.name": ("FTP 2",),
    "accounts.ftp.username": ("other2026",),
    "accounts.ftp.authorizations": (["mutations"], ["integrations", "mutations"]),
    "accounts.ftp.certificate": _CERTIFICATES,
    "accounts.rest": (None,),
    "accounts.rest.name": ("Online 2",),
    "accounts.rest.authorizations": ([*_ONLINE, "integrationsConsult"], _ONLINE),
    _MANAGEMENT: (
        *({"own": {"certificate": file}} for file in _CERTIFICATES),
        *({"external": {"supplier": supplier}} for supplier in ("socius", "welzijnsware", "dossiermeester")),
    ),
    "accounts": (None,),
    "mutations": (None,),
    "mutations.receive": ("none", ["death"]),
    "technicalProviders": (None,),
    "technicalProviders.network": ("zorgring", "publinet"),
    "technicalProviders.contacts": (
        [{"name": "Somebody", "phone": "+3254891099", "email": "else@ocmw.example"}],
    ),
    "contact": (None,),
    "contact.phone": ("+3254891099",),
    "contact.email": ("else@ocmw.example",),
    "contact.website": ("https://www.else.example", None),
    "notifications": (None,),
    "notifications.newRequests": ({"enabled": False}, {"email": "else@ocmw.example"}),
    "notifications.unreadReminders": ({"enabled": False},),
    "access.cleanUp": (_CLEAN_UP, None),
}


def edits() -> SearchStrategy[Action]:
    """One edit of any file."""
    say = st.sampled_from(
        [Say(tuple(place.split(".")), one) for place, all_ in _VALUES.items() for one in all_]
    )
    rights = st.one_of(
        *(
            st.builds(
                ChangeUser, *_AT, _FEW, st.just(name), st.none() | st.just("none") | values.filter(bool)
            )
            for name, values in _RIGHTS.items()
        ),
        st.builds(ChangeUser, *_AT, _FEW, st.just("blocked"), st.booleans()),
    )
    either = st.none() | st.just(()) | _RIGHTS["applications"], st.none() | st.just(()) | _RIGHTS["roles"]
    return st.one_of(
        st.builds(DropUsers, *_AT, st.lists(_FEW, min_size=1, max_size=3).map(tuple)),
        st.builds(AddUser, *_AT, _MANY, *either, st.booleans()),
        rights,
        st.builds(MoveUser, *_AT, _FEW, _FEW),
        st.builds(Appoint, *_AT, _MANY),
        st.builds(NameCoManagers, *_AT, st.none() | _PEOPLE),
        st.builds(DropCoManager, *_AT, _FEW),
        st.builds(NameChiefs, _CENTRES, _PEOPLE, st.none() | _PEOPLE, st.booleans()),
        st.builds(DropDomain, *_AT),
        st.builds(AddDomain, _CENTRES, _FEW, _MANY),
        st.builds(DropAccess, _CENTRES),
        st.builds(RemovePerson, *_AT, _MANY, st.sampled_from((0, 0, 0, 10))),
        st.builds(Tick, st.sampled_from(reference().codes("mutationTypes")), st.booleans()),
        say,
        say,
    )


def sequences() -> SearchStrategy[list[Action]]:
    """Edits and deeds of others, with one plan or two."""
    people = st.integers(0, 30)
    centres = st.just("")
    fields = st.fixed_dictionaries(
        {}, optional={"applications": st.just(["Uniek verslag"]), "blocked": st.booleans()}
    )
    others: SearchStrategy[Action] = st.one_of(
        st.sampled_from(BY_HAND),
        st.builds(Supplier, st.sampled_from((True, True, False))),
        st.builds(AddedByHand, people),
        st.builds(UserByHand, centres, people, fields),
        st.builds(ManagersByHand, centres, people, st.lists(people, max_size=2).map(tuple), st.booleans()),
        st.builds(CoManagerByHand, people, people),
        st.just(LostState()),
    )
    part = st.builds(
        lambda before, said, after: [*before, *said, *after, PlanAndUp()],
        st.lists(others, max_size=2),
        st.lists(edits(), min_size=1, max_size=3),
        st.lists(others, max_size=1),
    )
    return st.lists(part, min_size=1, max_size=2).map(
        lambda parts: [action for part in parts for action in part]
    )
