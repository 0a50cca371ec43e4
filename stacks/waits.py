"""An entry of the stack's outputs `waiting` and `waits`: what waits, at which centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from providers.waiting import Waiting
from schemas.systems import System


@dataclass(frozen=True)
class WaitingThing:
    """A thing that waits. `thing` is what people call it: `sender contact`, `Uniek verslag`."""

    centre: str
    thing: str
    system: System
    waiting: Waiting

    @property
    def name(self) -> str:
        """`Gooik, Uniek verslag`, under which it stands in `waiting` and `waits`."""
        return f"{self.centre}, {self.thing}"

    def __str__(self) -> str:
        """`Gooik, Uniek verslag: waits for …; whom: the centre; until: 2025-02-28`."""
        return f"{self.name}: {self.waiting}"

    def as_output(self) -> dict[str, str]:
        """`{centre, thing, system, reason, rule, whom, until}`, an entry of `waits`; "" is what nobody knows."""
        where = {"centre": self.centre, "thing": self.thing, "system": self.system.title}
        return where | asdict(self.waiting)

    @classmethod
    def from_output(cls, entry: Mapping[str, str]) -> Self:
        """Of an entry of `waits`."""
        names = ("reason", "rule", "whom", "until")
        waiting = Waiting(**{name: entry[name] for name in names})
        return cls(entry["centre"], entry["thing"], System.named(entry["system"]), waiting)
