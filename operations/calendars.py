"""Calendars (iCalendar, RFC 5545) that phones and Outlook read: events of whole days, each with an alarm.

An event has an identifier that stays: who imports a later calendar gets no second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event


def make_calendar(name: str, product: str) -> Calendar:
    """An empty one; `product` says which of our commands made it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//ocmw-fusion//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    return calendar


def make_event(
    name: str,
    days: tuple[date, date],
    title: str,
    lines: Sequence[str],
    remind: timedelta,
    now: datetime,
) -> Event:
    """An event from the first of the days to the last.

    :param name: its own, which never changes. :param remind: how long before its first day the alarm rings.
    """
    first, last = days
    event = Event()
    event.add("uid", f"{name}@ocmw-fusion")
    event.add("dtstamp", now)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # the day after the last one
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")
    if lines:
        event.add("description", "\n".join(lines))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -remind)
    event.add_component(alarm)
    return event


def format_calendar(calendar: Calendar) -> str:
    text: str = calendar.to_ical().decode()
    return text
