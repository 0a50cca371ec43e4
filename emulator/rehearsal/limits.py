"""How often a client may call: n times a second, with a burst to spare. Beyond that: 429 with `Retry-After`.

The limit is a setting of the portal's file. Each process counts for itself, as the nodes of a real portal do.
"""

from __future__ import annotations

import json
import math
import secrets
import sqlite3
import time
from dataclasses import dataclass
from threading import Lock

from emulator.core import problems, reference, store

_META = "rateLimit"
# Calls a second: less would be no limit but an end.
LEAST = 0.001
_MOST_COUNTS = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """:param per_second: calls a second in the long run. :param burst: calls at once after a pause."""

    per_second: float
    burst: int


def get(connection: sqlite3.Connection) -> Limit:
    """The limit that holds now, for each client."""
    return _parse(store.get_meta(connection, _META))


def put(connection: sqlite3.Connection, limit: Limit) -> None:
    """Set the limit that holds from now on, for each client."""
    # The id tells a new limit from an old one with the same figures, and portals of one process from each other: the
    # counts begin anew.
    value = {"id": secrets.token_hex(8), "perSecond": limit.per_second, "burst": limit.burst}
    store.set_meta(connection, _META, json.dumps(value))


def clear(connection: sqlite3.Connection) -> None:
    """Back to the portal's own limit, which is in `reference.json`."""
    connection.execute("DELETE FROM meta WHERE name = ?", (_META,))


def check(connection: sqlite3.Connection, client: str) -> None:
    """Count a call.

    :raises Problem: 429 when the client has none left; `Retry-After` says when it has one again.
    """
    text = store.get_meta(connection, _META)
    limit = _parse(text)
    with _lock:
        now = time.monotonic()
        left, at = _buckets.pop((text, client), (float(limit.burst), now))
        left = min(float(limit.burst), left + max(0.0, now - at) * limit.per_second)
        _buckets[text, client] = (left - 1 if left >= 1 else left, now)
        if len(_buckets) > _MOST_COUNTS:  # of limits that hold no more, above all
            del _buckets[next(iter(_buckets))]
    if left < 1:
        raise problems.too_many_requests(max(1, math.ceil((1 - left) / limit.per_second)))


_lock = Lock()
# The one that was used last stands last.
_buckets: dict[tuple[str | None, str], tuple[float, float]] = {}


def _parse(text: str | None) -> Limit:
    if text is None:
        standard = reference.setting("rateLimit")
        return Limit(standard["requestsPerSecond"], standard["burst"])
    kept = json.loads(text)
    return Limit(max(LEAST, kept["perSecond"]), kept["burst"])
