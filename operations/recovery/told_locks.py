"""The lock of a killed run where only the engine sees locks: the engine says who took it, and this machine's ledger whether
that was a run of its own, which is gone. The name of a machine is not enough there: hosted ones share theirs.

The engine takes a lock away with all others of its stack (`pulumi cancel`). Beside one that stands it takes no other, so as
long as the only one is a dead run's, nobody is robbed. Once it is gone somebody may have one: so each is taken away once.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from operations.recovery.locks import name_holder
from operations.recovery.processes import MARGIN, may_be_at_work
from providers import ledger
from providers.unanswered import read_lines
from stacks.beginning import find_backend, is_under_way

_ONE = "locked by 1 lock(s)"
_TAKEN = re.compile(
    r"created by (?P<who>.*)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)$", re.MULTILINE
)


@dataclass(frozen=True)
class ToldLock:
    """One that the engine named.

    :param claimed: where whoever takes it away says so, before.
    """

    who: str
    host: str
    pid: int
    since: datetime
    claimed: Path

    def __str__(self) -> str:
        return name_holder(self.who, self.host, self.pid, self.since)

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


def find_left(root: Path, stack: str, said: str) -> ToldLock | None:
    """The only lock of a stack, where it is one of a run that this machine's ledger knows and that is gone for certain.

    :param said: the engine's message.
    """
    told = list(_TAKEN.finditer(said))
    if _ONE not in said or len(told) != 1 or told[0]["host"] != socket.gethostname():
        return None
    pid, path = int(told[0]["pid"]), ledger.file_of(root, stack)
    try:
        since = datetime.fromisoformat(told[0]["since"]).astimezone(UTC)
        lines = list(read_lines(path))
    except (OSError, ValueError):
        return None  # nobody can say whose it is
    own = [
        line
        for line in lines
        if line and line["kind"] == "begin" and line.get("process") == pid
        if line.get("host") == told[0]["host"] and line.get("backend") == find_backend()
        if datetime.fromisoformat(line["at"]) <= since + MARGIN
    ]
    if not own or is_under_way(own[-1]) is not False or may_be_at_work(pid, since):
        return None
    claimed = path.with_name(f"{stack}.{pid}-{since:%Y%m%dT%H%M%SZ}.unlocked")
    return ToldLock(told[0]["who"], told[0]["host"], pid, since, claimed)
