"""`fusion smoke`: the main job on real input. The fusions are applied by the real engine to a fresh emulated portal in
a folder of its own, several at once as `fusion up` does, then previewed again, which must show no change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from emulator import controls
from operations.fleet.interruption import Interruption
from operations.fleet.progress import Progress
from operations.fleet.results import Operation, StackResult
from operations.fleet.run import Engine
from operations.fleet.run import run as run_fleet
from operations.fleet.warm.python import warm_python
from operations.rehearsals.preparation import prepare
from operations.rehearsals.projects import environment, exclusive, make_project
from operations.tables import table
from providers.settings import embedded_database
from schemas.loading import find_declarations, load_declaration


@dataclass(frozen=True)
class Outcome:
    """How one fusion's rehearsal went: counts of resources, changes that the second preview still shows, seconds."""

    fusion: str
    created: int = 0
    adopted: int = 0
    retained: int = 0
    waiting: int = 0
    pending: int = -1
    seconds: float = 0.0
    waits: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.error and self.pending == 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def run(
    root: Path,
    names: Sequence[str],
    progress: Progress,
    interruption: Interruption,
    *,
    keep: bool = False,
    jobs: int | None = None,
) -> list[Outcome]:
    """Rehearse the named fusions, all of them without names; wave by wave, each on a portal a month after its day, and of a
    wave `jobs` at once.

    Raises `UnknownFusion` for a name without a declaration, `RehearsalError` while another one runs.
    """
    known = list(find_declarations(root / "fusions", names))
    chosen = list(dict.fromkeys(names)) or known
    folder = root / ".state" / "rehearsal-run"
    with exclusive(folder), warm_python(len(chosen)) as variables:
        progress.say(f"a fresh portal and {len(known)} stacks in {folder.relative_to(root)}")
        make_project(root, folder)
        for line in prepare(folder, {**os.environ, **environment(folder)}):
            progress.say(f"  {line}")
        rehearse = partial(
            run_fleet,
            _find_engine(folder, variables),
            progress=progress,
            interruption=interruption,
            jobs=jobs,
        )
        outcomes: list[Outcome] = []
        days = {name: load_declaration(folder / "fusions" / f"{name}.yaml").takes_effect for name in known}
        portals = min(days.values())
        for day, wave in groupby(sorted(chosen, key=days.__getitem__), key=days.__getitem__):
            if day != portals and not interruption.asked:
                portals = day
                progress.say(f"a fresh portal for the mergers of {day}")
                controls.reset(embedded_database(folder), controls.usual_moment(day))
            outcomes += _rehearse(list(wave), rehearse)
        if not keep and all(outcome.passed for outcome in outcomes):
            shutil.rmtree(folder)
    return outcomes


def _find_engine(folder: Path, variables: Mapping[str, str]) -> Engine:
    from operations.fleet.automation import Project

    return Project.find(folder, {**environment(folder), **variables})


def _rehearse(names: Sequence[str], run: Callable[..., list[StackResult]]) -> list[Outcome]:
    """Apply all, then preview all once more: by then each stands beside all others."""
    applied = run(stacks=names, operations=[Operation.UP])
    again = run(stacks=[one.stack for one in applied if one.passed], operations=[Operation.PREVIEW])
    second = {one.stack: one for one in again}
    return [_judge(one, second.get(one.stack)) for one in applied]


def _judge(up: StackResult, second: StackResult | None) -> Outcome:
    if second is None:
        return Outcome(up.stack, seconds=up.seconds, error=up.error)
    waits = [f"{thing}: {waiting}" for thing, waiting in up.outputs["waiting"].items()]
    return Outcome(
        up.stack,
        **up.outputs["summary"],
        pending=second.changes if second.passed else -1,
        seconds=up.seconds + second.seconds,
        waits=waits,
        error=second.error,
    )


def report(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The closing table of a run of so many seconds, then what waits and what failed."""
    headers = ("fusion", "created", "adopted", "retained", "waiting", "left", "s")
    rows = [
        (
            o.fusion,
            o.created,
            o.adopted,
            o.retained,
            o.waiting,
            o.pending if o.pending >= 0 else "?",
            f"{o.seconds:.1f}",
        )
        for o in outcomes
    ]
    passed = sum(outcome.passed for outcome in outcomes)
    lines = [
        table(headers, rows),
        "",
        "left: changes that a second preview still shows",
        f"{passed} of {len(outcomes)} fusions applied, with a second preview without changes, in {seconds:.0f} s",
    ]
    lines += [f"waiting: {wait}" for outcome in outcomes for wait in outcome.waits]
    lines += [f"{outcome.fusion}: {outcome.error}" for outcome in outcomes if outcome.error]
    return "\n".join(lines)
