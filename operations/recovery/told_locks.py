"""The lock of a killed run where only the engine sees locks: the engine says who took it, and this machine's ledger whether
that was a run of its own, which is gone. The name of a machine is not enough there: hosted ones share theirs.

The engine takes a lock away with all others of its stack (`pulumi cancel`). Beside one that stands it takes no other, so as
long as the only one is a dead run's, nobody is robbed. Once it is gone somebody may have one: so each is taken away once.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from operations.recovery.locks import Holder, Locked
from operations.recovery.processes import MARGIN, may_be_at_work
from providers import ledger
from providers.unanswered import read_lines
from stacks.beginning import find_backend, is_under_way

_ONE = "locked by 1 lock(s)"


@dataclass(frozen=True)
class ToldLock(Holder):
    """One that the engine named.

    :param claimed: where whoever takes it away says so, before.
    """

    claimed: Path

    def claim(self) -> bool:
        """Whether it is this process's to take away: nobody else on this machine ever began to."""
        try:
            os.close(os.open(self.claimed, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    def give_back(self) -> None:
        """It could not be taken away."""
        self.claimed.unlink(missing_ok=True)


def find_left(root: Path, stack: str, locked: Locked) -> ToldLock | None:
    """The only lock of a stack, where it is one of a run that this machine's ledger knows and that is gone for certain."""
    if _ONE not in locked.said or len(locked.holders) != 1:
        return None
    [told] = locked.holders
    if told.host != socket.gethostname():
        return None
    path = ledger.file_of(root, stack)
    try:
        lines = list(read_lines(path))
    except OSError:
        return None  # nobody can say whose it is
    own = [
        line
        for line in lines
        if line and line["kind"] == "begin" and line.get("process") == told.pid
        if line.get("host") == told.host and line.get("backend") == find_backend()
        if datetime.fromisoformat(line["at"]) <= told.since + MARGIN
    ]
    if not own or is_under_way(own[-1]) is not False or may_be_at_work(told.pid, told.since):
        return None
    claimed = path.with_name(f"{stack}.{told.pid}-{told.since:%Y%m%dT%H%M%SZ}.unlocked")
    return ToldLock(told.who, told.host, told.pid, told.since, claimed)
