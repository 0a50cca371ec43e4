"""Rehearsed failures: which call fails, and how. Rules live in the store, so that every process meets the same ones.

Whether a call fails follows from the rule's seed and from how many calls the rule has met: a run can be repeated.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

Kind = Literal["status", "latency", "reset", "cutOff", "mixed"]
_SCALE = 2**64
_JSON_NAMES = {
    "path_pattern": "pathPattern",
    "retry_after_seconds": "retryAfterSeconds",
    "after_write": "afterWrite",
    "delay_ms": "delayMs",
    "max_count": "maxCount",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of failure for a share of the calls that match.

    :param method: only this method; None: every one.
    :param path_pattern: a glob over the path; None: every path. Signing in only fails under a pattern that names it.
    :param kind: `mixed` is one of `MIXED` each time.
    :param share: of the matching calls, 0 to 1.
    :param status: 429, 500, 503 or 504 for kind `status`.
    :param after_write: the call is carried out first and its answer withheld; always so for `cutOff`.
    :param delay_ms: how long kind `latency` waits, and the others before they fail.
    :param max_count: no more failures than this.
    """

    kind: Kind = "status"
    share: float = 1.0
    method: str | None = None
    path_pattern: str | None = None
    status: int = 503
    retry_after_seconds: int | None = None
    after_write: bool = False
    delay_ms: int = 0
    seed: int = 0
    max_count: int | None = None

    def matches(self, method: str, path: str) -> bool:
        if self.method is not None and self.method != method:
            return False
        if "/oauth/" in path and (self.path_pattern is None or "/oauth/" not in self.path_pattern):
            return False
        return self.path_pattern is None or fnmatchcase(path, self.path_pattern)

    def fires(self, number: int) -> bool:
        """Whether the `number`th call that this rule meets fails."""
        return _draw(f"{self.seed}:{number}") < self.share * _SCALE

    def failure(self, number: int) -> Rule:
        """How the `number`th call that this rule meets fails."""
        if self.kind != "mixed":
            return self
        drawn = MIXED[_draw(f"{self.seed}:{number}:kind") % len(MIXED)]
        return replace(drawn, delay_ms=self.delay_ms or drawn.delay_ms)

    @property
    def carried_out(self) -> bool:
        """Whether the call does its work before it fails."""
        return self.after_write or self.kind in ("latency", "cutOff")

    def as_json(self) -> dict[str, Any]:
        """As the controls over HTTP take it."""
        return {
            _JSON_NAMES.get(name, name): value for name, value in asdict(self).items() if value is not None
        }

    @property
    def description(self) -> str:
        parts = [f"status {self.status}" if self.kind == "status" else self.kind]
        parts += ["after the call was carried out"] * (self.carried_out and self.kind != "latency")
        if self.retry_after_seconds is not None:
            parts.append(f"Retry-After {self.retry_after_seconds}")
        return ", ".join(parts)


MIXED = (
    Rule(status=429),
    Rule(status=429, retry_after_seconds=1),
    Rule(status=503),
    Rule(status=504, after_write=True),
    Rule(kind="reset"),
    Rule(kind="reset", after_write=True),
    Rule(kind="cutOff"),
    Rule(kind="latency", delay_ms=50),
)
"""Everything that passes by itself, before the call is carried out and after it."""


def _draw(text: str) -> int:
    """A number below `_SCALE`, the same for the same text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def from_json(body: Mapping[str, Any]) -> Rule:
    """A rule from the names that HTTP has for its fields."""
    names = {json_name: name for name, json_name in _JSON_NAMES.items()}
    return Rule(**{names.get(name, name): value for name, value in body.items()})


def add(connection: sqlite3.Connection, rule: Rule) -> int:
    """Keep a rule; its id."""
    cursor = connection.execute("INSERT INTO faults (rule) VALUES (?)", (json.dumps(asdict(rule)),))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def every(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """The rules with what they did: `{id, rule, met, made}`, counts of calls."""
    rows = connection.execute("SELECT id, rule, met, made FROM faults ORDER BY id")
    return [
        {"id": id_, "rule": Rule(**json.loads(rule)), "met": met, "made": made}
        for id_, rule, met, made in rows
    ]


def clear(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM faults")


def match(connection: sqlite3.Connection, method: str, path: str) -> Rule | None:
    """How this call fails, by the oldest rule that says so; every rule that matches counts the call."""
    matched = None
    # No transaction unless there are rules: this is asked at every call.
    for id_, text in connection.execute("SELECT id, rule FROM faults ORDER BY id").fetchall():
        rule = Rule(**json.loads(text))
        if not rule.matches(method, path):
            continue
        row = connection.execute(
            "UPDATE faults SET met = met + 1 WHERE id = ? RETURNING met", (id_,)
        ).fetchone()
        if row is None or matched is not None or not rule.fires(int(row[0])):
            continue
        # Counted and limited in one statement: two processes never make more failures than asked for.
        injected = connection.execute(
            "UPDATE faults SET made = made + 1 WHERE id = :id AND (:most IS NULL OR made < :most)",
            {"id": id_, "most": rule.max_count},
        )
        if injected.rowcount:
            matched = rule.failure(int(row[0]))
    return matched
