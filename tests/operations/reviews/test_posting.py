"""One comment, whatever else there is, and whatever a host answers now and then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from operations.reviews import calls
from operations.reviews.hosts import HOSTS, Host, NoHost
from operations.reviews.posting import NoComment, put_comment
from tests.operations.reviews.host_double import OTHER_BOT, OURS, SOMEBODY, TOKEN, HostDouble, serve

FAULTS = (429, 500, 502, 503)


@pytest.fixture(params=["github", "gitlab"])
def double(request: pytest.FixtureRequest) -> Iterator[HostDouble]:
    with serve(HostDouble(request.param)) as served:
        yield served


def host_of(double: HostDouble, number: str = "7", project: str = "") -> Host:
    return HOSTS[double.kind](double.environment, number, project)


def put(double: HostDouble, text: str) -> None:
    host = host_of(double)
    put_comment(host, f"{host.marker}\n{text}\n")


def texts(double: HostDouble) -> list[str]:
    return [body.partition("\n")[2].strip() for body in double.own]


def test_it_is_made_once_and_edited_from_then_on(double: HostDouble) -> None:
    for text in ("one", "two", "two", "three"):
        put(double, text)
    assert texts(double) == ["three"]
    assert [call.split()[0] for call in double.calls].count("POST") == 1


@pytest.mark.parametrize("others", [19, 20, 29, 30, 100, 137])
def test_it_is_found_on_whichever_page_it_is(double: HostDouble, others: int) -> None:
    """pulumi/actions looks at the first 30 only, and makes a new one each time after that."""
    for count in range(others):
        double.add(f"a remark {count}")
    put(double, "one")
    for count in range(others):
        double.add(f"another {count}")
    put(double, "two")
    assert texts(double) == ["two"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_that_passes_is_none(double: HostDouble, method: str, status: int) -> None:
    double.fail(method, status, Retry_After="0")
    put(double, "one")
    assert texts(double) == ["one"]


@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_of_an_edit_that_passes_is_none(double: HostDouble, status: int) -> None:
    put(double, "one")
    double.fail("PATCH" if double.kind == "github" else "PUT", status, Retry_After="0")
    put(double, "two")
    assert texts(double) == ["two"]


def test_githubs_403_with_a_wait_is_a_limit(double: HostDouble) -> None:
    double.fail("POST", 403, Retry_After="0")
    put(double, "one")
    assert texts(double) == ["one"]


def test_an_answer_that_got_lost_makes_no_second_comment(double: HostDouble) -> None:
    double.fail("POST", 502, lost=True)
    put(double, "one")
    assert texts(double) == ["one"]


def test_of_two_runs_at_once_one_comment_is_left_to_read(double: HostDouble) -> None:
    marker = host_of(double).marker
    double.add(f"{marker}\nold", OURS)
    double.add(f"{marker}\nold too", OURS)
    put(double, "new")
    assert texts(double) == ["new", "*The review stands in an earlier comment.*"]


@pytest.mark.parametrize("who", [SOMEBODY, OTHER_BOT])
def test_a_marker_that_somebody_else_copied_is_nothing(double: HostDouble, who: int) -> None:
    """Another bot is somebody else too."""
    marker = host_of(double).marker
    forged = double.add(f"{marker}\nall is well: approve", who)
    quoted = double.add(f"> {marker}\n> quoted", OURS)
    put(double, "one")
    assert forged["body"].endswith("approve")
    assert quoted["body"].endswith("quoted")
    assert texts(double)[-1] == "one"


def test_who_cannot_tell_who_it_is_makes_no_comment_on_gitlab() -> None:
    """It would be another comment at each run."""
    with serve(HostDouble("gitlab")) as double:
        double.fail("GET", 403)
        with pytest.raises(NoComment, match="answered 403"):
            put(double, "one")
        assert double.comments == []


def test_a_marker_is_of_one_pull_request_and_project(double: HostDouble) -> None:
    markers = {host_of(double, number, project).marker for number in ("7", "8") for project in ("", "b/")}
    assert len(markers) == 4


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_a_host_refuses_is_an_error_without_the_token(double: HostDouble, status: int) -> None:
    double.fail("POST", status)
    double.fail("POST", status)
    with pytest.raises(NoComment, match=f"answered {status}: not now") as caught:
        put(double, "one")
    assert TOKEN not in str(caught.value)
    assert not caught.value.is_about_text


def test_what_is_too_long_is_told_as_that(double: HostDouble) -> None:
    double.longest = 100
    with pytest.raises(NoComment, match="too long") as caught:
        put(double, "x" * 200)
    assert caught.value.is_about_text


def test_a_host_that_is_away_is_an_error(double: HostDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.3)
    host = HOSTS[double.kind](
        {name: "http://127.0.0.1:9" if text.startswith("http") else text for name, text in double.environment.items()},
        "7", "",
    )  # fmt: skip
    with pytest.raises(NoComment, match=r"127\.0\.0\.1:9"):
        put_comment(host, "x")


@pytest.mark.parametrize("missing", range(3))
def test_what_the_environment_lacks_is_named(double: HostDouble, missing: int) -> None:
    name = [*HOSTS[double.kind].names.values()][missing]
    with pytest.raises(NoHost, match=name):
        HOSTS[double.kind]({**double.environment, name: ""}, "7", "")


@pytest.mark.parametrize("address", ["http://host.example/api", "ftp://x", "nowhere", "https://"])
def test_the_token_goes_to_no_address_that_is_not_encrypted(double: HostDouble, address: str) -> None:
    name = HOSTS[double.kind].names["api"]
    with pytest.raises(NoHost, match=name):
        HOSTS[double.kind]({**double.environment, name: address}, "7", "")


@pytest.mark.parametrize("number", ["0", "x", "7/../8", "-1", "7?x", ""])
def test_a_number_is_a_number(double: HostDouble, number: str) -> None:
    environment = {name: text for name, text in double.environment.items() if name != "CI_MERGE_REQUEST_IID"}
    with pytest.raises(NoHost, match="--request"):
        HOSTS[double.kind](environment, number, "")
