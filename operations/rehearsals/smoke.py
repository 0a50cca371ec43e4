"""`fusion smoke`: the main job on real input. Each fusion is applied by the real engine to a fresh emulated portal in
a folder of its own, then previewed again, which must show no change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from emulator import controls
from operations.rehearsals.preparation import prepare
from operations.rehearsals.projects import environment, exclusive, make_project
from operations.tables import table
from providers.settings import embedded_database
from schemas.loading import find_declarations, load_declaration

if TYPE_CHECKING:
    from pulumi.automation import Stack
    from pulumi.automation.events import EngineEvent

HEARTBEAT_SECONDS = 5
Say = Callable[[str], None]


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


def run(root: Path, names: Sequence[str], say: Say, *, keep: bool = False) -> list[Outcome]:
    """Rehearse the named fusions, all of them without names; wave by wave, each on a portal a month after its day.

    Raises `UnknownFusion` for a name without a declaration, `RehearsalError` while another one runs.
    """
    known = list(find_declarations(root / "fusions", names))
    chosen = list(names) or known
    folder = root / ".state" / "rehearsal-run"
    with exclusive(folder):
        say(f"a fresh portal and {len(known)} stacks in {folder.relative_to(root)}")
        make_project(root, folder)
        for line in prepare(folder, {**os.environ, **environment(folder)}):
            say(f"  {line}")
        outcomes: list[Outcome] = []
        days = {name: load_declaration(folder / "fusions" / f"{name}.yaml").takes_effect for name in known}
        portals = min(days.values())
        for position, name in enumerate(sorted(chosen, key=days.__getitem__), 1):
            if days[name] != portals:
                portals = days[name]
                say(f"  a fresh portal for the mergers of {portals}")
                controls.reset(embedded_database(folder), controls.usual_moment(portals))
            outcomes.append(_rehearse(folder, name, f"[{position}/{len(chosen)}]", say))
        if not keep and all(outcome.passed for outcome in outcomes):
            shutil.rmtree(folder)
    return outcomes


def report(outcomes: Sequence[Outcome]) -> str:
    """The closing table, then what waits and what failed."""
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
    total = sum(outcome.seconds for outcome in outcomes)
    lines = [
        table(headers, rows),
        "",
        "left: changes that a second preview still shows",
        f"{passed} of {len(outcomes)} fusions applied, with a second preview without changes, in {total:.0f} s",
    ]
    lines += [f"waiting: {wait}" for outcome in outcomes for wait in outcome.waits]
    lines += [f"{outcome.fusion}: {outcome.error}" for outcome in outcomes if outcome.error]
    return "\n".join(lines)


def _rehearse(folder: Path, name: str, prefix: str, say: Say) -> Outcome:
    from pulumi import automation

    progress = _Progress(f"{prefix} {name}", say)
    started = monotonic()
    try:
        options = automation.LocalWorkspaceOptions(env_vars=environment(folder))
        stack = automation.select_stack(name, work_dir=str(folder), opts=options)
        up = stack.up(on_event=progress.on_event)
        applied = {key: output.value for key, output in up.outputs.items()}
        progress.phase("previewing again")
        pending = _pending(stack)
    except automation.CommandError as error:
        say(f"{prefix} {name}: failed")
        return Outcome(name, seconds=monotonic() - started, error=_reason(error))
    waits = [f"{thing}: {waiting}" for thing, waiting in applied["waiting"].items()]
    outcome = Outcome(name, **applied["summary"], pending=pending, seconds=monotonic() - started, waits=waits)
    say(
        f"{prefix} {name}: {'done' if pending == 0 else f'{pending} changes left'} in {outcome.seconds:.1f} s"
    )
    return outcome


def _pending(stack: Stack) -> int:
    changes = stack.preview().change_summary
    return sum(count for operation, count in changes.items() if operation != "same")


def _reason(error: Exception) -> str:
    """The engine's diagnostics, without its progress lines."""
    text = str(error)
    start = text.find("Diagnostics:")
    return text[start:] if start >= 0 else text


class _Progress:
    """A line per phase and, while one lasts, a line every few seconds with how many resources are done."""

    def __init__(self, title: str, say: Say) -> None:
        self._title, self._say = title, say
        self._done = 0
        self._spoke = monotonic()
        say(f"{title}: applying")

    def phase(self, text: str) -> None:
        self._say(f"{self._title}: {text}")

    def on_event(self, event: EngineEvent) -> None:
        if event.res_outputs_event is not None and event.res_outputs_event.metadata.op != "refresh":
            self._done += 1
        if monotonic() - self._spoke >= HEARTBEAT_SECONDS:
            self._spoke = monotonic()
            self._say(f"{self._title}: {self._done} resources done")
