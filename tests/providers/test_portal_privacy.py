"""What the portal says in sentences: an INSZ in it comes no further than the client (docs/secrets.md)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote

import httpx
import pytest

from emulator.controls import rehearsal_ssin
from operations.chief_access_managers.listing import grouped
from providers import session
from providers.configuration import MutationsProvider
from providers.portal import ReadingPortal, WritingPortal
from schemas.errors import PortalError
from tests.providers.portal_double import PAJOTTEGEM, PortalDouble, problem
from tests.providers.resource_harness import ResourceHarness

PATH = f"/REST/integrations/v1/organizations/{PAJOTTEGEM}/forms/stops"
INSZ = rehearsal_ssin("tom.maes")
SAID = f"{INSZ} ({grouped(INSZ)}) is known already"
MASKED = "(number not shown) ((number not shown)) is known already"


def shown(text: str) -> None:
    assert "is known already" in text
    assert INSZ not in text
    assert grouped(INSZ) not in text


@pytest.mark.parametrize(
    "answer",
    [
        problem(400, detail=SAID),
        problem(400, issues=[{"name": f"users/{INSZ}", "detail": SAID}]),
        problem(400, issues=[{"name": "ids[0]", "title": SAID}]),
        problem(403, "belgif:missingPermission", detail=SAID),
        problem(404, "belgif:resourceNotFound", detail=SAID),
        problem(404, detail=SAID),
        problem(409, "portal:alreadyExists", detail=SAID, existing=INSZ),
        problem(409, "portal:notYetAvailable", detail=SAID, reason=f"of {INSZ}"),
        problem(412, "portal:preconditionFailed", detail=SAID),
        problem(401, "belgif:expiredAccessToken", detail=SAID),
        problem(500, "belgif:internalServerError", detail=SAID),
        problem(503, "belgif:serviceUnavailable", detail=SAID),
        httpx.Response(400, json={"title": SAID}),
    ],
)
def test_an_exception_says_what_the_portal_said_without_it(answer: httpx.Response) -> None:
    portal = WritingPortal(PortalDouble(answer).connection(deadline_seconds=0), PAJOTTEGEM)
    with pytest.raises(PortalError) as caught:
        portal.add(PATH, {})
    shown(str(caught.value))
    assert INSZ not in repr(caught.value) + repr(vars(caught.value))


PASSWORD = "Zo<5'r&w;Y\u2019q=8T"


WRITERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": json.dumps,
    "JSON as it comes": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON of Go": lambda text: re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text)),
    "URL": quote,
    "URL, all of it": lambda text: quote(text, safe=""),
    "URL of a browser": lambda text: quote(text, safe="!'()*"),
    "URL, lower case": lambda text: re.sub("%..", lambda sign: sign[0].lower(), quote(text)),
    "HTML": html.escape,
    "HTML with &#39;": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500, 502, 503])
def test_a_refusal_that_repeats_what_was_sent_is_told_without_password_and_token(
    status: int, write: Callable[[str], str]
) -> None:
    """A portal, or what stands before it, may say what it got: in its words, in the status line, at a field."""

    def repeat(request: httpx.Request) -> httpx.Response:
        said = f"No: {request.headers['authorization']} {write(PASSWORD)}"
        body = {"title": said, "detail": said, "reason": said, "issues": [{"name": said, "detail": said}]}
        answer = httpx.Response(status, json={"type": "urn:problem-type:belgif:badRequest", **body})
        answer.extensions["reason_phrase"] = said.encode("ascii", "replace")
        return answer

    double = PortalDouble()
    double.answer = repeat
    portal = WritingPortal(double.connection(deadline_seconds=0), PAJOTTEGEM)
    with pytest.raises(PortalError) as caught:
        portal.replace(PATH, {"password": PASSWORD}, '"1"')
    shown_whole = f"{caught.value} {caught.value!r} {vars(caught.value)!r}"
    assert "No: Bearer (not shown) " in shown_whole
    assert PASSWORD not in shown_whole
    assert write(PASSWORD).strip('"') not in shown_whole
    assert "token-1" not in shown_whole


def test_a_refused_sign_in_that_repeats_the_assertion_is_told_without_it() -> None:
    portal = PortalDouble()

    def refuse() -> httpx.Response:
        sent = parse_qs(portal.sign_ins[-1].content.decode())["client_assertion"][0]
        return httpx.Response(401, json={"error": "invalid_client", "error_description": f"No: {sent}"})

    portal.sign_in = refuse
    with pytest.raises(PortalError, match=r"No: \(not shown\) "):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(PATH)


def test_a_refused_sign_in_says_why_without_it() -> None:
    portal = PortalDouble()
    portal.sign_in = lambda: httpx.Response(401, json={"error": "invalid_request", "error_description": SAID})
    with pytest.raises(PortalError) as caught:
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(PATH)
    shown(str(caught.value))
    assert INSZ not in repr(caught.value)


def test_a_batch_says_of_what_it_refuses_why_without_it() -> None:
    refused = {"id": "f-1", "result": "refused", "reason": "enteredTwice", "detail": SAID}
    portal = WritingPortal(
        PortalDouble(httpx.Response(200, json={"items": [refused]})).connection(), PAJOTTEGEM
    )
    assert portal.add(PATH, {}).body["items"] == [refused | {"detail": MASKED}]


def test_a_suppliers_reason_is_read_without_it_and_people_stay_who_they_are() -> None:
    """A word that is compared or sent on is left as it is."""
    body = {"refusalReason": SAID, "name": INSZ, "users": [{"ssin": INSZ, "detail": None}]}
    read = ReadingPortal(PortalDouble(httpx.Response(200, json=body)).connection(), PAJOTTEGEM).get(PATH).body
    assert read == body | {"refusalReason": MASKED}


def test_no_state_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason for waiting that nobody knows is told in the portal's own words, as output `waiting`."""
    connection = PortalDouble(
        problem(409, "portal:notYetAvailable", detail=SAID, reason="somethingNew")
    ).connection()
    monkeypatch.setattr(session, "connection", lambda: connection)
    outs = ResourceHarness(MutationsProvider()).create(
        {"organization": PAJOTTEGEM, "ticked": {"death": True}}
    )
    shown(outs["waiting"]["reason"])
    assert INSZ not in json.dumps(outs)
