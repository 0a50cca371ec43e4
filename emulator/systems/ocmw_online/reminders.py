"""Reminders of requests for help that nobody at the centre has read (R56-R58).

The receiving centre's settings of that moment count, not those of the moment when the request came in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from emulator.systems.ocmw_online import mails

# Nobody reads on, and what nobody ever marks as read would grow from day to day.
MOST_LISTED = 50
_SETTINGS = """
SELECT o.enterprise_number, s.body
FROM organizations o
CROSS JOIN resources s ON s.organization = o.enterprise_number AND s.kind = 'ocmwOnline' AND s.key = ''
WHERE o.status = 'active'
"""
_UNREAD = (
    "SELECT organization, id, substr(submitted_at, 1, 10) FROM aid_requests WHERE read_at IS NULL"
    " ORDER BY organization, seq"
)


def send(connection: sqlite3.Connection, at: datetime) -> None:
    """A day's reminders: one mail for each centre that has a request to be reminded of."""
    settings = {number: _wanted(saved) for number, saved in connection.execute(_SETTINGS)}
    unread = connection.execute(_UNREAD).fetchall()

    @cache  # of few days there are many requests
    def age(day: str) -> int:
        return (at.date() - date.fromisoformat(day)).days

    for number, requests in groupby(unread, key=itemgetter(0)):
        wanted = settings.get(number)
        if wanted is None:
            continue
        due = [
            f"- aanvraag {key}, ingediend op {day}\n" for _, key, day in requests if _is_due(wanted, age(day))
        ]
        if due:
            more = f"- en nog {len(due) - MOST_LISTED}\n" if len(due) > MOST_LISTED else ""
            mails.send(
                connection,
                at.isoformat(timespec="seconds"),
                number,
                wanted["email"],
                mails.UNREAD_REMINDER,
                f"Herinnering: {len(due)} ongelezen hulpaanvragen",
                f"Nog niet als gelezen gemarkeerd in OCMW Online:\n{''.join(due[:MOST_LISTED])}{more}",
            )


@lru_cache(maxsize=4096)
def _wanted(saved: str) -> Mapping[str, Any] | None:
    """What a centre wants to be reminded of, None: of nothing; read once for all days on which it is the same."""
    wanted: dict[str, Any] = json.loads(saved)["unreadReminders"]
    return wanted if wanted["enabled"] else None


def _is_due(settings: Mapping[str, Any], age: int) -> bool:
    """Whether a request of `age` days is in today's reminder: first after the delay (R57), then by the frequency (R58)."""
    late = age - settings["delayDays"]
    return bool(late >= 0 and late % settings["frequencyDays"] == 0)
