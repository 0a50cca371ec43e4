"""The portal's client: sign-in for an acting organisation, problems as exceptions, retries, and nothing secret said."""

from datetime import date

import httpx
import jwt
import pytest

from emulator import embedded
from providers import paths, settings
from providers.portal import ReadingPortal, WritingPortal
from providers.settings import Settings
from schemas.errors import (
    AlreadyExists,
    DeadlineExceeded,
    LoginRefused,
    NotFound,
    NotYetAvailable,
    PortalRefused,
    PortalUnreachable,
    PreconditionFailed,
    UnexpectedAnswer,
)
from tests.providers.portal_double import PAJOTTEGEM, PortalDouble, client_key, problem

SENDER = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
CERTIFICATES, ACCOUNTS = SENDER.replace("sender", "certificates"), SENDER.replace("sender", "ftpAccounts")
OK = httpx.Response(200, json={"name": "ICT"}, headers={"ETag": '"1"'})
NOW = {"Retry-After": "0"}


def test_it_signs_in_for_the_organisation_that_it_acts_for() -> None:
    """R65, R66; the RSZ's OAuth2: RS256, iss = sub = client, aud = token URL, at most 300 seconds."""
    portal = PortalDouble(OK)
    ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)
    form = httpx.QueryParams(portal.sign_ins[0].content.decode())
    claims = jwt.decode(form["client_assertion"], options={"verify_signature": False})
    assert form["acting_for"] == PAJOTTEGEM
    assert claims["iss"] == claims["sub"] == "rehearsal"
    assert claims["aud"] == "https://portal.example" + paths.SIGN_IN
    assert claims["exp"] - claims["iat"] == 300
    assert portal.calls[0].headers["Authorization"] == "Bearer token-1"


def test_one_sign_in_serves_all_calls_for_one_organisation() -> None:
    portal = PortalDouble(OK)
    connection = portal.connection()
    for organization in (PAJOTTEGEM, PAJOTTEGEM, "0212212343"):
        ReadingPortal(connection, organization).get(SENDER)
    assert len(portal.sign_ins) == 2


def test_a_token_that_the_portal_no_longer_takes_is_renewed_once() -> None:
    portal = PortalDouble(problem(401, "belgif:expiredAccessToken"), OK)
    assert ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}
    assert len(portal.sign_ins) == 2


def test_a_refused_sign_in_says_why_and_shows_no_key() -> None:
    portal = PortalDouble(OK)
    portal.sign_in = lambda: httpx.Response(
        401, json={"error": "invalid_client", "error_description": "unknown client"}
    )
    with pytest.raises(LoginRefused, match="invalid_client: unknown client") as caught:
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)
    assert "PRIVATE KEY" not in str(caught.value)
    assert portal.calls == []


def test_a_missing_key_says_what_to_do(tmp_path) -> None:  # type: ignore[no-untyped-def]
    portal = PortalDouble(OK)
    connection = portal.connection()
    connection._settings = Settings("https://portal.example", "rehearsal", None, tmp_path / "none.pem", 5)
    with pytest.raises(LoginRefused, match="fusion:clientKeyFile"):
        ReadingPortal(connection, PAJOTTEGEM).get(SENDER)


def test_a_key_that_is_none_says_so_and_does_not_repeat_it() -> None:
    with pytest.raises(LoginRefused, match="the secret fusion:clientKey is not an RSA private key") as caught:
        ReadingPortal(PortalDouble(OK).connection(key="hunter2"), PAJOTTEGEM).get(SENDER)
    assert "hunter2" not in str(caught.value)


def test_settings_never_print_the_key() -> None:
    portal = PortalDouble(OK)
    assert "PRIVATE" not in repr(portal.connection()._settings)
    assert client_key()[30:60] not in repr(portal.connection()._settings)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_passing_trouble_passes_unseen(status: int) -> None:
    portal = PortalDouble(httpx.Response(status, headers=NOW), httpx.Response(status, headers=NOW), OK)
    assert ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER).etag == '"1"'
    assert len(portal.calls) == 3


def test_a_cut_off_answer_is_asked_again() -> None:
    portal = PortalDouble(httpx.Response(200, content=b'{"name": "IC'), OK)
    assert ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}


def test_trouble_that_stays_ends_at_the_deadline() -> None:
    portal = PortalDouble(httpx.Response(503, headers={"Retry-After": "60"}))
    with pytest.raises(DeadlineExceeded, match=f"GET {SENDER} answered 503"):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)


def test_no_connection_says_so_and_never_looks_like_nothing() -> None:
    portal = PortalDouble(httpx.ConnectError("refused"))
    with pytest.raises(PortalUnreachable, match="ConnectError"):
        ReadingPortal(portal.connection(deadline_seconds=0), PAJOTTEGEM).get_items(SENDER)


def test_an_internal_error_for_good_names_the_call_and_the_way_out() -> None:
    portal = PortalDouble(problem(500, "belgif:internalServerError", detail="database is down"))
    with pytest.raises(
        PortalUnreachable, match=f"GET {SENDER} answered 500.*database is down.*run the same command"
    ):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)
    assert len(portal.calls) == 3


def test_not_yet_carries_its_reason_and_day() -> None:
    """R12: a new number before its first day."""
    answer = problem(
        409, "portal:notYetAvailable", reason="organizationNotActive", rule="R12", availableFrom="2025-01-01"
    )
    with pytest.raises(NotYetAvailable) as caught:
        ReadingPortal(PortalDouble(answer).connection(), PAJOTTEGEM).get(SENDER)
    told = caught.value
    assert (told.reason, told.rule, told.available_from) == ("organizationNotActive", "R12", date(2025, 1, 1))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(404, "belgif:resourceNotFound"), NotFound),
        (problem(412, "portal:preconditionFailed"), PreconditionFailed),
        (problem(409, "portal:alreadyExists", existing="u-1"), AlreadyExists),
        (problem(403, "belgif:missingPermission"), LoginRefused),
    ],
)
def test_each_refusal_has_its_exception(answer: httpx.Response, error: type[Exception]) -> None:
    portal = PortalDouble(answer)
    with pytest.raises(error):
        WritingPortal(portal.connection(), PAJOTTEGEM).create(SENDER, {"name": "ICT"})
    assert len(portal.calls) == 1


def test_all_reasons_of_a_refusal_are_told_with_their_rules() -> None:
    issues = [
        {"name": "username", "detail": "at most 10 characters", "rule": "R30"},
        {"name": "password", "detail": "at least 2 special characters", "rule": "R31"},
    ]
    portal = PortalDouble(problem(400, issues=issues, detail="2 fields are wrong"))
    with pytest.raises(PortalRefused, match=r"username: at most 10.*\(R30\).*password: .*\(R31\)"):
        WritingPortal(portal.connection(), PAJOTTEGEM).create(SENDER, {})


def test_writes_carry_their_precondition() -> None:
    portal = PortalDouble(OK)
    writer = WritingPortal(portal.connection(), PAJOTTEGEM)
    writer.create(SENDER, {})
    writer.replace(SENDER, {}, '"1"')
    writer.delete(SENDER, '"2"')
    sent = [(c.method, c.headers.get("If-None-Match"), c.headers.get("If-Match")) for c in portal.calls]
    assert sent == [("PUT", "*", None), ("PUT", None, '"1"'), ("DELETE", None, '"2"')]


def test_the_reading_client_has_nothing_that_writes() -> None:
    """R05: what is retained, and every preview, gets this client."""
    public = {name for name in dir(ReadingPortal) if not name.startswith("_")}
    assert public == {"client_id", "today", "get", "get_unless", "get_items", "get_pages", "pages"}


def test_nothing_is_read_again_that_is_the_same() -> None:
    double = PortalDouble(httpx.Response(304), httpx.Response(200, json={}, headers={"ETag": '"b"'}))
    portal = ReadingPortal(double.connection(), PAJOTTEGEM)
    assert portal.get_unless("/REST/x", '"a"') is None
    answer = portal.get_unless("/REST/x", '"a"')
    assert answer is not None
    assert answer.etag == '"b"'
    assert [call.headers["If-None-Match"] for call in double.calls] == ['"a"', '"a"']
    assert {call.method for call in double.calls} == {"GET"}


def test_who_asked_for_no_comparison_gets_none() -> None:
    """Nor has a write: it would look as if it were made."""
    portal = WritingPortal(PortalDouble(httpx.Response(304)).connection(deadline_seconds=0), PAJOTTEGEM)
    with pytest.raises(UnexpectedAnswer):
        portal.get("/REST/x")
    with pytest.raises(UnexpectedAnswer):
        portal.create("/REST/x", {})


def test_a_collection_is_read_over_all_its_pages() -> None:
    pages = [
        httpx.Response(200, json={"items": [{"id": "1"}], "next": f"{SENDER}?page=2"}),
        httpx.Response(200, json={"items": [{"id": "2"}]}),
    ]
    assert ReadingPortal(PortalDouble(*pages).connection(), PAJOTTEGEM).get_items(SENDER) == [
        {"id": "1"},
        {"id": "2"},
    ]


def test_a_404_of_something_else_is_not_gone() -> None:
    """A gateway's page, or a mistyped address: nothing may be taken for removed."""
    portal = PortalDouble(httpx.Response(404, text="<html>Not Found</html>"))
    with pytest.raises(PortalUnreachable):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)


def test_no_right_to_act_for_a_centre_is_a_matter_of_the_sign_in() -> None:
    portal = PortalDouble(problem(403, "belgif:missingPermission"))
    with pytest.raises(LoginRefused, match="may act for this organisation"):
        ReadingPortal(portal.connection(), PAJOTTEGEM).get(SENDER)


def test_a_portal_that_is_down_is_waited_for_once_in_a_run() -> None:
    """Not for every resource again: a fusion has some eighty."""
    portal = PortalDouble(httpx.Response(503, headers=NOW))
    connection = portal.connection(deadline_seconds=1)
    for _ in range(2):
        with pytest.raises(DeadlineExceeded):
            ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
    first = len(portal.calls) - 1
    assert first > 1
    portal.answers = [OK]
    assert ReadingPortal(connection, PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}
    portal.answers = [httpx.Response(503, headers=NOW), OK]
    assert ReadingPortal(connection, PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}


def _second_page_fails(request: httpx.Request) -> httpx.Response:
    if request.url.query:
        return httpx.Response(503, headers=NOW)
    return httpx.Response(200, json={"items": [], "next": f"{ACCOUNTS}?page=2"})


def test_a_collection_that_takes_too_long_does_not_make_its_api_count_as_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portal = PortalDouble(OK)
    reading = ReadingPortal(portal.connection(deadline_seconds=2), PAJOTTEGEM)
    reading.get(SENDER)  # signs in, which takes its time
    portal.answer = _second_page_fails
    clock = iter([0.0, 1.5])  # the first page took so much of it
    monkeypatch.setattr("providers.portal.monotonic", lambda: next(clock, 1.5))
    with pytest.raises(DeadlineExceeded):
        reading.get_items(ACCOUNTS)
    portal.answer, portal.answers = portal._next, [httpx.Response(503, headers=NOW), OK]
    assert reading.get(SENDER).body == {"name": "ICT"}


def test_a_collection_whose_api_goes_down_is_waited_for_once() -> None:
    portal = PortalDouble(OK)
    reading = ReadingPortal(portal.connection(deadline_seconds=2), PAJOTTEGEM)
    reading.get(SENDER)  # signs in, which takes its time
    portal.answer = _second_page_fails
    with pytest.raises(DeadlineExceeded):
        reading.get_items(ACCOUNTS)
    portal.answer, portal.answers = portal._next, [httpx.Response(503, headers=NOW), OK]
    with pytest.raises(DeadlineExceeded):
        reading.get(SENDER)


def test_each_api_that_is_down_is_waited_for_once_whatever_the_others_do() -> None:
    """And whatever else the same API does: only the path that failed can say that it is well again."""
    down = {SENDER, CERTIFICATES}
    portal = PortalDouble(OK)
    portal.answer = lambda request: httpx.Response(503, headers=NOW) if request.url.path in down else OK
    connection = portal.connection(deadline_seconds=2)
    reading = ReadingPortal(connection, PAJOTTEGEM)

    def tries(path: str) -> int:
        before = len(portal.calls)
        with pytest.raises(DeadlineExceeded):
            reading.get(path)
        return len(portal.calls) - before

    assert tries(SENDER) > 1
    for other in (ACCOUNTS, f"/REST/eBox/v1/organizations/{PAJOTTEGEM}/box"):
        reading.get(other)
    assert [tries(CERTIFICATES), tries(SENDER)] == [1, 1]
    down.remove(SENDER)
    reading.get(SENDER)
    assert tries(CERTIFICATES) > 1


def test_a_portal_of_which_nothing_answers_is_waited_for_once_for_all_apis() -> None:
    portal = PortalDouble(httpx.Response(503, headers=NOW))
    reading = ReadingPortal(portal.connection(deadline_seconds=2), PAJOTTEGEM)
    with pytest.raises(DeadlineExceeded):
        reading.get(SENDER)
    before = len(portal.calls)
    for other in (
        f"/REST/eBox/v1/organizations/{PAJOTTEGEM}/box",
        f"/REST/ocmwOnline/v1/organizations/{PAJOTTEGEM}",
    ):
        with pytest.raises(DeadlineExceeded):
            reading.get(other)
    assert len(portal.calls) - before == 2


def test_a_sign_in_that_is_down_is_waited_for_once_for_all_apis() -> None:
    portal = PortalDouble(OK)
    portal.sign_in = lambda: httpx.Response(503, headers=NOW)
    reading = ReadingPortal(portal.connection(deadline_seconds=2), PAJOTTEGEM)
    with pytest.raises(DeadlineExceeded):
        reading.get(SENDER)
    first = len(portal.sign_ins)
    assert first > 1
    with pytest.raises(DeadlineExceeded):
        reading.get(f"/REST/eBox/v1/organizations/{PAJOTTEGEM}/box")
    assert len(portal.sign_ins) == first + 1


def test_client_and_emulator_call_the_embedded_portal_by_one_url() -> None:
    """It is the audience of what the client signs; each side has it for itself."""
    assert settings.EMBEDDED_URL == embedded.URL
