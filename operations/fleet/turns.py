"""One run of a stack at a time, and each begins with what it can work on: before the engine writes, what a killed run left
is put right and told, and whoever is at work on the stack is waited for, or told.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Protocol

from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.results import Operation
from operations.recovery import states
from operations.recovery.locks import Held, Lock, Locked, describe, read_locks, tell_left
from operations.recovery.pending import Pending, find_pending
from stacks.state_folder import StateFolder

LOOK_SECONDS = 0.5
"""How often a folder is looked into while others work on a stack."""
ASK_SECONDS, LONGEST_ASK_SECONDS = 2.0, 15.0
"""How long before the engine is asked again where only it knows, while somebody is waited for: each time twice as long."""
MEETING_SECONDS = 1.0
"""How long at most before it is asked whether who was in the way is more than one who began at the same moment."""
MEETINGS = 5
"""So often two that began at the same moment, and let each other pass, try again without being asked to wait."""

Clear = Callable[[str, Pending, Interruption], None]
"""Has the engine forget the pending creates of a stack."""
Ask = Callable[[str, Interruption], None]
"""Has the engine look whether others work on a stack. Raises `Locked` where they do."""
TakeAway = Callable[[str, Locked, Callable[[str], None]], bool]
"""Has the engine take away the lock of a stack that it named, where that is one of a run that is gone, and tells so; whether
another try is worth it."""


class Onlooker(Protocol):
    """Whoever looks on."""

    def heal(self, line: str) -> None:
        """What was put right."""

    def wait(self, whom: str) -> None:
        """Others are at work, and are waited for."""


@dataclass(frozen=True)
class Turns:
    """When the engine may begin with a stack.

    :param folder: where the states lie; None where only the engine knows. :param ask: what the engine is asked there before
        it begins once more, :param take_away: and what it may be asked to do then. :param patience: how many seconds others
        are waited for. :param heals: what a killed run left is put right. Without, as for a preview, which takes no lock,
        nothing is: half a state is told.
    """

    folder: StateFolder | None
    clear: Clear
    ask: Ask
    take_away: TakeAway
    patience: float = 0.0
    heals: bool = True

    def take(
        self,
        begin: Callable[[], None],
        stack: str,
        operation: Operation,
        onlooker: Onlooker,
        interruption: Interruption,
    ) -> None:
        """Have the engine begin when it may.

        :raises Held: where others are at work for longer than there is patience. :raises Locked: the same, where only the
            engine knows of them. :raises HalfWritten: where nothing whole can take the place of half a state. :raises
            Interrupted: where nobody waits any more. Whatever `begin` raises.
        """
        if not self.heals:
            if self.folder:
                states.refuse_half_written(self.folder, stack, f"`fusion up {stack}`")
            begin()
            return
        until, meetings = monotonic() + self.patience, 0
        while True:
            self._wait_for_others(stack, until, onlooker, interruption)
            try:
                self._put_right(stack, operation, onlooker, interruption)
                begin()
            except Locked as error:
                meetings += 1
                if self.folder is None and self.take_away(stack, error, onlooker.heal):
                    if meetings > MEETINGS:
                        raise  # it is a dead run's, and stays
                    continue
                if monotonic() >= until and (meetings > MEETINGS or not (self.folder or error.holders)):
                    raise
                if self.folder:
                    _pause(random.uniform(0, LOOK_SECONDS * meetings), interruption)  # noqa: S311 - to meet no more
                elif error.holders:
                    self._wait_for_engines(stack, error, until, onlooker, interruption)
                else:
                    onlooker.wait(error.whom)
                    _pause(min(_lengthen(meetings - 1), until - monotonic()), interruption)
            else:
                return

    def _wait_for_engines(
        self, stack: str, met: Locked, until: float, onlooker: Onlooker, interruption: Interruption
    ) -> None:
        """Until nobody is at work on it, by the engine. Who was in the way may have let this one pass as well, or only have
        asked: whoever has no patience asks once more, too.

        :raises Locked: where the same one is still there.
        """
        known, asked = "", 0
        while True:
            left = until - monotonic()
            if left <= 0 and (met.whom == known or asked > MEETINGS):
                raise met
            if left > 0 and met.whom != known:
                onlooker.wait(met.whom)
            known = met.whom
            pause = min(_lengthen(asked), left) if left > 0 else MEETING_SECONDS
            _pause(pause * random.uniform(0.5, 1), interruption)  # noqa: S311 - to meet no more
            asked += 1
            try:
                self.ask(stack, interruption)
            except Locked as error:
                met = error
            else:
                return
            if self.take_away(stack, met, onlooker.heal):
                return  # whoever was waited for was killed meanwhile

    def _wait_for_others(
        self, stack: str, until: float, onlooker: Onlooker, interruption: Interruption
    ) -> None:
        """Until nobody is at work on it, by the folder; the locks of engines that are gone are taken away."""
        told: list[Lock] = []
        while others := self._find_others(stack, onlooker):
            left = until - monotonic()
            if left <= 0:
                raise Held(stack, others)
            if others != told:
                onlooker.wait(describe(others))
                told = others
            _pause(min(LOOK_SECONDS, left), interruption)

    def _find_others(self, stack: str, onlooker: Onlooker) -> list[Lock]:
        if self.folder is None:
            return []
        others = []
        for lock in read_locks(self.folder, stack):
            if lock.is_left:
                lock.take_away()
                onlooker.heal(tell_left(lock))
            else:
                others.append(lock)
        return others

    def _put_right(
        self, stack: str, operation: Operation, onlooker: Onlooker, interruption: Interruption
    ) -> None:
        if self.folder is None:
            return
        for put_right in (states.remove_empty_notes, states.put_copy_in_place):
            if done := put_right(self.folder, stack):
                onlooker.heal(done)
        # A refresh clears them itself.
        if operation.writes and operation is not Operation.REFRESH:
            pending = find_pending(self.folder, stack)
            if pending:
                self.clear(stack, pending, interruption)
                onlooker.heal(f"a run that was killed left {pending} pending: cleared, since creates adopt")


def _lengthen(times: int) -> float:
    """The pause after it was asked so many times."""
    return float(min(ASK_SECONDS * 2 ** min(times, 10), LONGEST_ASK_SECONDS))


def _pause(seconds: float, interruption: Interruption) -> None:
    """:raises Interrupted: as soon as nobody waits any more."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if interruption.asked:
            raise Interrupted
        sleep(min(left, 0.2))
