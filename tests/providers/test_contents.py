"""What a system shows of a centre at once: what is taken from it, and what is not an answer at all."""

from __future__ import annotations

from typing import Any

import pytest

from providers import paths
from providers.contents import Contents
from providers.portal import Answer
from schemas.errors import NotFound, NotYetAvailable, PortalError, UnexpectedAnswer

PAJOTTEGEM = "1010784738"
PATH = paths.contents(paths.CHAMAN, PAJOTTEGEM, 500)
SENDER: dict[str, Any] = {"path": "sender", "body": {"name": "ICT"}}
ACCOUNTS: list[dict[str, Any]] = [
    {"path": "ftpAccounts", "total": 2},
    {"path": "ftpAccounts/FTP Pajottegem", "body": {"accountName": "FTP Pajottegem"}},
    {"path": "ftpAccounts/50 %", "body": {"accountName": "50 %"}},
]


def contents(*pages: list[dict[str, Any]], total: int | None = None) -> Contents:
    count = sum(len(page) for page in pages) if total is None else total
    return Contents(PATH, [Answer({"items": page, "total": count}) for page in pages])


def refused(kind: str, status: int, **members: str) -> dict[str, Any]:
    problem = {"type": f"urn:problem-type:{kind}", "title": kind, **members}
    return {"path": "sender", "statusCode": status, "problem": problem}


def test_a_thing_is_there_and_nothing_can_be_written_over_it() -> None:
    found = contents([SENDER]).get(paths.sender(PAJOTTEGEM))
    assert found == Answer({"name": "ICT"}, etag="")


@pytest.mark.parametrize("name", ["FTP Pajottegem", "50 %"])
def test_an_item_is_found_by_its_name(name: str) -> None:
    found = contents([SENDER], ACCOUNTS[:2], ACCOUNTS[2:]).get(paths.ftp_account(PAJOTTEGEM, name))
    assert found == Answer({"accountName": name})


def test_a_collection_has_all_its_items_in_order() -> None:
    items = contents(ACCOUNTS).get_items(paths.ftp_accounts(PAJOTTEGEM))
    assert items == [{"accountName": "FTP Pajottegem"}, {"accountName": "50 %"}]
    assert contents([{"path": "ftpAccounts", "total": 0}]).get_items(paths.ftp_accounts(PAJOTTEGEM)) == []


def test_a_collection_may_be_one_entry() -> None:
    domains = [{"domain": "woonzorg"}]
    one = contents([{"path": "domains", "body": {"items": domains, "total": 1}}])
    assert one.get_items(paths.domains(PAJOTTEGEM)) == domains


def test_what_a_full_collection_does_not_list_is_not_there() -> None:
    with pytest.raises(NotFound, match="it is not among ftpAccounts"):
        contents(ACCOUNTS).get(paths.ftp_account(PAJOTTEGEM, "another"))


@pytest.mark.parametrize("name", ["a/b", ".."])
def test_what_nothing_is_told_of_must_be_asked_for(name: str) -> None:
    """An unknown domain, a screen that the portal added, a name that could be two parts."""
    found = contents([SENDER])
    assert found.get(paths.screen(PAJOTTEGEM, paths.MUTATIONS)) is None
    assert found.get(paths.ftp_account(PAJOTTEGEM, name)) is None
    assert found.get_items(paths.users(PAJOTTEGEM, name)) is None


def test_r59_a_refusal_is_that_of_the_path() -> None:
    entry = refused(
        "portal:notYetAvailable", 409, reason="screenNotOpen", rule="R59", availableFrom="2025-01-06"
    )
    with pytest.raises(NotYetAvailable, match=r"sender answered 409") as error:
        contents([entry]).get(paths.sender(PAJOTTEGEM))
    assert (error.value.reason, error.value.rule, str(error.value.available_from)) == (
        "screenNotOpen",
        "R59",
        "2025-01-06",
    )


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (refused("belgif:resourceNotFound", 404), NotFound),
        (refused("belgif:missingPermission", 403), PortalError),
        ({"path": "sender", "statusCode": 404, "problem": {}}, UnexpectedAnswer),
    ],
)
def test_what_was_never_saved_and_what_may_not_be_seen_are_told_apart(
    entry: dict[str, Any], error: type[PortalError]
) -> None:
    for look in (contents([entry]).get, contents([entry]).get_items):
        with pytest.raises(error) as raised:
            look(paths.sender(PAJOTTEGEM))
        assert type(raised.value) is not PortalError
        assert (type(raised.value) is NotFound) == (error is NotFound)


@pytest.mark.parametrize(
    ("pages", "total", "said"),
    [
        ([[SENDER]], 2, "1 entries, and `total` says 2"),
        ([[SENDER], [SENDER]], 2, "sender stands there twice"),
        ([ACCOUNTS[:2]], 2, "1 entries below ftpAccounts, and `total` says 2"),
        ([ACCOUNTS[1:]], None, None),
    ],
    ids=["a page is missing", "a page came twice", "items are missing", "no collection"],
)
def test_a_part_is_never_taken_for_all(pages: list[Any], total: int | None, said: str | None) -> None:
    if said is None:  # then nobody said that these are all
        assert contents(*pages).get_items(paths.ftp_accounts(PAJOTTEGEM)) is None
        return
    with pytest.raises(UnexpectedAnswer, match=said):
        contents(*pages, total=total)
