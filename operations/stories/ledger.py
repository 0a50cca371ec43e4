"""The portal's journal, step by step: what a stack's own client wrote, and whether it was allowed and needed.

People in a story write through another client (`hands`), so that these are the project's writes and no one else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator import controls
from schemas.declaration import Fusion
from stacks.written import strays

CLIENT = "rehearsal"
_BATCH = re.compile(r"/(stops|successions|users|deletions)$")
Call = Mapping[str, Any]


@dataclass
class Ledger:
    """`seen` is where the last reading ended, `done` what was written since something gave a reason to write it again,
    `forbidden` what was written at a disappearing centre that the declaration of that moment does not ask for (R05)."""

    database: Path
    seen: int = 0
    writes: list[Call] = field(default_factory=list)
    done: set[tuple[str, str]] = field(default_factory=set)
    forbidden: list[str] = field(default_factory=list)

    def skip(self) -> None:
        """What was called so far is no part of what is read next: the story begins, or people were at work."""
        self.seen = max((call["seq"] for call in controls.journal(self.database)), default=0)

    def forget(self) -> None:
        """Somebody or something changed the portal or the declaration: what was written may be written again."""
        self.done.clear()

    def read(self, fusion: Fusion, client: str | None = CLIENT) -> list[Call]:
        """The client's writes since the last reading, held against the fusion as it is declared now; None: everybody's."""
        calls = [call for call in controls.journal(self.database, writes=True) if call["seq"] > self.seen]
        self.seen = max((call["seq"] for call in calls), default=self.seen)
        new: list[Call] = [call for call in calls if client in (None, call["client"])]
        self.writes += new
        self.forbidden += [
            f"{centre.name}: {call['method']} {call['path']} on {call['at'][:10]}"
            for centre, call in strays(fusion, new)
        ]
        return new

    def needless(self, new: list[Call]) -> Iterator[str]:
        """Of these, the writes that did the same once more, or that the portal had to refuse."""
        troubled = any(
            call.get("fault") for call in new
        )  # a repeat of what was carried out unseen is refused (412)
        for call in new:
            key = (call["method"], call["path"])
            if troubled and (call.get("fault") or call["status"] >= 400):
                continue
            if call["status"] >= 400:
                yield f"{call['method']} {call['path']} was refused ({call['status']}): it should have waited"
            elif not _BATCH.search(call["path"]):
                if key in self.done:
                    yield f"{call['method']} {call['path']} was written again, and nothing had changed"
                self.done.add(key)
