"""What `fusion certificate list` says: a table for the terminal, JSON for programs, the last days as a calendar."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from operations.calendars import format_calendar, make_calendar, make_event
from operations.certificates.holdings import CENTRE, GONE, NOT_YET, Fleet, Holding
from operations.tables import table
from schemas.counts import format_count
from schemas.validity import EXPIRED, SOON, Validity

_HEADERS = ("days", "until", "end", "usage", "certificate", "centre", "used by", "who renews")
_NARROWEST = 40
_LATEST = date(9999, 12, 30)
"""A calendar needs the day after."""


def as_text(fleet: Fleet) -> str:
    """A row for each certificate, or where the terminal is too narrow a few lines; what could not be read; the sum."""
    width = max(shutil.get_terminal_size().columns, _NARROWEST)
    unread = [
        f"{', '.join(part for part in (one.stack, one.centre) if part)}: {'waits' if one.waits else 'not read'}: {one.why}"
        for one in fleet.not_read
    ]
    parts = [
        _rows(fleet, width),
        "\n".join(textwrap.fill(line, width, subsequent_indent="  ") for line in unread),
        textwrap.fill(_sum(fleet), width),
    ]
    return "\n\n".join(part for part in parts if part)


def _rows(fleet: Fleet, width: int) -> str:
    rows = [
        (
            "" if one.days_left is None else one.days_left,
            one.validity.last if one.validity else "",
            one.end or "far",
            one.usage,
            one.file_name,
            one.centre,
            ", ".join([*one.accounts, *(f"{name} (before)" for name in one.before)]) or "nobody",
            _renewer(one),
        )
        for one in fleet.holdings
    ]
    wide = table(_HEADERS, rows, sys.maxsize) if rows else ""
    if all(len(line) <= width for line in wide.splitlines()):
        return wide
    return "\n".join(
        textwrap.fill(
            f"{last or 'no day'}, {days} days, {end}: {name} ({usage}) at {centre}, used by {users}, renewed by {renewer}",
            width,
            subsequent_indent="  ",
        )
        for days, last, end, usage, name, centre, users, renewer in rows
    )


def _renewer(one: Holding) -> str:
    return {CENTRE: "the centre", "": "nobody"}.get(one.renewed_by, f"supplier {one.renewed_by}")


def as_json(fleet: Fleet) -> dict[str, Any]:
    return {
        "version": 1,
        "certificates": [one.as_json() for one in fleet.holdings],
        "notRead": [one.as_json() for one in fleet.not_read],
    }


def as_calendar(fleet: Fleet) -> str:
    """The last day of each certificate that an account uses; the alarm rings on the first day on which its end is near."""
    calendar, now = make_calendar("Certificates of OCMWs", "certificates"), datetime.now(UTC)
    for one, validity in _ending(fleet):
        calendar.add_component(
            make_event(
                f"{one.kbo}-{one.usage}-{one.file_name.encode().hex()}",
                (validity.last, validity.last),
                f"{one.centre}: last day of the certificate {one.file_name}",
                [
                    f"used by: {', '.join(one.accounts)}",
                    f"renewed by: {_renewer(one)}",
                    f"stack: {one.stack}",
                ],
                validity.last - validity.first_near_day,
                now,
            )
        )
    return format_calendar(calendar)


def _ending(fleet: Fleet) -> Iterator[tuple[Holding, Validity]]:
    for one in fleet.needed:
        if one.validity and one.validity.first <= one.validity.last <= _LATEST:
            yield one, one.validity


def _sum(fleet: Fleet) -> str:
    """`11 certificates, 8 in use: 1 expired, 2 end soon; 1 stack or centre not read`."""
    needed = fleet.needed
    counts = [
        (sum(one.end == end for one in needed), words)
        for end, words in (
            (GONE, "gone"),
            (EXPIRED, "expired"),
            (NOT_YET, "not yet valid"),
            (SOON, "to end soon"),
        )
    ]
    told = ", ".join(f"{count} {words}" for count, words in counts if count) or "none to end soon"
    unread = len(fleet.failures)
    more = f"; {format_count(unread, 'stack or centre', 'stacks or centres')} not read" if unread else ""
    return f"{format_count(len(fleet.holdings), 'certificate')}, {len(needed)} in use: {told}{more}"
