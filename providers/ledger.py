"""The ledger: an account of each run that may write, kept line by line while it runs (docs/state.md has the lines).

One file for each stack, `.state/ledgers/STACK.jsonl`, of this machine. Each line is a JSON object, one `write` to a file
that is opened for appending: lines of several processes never mix, and what was written before a kill stays. The line that
says what is about to be asked is on the disk before the call goes out. So what has no answer there was asked, and nobody
knows what became of it.

`engine/pulumi.sh` names the run and its stack in the environment, which the engine hands on to the program and the provider
host. Without these, as in a preview or a test, nothing is kept. No value of a resource and no body stands in a ledger: only
paths, which have no INSZ, and things by the declaration's keys.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from providers.settings import project_root
from schemas.errors import FusionError
from schemas.privacy import masked
from schemas.visible import visible

RUN, STACK = "FUSION_RUN", "FUSION_STACK"
"""The variables that name the run, `20250203T090000Z-4711` with its engine's process, and its stack."""
FOLDER = Path(".state") / "ledgers"
MADE, ADOPTED, CHANGED, REMOVED = "made", "adopted", "changed", "removed"
AS_IT_IS, LEFT, WAITING, FAILED = "asItIs", "left", "waiting", "failed"
"""What came of a step; `left`: it was asked to go, and was not ours to take away."""
TRACE = "BelGov-Trace-Id"
_ORIGINS = {"created": MADE, "adopted": ADOPTED}
_TAKEN_AWAY = frozenset({"removed", "cleanedUp"})
_LONGEST = 1000
_LONGEST_TRACE = 64
Method = TypeVar("Method", bound=Callable[..., Any])
_under_way = threading.local()


class LedgerNotWritten(FusionError):
    """What is about to be asked cannot be noted, so it is not asked."""

    afterwards = "Nothing was asked of the portal by this"

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"the run's ledger {path} cannot be written: {error.strerror}",
            "Have space or the rights put right, then run the same command again",
        )


class Ledger:
    """One run's lines in its stack's file. Threads may share it."""

    def __init__(self, path: Path, run: str) -> None:
        self.path, self.run = path, run
        self._file: int | None = None
        self._lock = threading.Lock()

    def note(self, kind: str, *, surely: bool = False, **said: Any) -> None:
        """Add a line. Raises `LedgerNotWritten`.

        :param surely: it is on the disk when this returns.
        """
        line = json.dumps({"kind": kind, "run": self.run, "at": _now(), **said}, ensure_ascii=False)
        # The line's end comes first: a line that somebody could write only in part takes no other one along.
        try:
            with self._lock:
                if self._file is None:
                    self._file = open_to_append(self.path)
            written, content = 0, f"\n{line}".encode("utf-8", "backslashreplace")
            while written < len(
                content
            ):  # less is written only where the disk is full, and the next time fails
                written += os.write(self._file, content[written:])
            if surely:
                os.fsync(self._file)
        except OSError as error:
            raise LedgerNotWritten(self.path, error) from None


def file_of(root: Path, stack: str) -> Path:
    """The ledger of a stack of the project in `root`."""
    return root / FOLDER / f"{stack.rpartition('/')[2]}.jsonl"


def open_to_append(path: Path) -> int:
    """Its descriptor; the file, and the folder, are made for their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def find_ledger() -> Ledger | None:
    """The one of the run that this process belongs to."""
    run, stack = os.environ.get(RUN), os.environ.get(STACK)
    return _ledger(file_of(project_root(), stack), run) if run and stack else None


@lru_cache(maxsize=8)
def _ledger(path: Path, run: str) -> Ledger:
    return Ledger(path, run)


def note(kind: str, **said: Any) -> None:
    """Add a line to the run's ledger, where there is one; a full disk ends nothing that is done already."""
    if (ledger := find_ledger()) is not None:
        try:
            ledger.note(kind, **said)
        except LedgerNotWritten:
            return


def shorten(text: str) -> str:
    """A sentence for the ledger: one line of plain text, without an INSZ."""
    shown = visible(masked(text))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


class Asked:
    """A writing call that goes out now; `call` is the trace id that it carries."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.call = uuid4().hex
        self.answered = False

    def end(self, status: int, trace: str) -> None:
        """The portal answered this; `trace` is its own id of the call."""
        self.answered = True
        if 200 <= status < 300 and (step := _step()) is not None:
            step.done += 1
        note("answered", call=self.call, status=status, trace=visible(trace)[:_LONGEST_TRACE])

    def break_off(self, reason: str, *, sent: bool) -> None:
        """No answer came; `sent`: the call may have reached the portal all the same."""
        note("unanswered", call=self.call, sent=sent, why=shorten(reason))


def ask(method: str, path: str) -> Asked | None:
    """Note that a writing call goes out; None where no ledger is kept. Raises `LedgerNotWritten`: then it must not."""
    ledger = find_ledger()
    if ledger is None:
        return None
    asked, step = Asked(ledger), _step()
    thing = step.thing if step else ""
    ledger.note("asked", surely=True, call=asked.call, thing=thing, method=method, path=masked(path))
    return asked


class Step:
    """What the engine has a provider do with one thing; `done` counts the writing calls that the portal carried out.

    :param name: create, update or delete. :param before: the thing's `origin` in the state.
    """

    def __init__(self, name: str, thing: str, before: object = None) -> None:
        self.name, self.thing, self._before = name, thing, before
        self.done = 0

    def judge(self, outs: Mapping[str, Any] | None) -> str:
        """What came of it, by the outputs; None of a deletion."""
        if outs is None:
            return REMOVED if self.done else LEFT
        origin = outs.get("origin")
        is_new = self.name == "create" or self._before == WAITING
        if origin == WAITING:
            return WAITING
        if is_new and origin in _ORIGINS:
            return _ORIGINS[str(origin)]
        if origin in _TAKEN_AWAY:
            return REMOVED if self.done else AS_IT_IS
        if self.done:
            return CHANGED
        return WAITING if outs.get("waiting") else AS_IT_IS


def _step() -> Step | None:
    return getattr(_under_way, "step", None)


def keep(name: str) -> Callable[[Method], Method]:
    """Of a provider's method: have the ledger say what came of each call, and which calls of the portal belong to it.

    :param name: create, update or delete. The provider tells the thing by `identity(props)`.
    """

    def around(method: Method) -> Method:
        @wraps(method)
        def do(self: Any, *arguments: Any) -> Any:
            if find_ledger() is None:
                return method(self, *arguments)
            props, before = arguments[-1], arguments[-2] if name == "update" else {}
            with _noting(Step(name, self.identity(props), before.get("origin"))) as step:
                result = method(self, *arguments)
                outs = None if name == "delete" else result.outs or {}
                note("step", thing=step.thing, step=name, came=step.judge(outs), calls=step.done)
                return result

        return do  # type: ignore[return-value]

    return around


@contextmanager
def _noting(step: Step) -> Iterator[Step]:
    _under_way.step = step
    try:
        yield step
    except Exception as error:
        # Whatever else is raised may have a resource's values in its text.
        why = error.sentence() if isinstance(error, FusionError) else type(error).__name__
        note("step", thing=step.thing, step=step.name, came=FAILED, calls=step.done, why=shorten(why))
        raise
    finally:
        del _under_way.step


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
