"""Input that means harm, or comes from a broken program: refused as a problem, nothing changed, and nothing sent back."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from emulator.app import APIS
from emulator.core import problems, store
from emulator.core.operation import Api, Operation
from emulator.rehearsal import api as rehearsal
from emulator.web.openapi import document as openapi
from emulator.web.openapi import parts
from tests.emulator.conftest import HASSELT, SIGN_IN_PATH, Acting, Portal, issues, problem
from tests.emulator.support import hostile_bodies as bodies
from tests.torture.fuzz import values

CANARY = bodies.CANARY
# Not the portal's answer to a call but its memory of it, or a number that a refused call may use up.
NOT_KEPT = {"journal", "sqlite_sequence"}


def operations(*, writing: bool) -> list[Any]:
    return [
        pytest.param(api, operation, id=f"{api.name}-{operation.name}")
        for api in (*APIS, rehearsal.API)
        for operation in api.operations
        if operation.writes or not writing
    ]


WITH_BODY = [one for one in operations(writing=True) if one.values[1].body is not None]
WITH_NAMES = [
    one
    for one in operations(writing=False)
    if set(re.findall(r"\{(\w+)\}", one.values[1].path)) - {"enterpriseNumber"}
]


class Target:
    """A portal that the tests share, for as none of them may change it; with what there is on it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.acting = portal.acting_for(HASSELT)
        self.names = {
            name: found[0] for name, found in values.collect_names(portal.database, HASSELT).items() if found
        }

    def call(self, api: Api, operation: Operation, /, **more: Any) -> httpx.Response:
        names = {
            name: quote(self.names.get(name, "x"), safe="")
            for name in re.findall(r"\{(\w+)\}", operation.path)
        }
        url = api.base + operation.path.format(**{**names, **more.pop("names", {})})
        headers = {"Content-Type": "application/json", **self.acting.headers}
        if 428 in operation.statuses:
            headers["If-Match"] = "*"
        headers |= more.pop("headers", {})
        return self.portal.http.request(operation.method, url, headers=headers, **more)


def kept(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the portal keeps."""
    with closing(store.connect(database)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _rows(connection, table) for table in tables if table not in NOT_KEPT}


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 its own tables


@pytest.fixture(scope="module")
def shared(
    seeded: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, key: Any
) -> Iterator[Target]:
    database = tmp_path_factory.mktemp("hostile") / "portal.db"
    database.write_bytes(seeded("2025-02-03").read_bytes())
    portal = Portal(database, key)
    yield Target(portal)
    portal.http.close()


@pytest.fixture
def target(shared: Target) -> Iterator[Target]:
    """The shared portal, and at the end: it is as it was, and answers."""
    before = kept(shared.portal.database)
    yield shared
    after = kept(shared.portal.database)
    assert {table for table in before if before[table] != after[table]} == set()
    for api in APIS:
        assert shared.portal.http.get(f"{api.base}/health").json() == {"status": "UP"}


def is_refused(answer: httpx.Response, *statuses: int) -> None:
    status, kind = problem(answer)
    assert status in statuses, (status, answer.text[:300])
    assert kind != "internalServerError"
    assert CANARY not in answer.text
    assert len(answer.content) < 100_000
    assert set(answer.json()) <= set(parts.SCHEMAS["Problem"]["properties"])
    assert CANARY not in str(answer.headers)


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_what_is_no_json_object_is_refused(target: Target, api: Api, operation: Operation) -> None:
    for name, content in bodies.NOT_AN_OBJECT.items():
        answer = target.call(api, operation, content=content)
        is_refused(answer, 400)
        assert answer.json()["issues"], name


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_a_field_of_another_type_is_named(target: Target, api: Api, operation: Operation) -> None:
    document = openapi.document(api)
    described = document["paths"][operation.path][operation.method.lower()]
    schema = openapi.resolve_reference(
        document, described["requestBody"]["content"]["application/json"]["schema"]
    )
    for field in schema["properties"]:
        for value in bodies.OTHER_TYPES:
            if not bodies.could_be(schema["properties"][field], value, document):
                answer = target.call(api, operation, json={field: value})
                is_refused(answer, 400)
                named = {one["name"].partition(".")[0].partition("[")[0] for one in answer.json()["issues"]}
                assert field in named, (field, value, answer.text)


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_unknown_fields_and_names_that_stand_twice_are_refused_and_named(
    target: Target, api: Api, operation: Operation
) -> None:
    for name in ("createdBy", "__proto__", "constructor", "isAdmin"):
        answer = target.call(api, operation, content=json.dumps({name: {CANARY: CANARY}}).encode())
        is_refused(answer, 400)
        assert ("unknownInput", name, None) in issues(answer)
    for name in (f"{CANARY} <script>", "a\r\nSet-Cookie: x", "\u202e" + CANARY, "x" * 10_000, ""):
        answer = target.call(api, operation, content=json.dumps({name: 1}).encode())
        is_refused(answer, 400)
        assert "?" in {one["name"] for one in answer.json()["issues"]}
    answer = target.call(api, operation, content=b'{"twice": 1, "twice": 2}')
    is_refused(answer, 400)
    assert issues(answer) == {("invalidStructure", "twice", None)}


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_many_wrongs_have_an_answer_of_moderate_size(target: Target, api: Api, operation: Operation) -> None:
    answer = target.call(api, operation, content=json.dumps({f"x{n}": 0 for n in range(5_000)}).encode())
    is_refused(answer, 400)
    assert len(answer.json()["issues"]) == problems.MOST_ISSUES


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_a_body_that_says_to_be_something_else_is_not_read(
    target: Target, api: Api, operation: Operation
) -> None:
    for media_type in bodies.OTHER_MEDIA_TYPES:
        is_refused(target.call(api, operation, content=b"{}", headers={"Content-Type": media_type}), 415)
    for coding in ("gzip", "br", "deflate", "gzip, identity", "x" * 1000):
        headers = {"Content-Encoding": coding}
        is_refused(target.call(api, operation, content=gzip.compress(b"{}"), headers=headers), 415)


@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_ten_megabytes_are_too_many(target: Target, api: Api, operation: Operation) -> None:
    is_refused(target.call(api, operation, content=bodies.TOO_LONG), 413)


@pytest.mark.parametrize(("api", "operation"), WITH_NAMES)
def test_a_name_in_a_path_leads_nowhere_else(target: Target, api: Api, operation: Operation) -> None:
    names = set(re.findall(r"\{(\w+)\}", operation.path)) - {"enterpriseNumber"}
    for odd in bodies.PATHS:
        more: dict[str, Any] = {"content": b"{}"} if operation.body is not None else {}
        answer = target.call(api, operation, names=dict.fromkeys(names, odd), **more)
        if answer.status_code >= 300:
            is_refused(answer, 400, 404, 405, 412)
        else:  # a list of what is under a name that nobody has given
            assert operation.method == "GET", (odd, answer.text)
            assert CANARY not in answer.text


@pytest.mark.parametrize(("api", "operation"), operations(writing=False))
def test_odd_queries_are_refused(target: Target, api: Api, operation: Operation) -> None:
    more: dict[str, Any] = {"content": b"{}"} if operation.body is not None else {}
    for query in bodies.QUERIES:
        is_refused(target.call(api, operation, params=query, **more), 400, 404)


@pytest.mark.parametrize(
    "header", ["Authorization", "If-Match", "If-None-Match", "BelGov-Trace-Id", "Accept", "Cookie"]
)
def test_odd_headers_change_nothing(target: Target, header: str) -> None:
    for value in bodies.HEADERS:
        answer = target.acting.call(
            "PUT",
            "chaman",
            "/sender",
            content=b"{}",
            headers={header: value, "Content-Type": "application/json"},
        )
        is_refused(answer, 400, 401)
    # A client cannot have a header of two lines; the portal would not take one either.
    raw = [(b"authorization", f"Bearer {CANARY}\r\nX-Evil: 1".encode())]
    answer = target.portal.http.get("/REST/signIn/v1/organizations", headers=raw)
    is_refused(answer, 401)


def test_urls_without_end_are_not_kept(target: Target) -> None:
    is_refused(target.acting.get("chaman", "/ftpAccounts/" + CANARY * 9_000), 400)
    is_refused(target.acting.get("chaman", "/" + "a/" * 25_000), 404)
    is_refused(target.acting.get("chaman", "/ftpAccounts", params={CANARY: "x" * 60_000}), 400)
    with closing(store.connect(target.portal.database)) as connection:
        (longest,) = connection.execute("SELECT max(length(path)) FROM journal").fetchone()
    assert longest <= 1000


@pytest.mark.parametrize("form", bodies.FORMS)
def test_a_sign_in_that_means_harm_is_refused_in_oauths_words(target: Target, form: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = target.portal.http.post(SIGN_IN_PATH, content=form, headers=headers)
    assert answer.status_code in (400, 401)
    assert set(answer.json()) == {"error", "error_description"}
    assert CANARY not in answer.text
    is_refused(target.portal.http.post(SIGN_IN_PATH, content=bodies.TOO_LONG, headers=headers), 413)


SENDER = {"name": "ICT", "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl"}


@pytest.mark.parametrize("name", bodies.REFUSED_TEXTS)
def test_text_that_shows_as_another_or_not_at_all_is_refused(target: Target, name: str) -> None:
    answer = target.acting.replace("chaman", "/sender", {**SENDER, "name": name}, "*")
    is_refused(answer, 400)
    assert {one["name"] for one in answer.json()["issues"]} == {"name"}


@pytest.mark.parametrize("digits", ["١٢٣٤", "１５７０", "১৫৭০", "157\u00b2"])
def test_digits_of_other_scripts_are_no_digits(pajottegem: Acting, digits: str) -> None:
    in_three = {"nl": "x", "fr": "x", "de": "x"}
    details = {
        "street": in_three,
        "city": in_three,
        "postcode": digits,
        "phone": f"+3{digits}7875827",
        "email": "a@b.example",
    }
    answer = pajottegem.create("ocmwConfiguration", "/contactDetails", details)
    assert {one["name"] for one in answer.json()["issues"]} == {"postcode", "phone"}


@pytest.mark.parametrize("name", bodies.KEPT_TEXTS)
def test_other_text_is_kept_letter_by_letter(pajottegem: Acting, name: str) -> None:
    """Not normalised, not stripped, not escaped: a text is what was sent. What looks like another is no name in a path."""
    assert pajottegem.create("chaman", "/sender", {**SENDER, "name": name}).json()["name"] == name
    assert pajottegem.get("chaman", "/sender").json()["name"] == name
    is_odd = len(name) > 100 or "\u200b" in name or name != name.strip()
    looked_for = problem(pajottegem.get("chaman", f"/ftpAccounts/{quote(name, safe='')}"))
    assert looked_for == ((400, "badRequest") if is_odd else (404, "resourceNotFound"))


@pytest.mark.parametrize("content", bodies.certificates().values(), ids=bodies.certificates())
def test_a_certificate_that_means_harm_is_refused(target: Target, content: str) -> None:
    put = {"content": content, "usage": "rest"}
    is_refused(target.acting.create("chaman", "/certificates/x.cer", put), 400)


@pytest.mark.parametrize("body", bodies.CONTROLS, ids=lambda body: body[0])
def test_a_control_that_means_harm_is_refused(target: Target, body: tuple[str, Any]) -> None:
    path, json_body = body
    is_refused(target.portal.http.put(f"/rehearsal/v1/{path}", json=json_body), 400)
