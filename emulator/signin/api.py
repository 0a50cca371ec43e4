"""Signing in as a person: the organisations to choose from (R65). And which portal it is that one signed in to, and whether
anything changed at one's organisation.

Signing in itself is in `oauth`. A person who has signed in without choosing sees this list, chooses by name or number, and
signs in again, acting for that organisation.
"""

from __future__ import annotations

from emulator.core import common_operations, organizations, problems, store
from emulator.core.operation import Answer, Api, Call, Operation
from emulator.signin import change_tags
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


def get_changes(call: Call) -> Answer:
    """The tags of the systems that the caller may read; 304 where `If-None-Match` has their ETag."""
    tags = {
        name: tag
        for name, tag in change_tags.read_tags(call.connection, call.number).items()
        if f"{name}:read" in call.scopes and _may_read(call, name)
    }
    etag = change_tags.etag_of(call.number, tags)
    known = {one.strip().removeprefix("W/") for one in call.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Answer(304, None, {"ETag": etag})
    systems = [{"name": name, "tag": tag} for name, tag in tags.items()]
    return Answer(200, {"systems": systems}, {"ETag": etag})


def _may_read(call: Call, system: str) -> bool:
    if call.person is None:
        return True
    permission = change_tags.SYSTEMS[system].permission
    return rights.has(call.connection, call.number, call.person, permission)


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
            "/organizations/{enterpriseNumber}/changes",
            "getChanges",
            "Whether anything changed that the organisation shows: a tag for each system that the caller may read",
            get_changes,
            answer="signin:Changes",
            statuses=(200, 304, 404),
            permission="seeOrganization",
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
