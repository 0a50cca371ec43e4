"""What the declaration says of a change in something retained: it accepts it, or releases the thing (R05, R61)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tests.torture.properties.world import Data, World


@dataclass(frozen=True)
class Accept:
    """Accept what somebody did to something retained: today, or with a date so many days from it."""

    centre: str
    kind: str
    days: int = 0

    def apply(self, world: World) -> None:
        on = (date.fromisoformat(world.today) + timedelta(days=self.days)).isoformat()

        def change(data: Data) -> None:
            accepted = data["retain"].setdefault("accept", [])
            accepted.append({"centre": self.centre, "item": self.kind, "on": on, "reason": "agreed"})

        world.edit(change)


@dataclass(frozen=True)
class Release:
    """Compare it no longer, from `days` days after the first day on which the declaration may (R61); "" is everything at the
    centre. Said again, it has another day."""

    centre: str
    kind: str
    days: int = 0

    def apply(self, world: World) -> None:
        first = min(world.fusion.retain.review_on.isoformat(), "2026-01-01")
        on = (date.fromisoformat(first) + timedelta(days=self.days)).isoformat()
        kinds = [kind for kind in _retained(world, self.centre) if self.kind in ("", kind)]

        def change(data: Data) -> None:
            said = {"centre": self.centre, "on": on, "reason": "needed no longer"}
            _say(data, self.centre, kinds, [{**said, "item": kind} for kind in kinds])

        world.edit(change)


@dataclass(frozen=True)
class WithdrawRelease:
    """Take a release back; "" is all of the centre."""

    centre: str
    kind: str

    def apply(self, world: World) -> None:
        kinds = [kind for kind in _retained(world, self.centre) if self.kind in ("", kind)]

        def change(data: Data) -> None:
            _say(data, self.centre, kinds, [])

        world.edit(change)


def _retained(world: World, name: str) -> tuple[str, ...]:
    return next(centre.retained for centre in world.disappearing if centre.name == name)


def _say(data: Data, centre: str, kinds: list[str], entries: list[Data]) -> None:
    """These in place of what is said of their release; where nothing is, there is no list of it."""
    said: list[Data] = data["retain"].pop("release", [])
    others = [one for one in said if one["centre"] != centre or one["item"] not in kinds]
    if others or entries:
        data["retain"]["release"] = [*others, *entries]
