"""Signing in as a person: the organisations to choose from (R65). And which portal it is that one signed in to.

Signing in itself is in `oauth`. A person who has signed in without choosing sees this list, chooses by name or number, and
signs in again, acting for that organisation.
"""

from __future__ import annotations

from emulator.core import common_operations, organizations, problems, store
from emulator.core.operation import Answer, Api, Call, Operation
from emulator.systems.access_management import rights


def list_organizations(call: Call) -> Answer:
    """The organisations where the person has a part; `search` narrows them down by a piece of the name or of the number,
    without dots."""
    if call.person is None:
        raise problems.missing_permission(
            "A client has no organisations of its own: sign in as a person", "R65"
        )
    wanted = call.query.get("search", "").casefold()
    digits = wanted.replace(".", "")
    found = [
        organization
        for number in rights.organizations_of(call.connection, call.person)
        if (organization := organizations.find(call.connection, number)) is not None
        and (wanted in organization.name.casefold() or (digits and digits in number))
    ]
    number, size = common_operations.paging(call.query)
    items = [organization.as_json() for organization in found[(number - 1) * size : number * size]]
    return Answer(200, {"items": items, **common_operations.page_members(call, number, size, len(found))})


def get_portal(call: Call) -> Answer:
    return Answer(200, {"identity": store.get_meta(call.connection, store.IDENTITY)})


TOKEN = Api(
    "/REST/oauth/v5",
    "oauth",
    "Signing in (OAuth2)",
    "A client's signed assertion becomes an access token for one acting organisation.",
    (),
    scoped=False,
)
"""The token endpoint. It is not an operation of a table; its document is in `web/openapi/token.py`."""

API = Api(
    "/REST/signIn/v1",
    "signIn",
    "Sign-in (Aanmelden)",
    "The organisations that a person chooses from at sign-in.",
    (
        common_operations.HEALTH,
        Operation(
            "GET",
            "/organizations",
            "listOwnOrganizations",
            "The organisations where the person who signed in has access",
            list_organizations,
            answer="systems.access_management:OrganizationList",
            query=(*common_operations.PAGING, "search"),
            rules=("R65",),
        ),
        Operation(
            "GET",
            "/portal",
            "getPortal",
            "Which portal this is: the same wherever it is reached, another one after it was started anew",
            get_portal,
            answer="signin:Portal",
        ),
    ),
    scoped=False,
)
