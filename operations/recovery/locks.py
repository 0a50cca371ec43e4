"""Who works on a stack whose state lies in a folder of this machine, by the files that the engine keeps while it does.

The engine has no lease: a lock that a killed engine left stays for ever, and `pulumi cancel` takes away all of a stack,
anybody's. Here goes only the one whose engine is known to be gone.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from operations.recovery.processes import may_be_at_work
from operations.state_folder import StateFolder
from schemas.errors import EngineError


class Locked(EngineError):
    """The engine says that somebody else works on the stack: in a folder whoever began at the same moment, elsewhere
    anybody."""

    afterwards = "Nothing was done"

    def __init__(self, stack: str, said: str) -> None:
        super().__init__(
            said,
            "`--wait` waits for that run. If it is one of yours that was killed, make sure of it, then "
            f"`pulumi cancel -s {stack}`",
        )


@dataclass(frozen=True)
class Lock:
    """One engine's, on one stack.

    :param who: the user's name, "" where the file cannot be read, as the others are then. :param pid: 0 then.
    """

    path: Path
    who: str
    host: str
    pid: int
    since: datetime

    def __str__(self) -> str:
        if not self.pid:
            since = self.since.astimezone().isoformat(" ", "seconds")
            return f"somebody whose lock cannot be read ({self.path}), since {since}"
        return name_holder(self.who, self.host, self.pid, self.since)

    @property
    def is_of_this_machine(self) -> bool:
        """Whether its process can be looked for here."""
        return self.host == socket.gethostname()

    @property
    def is_left(self) -> bool:
        """Whether the engine that took it is gone for certain."""
        return bool(self.pid) and self.is_of_this_machine and not may_be_at_work(self.pid, self.since)

    def take_away(self) -> None:
        """Remove this one's file; no other engine ever has one of the same name."""
        for file in (self.path, self.path.with_name(f"{self.path.name}.attrs")):
            file.unlink(missing_ok=True)


class Held(EngineError):
    """Others work on the stack, or may."""

    afterwards = "Nothing was done"

    def __init__(self, stack: str, locks: Sequence[Lock]) -> None:
        super().__init__(f"locked by {describe(locks)}", _find_way_out(stack, locks))


def _find_way_out(stack: str, locks: Sequence[Lock]) -> str:
    if any(not lock.pid for lock in locks):
        return "Once nobody works on this stack, delete the file; `--wait` waits until it is gone"
    if all(lock.is_of_this_machine for lock in locks):
        return "`--wait` waits for that run"
    return (
        "`--wait` waits for that run. Whether it is still at work can only be seen on its machine: once it is over for "
        f"certain, `pulumi cancel -s {stack}`"
    )


def name_holder(who: str, host: str, pid: int, since: datetime) -> str:
    """Who works on a stack: their user's name, their machine, the engine's process, and from when on."""
    return f"{who}@{host} (process {pid}), since {since.astimezone().isoformat(' ', 'seconds')}"


def tell_left(lock: object) -> str:
    """That a lock was put right."""
    return f"the lock of {lock}, was left by a run that is gone: taken away"


def describe(locks: Sequence[Lock]) -> str:
    """Who works on a stack, and since when."""
    return "; ".join(map(str, locks))


def read_locks(folder: StateFolder, stack: str) -> list[Lock]:
    """All locks of a stack, the oldest first."""
    try:
        found = [path for path in folder.locks(stack).iterdir() if path.suffix != ".attrs" and path.is_file()]
    except FileNotFoundError:
        return []  # nobody ever had one
    locks = [lock for path in found if (lock := _read(path)) is not None]
    return sorted(locks, key=lambda lock: lock.since)


def _read(path: Path) -> Lock | None:
    """None for one that is gone by now."""
    try:
        text, written = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:
        return None
    try:
        said = json.loads(text)
        since = datetime.fromisoformat(said["timestamp"])
        return Lock(
            path, str(said["username"]), str(said["hostname"]), int(said["pid"]), since.astimezone(UTC)
        )
    except (ValueError, KeyError, TypeError):
        return Lock(path, "", "", 0, datetime.fromtimestamp(written, UTC))
