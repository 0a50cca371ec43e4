"""What an answer must be (providers/answers.py): members by the portal's documents, links, ETags, texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from providers import answers
from providers.portal import MAX_COLLECTION, ReadingPortal, WritingPortal
from schemas.errors import PortalError, PreconditionFailed, UnexpectedAnswer
from tests.providers.portal_double import PAJOTTEGEM, PortalDouble, problem

DOCUMENTS = Path(__file__).parents[2] / "docs" / "openapi"
SENDER = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
BASE = "https://portal.example"
READ_BY_NOBODY = {"detail", "title", "refusalReason", "text"}
"""Sentences, which are read with `null` in them too, and a page that no provider asks for."""
NOT_HELD = {"products", "subsidies", "submitted", "access_token", "token_type", "scope", "selfSigned"}
"""Of several types, of reference data, or read elsewhere (`read_token`)."""
OF_TYPE = {
    "string": {"a text", "a date", "a text or an object"},
    "date": {"a date"},
    "date-time": {"a text"},
    "integer": {"a number"},
    "number": {"a number"},
    "boolean": {"true or false"},
    "object": {"an object", "a text or an object"},
    "array": {"a list of objects", "a list of texts"},
}


def _deref(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _members(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """`(name, type)` of every member below a schema."""
    schema = _deref(document, schema)
    for other in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _members(document, other)
    if "items" in schema:
        yield from _members(document, schema["items"])
    for name, given in schema.get("properties", {}).items():
        member = _deref(document, given)
        for one in (*member.get("anyOf", ()), *member.get("oneOf", ())) or (member,):
            kind = _deref(document, one).get("type")
            if not isinstance(kind, str):
                yield name, "any"
            elif kind != "null":
                date = _deref(document, one).get("format")
                yield name, date if kind == "string" and date in {"date", "date-time"} else kind
            yield from _members(document, one)


def _documented() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(DOCUMENTS.glob("*.yaml")):
        if file.stem == "rehearsal":
            continue  # the controls are no part of the contract
        document = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        operations = (
            one for path in document["paths"].values() for one in path.values() if isinstance(one, dict)
        )
        for operation in operations:
            for status, response in operation.get("responses", {}).items():
                for kind, content in _deref(document, response).get("content", {}).items():
                    if str(status).startswith("2") and "json" in kind:
                        for name, of in _members(document, content["schema"]):
                            found[name].add(of)
    return found


def test_the_table_of_members_is_the_contracts() -> None:
    """One type for each name, wherever it stands: what the documents say, and nothing that they do not have."""
    documented = _documented()
    for name, kinds in documented.items():
        if name in answers.MEMBERS:
            assert all(answers.MEMBERS[name] in OF_TYPE[kind] for kind in kinds - {"any"}), (name, kinds)
    assert set(answers.MEMBERS) - set(documented) == set()
    assert set(documented) - set(answers.MEMBERS) - READ_BY_NOBODY <= NOT_HELD


@pytest.mark.parametrize(
    ("link", "path"),
    [
        (f"{SENDER}?page=2", f"{SENDER}?page=2"),
        (f"{BASE}{SENDER}?page=2", f"{SENDER}?page=2"),
        (f"https://elsewhere.example{SENDER}", None),
        (f"//elsewhere.example{SENDER}", None),
        (f"http://portal.example{SENDER}", None),
        (f"https://portal.example:8443{SENDER}", None),
        (f"https://portal.example@elsewhere.example{SENDER}", None),
        ("/REST/oauth/v5/token", None),
        ("/REST/chaman/v10/x", None),
        (f"{SENDER}/../../../../oauth/v5/token", None),
        (f"{SENDER}/%2E%2e/x", None),
        (f"{SENDER}\r\nHost: elsewhere.example", None),
        ("/\\elsewhere.example/REST", None),
        ("http://[::1", None),
        (f"HTTPS://Portal.Example:443{SENDER}?page=2", f"{SENDER}?page=2"),
        (f"https://portal.example:80{SENDER}", None),
        (f"https://portal.example:none{SENDER}", None),
        (f"https://us:secret@portal.example{SENDER}", None),
    ],
)
def test_a_link_stays_with_the_portal_and_its_api(link: str, path: str | None) -> None:
    assert answers.link_within(link, SENDER, BASE) == path


def test_below_a_gateways_path_too() -> None:
    assert answers.link_within(f"{BASE}/gate{SENDER}", SENDER, f"{BASE}/gate") == SENDER
    assert answers.link_within(SENDER, SENDER, f"{BASE}/gate") == SENDER


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        ('"5"', '"5"'),
        ('W/"5"', 'W/"5", "5"'),
        ('"5-gzip"', '"5-gzip", "5"'),
        ('W/"5;br"', 'W/"5;br", "5"'),
        ('"a-b"', '"a-b"'),
    ],
)
def test_a_write_names_what_was_received_and_what_a_proxy_made_it_from(etag: str, sent: str) -> None:
    portal = PortalDouble(httpx.Response(200, json={}))
    WritingPortal(portal.connection(), PAJOTTEGEM).replace(SENDER, {}, etag)
    assert portal.calls[0].headers["If-Match"] == sent


def test_nothing_is_replaced_without_an_etag() -> None:
    portal = PortalDouble(httpx.Response(200, json={}))
    with pytest.raises(UnexpectedAnswer, match="`ETag` is missing"):
        WritingPortal(portal.connection(), PAJOTTEGEM).delete(SENDER, "")
    assert portal.calls == []


def test_a_member_that_somebody_relies_on_is_named_with_its_call() -> None:
    body = (
        ReadingPortal(PortalDouble(httpx.Response(200, json={"a": 1})).connection(), PAJOTTEGEM)
        .get(SENDER)
        .body
    )
    with pytest.raises(UnexpectedAnswer, match=f"GET {SENDER} answered 200: .*`certificate` is missing"):
        body["certificate"]
    assert body.get("certificate") is None


def test_what_does_not_fit_is_tried_three_times() -> None:
    """A broken thing in between may pass; what stays is told."""
    odd = httpx.Response(200, json={"name": 5})
    portal = PortalDouble(odd, odd, httpx.Response(200, json={"name": "ICT"}))
    assert ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}
    portal = PortalDouble(odd)
    with pytest.raises(UnexpectedAnswer, match="`name` is a number, a text or an object was expected"):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)
    assert len(portal.calls) == 3


def test_html_at_sign_in_is_not_asked_for_until_the_deadline() -> None:
    portal = PortalDouble()
    portal.sign_in = lambda: httpx.Response(200, html="<html>Sign in</html>")
    with pytest.raises(
        UnexpectedAnswer, match=r"POST /REST/oauth/v5/token answered 200: .*text/html, JSON was"
    ):
        ReadingPortal(portal.connection(deadline_seconds=60), PAJOTTEGEM).get(SENDER)
    assert len(portal.sign_ins) == 3


@pytest.mark.parametrize("missing", ["access_token", "token_type", "expires_in"])
def test_a_sign_in_with_a_member_missing_is_tried_three_times(missing: str) -> None:
    token = {"access_token": "a", "token_type": "Bearer", "expires_in": 600}
    portal = PortalDouble()
    portal.sign_in = lambda: httpx.Response(200, json={k: v for k, v in token.items() if k != missing})
    with pytest.raises(UnexpectedAnswer, match=f"POST /REST/oauth/v5/token answered 200: .*`{missing}`"):
        ReadingPortal(portal.connection(deadline_seconds=60), PAJOTTEGEM).get(SENDER)
    assert len(portal.sign_ins) == 3


def test_an_id_that_is_a_number_is_told() -> None:
    portal = PortalDouble(httpx.Response(200, json={"items": [{"id": 5}]}))
    with pytest.raises(UnexpectedAnswer, match="`id` is a number, a text was expected"):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get_items(SENDER)


def test_a_collection_that_is_read_whole_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.portal.MAX_COLLECTION", 1000)
    page = {"items": [{"name": "x" * 400}]}
    pages = [httpx.Response(200, json=page | {"next": f"{SENDER}?page={number}"}) for number in range(9)]
    portal = PortalDouble(*pages)
    with pytest.raises(UnexpectedAnswer, match="a collection of more than"):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get_items(SENDER)
    assert len(portal.calls) == 3
    assert MAX_COLLECTION > 1_000_000


def test_what_does_not_show_is_written_out() -> None:
    said = "gone\x1b[2J\r\nerror: \u202eall\x00"
    for answer in (
        problem(400, detail=said),
        problem(503, detail=said),
        problem(400, issues=[{"name": said}]),
    ):
        with pytest.raises(PortalError) as caught:
            ReadingPortal(PortalDouble(answer).connection(deadline_seconds=0), PAJOTTEGEM).get(SENDER)
        assert r"gone\x1b[2J\r\nerror: \u202eall\x00" in str(caught.value)


def test_a_refusal_with_the_same_etag_twice_is_no_change_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy made the ETag: five rounds of looking would find the same, and "somebody else changed it" is untrue."""
    from providers import session
    from providers.configuration import MutationsProvider
    from tests.providers.resource_harness import ResourceHarness

    there = httpx.Response(200, json={"receive": ["death"]}, headers={"ETag": '"made-up"'})
    portal = PortalDouble()
    portal.answer = lambda request: (
        there if request.method == "GET" else problem(412, "portal:preconditionFailed")
    )
    connection = portal.connection()
    monkeypatch.setattr(session, "connection", lambda: connection)
    with pytest.raises(PreconditionFailed, match='nobody changed it: it has the same ETag "made-up"'):
        ResourceHarness(MutationsProvider()).create({"organization": PAJOTTEGEM, "ticked": {"birth": True}})
    assert [call.method for call in portal.calls] == ["GET", "GET", "PUT", "GET", "PUT"]
