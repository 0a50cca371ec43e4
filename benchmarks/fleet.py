"""`make bench`: what many fusions cost in one run.

Thirteen, embedded: as ratios to the engine's own commands one by one, in turn. Made-up ones, served: thirteen, a hundred,
and those of 600 centres; per stack as ratios to thirteen's, and to the engine's floor, which is one preview (or `up`) of as
many resources that do nothing as a stack has in the mean. With nothing changed a look needs no engine; `--full` and the `up`
are as wide as they are by default.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import made_up
from benchmarks.__main__ import floor_project
from benchmarks.checkouts import Checkout, Measure, count_resources
from benchmarks.results import Recorder, Result

FULL_AIM, UP_AIM, MANY_AIM = 0.6, 0.6, 1.0
FEW, MANY, CENTRES = 13, 100, 600
DELAYS_MS = (0, 50)
APPLY = ("up", "--all", "--yes", "--skip-preview")


def measure_up(folder: Path) -> tuple[Measure, Measure]:
    """What all `up`s one by one took, and one run of all."""
    checkout = Checkout.shipped(folder / "checkout")
    kept = folder / "before"
    checkout.keep(kept)
    row = checkout.one_by_one("up", "--yes")
    checkout.set_back(kept)
    return row, checkout.measure("fusion", "up", "--all", "--yes")


def measure_thirteen(folder: Path, rounds: int) -> Iterator[Result]:
    """The shipped fusions, against the engine's commands one by one."""
    ups = [measure_up(folder / f"up{number}") for number in range(rounds)]
    row, run = _middle([up[0] for up in ups]), _middle([up[1] for up in ups])
    print(f"thirteen `up`s from nothing: one by one {row}; `up --all` {run}", flush=True)
    yield _of("thirteen from nothing, `up --all` / one by one", run, row.seconds, UP_AIM)
    checkout = Checkout.shipped(folder / "looks")
    checkout.measure("fusion", *APPLY)
    rows: list[Measure] = []
    full: list[Measure] = []
    in_sync: list[Measure] = []
    for _ in range(rounds):
        rows.append(checkout.one_by_one("preview"))
        full.append(checkout.measure("fusion", "preview", "--all", "--full"))
        in_sync.append(checkout.measure("fusion", "preview", "--all"))
    row = _middle(rows)
    print(f"thirteen previews: one by one {row}; `preview --all --full` {_middle(full)}", flush=True)
    for command, took, aim in (("--all --full", full, FULL_AIM), ("--all", in_sync, None)):
        what = f"thirteen, nothing changed, `preview {command}` / one by one"
        yield _of(what, _middle(took), row.seconds, aim)


class Fleet:
    """Made-up fusions on a served portal, after their first `up` and a full look."""

    def __init__(self, checkout: Checkout, folder: Path) -> None:
        self.checkout = checkout
        self.up = checkout.measure("fusion", *APPLY)
        self.full = checkout.measure("fusion", "preview", "--all", "--full")
        counts = count_resources(checkout).values()
        floor = floor_project(folder / "floor", round(statistics.mean(counts)), 4)
        self.floor_up = floor.cost("up", "--yes", "--skip-preview").time
        self.floor = statistics.median(floor.cost("preview").time for _ in range(3))

    @property
    def size(self) -> int:
        return len(self.checkout.stacks)

    def look(self, delay_ms: int) -> tuple[Measure, Measure]:
        """With nothing changed, and with one declaration changed; each answer takes `delay_ms` longer."""
        self.checkout.delay(delay_ms)
        same = self.checkout.measure("fusion", "preview", "--all")
        changed = self.checkout.folder / "fusions" / f"{self.checkout.stacks[0]}.yaml"
        changed.write_text(changed.read_text("utf-8") + "# one more line\n", "utf-8")
        one = self.checkout.measure("fusion", "preview", "--all")
        self.checkout.delay(0)
        return same, one


def measure_made_up(
    name: str, centres: int, folder: Path, recorder: Recorder, thirteen: Mapping[str, float]
) -> Mapping[str, float]:
    """So many centres, served; what each operation took, in seconds per stack.

    :param thirteen: the same of thirteen fusions; empty for these.
    """
    checkout = Checkout.made_up(folder / "checkout", centres)
    with checkout.served():
        fleet = Fleet(checkout, folder)
        print(f"{name}: {fleet.size} stacks of {centres} made-up centres, served", flush=True)
        took = {"up --all": fleet.up, "preview --all --full": fleet.full}
        floors = {"up --all": fleet.floor_up, "preview --all --full": fleet.floor}
        per_stack = {operation: measure.seconds / fleet.size for operation, measure in took.items()}
        for operation, measure in took.items():
            whole = floors[operation] * fleet.size
            recorder.tell(_of(f"{name}, `{operation}` a stack / the engine's floor", measure, whole))
            if thirteen:
                ratio = per_stack[operation] / thirteen[operation]
                recorder.tell(Result(f"{name}, `{operation}` a stack / thirteen's", ratio, MANY_AIM))
        for delay in DELAYS_MS:
            for change, look in zip(("nothing", "one"), fleet.look(delay), strict=True):
                what = f"{name}, {delay} ms, {change} changed, `preview --all`"
                recorder.tell(_of(f"{what} / one preview of the floor", look, fleet.floor))
    return per_stack


def _middle(measures: list[Measure]) -> Measure:
    return Measure(
        statistics.median(one.seconds for one in measures),
        statistics.median(one.processor for one in measures),
        max(one.mebibytes for one in measures),
    )


def _of(what: str, took: Measure, base: float, aim: float | None = None) -> Result:
    return Result(what, took.seconds / base, aim, took.mebibytes, took.seconds)


def centres_of(fusions: int) -> int:
    """How many made-up centres are so many mergers."""
    return next(
        number
        for number in range(2 * fusions, 3 * fusions + 1)
        if sum(1 for _ in made_up.declare(number)) >= fusions
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of what is compared one by one")
    parser.add_argument("--only", choices=("thirteen", "made-up"), help="one half of it")
    parser.add_argument("--centres", type=int, default=CENTRES, help="of the largest fleet")
    parser.add_argument("--fusions", type=int, default=MANY, help="of the fleet in the middle")
    Recorder.add_option(parser)
    options = parser.parse_args()
    recorder = Recorder.of(options)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        if options.only != "made-up":
            for result in measure_thirteen(place / "shipped", options.rounds):
                recorder.tell(result)
        if options.only != "thirteen":
            thirteen: Mapping[str, float] = {}
            sizes = (
                (f"{FEW} fusions", centres_of(FEW)),
                (f"{options.fusions} fusions", centres_of(options.fusions)),
                (f"{options.centres} centres", options.centres),
            )
            for number, (name, centres) in enumerate(sizes):
                folder = place / f"made-up-{number}"
                per_stack = measure_made_up(name, centres, folder, recorder, thirteen)
                thirteen = thirteen or per_stack


if __name__ == "__main__":
    main()
