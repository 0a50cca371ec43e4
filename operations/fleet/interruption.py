"""Ctrl-C in a run of many stacks. The first: no other stack begins, and those under way go on to their end; what is only
previewed stops, since its `up` has not begun. The second, and whoever ends the command in another way: the engines stop at
once.

The engines are in process groups of their own: what a terminal sends reaches this command, which decides. An engine that is
told to stop begins nothing more, waits for the calls that it has sent, keeps them in the state and takes its lock away. One
that has not ended soon is killed: whoever says "at once" does not wait for a portal that does not answer.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from time import monotonic
from types import FrameType
from typing import Any

PATIENCE_SECONDS = 10.0
"""How long an engine that was told to stop may take."""
Say = Callable[[str], None]


class Interrupted(Exception):
    """A stack is not begun any more."""


class Interruption:
    """What was asked for by signals, and the engines that are at work."""

    def __init__(self) -> None:
        self._asked = 0
        self._acted = 0
        self._engines: set[subprocess.Popen[bytes]] = set()
        self._previewing: set[subprocess.Popen[bytes]] = set()
        self._stopped: set[int] = set()
        self._killed: set[int] = set()
        self._lock = Lock()
        self._ender: Thread | None = None

    @property
    def asked(self) -> bool:
        """Whether no other stack may begin."""
        return self._asked > 0

    @property
    def is_at_once(self) -> bool:
        """Whether those under way are to stop, too."""
        return self._asked > 1

    def ask(self) -> None:
        """Ctrl-C, once more."""
        self._asked += 1

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Signals are taken as this says, in the main thread; one that is ignored stays so. Afterwards as before."""
        before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        taken = [one for one, handler in before.items() if handler is not signal.SIG_IGN]
        for one in taken:
            signal.signal(one, self._take)
        try:
            yield
        finally:
            for one in taken:
                signal.signal(one, before[one])

    def _take(self, number: int, _frame: FrameType | None) -> None:
        # No more than a number: whatever the main thread was at goes on, and `act` does the rest.
        self._asked += 1 if number == signal.SIGINT else 2

    def act(self, say: Say) -> None:
        """Do what was asked for since the last time; called again and again by the thread that waits."""
        if self._acted == 0 and self._asked == 1:
            say(
                "interrupted: what is under way goes on to its end, no other begins. Once more ends it at once"
            )
            self._end_previews()
        if self._asked > 1 and self._ender is None:
            say("interrupted: the engines are told to stop at once")
            self._ender = Thread(target=self._end_engines)
            self._ender.start()
        self._acted = self._asked

    @contextmanager
    def engine(
        self, command: Sequence[str], *, previews: bool, **how: Any
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start an engine in a process group of its own; at the end it has ended.

        :param previews: it previews first, and then writes. :raises Interrupted: where none may begin.
        """
        with self._lock:
            if self.is_at_once or (previews and self.asked):
                raise Interrupted
            running = subprocess.Popen(command, process_group=0, stdin=subprocess.DEVNULL, **how)
            self._engines.add(running)
            if previews:
                self._previewing.add(running)
        try:
            yield running
        finally:
            with self._lock:
                self._engines.discard(running)
                self._previewing.discard(running)

    def writes(self, engine: subprocess.Popen[bytes]) -> None:
        """It has previewed, and writes from now on."""
        with self._lock:
            self._previewing.discard(engine)

    def was_stopped(self, engine: subprocess.Popen[bytes]) -> bool:
        """Whether it was told to stop while it previewed. It may have begun to write in that moment."""
        return engine.pid in self._stopped

    def was_killed(self, engine: subprocess.Popen[bytes]) -> bool:
        """Whether it did not end by itself, and so may have left its lock."""
        return engine.pid in self._killed

    def _end_previews(self) -> None:
        with self._lock:
            previewing = list(self._previewing)
            self._stopped |= {engine.pid for engine in previewing}
        _signal(previewing, signal.SIGINT)

    def _end_engines(self) -> None:
        with self._lock:
            engines = list(self._engines)
        _signal(engines, signal.SIGINT)
        late = _wait(engines, PATIENCE_SECONDS)
        self._killed |= {engine.pid for engine in late}
        _signal(late, signal.SIGKILL)


def _signal(engines: Sequence[subprocess.Popen[bytes]], number: int) -> None:
    for engine in engines:
        if engine.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(engine.pid, number)


def _wait(engines: Sequence[subprocess.Popen[bytes]], seconds: float) -> list[subprocess.Popen[bytes]]:
    """Those that have not ended by then."""
    until = monotonic() + seconds
    for engine in engines:
        with suppress(subprocess.TimeoutExpired):
            engine.wait(max(until - monotonic(), 0.01))
    return [engine for engine in engines if engine.poll() is None]
