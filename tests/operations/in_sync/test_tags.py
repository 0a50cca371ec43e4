"""What a portal says of change tags, and what counts as saying nothing."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from operations.in_sync import tags
from operations.in_sync.tags import NotTold, Question, Told
from providers import paths
from providers.portal import Connection
from providers.settings import Settings
from schemas.errors import PortalUnreachable
from tests.providers.portal_double import PAJOTTEGEM, PortalDouble, client_key, problem

SYSTEMS = {"systems": [{"name": "chaman", "tag": "3"}]}
SETTINGS = Settings("https://portal.example", "rehearsal", client_key(), Path("unused"), 0)


def ask(double: PortalDouble, monkeypatch: pytest.MonkeyPatch, etag: str = "") -> Told | NotTold:
    monkeypatch.setattr(tags, "Connection", lambda given: Connection(given, httpx.MockTransport(double)))
    question = Question(SETTINGS, PAJOTTEGEM, etag)
    return tags.ask([question, question])[question]


def make_answer(status: int = 200, **more: str) -> httpx.Response:
    headers = {"ETag": '"a1"', "Date": "Mon, 03 Feb 2025 08:00:00 GMT", **more}
    return httpx.Response(status, json=SYSTEMS if status == 200 else None, headers=headers)


def test_the_tags_come_with_the_portals_day(monkeypatch: pytest.MonkeyPatch) -> None:
    double = PortalDouble(make_answer())
    answer = ask(double, monkeypatch)
    assert isinstance(answer, Told)
    assert answer.tags is not None
    assert (answer.tags.etag, answer.tags.systems) == ('"a1"', {"chaman": "3"})
    assert answer.today.isoformat() == "2025-02-03"
    (call,) = double.calls
    assert call.url.path == paths.changes(PAJOTTEGEM)


def test_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    double = PortalDouble(make_answer(304))
    answer = ask(double, monkeypatch, '"a1"')
    assert isinstance(answer, Told)
    assert answer.tags is None
    assert double.calls[0].headers["If-None-Match"] == '"a1"'


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (problem(404, "belgif:resourceNotFound"), "no change tags"),
        (problem(403, "belgif:missingPermission"), "refuses"),
        (httpx.Response(503), "503"),
        (httpx.Response(302, headers={"Location": "/elsewhere"}), "sends elsewhere"),
        (httpx.Response(200, json=SYSTEMS), "no ETag"),
        (httpx.Response(200, json={}, headers={"ETag": '"a"'}), "`systems` is missing"),
        (
            httpx.Response(200, json={"systems": [{"name": "chaman"}]}, headers={"ETag": '"a"'}),
            "`tag` is missing",
        ),
        (httpx.Response(200, content=b"<html>", headers={"ETag": '"a"'}), "JSON"),
        (
            httpx.Response(200, json={"systems": "x"}, headers={"ETag": '"a"'}),
            "a list of objects was expected",
        ),
        (
            httpx.Response(200, json={"systems": [{"name": "chaman", "tag": 3}]}, headers={"ETag": '"a"'}),
            "a text was",
        ),
        (httpx.ConnectError("no route"), "no route"),
    ],
)
def test_what_is_not_told_is_not_in_sync(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception, why: str
) -> None:
    found = ask(PortalDouble(answer), monkeypatch)
    assert isinstance(found, NotTold)
    assert why in found.why


def test_a_portal_that_does_not_answer_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    double = PortalDouble(httpx.ConnectError("no route"))
    monkeypatch.setattr(tags, "Connection", lambda given: Connection(given, httpx.MockTransport(double)))
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    questions = [Question(SETTINGS, str(number)) for number in range(50)]
    found = tags.ask(questions)
    assert {type(one) for one in found.values()} == {NotTold}
    assert len({*found.values()}) == 1
    assert len(double.calls) == 1


def test_a_portal_that_cannot_even_be_asked_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: Settings) -> Connection:
        raise PortalUnreachable(detail="the proxy's address is none")

    monkeypatch.setattr(tags, "Connection", connect)
    question = Question(SETTINGS, PAJOTTEGEM)
    found = tags.ask([question])[question]
    assert isinstance(found, NotTold)
    assert "the proxy" in found.why
