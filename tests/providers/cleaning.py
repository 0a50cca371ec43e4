"""A domain of Pajottegem with people who are declared and people whom nobody declares."""

from __future__ import annotations

from typing import Any

from tests.providers.conftest import Portal
from tests.providers.contract import ACCESS
from tests.providers.people import chiefs, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props

DOMAIN = "woonzorg"
PATH = f"{ACCESS}/domains/{DOMAIN}"
USERS = f"{PATH}/users"
STAYING = ("jan.janssens", "an.claes", "tom.maes")
STRANGERS = ("nobody.knows", "left.longago")


def declared(*keys: str, **changes: Any) -> Props:
    """What the program declares; `keys` stay."""
    return {
        "organization": PAJOTTEGEM,
        "domain": DOMAIN,
        "people": chiefs(*(keys or STAYING)),
        "coChiefsStay": False,
        "coManagersStay": False,
        "confirmedOn": "2025-02-03",
        "reason": "the list was gone through",
        "atMost": 5,
        **changes,
    }


def prepare(portal: Portal) -> None:
    """Only these: whom the RSZ copied is taken away first."""
    for user in everybody(portal):
        portal.clear(PAJOTTEGEM, f"{USERS}/{user['id']}")
    for key in (*STAYING, *STRANGERS):
        add(portal, key)


def add(portal: Portal, key: str) -> None:
    body = {"ssin": ssin(key), "applications": ["Uniek verslag"], "roles": [], "blocked": False}
    portal.by_hand(PAJOTTEGEM).add(USERS, body)


def everybody(portal: Portal) -> list[dict[str, Any]]:
    return portal.by_hand(PAJOTTEGEM).get_items(USERS)


def strangers(portal: Portal) -> list[dict[str, Any]]:
    known = {ssin(key) for key in STAYING}
    return sorted((u for u in everybody(portal) if u["ssin"] not in known), key=lambda user: str(user["id"]))


def names(portal: Portal) -> list[str]:
    """How a preview calls those whom nobody declares."""
    return [f"portal:{user['personId'][:8]}" for user in strangers(portal)]
