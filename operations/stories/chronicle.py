"""What a story saw of each system of the manual: what was written, done, what waited, failed, and what checks said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from emulator import controls
from operations.checks.results import OK
from operations.stories import systems
from operations.stories.ledger import Ledger
from operations.stories.outcome import Checked, Said, StepOutcome, System, Waited
from operations.stories.systems import KEPT, NOTIFICATIONS, OTHER, PARTS, SYSTEMS
from providers import retained
from schemas.declaration import Fusion
from stacks.waits import Wait


def systems_of(fusion: Fusion, steps: Sequence[StepOutcome], ledger: Ledger) -> list[System]:
    """Every system, in the manual's order; what belongs to none of them comes last, where there is any."""
    writes = Counter(
        (systems.of_call(call["path"]), call["at"][:10]) for call in ledger.writes if call["status"] < 300
    )
    unneeded = {kind.name for kind in SYSTEMS if kind.new_number_only and fusion.scenario != 1}
    unneeded -= {name for name, _ in writes}
    waited = list(_waited(fusion, steps))
    errors = list(_errors(fusion, steps))
    found = [
        System(
            name,
            "nothing to do in this scenario (R04)" if name in unneeded else "",
            {day: number for (system, day), number in sorted(writes.items()) if system == name},
            [
                Said(step.on[:10], line)
                for step in steps
                for line in step.did
                if name in systems.of_deed(line)
            ],
            [one for system, one in waited if system == name],
            [said for system, said in errors if system == name],
            list(_checks(name, steps)),
            _mails(fusion, ledger) if name == NOTIFICATIONS.name else {},
            _kept(fusion, steps) if name == KEPT else {},
        )
        for name in [*(kind.name for kind in SYSTEMS), OTHER]
    ]
    return [one for one in found if one.name != OTHER or one.as_json()]


def _waited(fusion: Fusion, steps: Sequence[StepOutcome]) -> Iterator[tuple[str, Waited]]:
    """From the first step that shows it to the first that does not; it may wait for one thing after the other."""
    since: dict[tuple[str, ...], tuple[str, Wait]] = {}
    over: Counter[tuple[str, Waited]] = Counter()

    def count(first: str, one: Wait, ended: str = "") -> None:
        waiting = one.waiting
        waited = Waited(0, waiting.rule, waiting.whom, first, ended, "" if ended else waiting.until)
        over[systems.of_wait(one, fusion), waited] += 1

    for step in steps:
        day = step.on[:10]
        now = {(one.centre, one.thing, one.waiting.rule, one.waiting.whom): one for one in step.waits}
        for key in [key for key in since if key not in now]:
            count(*since.pop(key), day)
        for key, one in now.items():
            since[key] = (since[key][0] if key in since else day, one)
    for first, one in since.values():
        count(first, one)
    for (name, told), number in sorted(over.items(), key=lambda item: (item[0][1].since, item[0][1].ended)):
        yield name, replace(told, number=number)


def _errors(fusion: Fusion, steps: Sequence[StepOutcome]) -> Iterator[tuple[str, Said]]:
    """What runs failed with, where it names a thing of the fusion."""
    for step in steps:
        for line in dict.fromkeys(
            line for ran in step.runs for text in ran.errors for line in text.splitlines()
        ):
            system = systems.of_thing(line.strip().partition(": ")[0], fusion)
            if system:
                yield system, Said(step.on[:10], line.strip())


def _checks(name: str, steps: Sequence[StepOutcome]) -> Iterator[Checked]:
    for step in steps:
        found = [result for result in step.checks if systems.of_check(result) == name]
        if found:
            others = [result for result in found if result.result != OK]
            yield Checked(step.on[:10], len(found) - len(others), others)


def _mails(fusion: Fusion, ledger: Ledger) -> Mapping[str, Mapping[str, int]]:
    """What OCMW Online sent to the merged centre (R55, R56)."""
    found: dict[str, Counter[str]] = {}
    for mail in controls.list_mails(ledger.database, fusion.ocmw.kbo):
        found.setdefault(mail["kind"], Counter())[mail["at"][:10]] += 1
    return found


def _kept(fusion: Fusion, steps: Sequence[StepOutcome]) -> Mapping[str, str]:
    """Each part of what is retained, as the last run that looked at it saw it, also one that failed (R05)."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for step in steps:
        for ran in step.runs:
            seen |= {thing: (said, step.on[:10]) for thing, said in ran.observed.items()}
    found = {}
    for part, kinds in PARTS.items():
        known = [
            (centre, kind) for centre in fusion.disappearing for kind in kinds if (centre.kbo, kind) in seen
        ]
        if not known:
            continue
        as_they_were = {centre.name: True for centre, _ in known}
        others = []
        for centre, kind in known:
            said, _ = seen[centre.kbo, kind]
            if said != retained.UNCHANGED:
                as_they_were[centre.name] = False
                colon = "" if said in retained.AS_IT_WAS else ":"
                others.append(f"{centre.name}: {retained.KINDS[kind].title}{colon} {said}")
        same = ", ".join(name for name, as_it_was in as_they_were.items() if as_it_was)
        day = min(seen[centre.kbo, kind][1] for centre, kind in known)
        found[part] = "; ".join([*([f"unchanged at {same}"] if same else []), *others]) + f" (run on {day})"
    return found
