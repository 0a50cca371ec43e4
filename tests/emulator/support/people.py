"""People in every function that there is at a centre, made over the portal's own API.

What each of them may do is written down here from the manual, and not from the portal's table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import GALMAARDEN, Portal

WELFARE, CARE = "/domains/maatschappelijkWelzijn", "/domains/woonzorg"
API = "accessManagement"

CHAMAN, BOX, REPORT = "ChaMan - Technisch kanaalbeheer", "E-Box Onderneming", "Uniek verslag"
ONLINE, CONSULT, WAGES = "OCMW Online - Hulpaanvragen", "Integraties raadplegen", "Aangifte DmfA"
APPLICATIONS = (CHAMAN, BOX, REPORT, ONLINE, CONSULT, WAGES)
CONFIGURATION, DOSSIERS, READER = "OCMW-configuratie", "Dossierbeheerder", "Raadpleger"
ROLES = (CONFIGURATION, DOSSIERS, READER)

CHIEFS = frozenset({"staff.chief", "staff.cochief"})
MANAGER, CO_MANAGER = "staff.manager", "staff.comanager"
MANAGERS = frozenset({MANAGER, CO_MANAGER})
OTHER_MANAGERS = frozenset({"staff.othermanager", "staff.othercomanager"})
PLAIN, BLOCKED, OTHER_USER = "staff.plain", "staff.blocked", "staff.otheruser"
STRANGER = "frank.reynders"
"""A chief access manager, of another centre."""
USERS: Mapping[str, tuple[list[str], list[str]]] = {
    PLAIN: ([], []),
    **{f"staff.app{number}": ([name], []) for number, name in enumerate(APPLICATIONS)},
    **{f"staff.role{number}": ([], [name]) for number, name in enumerate(ROLES)},
}
"""The users of maatschappelijk welzijn who are not blocked, with their applications and roles."""
PRESENT = CHIEFS | MANAGERS | OTHER_MANAGERS | frozenset(USERS) | {OTHER_USER}
"""Everyone who may sign in."""


def user_with(name: str) -> str:
    """The user of maatschappelijk welzijn who has this application or role and no other."""
    (found,) = [user for user, (applications, roles) in USERS.items() if name in (*applications, *roles)]
    return found


SEES_ACCESS = CHIEFS | MANAGERS
MAY: Mapping[str, tuple[frozenset[str], str]] = {
    # Operation, or API with the method: who may, and the rule that keeps the others out.
    "getOrganization": (PRESENT, "R65"),
    "listOrganizationDomains": (PRESENT, "R65"),
    "getChiefAccessManagers": (SEES_ACCESS | OTHER_MANAGERS, "R18"),
    "putChiefAccessManagers": (CHIEFS, "R16"),
    "getAccessManagers": (SEES_ACCESS, "R18"),
    "putAccessManagers": (CHIEFS | {MANAGER}, "R17"),
    "deleteAccessManagers": (CHIEFS, "R16"),
    "listUsers": (SEES_ACCESS, "R18"),
    "getUser": (SEES_ACCESS, "R18"),
    "addUser": (CHIEFS | MANAGERS, "R17"),
    "putUser": (CHIEFS | MANAGERS, "R17"),
    "deleteUser": (CHIEFS | {MANAGER}, "R17"),
    "deleteUsers": (CHIEFS | {MANAGER}, "R17"),
    "accessManagement": (SEES_ACCESS | OTHER_MANAGERS, "R18"),  # its contents: of the own domain alone
    "chaman": (MANAGERS | {user_with(CHAMAN)}, "R26"),
    "ocmwConfiguration": (MANAGERS | {user_with(CONFIGURATION)}, "R47"),
    "integrations GET": (MANAGERS | {user_with(CONSULT), user_with(DOSSIERS)}, "R60"),
    "integrations": (MANAGERS | {user_with(DOSSIERS)}, "R60"),
    "eBox": (MANAGERS | OTHER_MANAGERS | {user_with(BOX), OTHER_USER}, "R60"),
    "uniqueReport": (MANAGERS | {user_with(REPORT)}, "R60"),
    "ocmwOnline": (MANAGERS | {user_with(ONLINE)}, "R60"),
}


def people_allowed(api: str, method: str, operation: str) -> tuple[frozenset[str], str]:
    """Who may carry out an operation, and the rule by which the others may not."""
    named = (name for name in (operation, f"{api} {method}", api) if name in MAY)
    return MAY[next(named)]


def person(key: str) -> dict[str, str]:
    return {"ssin": rehearsal_ssin(key)}


def user(key: str, applications: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {**person(key), "applications": applications or [], "roles": [], "blocked": False, **more}


def assemble(portal: Portal) -> None:
    """Give each of these people their function at Galmaarden, through the client."""
    centre = portal.acting_for(GALMAARDEN)
    chiefs = {
        "chiefAccessManagers": [person("staff.chief")],
        "coChiefAccessManagers": [person("staff.cochief")],
    }
    assert centre.replace(API, "/chiefAccessManagers", chiefs).status_code == 200
    for domain, one, other in (
        (WELFARE, MANAGER, CO_MANAGER),
        (CARE, "staff.othermanager", "staff.othercomanager"),
    ):
        body = {"accessManager": person(one), "coAccessManagers": [person(other)]}
        assert centre.replace(API, domain + "/accessManagers", body).status_code == 200
    everything = {"applications": list(APPLICATIONS), "roles": list(ROLES)}
    added = [
        *((WELFARE, user(key, applications, roles=roles)) for key, (applications, roles) in USERS.items()),
        (WELFARE, user(BLOCKED, **everything, blocked=True)),
        (CARE, user(OTHER_USER, **everything)),
    ]
    for domain, body in added:
        assert centre.call("POST", API, domain + "/users", json=body).status_code == 201
