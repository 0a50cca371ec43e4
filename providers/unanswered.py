"""Calls of earlier runs of which nobody knows whether the portal carried them out, and what the next look settles of them.

A call is *uncertain* when no answer is in the ledger, or one that the retry table repeats: a 504 may come after the write.
Within its run it is settled when the thing's step ends well, since a step ends well only after a look, or an answer, that
tells. Else the next run settles it at its first look at the thing, and says so: it notes what the portal has.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from providers import ledger
from schemas.visible import visible

ABSENT, THERE, AS_DECLARED, OTHERWISE = "absent", "there", "asDeclared", "otherwise"
"""What a look finds of a thing: nothing, something, what is declared, something else than that."""
SENTENCES = {
    ABSENT: "the portal does not have it",
    THERE: "the portal has it",
    AS_DECLARED: "the portal has it as declared",
    OTHERWISE: "the portal has it otherwise than declared",
}
_UNAUTHORIZED = 401
_PLACES = ("portal", "backend")
"""What the first line of a run says of where it wrote."""
_lock = threading.Lock()
Line = Mapping[str, Any]


def is_sure(status: object) -> bool:
    """Whether an answer with this status says if the call was carried out."""
    from providers.retry import attempts_allowed  # brings tenacity along, which the program does without

    return isinstance(status, int) and (status == _UNAUTHORIZED or attempts_allowed(status) == 1)


def read_lines(path: Path) -> Iterator[Line | None]:
    """The lines of a ledger; None for one that is cut, or is none of ours. Raises OSError where it cannot be read."""
    for text in path.read_text("utf-8", "replace").split("\n"):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        known = isinstance(line, dict) and all(
            isinstance(line.get(part), str) for part in ("kind", "run", "at")
        )
        yield line if known else None


def find_uncertain(lines: Iterable[Line | None]) -> dict[str, Line]:
    """The `asked` lines of calls that nothing settled, by call."""
    found: dict[str, Line] = {}
    for line in lines:
        kind = line["kind"] if line else ""
        if not line:
            continue
        if kind == "asked":
            found[str(line.get("call"))] = line
        elif (kind == "answered" and is_sure(line.get("status"))) or (
            kind == "unanswered" and line.get("sent") is False
        ):
            found.pop(str(line.get("call")), None)
        elif kind == "settled":
            calls = line.get("calls")
            for call in calls if isinstance(calls, list) else ():
                found.pop(str(call), None)
        elif kind == "step" and line.get("came") != ledger.FAILED:
            thing = (line["run"], line.get("thing"))
            for call in [
                call for call, asked in found.items() if (asked["run"], asked.get("thing")) == thing
            ]:
                del found[call]
    return found


class Unanswered:
    """What earlier runs left uncertain, by thing, until this process has looked at it. Threads share it."""

    def __init__(self, kept: ledger.Ledger) -> None:
        self._kept = kept
        self._lock = threading.RLock()
        self._open: dict[str, dict[str, Line]] = {}
        self._seen: set[str] = set()
        self._declared: set[str] = set()
        try:
            lines = [line for line in read_lines(kept.path) if line]
        except OSError:
            lines = []
        begun = {line["run"]: line for line in lines if line["kind"] == "begin"}
        here = begun.get(kept.run, {})
        for call, asked in find_uncertain(lines).items():
            if asked["run"] != kept.run and not _is_elsewhere(begun.get(asked["run"], {}), here):
                self._open.setdefault(str(asked.get("thing") or ""), {})[call] = asked

    def settle(self, thing: str, look: Callable[[], str]) -> None:
        """A look at the thing found this; said once."""
        if thing not in self._open:
            return
        with self._lock:
            if thing not in self._open:  # another thread was faster
                return
            found, calls = look(), self._open.pop(thing)
        self._kept.note_or_tell("settled", thing=thing, found=found, calls=list(calls))
        for asked in calls.values():
            call = f"{asked.get('method')} {asked.get('path')} of the run of {asked['at'][:16]}"
            sys.stdout.write(visible(f"{thing}: {call} got no sure answer: {SENTENCES[found]}") + "\n")
        sys.stdout.flush()

    def see(self, thing: str) -> None:
        """A refresh found something under the thing's name; `compare` may say more."""
        if thing in self._open:
            self._seen.add(thing)

    def declare(self, thing: str) -> None:
        """The program declares the thing: what `compare` compares with is the declaration from now on, not the state."""
        if thing in self._open:
            self._declared.add(thing)

    def compare(self, thing: str, *, is_same: bool) -> None:
        """What a refresh found is as declared, or not."""
        if thing in self._seen & self._declared:
            self.settle(thing, lambda: AS_DECLARED if is_same else OTHERWISE)

    def end(self) -> None:
        """The run ends: of what was seen and compared with nothing it is known that it is there."""
        for thing in sorted(self._seen & self._open.keys()):
            self.settle(thing, lambda: THERE)


def _is_elsewhere(one: Line, other: Line) -> bool:
    """Whether two runs wrote to different portals, or for different states; where one does not say, nobody knows."""
    return any(one.get(place) and other.get(place) and one[place] != other[place] for place in _PLACES)


class _Nothing(Unanswered):
    """Where no ledger is kept."""

    def __init__(self) -> None:
        self._open, self._seen, self._declared = {}, set(), set()


@lru_cache(maxsize=8)
def _unanswered(kept: ledger.Ledger | None) -> Unanswered:
    return Unanswered(kept) if kept else _Nothing()


def earlier() -> Unanswered:
    """What earlier runs of this process's stack left uncertain; read once, by whichever thread comes first."""
    kept = ledger.find_ledger()
    with _lock:  # a cache keeps nobody out while it fills
        return _unanswered(kept)
