"""What happens to one retained thing in a sequence: somebody's hands, and what the declaration says of it. All of it is
about the same centre and kind, so that an acceptance, or a release, often meets what somebody did."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from schemas.declaration import RETAINED_ITEMS
from tests.torture.properties.actions import Action, Say, Up
from tests.torture.properties.calendar import Until
from tests.torture.properties.manual_retained_changes import (
    OneMore,
    PutRight,
    RetainedByHand,
    RetainedManagers,
    RetainedUser,
)
from tests.torture.properties.retained_decisions import Accept, Release, WithdrawRelease

_PHONE: dict[str, object] = {"phone": "+3200000000"}
_REST = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]
# An early review lets something be released within weeks: a year at the portal takes long.
_EARLY, _AFTER = "2025-03-01", "2025-03-03"


def things(centres: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each kind at each centre; what has the most ways to change comes up more often."""
    kinds = (*RETAINED_ITEMS, "users", "users", "accessManagers", "chiefAccessManagers")
    return [(centre, kind) for centre in centres for kind in kinds]


def by_hand(centre: str, kind: str) -> list[Action]:
    """What somebody may do to it."""
    saved: dict[str, list[dict[str, object]]] = {
        "sender": [_PHONE, {"name": "Somebody else", "language": "fr"}, {}],
        "certificates": [{"renewed": True}, {}],
        "ftpAccounts": [
            {"authorizations": ["mutations"]},
            {"authorizations": ["integrations", "mutations"]},
            {"password": "Elsewhere=1+"},
            {},
        ],
        "restAccounts": [{"authorizations": [*_REST, "integrationsConsult"]}, {}],
        "delegationRequests": [{}],
        "mutations": [{"receive": ["death"]}, {"receive": ["death", "nationality"]}, {}],
        "technicalProviders": [{"network": "zorgring"}, {}],
        "contactDetails": [_PHONE, {"email": "else@ocmw.example"}, {}],
        "ocmwOnline": [{"newRequests": {"enabled": False}}, {"unreadReminders": {"enabled": False}}, {}],
        # Documents come in all the time, and are no change (R61).
        "eBox": [{"status": "closed"}, {"status": "open"}, {"documents": 200, "unread": 30}],
    }
    found: list[Action] = [RetainedByHand(centre, kind, fields) for fields in saved.get(kind, ())]
    if kind in ("certificates", "ftpAccounts", "restAccounts", "delegationRequests"):
        found.append(OneMore(centre, kind))
    if kind in ("sender", "mutations", "technicalProviders", "contactDetails", "ocmwOnline"):
        found.append(PutRight(centre, kind))
    if kind == "chiefAccessManagers":
        found += [RetainedManagers(centre, "", person) for person in (0, 1, None)]
        found += [RetainedManagers(centre, "", 0, head=True)]
    if kind == "accessManagers":
        domains = ("maatschappelijkWelzijn", "woonzorg")
        found += [RetainedManagers(centre, domain, who) for domain in domains for who in (0, None)]
        found += [RetainedManagers(centre, domain, 1, head=True) for domain in domains]
        found += [RetainedManagers(centre, "woonzorg", head=True), OneMore(centre, kind)]
    if kind == "users":
        changes: tuple[dict[str, object], ...] = (
            {"blocked": True},
            {"blocked": False},
            {"applications": ["E-Box Onderneming"]},
            {"applications": []},
            {"roles": ["Raadpleger"]},
            {},
        )
        found += [RetainedUser(centre, position, fields) for position in range(6) for fields in changes]
        found += [OneMore(centre, kind)] * 4
    return found


def about(centre: str, kind: str) -> SearchStrategy[Action]:
    """One step: by hand, or in the declaration; or an `up` in between."""
    deeds = st.sampled_from(by_hand(centre, kind))
    said: list[Action] = [
        WithdrawRelease(centre, kind),
        *(Accept(centre, kind, days) for days in (-1, 0, 0, 1, 14)),
    ]
    said += [Release(centre, kind, days) for days in (0, 20)]
    return st.one_of(deeds, deeds, st.sampled_from(said), st.just(Up()))


def releases(centre: str, kind: str) -> SearchStrategy[list[Action]]:
    """It is to be released, its day comes or does not, and something happens before and after; or what happened while it was
    released is seen again."""
    review: Action = Say(("retain", "reviewOn"), _EARLY)
    step = st.lists(about(centre, kind), max_size=2)
    wanted = [Release(centre, one, days) for one in (kind, kind, kind, "") for days in (0, 1, 20)]
    seen_again: SearchStrategy[list[Action]] = st.sampled_from(by_hand(centre, kind)).map(
        lambda deed: [Up(), deed, WithdrawRelease(centre, kind)]
    )
    return st.builds(
        lambda release, before, after: [review, release, *before, Until(_AFTER), *after],
        st.sampled_from(wanted),
        step,
        st.one_of(step, step, seen_again),
    )
