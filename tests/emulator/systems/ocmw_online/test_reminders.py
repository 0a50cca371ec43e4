"""Reminders of unread requests: on which days, which requests, by whose settings (R56-R58)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from emulator import controls
from emulator.core import store
from tests.emulator.conftest import GALMAARDEN, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal
from tests.emulator.support.deliveries import CONFIGURATION, ask, days_after, mailed, move

API, PATH = "ocmwOnline", "/ocmwOnline"
TODAY = "2025-02-03"


def remind(centre: Acting, delay: int, frequency: int, email: str = "hulp@ocmw.example") -> None:
    reminders = {"enabled": True, "email": email, "delayDays": delay, "frequencyDays": frequency}
    save(centre, reminders)


def save(centre: Acting, reminders: dict[str, Any]) -> None:
    body = {"newRequests": {"enabled": False}, "unreadReminders": reminders}
    known = centre.get(CONFIGURATION, PATH).status_code == 200
    saved = centre.replace(CONFIGURATION, PATH, body) if known else centre.create(CONFIGURATION, PATH, body)
    assert saved.status_code in (200, 201), saved.text


def reminded(portal: Portal, number: str, request: str) -> list[str]:
    """The days on which a reminder named the request."""
    found = mailed(portal, number, "unreadReminder")
    return [mail["at"][:10] for mail in found if request in mail["text"]]


@pytest.mark.parametrize(
    ("delay", "frequency", "days"),
    [
        (2, 1, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),  # the manual's examples
        (1, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (3, 4, [3, 7, 11]),
        (5, 7, [5, 12]),
        (12, 30, [12]),
        (13, 1, []),
    ],
)
def test_r57_r58_first_after_the_delay_then_by_the_frequency(
    portal: Portal, pajottegem: Acting, delay: int, frequency: int, days: list[int]
) -> None:
    remind(pajottegem, delay, frequency)
    request = ask(portal, PAJOTTEGEM)["id"]
    for _ in range(12):
        controls.advance_clock(portal.database, 1)
    assert reminded(portal, PAJOTTEGEM, request) == [days_after(TODAY, day) for day in days]


def test_r57_days_are_calendar_days_whatever_the_hour(portal: Portal, pajottegem: Acting) -> None:
    remind(pajottegem, 1, 1)
    move(portal, "2025-02-03T23:59:59")
    request = ask(portal, PAJOTTEGEM)["id"]
    move(portal, "2025-02-04T06:59:59")
    assert reminded(portal, PAJOTTEGEM, request) == []
    move(portal, "2025-02-04T07:00")
    assert reminded(portal, PAJOTTEGEM, request) == ["2025-02-04"]


def test_r56_what_is_read_is_not_reminded_of_until_it_is_marked_unread(
    portal: Portal, pajottegem: Acting
) -> None:
    remind(pajottegem, 1, 1)
    request = ask(portal, PAJOTTEGEM)["id"]
    path = f"/requests/{request}/read"
    move(portal, "2025-02-05")
    pajottegem.call("PUT", API, path, json={"read": True})
    move(portal, "2025-02-08")
    pajottegem.call("PUT", API, path, json={"read": False})
    move(portal, "2025-02-09")
    assert reminded(portal, PAJOTTEGEM, request) == ["2025-02-04", "2025-02-05", "2025-02-09"]


def test_r56_one_mail_a_day_lists_all_that_is_due(portal: Portal, pajottegem: Acting) -> None:
    remind(pajottegem, 2, 5)
    first, second = ask(portal, PAJOTTEGEM)["id"], ask(portal, GALMAARDEN)["id"]
    move(portal, "2025-02-05")
    mails = mailed(portal, PAJOTTEGEM, "unreadReminder")
    assert len(mails) == len({mail["at"][:10] for mail in mails})
    (mail,) = [mail for mail in mails if mail["at"].startswith("2025-02-05")]
    assert (mail["recipient"], mail["at"]) == ("hulp@ocmw.example", "2025-02-05T07:00:00+01:00")
    assert first in mail["text"]
    assert second in mail["text"]
    named = re.findall(r"aanvraag ([0-9a-f]{16})", mail["text"])
    assert mail["subject"] == f"Herinnering: {len(named)} ongelezen hulpaanvragen"


def test_r56_a_mail_lists_the_first_fifty_and_counts_the_rest(portal: Portal, pajottegem: Acting) -> None:
    remind(pajottegem, 1, 1)
    with closing(store.connect(portal.database)) as connection:
        connection.execute("DELETE FROM aid_requests")
    asked = [ask(portal, PAJOTTEGEM)["id"] for _ in range(53)]
    move(portal, "2025-02-04")
    mail = mailed(portal, PAJOTTEGEM, "unreadReminder")[-1]
    assert mail["subject"] == "Herinnering: 53 ongelezen hulpaanvragen"
    assert re.findall(r"aanvraag ([0-9a-f]{16})", mail["text"]) == asked[:50]
    assert mail["text"].endswith("\n- en nog 3\n")


def test_r56_without_reminders_there_are_none(portal: Portal, pajottegem: Acting) -> None:
    request = ask(portal, PAJOTTEGEM)["id"]
    move(portal, "2025-02-10")
    assert reminded(portal, PAJOTTEGEM, request) == [], "never saved"
    save(pajottegem, {"enabled": False, "email": "hulp@ocmw.example", "delayDays": 1, "frequencyDays": 1})
    move(portal, "2025-02-17")
    assert reminded(portal, PAJOTTEGEM, request) == [], "switched off"


def test_r58_what_counts_is_what_is_saved_on_the_day(portal: Portal, pajottegem: Acting) -> None:
    remind(pajottegem, 2, 1)
    request = ask(portal, PAJOTTEGEM)["id"]
    move(portal, "2025-02-06")
    remind(pajottegem, 2, 4, "anders@ocmw.example")
    move(portal, "2025-02-14")
    days = [days_after(TODAY, day) for day in (2, 3, 6, 10)]
    assert reminded(portal, PAJOTTEGEM, request) == days
    assert mailed(portal, PAJOTTEGEM, "unreadReminder")[-1]["recipient"] == "anders@ocmw.example"


def test_r64_from_the_merger_on_the_merged_centre_is_reminded_by_its_own_settings(
    portal_at: Callable[[str], Portal],
) -> None:
    """What Kortessem saved stays where it is and has no effect any more."""
    portal = portal_at("2024-12-30")
    request = ask(portal, KORTESSEM)["id"]
    move(portal, "2025-02-03")
    remind(portal.acting_for(KORTESSEM), 1, 1, "oud@kortessem.example")
    remind(portal.acting_for(HASSELT), 1, 1, "nieuw@hasselt.example")
    move(portal, "2025-02-05")
    assert reminded(portal, KORTESSEM, request) == [
        day for day in reminded(portal, KORTESSEM, request) if day < "2025-01-01"
    ]
    assert reminded(portal, HASSELT, request)[-2:] == ["2025-02-04", "2025-02-05"]
    assert mailed(portal, HASSELT, "unreadReminder")[-1]["recipient"] == "nieuw@hasselt.example"


def test_mails_say_nothing_of_who_asks_or_what_for(portal: Portal) -> None:
    with closing(sqlite3.connect(portal.database)) as connection:
        mails = connection.execute("SELECT subject || text FROM mails").fetchall()
        people = connection.execute("SELECT person_id, subject FROM aid_requests").fetchall()
        numbers = connection.execute("SELECT ssin FROM persons").fetchall()
    secrets = {word for row in [*people, *numbers] for word in row}
    assert len(mails) > 100
    assert not [text for (text,) in mails if any(word in text for word in secrets)]
