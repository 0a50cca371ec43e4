"""Bad input of any kind is refused in the portal's own words, and nothing breaks."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from emulator.systems.ocmw_configuration import api as ocmw_configuration
from emulator.web import dispatch
from tests.emulator.conftest import NEW, Acting, issues, problem

API, PATH = "ocmwConfiguration", "/mutations"
JSON = {"Content-Type": "application/json", **NEW}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"receive"',
        b"null",
        b'{"receive": [NaN]}',
        b'{"receive": ["\xff"]}',
        b'{"receive": ["\\ud800"]}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"1" * 100_000,
    ],
)
def test_what_is_no_json_object_is_400(pajottegem: Acting, content: bytes) -> None:
    assert problem(pajottegem.call("PUT", API, PATH, content=content, headers=JSON)) == (400, "badRequest")


def test_a_body_is_json_and_says_so(pajottegem: Acting) -> None:
    for media_type in ("text/plain", "application/xml", ""):
        answer = pajottegem.call("PUT", API, PATH, content=b"{}", headers={**NEW, "Content-Type": media_type})
        assert problem(answer) == (415, "unsupportedMediaType")
    charset = {**NEW, "Content-Type": "application/json; charset=utf-8"}
    assert pajottegem.call("PUT", API, PATH, content=b'{"receive":[]}', headers=charset).status_code == 201


def test_a_body_has_a_largest_size(pajottegem: Acting) -> None:
    answer = pajottegem.call("PUT", API, PATH, content=b" " * (1024 * 1024 + 1), headers=JSON)
    assert problem(answer) == (413, "payloadTooLarge")


def test_a_body_where_none_belongs_is_refused(pajottegem: Acting) -> None:
    answer = pajottegem.call("GET", API, PATH, content=b"{}")
    assert issues(answer) == {("unknownInput", "", None)}


def test_unknown_and_repeated_query_parameters_are_refused(pajottegem: Acting) -> None:
    answer = pajottegem.get(API, PATH, params={"verbose": "1", "<script>": "1"})
    assert issues(answer) == {("unknownInput", "verbose", None), ("unknownInput", "?", None)}
    answer = pajottegem.get("chaman", "/ftpAccounts", params=[("page", "1"), ("page", "2")])
    assert issues(answer) == {("rejectedInput", "page", None)}


@pytest.mark.parametrize(
    "path",
    [
        "/ftpAccounts/" + "x" * 101,
        "/ftpAccounts/a%00b",
        "/ftpAccounts/a%0Ab",
        "/certificates/%C2%85.cer",
    ],
)
def test_names_in_paths_are_short_and_printable(pajottegem: Acting, path: str) -> None:
    (issue,) = issues(pajottegem.get("chaman", path))
    assert issue[0] == "invalidInput"


@pytest.mark.parametrize(
    "path", ["/ftpAccounts/x'; DROP TABLE resources; --", "/ftpAccounts/%2e%2ex", "/ftpAccounts/%FF"]
)
def test_odd_names_are_names(pajottegem: Acting, path: str) -> None:
    assert problem(pajottegem.get("chaman", path)) == (404, "resourceNotFound")
    assert pajottegem.get("chaman", "/ftpAccounts").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["zero\u200bwidth", "naïve – « OCMW » 🏠", "Robert'); DROP TABLE resources;--", "<b>OCMW</b>"],
)
def test_text_is_kept_as_it_was_sent(pajottegem: Acting, name: str) -> None:
    sender = {"name": name, "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl"}
    assert pajottegem.create("chaman", "/sender", sender).json()["name"] == name


@pytest.mark.parametrize("name", ["\u202egnp.exe", "a\u2028b", "a\tb", "\x7f", "   ", "", "x" * 201])
def test_text_has_no_tricks_in_it(pajottegem: Acting, name: str) -> None:
    sender = {"name": name, "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl"}
    (issue,) = issues(pajottegem.create("chaman", "/sender", sender))
    assert issue[1] == "name"


def test_unknown_paths_and_methods_are_problems_too(pajottegem: Acting) -> None:
    http = pajottegem.portal.http
    assert problem(http.get("/REST/chaman/v2/health")) == (404, "resourceNotFound")
    assert problem(pajottegem.get("chaman", "/sender/")) == (404, "resourceNotFound")
    answer = pajottegem.call("PATCH", API, PATH, json={})
    assert problem(answer) == (405, "methodNotAllowed")
    assert answer.headers["Allow"] == "DELETE, GET, PUT"
    head = pajottegem.call("HEAD", API, PATH)
    assert (head.status_code, head.content) == (404, b"")


def test_every_answer_has_a_trace_id_of_the_portals_own(pajottegem: Acting) -> None:
    answer = pajottegem.get(API, PATH, headers={"BelGov-Trace-Id": "mine-1"})
    assert answer.headers["BelGov-Trace-Id"] != "mine-1"
    assert answer.headers["BelGov-Related-Trace-Id"] == "mine-1"
    odd = pajottegem.get(API, PATH, headers={"BelGov-Trace-Id": "mine 2; evil"})
    assert "BelGov-Related-Trace-Id" not in odd.headers


def test_a_bug_is_a_500_that_says_nothing_and_a_log_that_says_all(
    pajottegem: Acting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("the inside of the portal")

    monkeypatch.setattr(dispatch, "_check_path", broken)
    assert ocmw_configuration.API.name == "ocmwConfiguration"
    with caplog.at_level(logging.ERROR):
        answer = pajottegem.create(API, PATH, {"receive": []})
    assert problem(answer) == (500, "internalServerError")
    assert "inside" not in answer.text
    assert "the inside of the portal" in caplog.text
    monkeypatch.undo()
    assert pajottegem.create(API, PATH, {"receive": []}).status_code == 201
