"""What a story shows of each system of the manual, over its days: what was written and done, what waited, what failed, what
checks said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from emulator import controls
from operations.checks.results import OK
from operations.stories.journal_check import JournalCheck, system_of
from operations.stories.results import CheckDay, DatedLine, StepOutcome, SystemResult, WaitPeriod
from providers import paths, retained
from schemas.declaration import Fusion
from schemas.scenarios import is_left_by_2_and_3
from schemas.systems import System
from stacks.waits import WaitingThing

OTHER = "Al het overige"
"""The heading of what belongs to no system, so that nothing is left out."""


def _kinds_of(api: str) -> tuple[str, ...]:
    return tuple(name for name, kind in retained.KINDS.items() if kind.api == api)


PARTS: Mapping[str, tuple[str, ...]] = {
    "channels": tuple(kind for kind in _kinds_of(paths.CHAMAN) if kind != "certificates"),
    "certificates": ("certificates",),
    "configuration": _kinds_of(paths.CONFIGURATION),
    "E-Box": _kinds_of(paths.E_BOX),
    "access": _kinds_of(paths.ACCESS),
}
"""The kinds of retained things in each part of the report."""


def results_by_system(
    fusion: Fusion, steps: Sequence[StepOutcome], journal: JournalCheck
) -> list[SystemResult]:
    """Every system in the manual's order; last, if there is any, what belongs to none."""
    of_systems = [_result(system, fusion, steps, journal) for system in System]
    other = _result(None, fusion, steps, journal)
    return [*of_systems, other] if other.as_json() else of_systems


def _result(
    system: System | None, fusion: Fusion, steps: Sequence[StepOutcome], journal: JournalCheck
) -> SystemResult:
    writes = Counter(
        call["at"][:10]
        for call in journal.writes
        if call["status"] < 300 and system_of(call["path"]) == system
    )
    kept = system is not None and is_left_by_2_and_3(system) and fusion.scenario != 1 and not writes
    return SystemResult(
        system.title if system else OTHER,
        "nothing to do in this scenario (R04)" if kept else "",
        dict(sorted(writes.items())),
        [
            DatedLine(step.on[:10], action.what)
            for step in steps
            for action in step.did
            if (system in action.systems if system else not action.systems)
        ],
        list(_wait_periods(system, steps)),
        [
            DatedLine(step.on[:10], failure.line)
            for step in steps
            for failure in step.failures
            if failure.system is system
        ],
        list(_check_days(system, steps)),
        _mails(fusion, journal) if system is System.NOTIFICATIONS else {},
        _retained(fusion, steps) if system is System.RETAINED else {},
    )


def _wait_periods(system: System | None, steps: Sequence[StepOutcome]) -> Iterator[WaitPeriod]:
    """From the first step that shows it to the first that does not; a thing may wait for one cause after the other."""
    since: dict[tuple[str, ...], tuple[str, WaitingThing]] = {}
    periods: Counter[WaitPeriod] = Counter()

    def count(first: str, wait: WaitingThing, ended: str = "") -> None:
        waiting = wait.waiting
        periods[WaitPeriod(0, waiting.rule, waiting.whom, first, ended, "" if ended else waiting.until)] += 1

    for step in steps:
        day = step.on[:10]
        waits = [wait for wait in step.waits if wait.system is system]
        now = {(wait.centre, wait.thing, wait.waiting.rule, wait.waiting.whom): wait for wait in waits}
        for key in [key for key in since if key not in now]:
            count(*since.pop(key), day)
        for key, wait in now.items():
            since[key] = (since[key][0] if key in since else day, wait)
    for first, wait in since.values():
        count(first, wait)
    for period, total in sorted(periods.items(), key=lambda item: (item[0].since, item[0].ended)):
        yield replace(period, count=total)


def _check_days(system: System | None, steps: Sequence[StepOutcome]) -> Iterator[CheckDay]:
    for step in steps:
        found = [result for result in step.checks if result.system is system]
        if found:
            others = [result for result in found if result.result != OK]
            yield CheckDay(step.on[:10], len(found) - len(others), others)


def _mails(fusion: Fusion, journal: JournalCheck) -> Mapping[str, Mapping[str, int]]:
    """The mails of OCMW Online to the merged centre (R55, R56): how many, by kind and day."""
    found: dict[str, Counter[str]] = {}
    for mail in controls.list_mails(journal.database, fusion.ocmw.kbo):
        found.setdefault(mail["kind"], Counter())[mail["at"][:10]] += 1
    return found


def _retained(fusion: Fusion, steps: Sequence[StepOutcome]) -> Mapping[str, str]:
    """Each part of what is retained (R05), as the last run that looked at it observed it, even if that run failed."""
    observed: dict[tuple[str, str], tuple[str, str]] = {}
    for step in steps:
        for ran in step.runs:
            observed |= {thing: (status, step.on[:10]) for thing, status in ran.observed.items()}
    found = {}
    for part, kinds in PARTS.items():
        known = [
            (centre, kind)
            for centre in fusion.disappearing
            for kind in kinds
            if (centre.kbo, kind) in observed
        ]
        if not known:
            continue
        unchanged = {centre.name: True for centre, _ in known}
        others = []
        for centre, kind in known:
            status, _ = observed[centre.kbo, kind]
            if status != retained.UNCHANGED:
                unchanged[centre.name] = False
                colon = "" if status in retained.NO_CHANGE else ":"
                others.append(f"{centre.name}: {retained.KINDS[kind].title}{colon} {status}")
        names = ", ".join(name for name, is_unchanged in unchanged.items() if is_unchanged)
        day = min(observed[centre.kbo, kind][1] for centre, kind in known)
        found[part] = "; ".join([*([f"unchanged at {names}"] if names else []), *others]) + f" (run on {day})"
    return found
