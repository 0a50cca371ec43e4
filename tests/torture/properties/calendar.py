"""Time goes by to the days on which something happens: the eve and the day of the fusion, copies, screens, reports."""

from __future__ import annotations

from dataclasses import dataclass

from emulator import controls
from emulator.controls import Problem
from tests.torture.properties.world import World

DAYS = (
    *("2024-12-31", "2025-01-01"),  # the eve and the day (R06, R12)
    "2025-01-06",
    "2025-01-13",  # contact details and OCMW Online open (R59)
    "2025-02-01",  # the Uniek verslag opens (R62)
    *("2025-02-15", "2025-02-17"),  # what was being handled is free again (R06)
    "2025-03-03",  # a review that was put forward (R61)
    "2026-01-02",  # the review (R61)
)


@dataclass(frozen=True)
class Days:
    """Portal time passes."""

    number: int

    def apply(self, world: World) -> None:
        world.pass_days(self.number)


@dataclass(frozen=True)
class Until:
    """It becomes this day, unless it was before."""

    day: str

    def apply(self, world: World) -> None:
        if world.today < self.day:
            controls.set_clock(world.database, self.day)


@dataclass(frozen=True)
class CopyLater:
    """The RSZ copies access to the merged centre so many days later (R27), if it has not yet."""

    days: int

    def apply(self, world: World) -> None:
        try:
            controls.postpone_copy(world.database, world.number(""), self.days)
        except Problem:
            return
