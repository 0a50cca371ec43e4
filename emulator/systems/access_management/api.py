"""Access management (R12-R21): an organisation, its chief access managers, its domains' access managers and users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from emulator.core import common_operations, contents, organizations, problems, reference, resources
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.systems.access_management import rights
from emulator.systems.access_management import store as access_store

ORGANIZATION = "/organizations/{enterpriseNumber}"
DOMAIN = ORGANIZATION + "/domains/{domain}"
NEEDS = (Need.ACTIVE, Need.ACCESS)


def get_organization(call: Call) -> Answer:
    answer = call.organization.as_json()
    planned = organizations.planned_copy(call.connection, call.number)
    if planned is not None:
        answer["accessCopyPlannedOn"] = planned
    return Answer(200, answer)


def get_chiefs(call: Call) -> Answer:
    return _with_people(call, common_operations.require(call, access_store.CHIEFS, "chief access managers"))


def put_chiefs(call: Call) -> Answer:
    return _save_people(call, access_store.CHIEFS, "chief access managers")


def list_domains(_: Call) -> Answer:
    items = [{"domain": item["code"]} for item in reference.items("domains")]
    return Answer(200, {"items": items, "total": len(items)})


def get_managers(call: Call) -> Answer:
    return _with_people(
        call, common_operations.require(call, access_store.managers_kind(_domain(call)), "access managers")
    )


def put_managers(call: Call) -> Answer:
    """R16, R17: a manager changes who the co-managers are, only a chief access manager who the manager is."""
    existing = resources.find(call.connection, call.number, access_store.managers_kind(_domain(call)))
    current = existing.body["accessManager"]["ssin"] if existing else None
    if call.person is not None and current != call.body["accessManager"]["ssin"]:
        rights.require(call.connection, call.number, call.person, "appointManagers")
    return _save_people(call, access_store.managers_kind(_domain(call)), "access managers")


def delete_managers(call: Call) -> Answer:
    return common_operations.remove(call, access_store.managers_kind(_domain(call)), "access managers")


def list_users(call: Call) -> Answer:
    found, members = common_operations.page(call, access_store.users_kind(_domain(call)))
    return Answer(200, {"items": [_user_json(call, user) for user in found], **members})


def add_user(call: Call) -> Answer:
    """R19; the person already being a user is 409 with that user's id, so that a repeated POST finds what it made."""
    domain = _domain(call)
    existing = access_store.find_user(call.connection, call.number, domain, call.body["ssin"])
    if existing is not None:
        raise problems.conflict(
            "alreadyExists",
            "Already Exists",
            "This person is a user of the domain already",
            existing=existing.key,
        )
    user = access_store.add_user(call.connection, call.number, domain, call.body, call.client, call.at)
    headers = {"ETag": user.quoted_etag, "Location": f"{call.url_path}/{user.key}"}
    return Answer(201, _user_json(call, user), headers)


def get_user(call: Call) -> Answer:
    user = common_operations.require(call, access_store.users_kind(_domain(call)), "user", call.path["id"])
    return Answer(200, _user_json(call, user), {"ETag": user.quoted_etag})


def put_user(call: Call) -> Answer:
    existing = resources.find(
        call.connection, call.number, access_store.users_kind(_domain(call)), call.path["id"]
    )
    if existing is None and "if-none-match" in call.headers:
        raise problems.not_found("user")  # the portal makes the ids: nothing can be created here
    resources.check_put(call.headers, existing)
    assert existing is not None
    if existing.body["ssin"] != call.body["ssin"]:
        raise problems.bad_request(
            [problems.Issue("rejectedInput", "a user stays the same person", "ssin", rule="R19")]
        )
    if call.person is not None and existing.body["blocked"] != call.body["blocked"]:
        rights.require(call.connection, call.number, call.person, "removeUsers", call.path["domain"])
    user = resources.replace(call.connection, existing, call.body, call.at)
    return Answer(200, _user_json(call, user), {"ETag": user.quoted_etag})


def delete_user(call: Call) -> Answer:
    return common_operations.remove(call, access_store.users_kind(_domain(call)), "user", call.path["id"])


def delete_users(call: Call) -> Answer:
    """R20: several at once, all or none."""
    kind = access_store.users_kind(_domain(call))
    issues = []
    for position, key in enumerate(call.body["ids"]):
        user = resources.find(call.connection, call.number, kind, key)
        if user is None:
            issues.append(
                problems.Issue(
                    "referencedResourceNotFound",
                    "no such user in this domain",
                    f"ids[{position}]",
                    rule="R20",
                )
            )
        else:
            resources.delete(call.connection, user)
    if issues:
        raise problems.bad_request(issues)
    return Answer(204)


def _list_contents(call: Call) -> Iterator[contents.Entry]:
    """A domain's managers and users only to who may see these (R18)."""
    yield from contents.single(call, "chiefAccessManagers", get_chiefs)
    yield from contents.single(call, "domains", list_domains)
    for domain in reference.codes("domains"):
        within = replace(call, path={**call.path, "domain": domain})
        yield from contents.single(within, f"domains/{domain}/accessManagers", _get_own_managers)
        yield from contents.collection(
            within,
            f"domains/{domain}/users",
            access_store.users_kind(domain),
            partial(_user_json, call),
            partial(_require_own_domain, within),
        )


def _get_own_managers(call: Call) -> Answer:
    _require_own_domain(call)
    return get_managers(call)


def _require_own_domain(call: Call) -> None:
    if call.person is not None:
        rights.require(call.connection, call.number, call.person, "seeAccess", call.path["domain"])


def _domain(call: Call) -> str:
    """:raises Problem: 404 for a domain that is not one of the social security's."""
    domain = call.path["domain"]
    if domain not in reference.codes("domains"):
        raise problems.not_found("domain")
    return domain


def _user_json(call: Call, user: resources.Resource) -> dict[str, Any]:
    person = access_store.known_person_id(call.connection, user.body["ssin"])
    return {"id": user.key, "personId": person, **user.as_json()}


def _save_people(call: Call, kind: str, what: str) -> Answer:
    saved = common_operations.save(call, kind, call.body)
    for person in access_store.people_of(call.body):
        access_store.person_id(call.connection, person["ssin"])
    return _with_people(call, common_operations.require(call, kind, what), saved.status)


def _with_people(call: Call, resource: resources.Resource, status: int = 200) -> Answer:
    """A representation in which every person has their number beside their INSZ."""
    body = resource.as_json()
    if resource.kind == access_store.CHIEFS:
        body.setdefault("coChiefAccessManagers", [])  # saved before there were any
    for person in access_store.people_of(body):
        person["personId"] = access_store.known_person_id(call.connection, person["ssin"])
    return Answer(status, body, {"ETag": resource.quoted_etag})


_WRITE = (412, 428)
API = Api(
    "/REST/accessManagement/v1",
    "accessManagement",
    "Access management (Toegangsbeheer)",
    "Chief access managers, access managers per domain, and users with their applications and roles.",
    (
        common_operations.HEALTH,
        *common_operations.list_operations(("domains", "applications", "roles")),
        Operation(
            "GET",
            ORGANIZATION,
            "getOrganization",
            "An organisation",
            get_organization,
            answer="systems.access_management:Organization",
            rules=("R12", "R27"),
            permission="seeOrganization",
        ),
        contents.operation(_list_contents, NEEDS, "seeAccess"),
        Operation(
            "GET",
            ORGANIZATION + "/chiefAccessManagers",
            "getChiefAccessManagers",
            "The chief access managers (HTB)",
            get_chiefs,
            answer="systems.access_management:ChiefAccessManagers",
            needs=NEEDS,
            statuses=(200, 404),
            permission="seeAccess",
        ),
        Operation(
            "PUT",
            ORGANIZATION + "/chiefAccessManagers",
            "putChiefAccessManagers",
            "Set the chief access managers",
            put_chiefs,
            body="systems.access_management:ChiefAccessManagersBody",
            answer="systems.access_management:ChiefAccessManagers",
            needs=NEEDS,
            statuses=(200, 201, *_WRITE),
            rules=("R12", "R15"),
            permission="appointManagers",
        ),
        Operation(
            "GET",
            ORGANIZATION + "/domains",
            "listOrganizationDomains",
            "The domains of an organisation",
            list_domains,
            answer="systems.access_management:DomainList",
            needs=NEEDS,
            permission="seeOrganization",
        ),
        Operation(
            "GET",
            DOMAIN + "/accessManagers",
            "getAccessManagers",
            "The access manager (TB) and co-access managers",
            get_managers,
            answer="systems.access_management:AccessManagers",
            needs=NEEDS,
            statuses=(200, 404),
            permission="seeAccess",
        ),
        Operation(
            "PUT",
            DOMAIN + "/accessManagers",
            "putAccessManagers",
            "Appoint the access manager and co-access managers",
            put_managers,
            body="systems.access_management:AccessManagersBody",
            answer="systems.access_management:AccessManagers",
            needs=NEEDS,
            statuses=(200, 201, 404, *_WRITE),
            rules=("R12", "R16", "R17"),
            permission="appointCoManagers",
        ),
        Operation(
            "DELETE",
            DOMAIN + "/accessManagers",
            "deleteAccessManagers",
            "Leave the domain without access managers",
            delete_managers,
            needs=NEEDS,
            statuses=(204, 404, *_WRITE),
            permission="appointManagers",
        ),
        Operation(
            "GET",
            DOMAIN + "/users",
            "listUsers",
            "The users of a domain",
            list_users,
            answer="systems.access_management:UserList",
            needs=NEEDS,
            statuses=(200, 404),
            query=common_operations.PAGING,
            permission="seeAccess",
        ),
        Operation(
            "POST",
            DOMAIN + "/users",
            "addUser",
            "Add a user",
            add_user,
            body="systems.access_management:UserBody",
            answer="systems.access_management:User",
            needs=NEEDS,
            statuses=(201, 404),
            rules=("R12", "R19", "R21"),
            permission="addUsers",
        ),
        Operation(
            "GET",
            DOMAIN + "/users/{id}",
            "getUser",
            "A user",
            get_user,
            answer="systems.access_management:User",
            needs=NEEDS,
            statuses=(200, 404),
            permission="seeAccess",
        ),
        Operation(
            "PUT",
            DOMAIN + "/users/{id}",
            "putUser",
            "Change, block or unblock a user",
            put_user,
            body="systems.access_management:UserBody",
            answer="systems.access_management:User",
            needs=NEEDS,
            statuses=(200, 404, *_WRITE),
            rules=("R19", "R21"),
            permission="addUsers",
        ),
        Operation(
            "DELETE",
            DOMAIN + "/users/{id}",
            "deleteUser",
            "Delete a user",
            delete_user,
            needs=NEEDS,
            statuses=(204, 404, *_WRITE),
            rules=("R20",),
            permission="removeUsers",
        ),
        Operation(
            "POST",
            DOMAIN + "/users/deletions",
            "deleteUsers",
            "Delete several users at once",
            delete_users,
            body="systems.access_management:UserDeletions",
            needs=NEEDS,
            statuses=(204, 404),
            rules=("R20",),
            permission="removeUsers",
        ),
    ),
)
