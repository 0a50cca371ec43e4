"""Who may try to log in at the folders, how many at once and how often: what OpenSSH calls MaxStartups and MaxAuthTries.

Connections that have not logged in have few places. When all are taken, one of the address that holds the most of them goes:
who has failed most, who is idle, who came first. So idle connections keep nobody out. Guesses at one account come one after
the other, whatever the number of connections, and each keeps the account's turn until its failure is over, also when its
connection ends before.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MOST_STARTING = 16
AT_ONCE_OF_ADDRESS = 4


@dataclass(eq=False)
class Starting:
    """A connection that has not logged in."""

    address: str
    attempts: int = 0
    attempting: bool = False


@dataclass
class Attempt:
    """`tried`: its turn came. `right`: it did not fail, and nobody has to wait for it."""

    tried: bool = False
    right: bool = False


@dataclass
class Admission:
    """What the connections of one server share; all of it in the server's event loop."""

    failed_seconds: float
    _starting: list[Starting] = field(default_factory=list)
    _turns: dict[Hashable, asyncio.Semaphore] = field(default_factory=dict)
    _using: Counter[Hashable] = field(default_factory=Counter)

    def enter(self, one: Starting) -> Starting | None:
        """A new connection comes in; who has to go for it."""
        self._starting.append(one)
        if len(self._starting) <= MOST_STARTING:
            return None
        held = Counter(other.address for other in self._starting)
        most = max(held.values())
        others = [other for other in self._starting[:-1] if held[other.address] == most]
        # An attempt that runs has not failed. Of equals `min` takes the first, who came first.
        gone = min(others, key=lambda other: (other.attempting - other.attempts, other.attempting))
        self._starting.remove(gone)
        return gone

    def leave(self, one: Starting) -> None:
        """It has logged in, or is gone."""
        if one in self._starting:
            self._starting.remove(one)

    @asynccontextmanager
    async def attempt(self, one: Starting, account: Hashable) -> AsyncIterator[Attempt]:
        """Wait for the turn of this account and of the address, then try. What fails keeps its turn for `failed_seconds`."""
        attempt, taken = Attempt(), []
        # Counted before it is known how it ends: a client may break off an attempt to start another.
        one.attempts, one.attempting = one.attempts + 1, True
        try:
            for key, at_once in ((("account", account), 1), (("address", one.address), AT_ONCE_OF_ADDRESS)):
                await self._take(key, at_once)
                taken.append(key)
            attempt.tried = True
            yield attempt
        finally:
            one.attempting = False
            for key in taken:
                if attempt.right or not attempt.tried:
                    self._give_back(key)
                else:
                    asyncio.get_running_loop().call_later(self.failed_seconds, self._give_back, key)

    async def _take(self, key: Hashable, at_once: int) -> None:
        self._using[key] += 1
        try:
            await self._turns.setdefault(key, asyncio.Semaphore(at_once)).acquire()
        except BaseException:
            self._forget(key)
            raise

    def _give_back(self, key: Hashable) -> None:
        self._turns[key].release()
        self._forget(key)

    def _forget(self, key: Hashable) -> None:
        self._using[key] -= 1
        if not self._using[key]:
            del self._using[key], self._turns[key]
