"""Who may do what as a person (R16-R18, R21, R26, R47, R60), over the real API."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.app import APIS
from emulator.core.operation import Answer, Api, Operation
from emulator.signin import clients
from emulator.systems.access_management import rights
from emulator.web.openapi import document as openapi
from tests.emulator.conftest import GALMAARDEN, HASSELT, SENDER, Acting, Portal, problem
from tests.emulator.support import people
from tests.emulator.support.people import API, CARE, CHAMAN, WELFARE, person, user

OPERATIONS = [(api, operation) for api in APIS for operation in api.complete() if not operation.public]


@pytest.fixture(scope="module")
def assembled(
    seeded: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, key: rsa.RSAPrivateKey
) -> Path:
    """A portal with these people at Galmaarden, for tests to copy."""
    database = tmp_path_factory.mktemp("people") / "portal.db"
    shutil.copyfile(seeded("2025-02-03"), database)
    made = Portal(database, key)
    people.assemble(made)
    made.http.close()
    return database


@pytest.fixture
def stage(assembled: Path, tmp_path: Path, key: rsa.RSAPrivateKey) -> Iterator[Portal]:
    shutil.copyfile(assembled, tmp_path / "portal.db")
    made = Portal(tmp_path / "portal.db", key)
    yield made
    made.http.close()


def forbidden(answer: httpx.Response) -> str | None:
    """The rule by which this person may not; None where it is not about that."""
    if answer.status_code != 403:
        return None
    assert problem(answer) == (403, "missingPermission")
    return str(answer.json()["rule"])


def try_out(acting: Acting, api: Api, operation: Operation) -> httpx.Response:
    """Call an operation so that nothing comes of it whoever calls."""
    known = {"enterpriseNumber": acting.number, "domain": "maatschappelijkWelzijn"}
    path = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "nothing"), operation.path)
    headers = {**acting.headers, "If-Match": '"0"'}
    body = {"no": "body"} if operation.body else None
    return acting.portal.http.request(operation.method, api.base + path, headers=headers, json=body)


# -- the table ----------------------------------------------------------------------------------------------------


def test_every_operation_has_a_permission_and_a_scope_or_is_open_to_all() -> None:
    for api in APIS:
        for operation in api.complete():
            if operation.public:
                assert "enterpriseNumber" not in operation.path, operation.name
            elif api.name == "signIn":
                about_one = "{enterpriseNumber}" in operation.path
                assert operation.permission == ("seeOrganization" if about_one else None)
                assert operation.scope is None
            else:
                assert operation.permission in rights.PERMISSIONS, operation.name
                assert operation.scope in clients.SCOPES, operation.name
                assert "{enterpriseNumber}" in operation.path, operation.name
                assert operation.scope.endswith(":write") == operation.writes, operation.name


def test_an_operations_own_permission_and_scope_come_before_those_of_its_api() -> None:
    own = Operation("GET", "/x", "x", "", lambda _: Answer(204), permission="chaman", scope="eBox:write")
    api = Api("/x", "x", "x", "", (own, replace(own, permission=None, scope=None)), permission="eBox")
    assert [(one.permission, one.scope) for one in api.complete()] == [
        ("chaman", "eBox:write"),
        ("eBox", "x:read"),
    ]


def test_every_permission_and_every_scope_is_asked_for_somewhere() -> None:
    # A manager appoints co-managers: the handler asks for more where it is the manager that changes.
    assert {operation.permission for _, operation in OPERATIONS} - {None} == set(rights.PERMISSIONS)
    assert {scope.partition(":")[0] for scope in clients.SCOPES} == {api.name for api in APIS if api.scoped}


@pytest.mark.parametrize("who", sorted(people.PRESENT))
def test_r16_r17_r18_r26_r47_r60_everyone_may_what_the_manual_says_and_nothing_else(
    stage: Portal, who: str
) -> None:
    acting = stage.acting_for(GALMAARDEN, who)
    for api, operation in OPERATIONS:
        if api.name == "signIn":
            continue
        allowed, rule = people.people_allowed(api.name, operation.method, operation.name)
        expected = None if who in allowed else rule
        assert forbidden(try_out(acting, api, operation)) == expected, (who, operation.name)


def test_r65_who_is_nothing_at_a_centre_cannot_sign_in_for_it(stage: Portal) -> None:
    for who in (people.STRANGER, people.BLOCKED, "staff.nobody"):
        answer = stage.http.post("/REST/oauth/v5/token", data=stage.form_of(who, GALMAARDEN))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant"), who


def test_r66_what_one_is_at_one_centre_is_nothing_at_another(stage: Portal) -> None:
    chief = stage.acting_for(HASSELT, people.STRANGER)
    assert chief.get(API, "/chiefAccessManagers").status_code == 200
    elsewhere = Acting(stage, GALMAARDEN, chief.headers["Authorization"].removeprefix("Bearer "))
    for api, operation in OPERATIONS:
        if api.name != "signIn":
            assert forbidden(try_out(elsewhere, api, operation)) == "R66", operation.name


# -- access management --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["staff.chief", "staff.cochief"])
def test_r16_a_chief_or_co_chief_appoints_the_access_manager_of_each_domain(stage: Portal, who: str) -> None:
    acting = stage.acting_for(GALMAARDEN, who)
    for domain in (WELFARE, CARE):
        body = {"accessManager": person("staff.new"), "coAccessManagers": []}
        assert acting.replace(API, domain + "/accessManagers", body).status_code == 200
        assert acting.delete(API, domain + "/accessManagers").status_code == 204
        assert acting.create(API, domain + "/accessManagers", body).status_code == 201


def test_r16_nobody_else_appoints_an_access_manager(stage: Portal) -> None:
    path = WELFARE + "/accessManagers"
    before = stage.acting_for(GALMAARDEN).get(API, path)
    body = {"accessManager": person("staff.new"), "coAccessManagers": [person(people.CO_MANAGER)]}
    for who in sorted(people.PRESENT - people.CHIEFS):
        acting = stage.acting_for(GALMAARDEN, who)
        answer = acting.replace(API, path, body, before.headers["ETag"])
        assert forbidden(answer) == ("R16" if who == people.MANAGER else "R17"), who
    assert stage.acting_for(GALMAARDEN).get(API, path).json() == before.json()


@pytest.mark.parametrize("who", ["staff.chief", "staff.cochief", "staff.manager"])
def test_r17_chiefs_and_the_manager_add_and_remove_co_managers_several(stage: Portal, who: str) -> None:
    acting = stage.acting_for(GALMAARDEN, who)
    path = WELFARE + "/accessManagers"
    co_managers = [person(f"staff.new{number}") for number in range(3)]
    for several in (co_managers, co_managers[1:], []):
        body = {"accessManager": person(people.MANAGER), "coAccessManagers": several}
        answer = acting.replace(API, path, body)
        assert answer.status_code == 200
        assert [{"ssin": one["ssin"]} for one in answer.json()["coAccessManagers"]] == several


@pytest.mark.parametrize("who", ["staff.chief", "staff.cochief", "staff.manager", "staff.comanager"])
def test_r17_r19_chiefs_managers_and_co_managers_add_users(stage: Portal, who: str) -> None:
    acting = stage.acting_for(GALMAARDEN, who)
    for number in range(2):
        made = acting.call("POST", API, WELFARE + "/users", json=user(f"staff.new{number}", [CHAMAN]))
        assert made.status_code == 201
        path = f"{WELFARE}/users/{made.json()['id']}"
        assert acting.replace(API, path, user(f"staff.new{number}")).json()["applications"] == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff.chief", 200), ("staff.cochief", 200), ("staff.manager", 200), ("staff.comanager", 403)],
)
def test_r17_r20_r21_a_co_manager_neither_blocks_nor_deletes(stage: Portal, who: str, status: int) -> None:
    """The manual names co-managers where users are added, and not where they are deleted or blocked."""
    acting = stage.acting_for(GALMAARDEN, who)
    users = acting.get(API, WELFARE + "/users").json()["items"]
    ids = {one["ssin"]: one["id"] for one in users}
    plain, another = (ids[person(one)["ssin"]] for one in (people.PLAIN, people.user_with(CHAMAN)))
    path = f"{WELFARE}/users/{plain}"
    assert acting.replace(API, path, user(people.PLAIN, blocked=True)).status_code == status
    deleted = acting.delete(API, path).status_code, None
    several = acting.call("POST", API, WELFARE + "/users/deletions", json={"ids": [another]})
    assert (deleted[0], several.status_code) == ((204, 204) if status == 200 else (403, 403))
    left = {one["id"] for one in acting.get(API, WELFARE + "/users").json()["items"]}
    assert {plain, another} & left == (set() if status == 200 else {plain, another})


def test_r17_a_manager_manages_their_own_domain(stage: Portal) -> None:
    acting = stage.acting_for(GALMAARDEN, "staff.othermanager")
    assert acting.call("POST", API, CARE + "/users", json=user("staff.new")).status_code == 201
    before = stage.acting_for(GALMAARDEN).get(API, WELFARE + "/users").json()
    assert forbidden(acting.call("POST", API, WELFARE + "/users", json=user("staff.new"))) == "R17"
    assert stage.acting_for(GALMAARDEN).get(API, WELFARE + "/users").json() == before


def test_r18_a_plain_user_neither_sees_nor_changes_access(stage: Portal) -> None:
    for who in sorted(people.USERS):
        acting = stage.acting_for(GALMAARDEN, who)
        assert forbidden(acting.get(API, WELFARE + "/users")) == "R18"
        assert forbidden(acting.call("POST", API, WELFARE + "/users", json=user("staff.new"))) == "R17"


# -- at the moment of the call ------------------------------------------------------------------------------------


def test_r16_one_may_from_the_moment_one_is_appointed_until_one_is_no_more(stage: Portal) -> None:
    chief, newcomer = stage.acting_for(GALMAARDEN, "staff.chief"), None
    path = WELFARE + "/accessManagers"
    new = {"accessManager": person(people.PLAIN), "coAccessManagers": [person(people.CO_MANAGER)]}
    old = {"accessManager": person(people.MANAGER), "coAccessManagers": [person(people.CO_MANAGER)]}
    newcomer = stage.acting_for(GALMAARDEN, people.PLAIN)
    assert forbidden(newcomer.get(API, WELFARE + "/users")) == "R18"
    chief.replace(API, path, new)
    assert newcomer.get(API, WELFARE + "/users").status_code == 200
    assert newcomer.get("chaman", "/sender").status_code == 200
    chief.replace(API, path, old)
    assert forbidden(newcomer.get(API, WELFARE + "/users")) == "R18"
    assert forbidden(newcomer.get("chaman", "/sender")) == "R26"


def test_r15_chiefs_change_from_one_call_to_the_next(stage: Portal) -> None:
    chief = stage.acting_for(GALMAARDEN, "staff.chief")
    other = stage.acting_for(GALMAARDEN, "staff.cochief")
    body = {"chiefAccessManagers": [person("staff.cochief")], "coChiefAccessManagers": []}
    assert chief.replace(API, "/chiefAccessManagers", body).status_code == 200
    assert forbidden(chief.get(API, "/chiefAccessManagers")) == "R18"
    assert forbidden(chief.get(API)) == "R65"
    assert other.get(API, "/chiefAccessManagers").status_code == 200


def test_r19_r21_an_application_counts_until_it_is_unticked_or_its_user_blocked_or_deleted(
    stage: Portal,
) -> None:
    manager = stage.acting_for(GALMAARDEN, people.MANAGER)
    made = manager.call("POST", API, WELFARE + "/users", json=user("staff.new")).json()
    path, newcomer = f"{WELFARE}/users/{made['id']}", stage.acting_for(GALMAARDEN, "staff.new")

    def may() -> bool:
        return newcomer.get("chaman", "/sender").status_code == 200

    seen = [may()]
    for body in (
        user("staff.new", [CHAMAN]),
        user("staff.new", [CHAMAN], blocked=True),
        user("staff.new", [CHAMAN]),
        user("staff.new", []),
        user("staff.new", [CHAMAN]),
    ):
        assert manager.replace(API, path, body).status_code == 200
        seen.append(may())
    assert manager.delete(API, path).status_code == 204
    assert [*seen, may()] == [False, True, False, True, False, True, False]


# -- the systems --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(people.PRESENT))
def test_r26_chaman_is_for_the_managers_and_the_application_and_for_nobody_else(
    stage: Portal, who: str
) -> None:
    """Not even for the chief access managers, who could appoint themselves."""
    acting = stage.acting_for(GALMAARDEN, who)
    before = stage.acting_for(GALMAARDEN).get("chaman", "/sender")
    answer = acting.replace("chaman", "/sender", SENDER, before.headers["ETag"])
    if who in people.MANAGERS | {people.user_with(CHAMAN)}:
        assert answer.status_code == 200
    else:
        assert forbidden(answer) == "R26"
        assert stage.acting_for(GALMAARDEN).get("chaman", "/sender").json() == before.json()


@pytest.mark.parametrize("who", sorted(people.PRESENT))
def test_r47_the_configuration_is_for_the_managers_and_the_role(stage: Portal, who: str) -> None:
    acting = stage.acting_for(GALMAARDEN, who)
    before = stage.acting_for(GALMAARDEN).get("ocmwConfiguration", "/mutations")
    answer = acting.replace("ocmwConfiguration", "/mutations", {"receive": ["death"]}, before.headers["ETag"])
    if who in people.MANAGERS | {people.user_with(people.CONFIGURATION)}:
        assert answer.json()["receive"] == ["death"]
    else:
        assert forbidden(answer) == "R47"
        assert stage.acting_for(GALMAARDEN).get("ocmwConfiguration", "/mutations").json() == before.json()


def test_r60_the_box_opens_by_an_application_that_access_management_gives(stage: Portal) -> None:
    manager = stage.acting_for(GALMAARDEN, "staff.othermanager")
    made = manager.call("POST", API, CARE + "/users", json=user("staff.new")).json()
    newcomer = stage.acting_for(GALMAARDEN, "staff.new")
    assert forbidden(newcomer.get("eBox", "/box")) == "R60"
    manager.replace(API, f"{CARE}/users/{made['id']}", user("staff.new", [people.BOX]))
    assert newcomer.get("eBox", "/box").status_code == 200


# -- what is not shown --------------------------------------------------------------------------------------------


def test_no_insz_is_asked_for_in_a_path_or_a_query() -> None:
    for api in APIS:
        described = openapi.document(api)["paths"]
        for path, operations in described.items():
            named: list[Any] = [path]
            for operation in operations.values():
                named += [one["name"] for one in operation.get("parameters", ())]
            assert not [one for one in named if re.search(r"ssin|insz|niss", one, re.IGNORECASE)]


def test_a_refusal_does_not_say_who_may(stage: Portal) -> None:
    answer = stage.acting_for(GALMAARDEN, people.PLAIN).get(API, WELFARE + "/users")
    assert not re.search(r"\d{11}", answer.text)
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance", "rule"}
