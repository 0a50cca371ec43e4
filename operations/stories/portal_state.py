"""What a story asks the portal itself, apart from what the stack says of it: whether running dossiers went over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator import controls
from schemas.declaration import Dossiers, Fusion


@dataclass(frozen=True, slots=True)
class Form:
    """A form or an attestation, as the portal keeps it; `planned_end` is when it was to end before it was stopped."""

    id: str
    organization: str
    kind: str
    person: str
    quality: str
    reference: str
    start: str
    end: str | None
    predecessor: str | None
    successor: str | None
    planned_end: str | None
    stopped_for: str | None

    @property
    def dossier(self) -> tuple[str, ...]:
        """One goes on once, however many forms of it end on the eve (R10)."""
        return self.kind, self.person, self.quality, self.reference


Forms = Mapping[str, Form]


def forms(database: Path) -> Forms:
    """All of the portal's, by their ids."""
    return {
        form["id"]: Form(
            id=form["id"],
            organization=form["organization"],
            kind=form["kind"],
            person=form["personId"],
            quality=form["qualityCode"],
            reference=form["reference"],
            start=form["startDate"],
            end=form["endDate"],
            predecessor=form["predecessor"],
            successor=form["successor"],
            planned_end=form["plannedEndDate"],
            stopped_for=form["stoppedFor"],
        )
        for form in controls.list_forms(database)
    }


def forms_left(before: Forms, now: Forms, fusion: Fusion) -> Iterator[str]:
    """The centres of which a form or an attestation is gone, has not ended on the eve of the merger, or does not go on once
    under the number that stays.

    :param before: those at the story's start.
    """
    declared = fusion.dossiers
    if declared is None:
        return
    continuing: dict[str, list[Form]] = {}
    for form in now.values():
        if form.predecessor:
            continuing.setdefault(form.predecessor, []).append(form)
    for centre in fusion.merging:
        if centre.name not in declared.centres:
            continue
        wrong: Counter[tuple[str, str]] = Counter()
        for key in before.keys() | now.keys():
            known = before.get(key) or now[key]
            if known.organization == centre.kbo and known.start < declared.restart_on.isoformat():
                what = _wrong(before.get(key), now.get(key), now, continuing, fusion.ocmw.kbo, declared)
                wrong[known.kind, what] += bool(what)
        for (kind, what), count in sorted((+wrong).items()):
            yield (
                f"expected: every {kind} of {centre.name} that ran has ended on {declared.stop_on}, and goes on once from"
                f" {declared.restart_on} under {fusion.ocmw.kbo}\nseen: {count} {what}"
            )


def _wrong(
    before: Form | None,
    form: Form | None,
    now: Forms,
    continuing: Mapping[str, list[Form]],
    number: str,
    declared: Dossiers,
) -> str:
    """What is wrong with one form from before the merger, "" for nothing."""
    eve, day = declared.stop_on.isoformat(), declared.restart_on.isoformat()
    if form is None:
        return "gone"
    ran = [one.end is None or one.end >= eve for one in (before, form) if one]
    if not any(ran):
        return ""
    if form.end != eve:
        return "ended on another day" if form.end and form.end < day else "run on"
    successors = continuing.get(form.id) or _shared(form, now, eve)
    if successors:
        return _judge_successors(form, successors, number, day)
    itself = form.stopped_for is None and form.planned_end is None and (before is None or before.end == eve)
    return "" if itself and form.successor is None else "without successor"


def _judge_successors(form: Form, successors: list[Form], number: str, day: str) -> str:
    if len(successors) > 1:
        return "entered again more than once"
    successor = successors[0]
    if form.successor != successor.id:
        return "that say another one continues them"
    if (successor.organization, successor.start, successor.dossier) != (number, day, form.dossier):
        return "whose successor is of another number, day or dossier"
    return "" if successor.end == form.planned_end else "whose successor ends on another day"


def _shared(form: Form, now: Forms, eve: str) -> list[Form]:
    """The successor that continues another form of the same dossier, which ended on the eve as well."""
    successor = now.get(form.successor or "")
    other = now.get(successor.predecessor or "") if successor else None
    is_same = other and (other.organization, other.dossier, other.end) == (
        form.organization,
        form.dossier,
        eve,
    )
    return [successor] if successor and is_same else []
