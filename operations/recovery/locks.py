"""Who works on a stack: where its state lies in a folder of this machine, by the files that the engine keeps while it does;
elsewhere by what the engine says of them.

The engine has no lease: a lock that a killed engine left stays for ever, and `pulumi cancel` takes away all of a stack,
anybody's. Here goes only the one whose engine is known to be gone.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from operations.recovery.processes import may_be_at_work
from schemas.errors import EngineError
from stacks.state_folder import StateFolder

_SAID = re.compile(r"created by (?P<who>.+)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")


@dataclass(frozen=True)
class Holder:
    """Whose engine works on a stack, or was killed while it did.

    :param who: the user's name.
    """

    who: str
    host: str
    pid: int
    since: datetime

    def __str__(self) -> str:
        return f"{self.who}@{self.host} (process {self.pid}), since {_show(self.since)}"


@dataclass(frozen=True)
class Lock(Holder):
    """The file of one engine, on one stack.

    :param who: "" where the file cannot be read, as `host` is then, and `pid` is 0.
    """

    path: Path

    def __str__(self) -> str:
        if not self.pid:
            return f"somebody whose lock cannot be read ({self.path}), since {_show(self.since)}"
        return super().__str__()

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


class Locked(EngineError):
    """The engine says that somebody else works on the stack: in a folder whoever began at the same moment, elsewhere
    anybody. Whether those are at work still their machine's name and number do not tell: hosted machines share names. That
    the ledger knows, of runs of its own (`told_locks`).

    :param said: its own words, which are told where they name nobody.
    """

    afterwards = "Nothing was done"

    def __init__(self, stack: str, said: str) -> None:
        self.said = said
        self.holders = find_holders(said)
        told = f"locked by {describe(self.holders)}" if self.holders else said
        super().__init__(
            told,
            "`--wait` waits for that run. Where it was killed, make sure that it is over, then "
            f"`pulumi cancel -s {stack}`",
        )

    @property
    def whom(self) -> str:
        """Whoever is waited for."""
        return describe(self.holders) or " ".join(self.what.split())


def find_holders(said: str) -> list[Holder]:
    """Whom the engine names when it finds a stack locked; none where it is not the words of its own backends."""
    return [
        Holder(one["who"], one["host"], int(one["pid"]), datetime.fromisoformat(one["since"]).astimezone(UTC))
        for one in _SAID.finditer(said)
    ]


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


def tell_left(holder: Holder) -> str:
    """That a lock was put right."""
    return f"the lock of {holder}: left by a run that is gone, taken away"


def describe(holders: Sequence[Holder]) -> str:
    """Who works on a stack, and since when."""
    return "; ".join(map(str, holders))


def _show(moment: datetime) -> str:
    return moment.astimezone().isoformat(" ", "seconds")


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
            str(said["username"]), str(said["hostname"]), int(said["pid"]), since.astimezone(UTC), path
        )
    except (ValueError, KeyError, TypeError):
        return Lock("", "", 0, datetime.fromtimestamp(written, UTC), path)
