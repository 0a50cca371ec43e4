"""How a run reads what it remembers: failures, pages, threads, and answers that are overtaken by a write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from providers import paths, remembering
from providers.remembering import ForgettingPortal, Memory, RememberingPortal
from schemas.errors import NotFound, NotYetAvailable, PortalError
from tests.providers.portal_double import PAJOTTEGEM, PortalDouble, problem

NOT_YET = problem(409, "portal:notYetAvailable", reason="organizationNotActive", rule="R12")
MISSING = problem(404, "belgif:resourceNotFound")


def page(*entries: dict[str, Any], tag: str = "one", total: int | None = None, **more: str) -> httpx.Response:
    count = len(entries) if total is None else total
    return httpx.Response(200, json={"items": list(entries), "total": count, "tag": tag, **more})


ONE: dict[str, Any] = {"path": "sender", "body": {"name": "ICT"}}
TWO: dict[str, Any] = {"path": "ftpAccounts", "total": 0}


@pytest.fixture
def double() -> PortalDouble:
    return PortalDouble()


@pytest.fixture
def looking(double: PortalDouble) -> Iterator[RememberingPortal]:
    connection = double.connection(deadline_seconds=0)
    yield RememberingPortal(connection, PAJOTTEGEM, Memory())
    connection.close()


def asked(double: PortalDouble) -> list[str]:
    return [call.url.path.rpartition("/")[2] for call in double.calls]


def test_a_failed_read_is_not_remembered_and_is_nothing_empty(
    double: PortalDouble, looking: RememberingPortal
) -> None:
    double.answers = [httpx.Response(503), page(TWO)]
    path = paths.ftp_accounts(PAJOTTEGEM)
    with pytest.raises(PortalError):
        looking.get_items(path)
    assert looking.get_items(path) == []
    assert asked(double) == ["contents", "contents"]


def test_where_something_in_it_is_broken_each_thing_is_read_by_itself(
    double: PortalDouble, looking: RememberingPortal
) -> None:
    """So that one broken screen keeps no other back."""
    sound = httpx.Response(200, json={"name": "ICT"}, headers={"ETag": '"1"'})
    double.answers = [httpx.Response(500), httpx.Response(500), sound]
    with pytest.raises(PortalError):
        looking.get_items(paths.ftp_accounts(PAJOTTEGEM))
    assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "ICT"}
    assert asked(double)[0] == "contents"


def test_what_is_not_all_is_a_failed_read(double: PortalDouble, looking: RememberingPortal) -> None:
    double.answers = [page(TWO, total=2), page(ONE, TWO)]
    with pytest.raises(PortalError, match="`total` says 2"):
        looking.get_items(paths.ftp_accounts(PAJOTTEGEM))
    assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "ICT"}


def test_a_portal_may_do_without_contents(double: PortalDouble, looking: RememberingPortal) -> None:
    double.answers = [MISSING, httpx.Response(200, json={"name": "ICT"}, headers={"ETag": '"1"'})]
    for _ in range(2):
        assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "ICT"}
    double.answers = [httpx.Response(200, json={"items": [], "total": 0})]
    assert looking.get_items(paths.ftp_accounts(PAJOTTEGEM)) == []
    assert asked(double) == ["contents", "sender", "ftpAccounts"]


def test_what_the_contents_say_nothing_of_is_asked_for(
    double: PortalDouble, looking: RememberingPortal
) -> None:
    double.answers = [page(ONE), MISSING]
    with pytest.raises(NotFound):
        looking.get_items(paths.ftp_accounts(PAJOTTEGEM))


NEXT = f"{paths.contents(paths.CHAMAN, PAJOTTEGEM, 500)}&page=2"


def test_pages_of_two_moments_are_read_again(double: PortalDouble, looking: RememberingPortal) -> None:
    double.answers = [
        *(page(ONE, tag="one", total=2, next=NEXT), page(TWO, tag="two", total=2)),
        *(page(ONE, tag="two", total=2, next=NEXT), page(TWO, tag="two", total=2)),
    ]
    assert looking.get_items(paths.ftp_accounts(PAJOTTEGEM)) == []
    assert len(double.calls) == 4


def test_where_pages_keep_changing_each_thing_is_read_by_itself(
    double: PortalDouble, looking: RememberingPortal
) -> None:
    for number in range(remembering.ROUNDS):
        double.answers += [
            page(ONE, tag=f"{number}", total=2, next=NEXT),
            page(TWO, tag=f"{number} and after", total=2),
        ]
    double.answers.append(httpx.Response(200, json={"name": "ICT"}))
    assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "ICT"}
    assert asked(double)[-1] == "sender"


def test_threads_share_one_read(double: PortalDouble, looking: RememberingPortal) -> None:
    """Who needs the same waits for the first who asks."""
    asked_once, others = threading.Event(), threading.Barrier(4)

    def answer(_: httpx.Request) -> httpx.Response:
        assert not asked_once.is_set()
        asked_once.set()
        return page(ONE, TWO)

    double.answer = answer

    def look(number: int) -> object:
        others.wait(timeout=30)
        if number % 2:
            return looking.get(paths.sender(PAJOTTEGEM)).body
        return looking.get_items(paths.ftp_accounts(PAJOTTEGEM))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(look, range(4))) == [[], {"name": "ICT"}, [], {"name": "ICT"}]
    assert len(double.calls) == 1


def test_what_was_read_while_something_was_written_is_not_remembered(double: PortalDouble) -> None:
    """The answer set out before the write, and comes after it."""
    connection, memory = double.connection(), Memory()
    looking = RememberingPortal(connection, PAJOTTEGEM, memory)
    writing = ForgettingPortal(connection, PAJOTTEGEM, memory)

    def answer_late(_: httpx.Request) -> httpx.Response:
        double.answer = lambda _: httpx.Response(200, json={}, headers={"ETag": '"2"'})
        writing.replace(paths.sender(PAJOTTEGEM), {}, '"1"')
        double.answer = lambda _: page({"path": "sender", "body": {"name": "after"}})
        return page({"path": "sender", "body": {"name": "before"}})

    double.answer = answer_late
    assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "before"}
    assert looking.get(paths.sender(PAJOTTEGEM)).body == {"name": "after"}


def test_a_look_before_a_write_that_meets_not_yet_ends_it(double: PortalDouble) -> None:
    memory = Memory()
    connection = double.connection()
    looking = RememberingPortal(connection, PAJOTTEGEM, memory)
    double.answers = [httpx.Response(200, json={"status": "open"}), NOT_YET]
    box = paths.e_box(PAJOTTEGEM)
    looking.get(box)
    with pytest.raises(NotYetAvailable):
        ForgettingPortal(connection, PAJOTTEGEM, memory).get(box)
    with pytest.raises(NotYetAvailable):
        looking.get(box)
