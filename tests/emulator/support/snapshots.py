"""A centre as the portal shows it, and the same in the terms of `model`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulator.conftest import Acting
from tests.emulator.support.model import DOMAINS, Centre, Managers, User

ACCESS = "accessManagement"
COLLECTIONS = {
    "ftpAccounts": "accountName",
    "restAccounts": "accountName",
    "delegationRequests": "accountName",
    "certificates": "fileName",
}
SCREENS = ("chaman/sender", "ocmwConfiguration/mutations", "ocmwConfiguration/contactDetails")
COMPARED = {
    "sender": ("name", "phone", "email", "language"),
    "mutations": ("receive",),
    "contactDetails": ("street", "city", "postcode", "phone", "email", "website"),
    "ftpAccounts": ("username", "authorizations", "certificate"),
    "restAccounts": ("authorizations", "certificate", "management", "supplier"),
    "delegationRequests": ("authorizations", "supplier", "status"),
    "certificates": ("usage",),
}
"""What of each thing is compared: what was sent, and what the portal makes of it."""


def everything(client: Acting) -> dict[str, Any]:
    """Path → what is there, of all that people set; nothing of what was never saved."""
    found: dict[str, Any] = {}
    for path in ("/chiefAccessManagers", *(f"/domains/{one}/accessManagers" for one in DOMAINS)):
        answer = client.get(ACCESS, path)
        found[ACCESS + path] = answer.json() if answer.status_code == 200 else None
    for domain in DOMAINS:
        path = f"/domains/{domain}/users"
        found[ACCESS + path] = client.get(ACCESS, path).json()["items"]
    for screen in SCREENS:
        system, _, path = screen.partition("/")
        answer = client.get(system, f"/{path}")
        if answer.status_code == 200:
            found[screen] = answer.json()
    for collection, name in COLLECTIONS.items():
        for one in client.get("chaman", f"/{collection}").json()["items"]:
            found[f"chaman/{collection}/{one[name]}"] = one
    return found


def of_system(shown: Mapping[str, Any], system: str) -> dict[str, Any]:
    """What of `everything` is of one system, by the name of its API."""
    return {path: body for path, body in shown.items() if path.partition("/")[0] == system}


def tags_of(client: Acting) -> dict[str, str]:
    """Each system's change tag at the client's organisation."""
    return {one["name"]: one["tag"] for one in client.get("signIn", "/changes").json()["systems"]}


def as_model(shown: Mapping[str, Any], keys: Mapping[str, str]) -> Centre:
    """:param keys: INSZ → the key by which the model knows a person; others go by their INSZ."""

    def people(persons: list[dict[str, str]]) -> list[str]:
        return [keys.get(one["ssin"], one["ssin"]) for one in persons]

    chiefs = shown[ACCESS + "/chiefAccessManagers"]
    managers: dict[str, Managers | None] = {}
    members: dict[str, dict[str, User]] = {}
    for domain in DOMAINS:
        there = shown[f"{ACCESS}/domains/{domain}/accessManagers"]
        managers[domain] = there and Managers(
            people([there["accessManager"]])[0], people(there["coAccessManagers"])
        )
        members[domain] = {
            people([one])[0]: User(one["applications"], one["roles"], one["blocked"])
            for one in shown[f"{ACCESS}/domains/{domain}/users"]
        }
    kept = {
        path: {name: body[name] for name in COMPARED[path.split("/")[1]] if name in body}
        for path, body in shown.items()
        if path.split("/")[1] in COMPARED
    }
    return Centre(
        people(chiefs["chiefAccessManagers"]),
        people(chiefs["coChiefAccessManagers"]),
        managers,
        members,
        kept,
    )


def user_id(shown: Mapping[str, Any], domain: str, ssin: str) -> str:
    """The portal's id of a user; one that nobody has where there is none."""
    listed = shown[f"{ACCESS}/domains/{domain}/users"]
    return next((str(one["id"]) for one in listed if one["ssin"] == ssin), "nobody")
