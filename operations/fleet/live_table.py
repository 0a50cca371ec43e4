"""How a run goes, on a terminal: a table that is drawn anew in its place, a line for each stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from operations.fleet.progress import ENDINGS, Progress, format_seconds
from operations.fleet.results import Ending
from operations.fleet.standing import Standing

_COLOURS = {
    Ending.PASSED: "green",
    Ending.FAILED: "bold red",
    Ending.INTERRUPTED: "yellow",
    Ending.NOT_BEGUN: "yellow",
}
_AROUND = 4
"""Lines of the terminal that are not for stacks: the head, the foot, and what is typed."""
_NUMBERS_WIDTH = 20
"""What the columns with numbers take, the space between columns included."""


class LiveTable(Progress):
    """Goes at its end: the closing table comes in its place. What is said stands above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(lambda line: console.print(line, markup=False, highlight=False))
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._began = monotonic()

    @contextmanager
    def showing(self, standings: Sequence[Standing]) -> Iterator[None]:
        self._standings = standings
        with self._live:
            self.tick()
            yield

    def tick(self) -> None:
        self._live.update(self.draw(), refresh=True)

    def draw(self) -> Table:
        """The table as it is now, as wide and as high as the terminal."""
        width, height = self._console.size
        table = Table(
            box=None, pad_edge=False, expand=True, show_footer=True, header_style="bold", footer_style="dim"
        )
        room = max((width - _NUMBERS_WIDTH) // 2, 10)
        table.add_column("stack", self._foot(), no_wrap=True, overflow="ellipsis", max_width=room)
        table.add_column("at", no_wrap=True, overflow="ellipsis", ratio=1)
        table.add_column("changes", justify="right", no_wrap=True)
        table.add_column("time", format_seconds(monotonic() - self._began), justify="right", no_wrap=True)
        for standing in choose_rows(self._standings, max(height - _AROUND, 1)):
            table.add_row(*_row(standing))
        return table

    def _foot(self) -> str:
        return f"{self.ended} of {len(self._standings)} done"


def choose_rows(standings: Sequence[Standing], most: int) -> list[Standing]:
    """Those that a low terminal has room for, in their order: the ones under way, then what failed, then the last that ended
    and the next that will begin."""
    places = {standing.stack: place for place, standing in enumerate(standings)}
    reached = max((places[one.stack] for one in standings if one.result or one.is_under_way), default=0)

    def rank(standing: Standing) -> tuple[int, int]:
        if standing.is_under_way:
            return 0, 0
        if standing.result is not None and not standing.result.passed:
            return 1, 0
        return 2, abs(places[standing.stack] - reached)

    chosen = sorted(standings, key=rank)[:most]
    return sorted(chosen, key=lambda one: places[one.stack])


def _row(standing: Standing) -> tuple[str, Text, str, str]:
    name, result = standing.stack, standing.result
    if result is not None:
        time = format_seconds(result.seconds) if result.seconds else ""
        changes = str(result.changes) if result.passed else ""
        return name, Text(ENDINGS[result.ending], _COLOURS[result.ending]), changes, time
    if not standing.is_under_way:
        return name, Text("waits", "dim"), "", ""
    at = Text(standing.doing).append(f" {standing.resource}" if standing.resource else "", "dim")
    return name, at, str(standing.changed), format_seconds(standing.seconds)
