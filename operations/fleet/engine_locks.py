"""The locks of stacks, as far as the engine is needed for them. Where only it sees locks it is asked whether others have
one, and takes away what a killed run left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError, ConcurrentUpdateError

from operations.fleet.engine_command import EngineCommand
from operations.fleet.interruption import Interrupted, Interruption
from operations.recovery.locks import Locked, read_locks, tell_left
from operations.recovery.told_locks import find_left
from schemas.errors import EngineError
from stacks.beginning import find_backend
from stacks.state_folder import StateFolder

_WITH_LOCKS = ("s3://", "gs://", "azblob://", "postgres://")
"""Where the engine itself keeps locks, beside folders; elsewhere a service does."""


class LockStays(EngineError):
    """The engine could not take away a lock that is to go."""


class MaybeLocked(EngineError):
    """It was killed before it told anything, and only the engine sees the stack's locks: `pulumi cancel` takes away all of
    them, somebody else's too."""

    def __init__(self, stack: str) -> None:
        super().__init__(
            "the engine was killed before it told anything; its lock, if it had one, is left",
            f"Make sure that nobody else runs this stack, then `pulumi cancel -s {stack}`",
        )


@dataclass(frozen=True)
class EngineLocks:
    """The locks of a project's stacks.

    :param environment: the engine's variables beside those of this process. :param folder: in which the states lie; None
        where only the engine knows where.
    """

    root: Path
    environment: Mapping[str, str]
    version: Any
    folder: StateFolder | None

    def ask(self, stack: str, interruption: Interruption) -> None:
        """Have the engine look whether others work on a stack whose locks only it sees. It is told to rename the stack to
        the name that it has: it looks for locks, takes one, refuses, and gives the lock back. Nothing changes, and that
        takes a fraction of what a run takes to find the same. Nobody interrupts it, since it would leave its lock.

        :raises Locked: where they do. :raises Interrupted: where it may not begin any more.
        """
        if not find_backend().startswith(_WITH_LOCKS):
            return
        if interruption.asked:
            raise Interrupted
        command = EngineCommand(self.version, Interruption())
        try:
            command.run(["stack", "rename", stack, "-s", stack], str(self.root), self.environment)
        except ConcurrentUpdateError:
            raise Locked(stack, command.said) from None
        except CommandError:
            return  # as it must; anything else that is wrong the run itself tells

    def free(self, stack: str, pid: int, *, told: bool) -> None:
        """Take away the lock that an engine held when it was killed. Whoever is impatient does not interrupt this.

        :param told: it had begun, so that a lock that only the engine sees is its own.
        """
        if self.folder is not None:
            for lock in read_locks(self.folder, stack):
                if lock.pid == pid and lock.is_left:
                    lock.take_away()
            return
        if not told:
            raise MaybeLocked(stack)
        self._take_locks_away(stack, "the engine was killed, and its lock is left")

    def take_left_away(self, stack: str, locked: Locked, heal: Callable[[str], None]) -> bool:
        """Have the engine take away the lock that it named, where that is one of a run that is gone; whether it is gone now,
        or somebody else on this machine is at it. Whoever is impatient does not interrupt this.

        :param heal: is told what was put right. :raises LockStays: where the engine could not.
        """
        lock = find_left(self.root, stack, locked)
        if lock is not None and lock.claim():
            try:
                self._take_locks_away(stack, f"the lock of {lock}: left by a run that is gone, and stays")
            except LockStays:
                lock.give_back()
                raise
            heal(tell_left(lock))
        return lock is not None

    def _take_locks_away(self, stack: str, otherwise: str) -> None:
        """All of a stack.

        :param otherwise: what is so where the engine fails at it.
        """
        command = EngineCommand(self.version, Interruption())
        try:
            command.run(["cancel", "--yes", "--stack", stack], str(self.root), self.environment)
        except CommandError:
            raise LockStays(f"{otherwise}: {command.said}", f"Run `pulumi cancel -s {stack}`") from None
