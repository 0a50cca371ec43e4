"""The ledger: an account of each run that may write, kept line by line while it runs (docs/state.md has the lines).

One file for each stack, `.state/ledgers/STACK.jsonl`, of this machine. Each line is a JSON object, one `write` to a file
that is opened for appending: lines of several processes never mix, and what was written before a kill stays. The line that
says what is about to be asked is on the disk before the call goes out. So what has no answer there was asked, and nobody
knows what became of it.

`engine/pulumi.sh` names the run and its stack in the environment, which the engine hands on to the program and the provider
host. Without these, as in a preview or a test, nothing is kept. No body stands in a ledger: only paths, which have no INSZ,
things by the declaration's keys, and errors as the terminal shows them, without an INSZ.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
"""What came of a step; `left`: it was asked to go, and is not this stack's to take away."""
FRAME = frozenset({"begin", "result"})
"""The lines that a run has which never began to work."""
TRACE = "BelGov-Trace-Id"
_ORIGINS = {"created": MADE, "adopted": ADOPTED}
_TAKEN_AWAY = frozenset({"removed", "cleanedUp"})
_LONGEST = 1000
_LONGEST_TRACE = 64
Method = TypeVar("Method", bound=Callable[..., Any])
_under_way = threading.local()
_lock = threading.Lock()


class LedgerNotWritten(FusionError):
    """What is about to be asked cannot be noted, so it is not asked."""

    afterwards = "This call was not sent"

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"the run's ledger {path} cannot be written: {error.strerror}",
            "Free some space, or have the rights put right; then run the same command again",
        )


class Ledger:
    """One run's lines in its stack's file. Threads may share it."""

    def __init__(self, path: Path, run: str) -> None:
        self.path, self.run = path, run
        self._file: int | None = None
        self._lock = threading.Lock()
        self._has_gaps = False

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
            # Less is written only where the disk is full, and the next time fails.
            while written < len(content):
                written += os.write(self._file, content[written:])
            if surely:
                os.fsync(self._file)
        except OSError as error:
            raise LedgerNotWritten(self.path, error) from None

    def close(self) -> None:
        """Let go of the file; the next line opens it again."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def note_or_tell(self, kind: str, **said: Any) -> None:
        """Add a line of what is done already, which a full disk does not end: of a process's first gap people hear."""
        try:
            self.note(kind, **said)
        except LedgerNotWritten as error:
            with self._lock:
                first, self._has_gaps = not self._has_gaps, True
            if first:
                # Not on stdout, which the wrapper reads.
                sys.stderr.write(f"{error.sentence()}: its account of this run has gaps\n")
                sys.stderr.flush()


def file_of(root: Path, stack: str) -> Path:
    """The ledger of a stack of the project in `root`."""
    return root / FOLDER / f"{stack.rpartition('/')[2]}.jsonl"


def open_to_append(path: Path) -> int:
    """Its descriptor; the file, and the folder, are made for their owner only, and are on the disk by name."""
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_names(path.parent.parent)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    if is_new:
        keep_names(path.parent)
    return file


def keep_names(folder: Path) -> None:
    """Have the disk know what stands in the folder: a file that is on the disk without its name is lost when power fails."""
    with suppress(OSError):  # some network folders cannot, and some need not
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def find_ledger() -> Ledger | None:
    """The one of the run that this process belongs to: the same for all threads."""
    run, stack = os.environ.get(RUN), os.environ.get(STACK)
    if not run or not stack:
        return None
    with _lock:  # a cache keeps nobody out while it fills
        return _ledger(file_of(project_root(), stack), run)


@lru_cache(maxsize=8)
def _ledger(path: Path, run: str) -> Ledger:
    return Ledger(path, run)


def note(kind: str, **said: Any) -> None:
    """Add a line to the run's ledger, where there is one, as `Ledger.note_or_tell` does."""
    if (ledger := find_ledger()) is not None:
        ledger.note_or_tell(kind, **said)


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

    def end(self, status: int, trace: str, *, surely: bool) -> None:
        """The portal answered this.

        :param trace: its own id of the call. :param surely: the answer says whether the call was carried out.
        """
        self.answered = True
        if (step := _step()) is not None:
            step.done += 200 <= status < 300
            step.unsure += not surely
        note("answered", call=self.call, status=status, trace=visible(trace)[:_LONGEST_TRACE])

    def break_off(self, reason: str, *, sent: bool) -> None:
        """No answer came; `sent`: the call may have reached the portal all the same."""
        if (step := _step()) is not None:
            step.unsure += sent
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


def leave() -> None:
    """What the engine has taken away in this thread stays: it is there, and is not this stack's to take."""
    if (step := _step()) is not None:
        step.stays = True


class Step:
    """What the engine has a provider do with one thing.

    `done` counts the writing calls that the portal carried out, `unsure` those of which no answer says so: whether these
    were, the step's own looks found out, so a step that ends well and asked for a change has made one.

    :param name: the hook's. :param before: the thing's `origin` in the state.
    """

    def __init__(self, name: str, thing: str, before: object = None) -> None:
        self.name, self.thing, self._before = name, thing, before
        self.done = self.unsure = 0
        self.stays = False

    def judge_deletion(self) -> str:
        """What came of it: what was gone already is as it is."""
        if self.stays and not self.done:
            return LEFT
        return REMOVED if self.done or self.unsure else AS_IT_IS

    def judge(self, outs: Mapping[str, Any]) -> str:
        """What came of it, by the outputs."""
        wrote = self.done or self.unsure
        origin = outs.get("origin")
        is_new = self.name == "create" or self._before == WAITING
        if origin == WAITING:
            return WAITING
        if is_new and origin in _ORIGINS:
            return _ORIGINS[str(origin)]
        if origin in _TAKEN_AWAY:
            return REMOVED if wrote else AS_IT_IS
        if wrote:
            return CHANGED
        return WAITING if outs.get("waiting") else AS_IT_IS


def _step() -> Step | None:
    return getattr(_under_way, "step", None)


def keep(method: Method) -> Method:
    """Mark a `create`, `update` or `delete` of which the ledger says what came of each call that ends well (`noted`)."""
    method.is_kept = True  # type: ignore[attr-defined]
    return method


def noted(method: Method) -> Method:
    """One of the engine's hooks of a provider class, with the ledger: calls of the portal belong to the thing of the call,
    and a failure is a line. The provider tells the thing by `identity(props)`; its properties come last in each hook."""
    hook = method.__name__

    @wraps(method)
    def do(self: Any, *arguments: Any) -> Any:
        # Within another hook this is that one's work, and its failure: noted there.
        if find_ledger() is None or _step() is not None:
            return method(self, *arguments)
        props, before = arguments[-1], arguments[-2] if hook == "update" else {}
        with _noting(Step(hook, self.identity(props), before.get("origin"))) as step:
            result = method(self, *arguments)
            if hook == "check" and result.failures:
                _note_failure(step, "; ".join(failure.reason for failure in result.failures))
            elif getattr(method, "is_kept", False):
                came = step.judge_deletion() if hook == "delete" else step.judge(result.outs or {})
                note("step", thing=step.thing, step=hook, came=came, calls=step.done)
            return result

    return do  # type: ignore[return-value]


@contextmanager
def _noting(step: Step) -> Iterator[Step]:
    _under_way.step = step
    try:
        yield step
    except Exception as error:
        # Whatever else is raised may have a resource's values in its text.
        _note_failure(step, error.sentence() if isinstance(error, FusionError) else type(error).__name__)
        raise
    finally:
        del _under_way.step


def _note_failure(step: Step, why: str) -> None:
    note("step", thing=step.thing, step=step.name, came=FAILED, calls=step.done, why=shorten(why))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
