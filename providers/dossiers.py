"""Running dossiers' forms and A036 attestations: stopped under the old number, entered again under the new (R06-R11).

One resource per merging centre and kind. What is declared is that nothing is left to do: from the day of the merger on no
form of before runs at the centre, and each has its successor. `check` asks the portal how many are left per quality code,
so that every preview says it, the first one included. `up` works by the page, and enters again what it stopped before it
stops more: each step can be repeated, and what is left is the portal's own answer, so a run that was killed is taken up
where it was, and nothing is done twice.

- Before the day of the merger it waits: a form may still be opened on the eve. So it does until the successor can take the
  forms over, by the portal: nothing is stopped that could not be entered again.
- `handledBy: byHand` only counts, and waits for people (R70).
- What ended on the last day though not for the merger, a decision that ran out, is entered again or left as the declaration
  says (`ended`), and waits for people until it does: no aid goes on that nobody decided.
- What the portal refuses is counted by its reason, with the first ids (the portal's own: no INSZ passes here), and the rest
  goes on; it waits for people until nothing is left. What is being handled is waited for.
- `delete` leaves everything: what was stopped stays stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NotRequired, TypedDict

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import first_look, ledger, paths, session
from providers.base import KeepingProvider, KeptResource, Props, without_provider
from providers.batches import ENTER_AGAIN, Progress, move
from providers.unanswered import AS_DECLARED, OTHERWISE, earlier
from providers.waiting import Waiting, as_output, keep_wording, waiting_for
from schemas.errors import NotYetAvailable, about

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

FORMS, ATTESTATIONS = "forms", "attestations"
TITLES = {FORMS: "forms of running dossiers", ATTESTATIONS: "A036 attestations"}
_COUNTED_AS = {FORMS: "form", ATTESTATIONS: "attestation"}
LEFT = ("toStop", "toEnter")
NOTHING_LEFT: Props = {name: {} for name in LEFT}
_KEYS = ("organization", "kind")
_DECLARED = (*_KEYS, "successor", "stopOn", "restartOn", "handledBy", "ended")


class DossiersProvider(KeepingProvider):
    """Counts in check and read, moves in create and update. What was stopped stays stopped."""

    def check(self, olds: Props, news: Props) -> CheckResult:
        found = _look(session.looking, news)
        if not found.all_waits:
            earlier().settle(
                self.identity(news), lambda: AS_DECLARED if found.left == NOTHING_LEFT else OTHERWISE
            )
        first = {} if without_provider(olds) else _found_first(found)
        return CheckResult(news | found.left | _waits(found) | first, [])

    def identity(self, props: Props) -> str:
        """The engine's id."""
        return f"{props['organization']}/dossiers/{props['kind']}"

    @ledger.keep
    def create(self, props: Props) -> CreateResult:
        return CreateResult(self.identity(props), _move(props, {}))

    def read(self, id_: str, props: Props) -> ReadResult:
        found = _look(session.looking, props)
        # As inputs nothing is left: what `check` finds shows in the preview as the difference to it.
        inputs = {name: props[name] for name in _DECLARED if name in props} | NOTHING_LEFT | _waits(found)
        outs = without_provider(props) | _outputs(found, props.get("refused") or [])
        return ReadResult(id_, keep_wording(outs, props), inputs)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = [key for key in _KEYS if olds.get(key) != news.get(key)]
        changed = any(olds.get(name) != news.get(name) for name in _DECLARED)
        return DiffResult(changes=changed or any(news.get(name) for name in LEFT), replaces=replaces)

    @ledger.keep
    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_move(news, olds))


@dataclass(frozen=True)
class Found:
    """What is left to do: `{toStop, toEnter}`, counts per quality code, and what it waits for.

    `toEnter` has those too that are to be stopped first. While all waits for a day or for people, nothing is left to do.

    :param all_waits: so it is now: what is left says nothing of what the portal has.
    """

    left: Props
    waiting: Waiting | None = None
    all_waits: bool = False


@dataclass(frozen=True)
class FormCounts:
    """What the portal counts of one kind, by quality code.

    :param enter: to enter again, those included that are to be stopped first.
    :param handled: to stop and enter again too, once nobody handles them, by `handled_until` at the latest.
    :param undecided: how many ended on the last day though not for the merger, while the declaration does not say whether
        they go on.
    """

    stop: dict[str, int]
    enter: dict[str, int]
    handled: dict[str, int]
    handled_until: str
    undecided: int

    @property
    def left(self) -> int:
        """How many go on and have not yet."""
        return sum(self.enter.values()) + sum(self.handled.values())

    def describe(self, last_day: str) -> str:
        """The counts per quality code, to stand behind the sum; empty: none."""
        both = {code: count + self.handled[code] for code, count in sorted(self.enter.items())}
        codes = ", ".join(f"{code}: {count}" for code, count in both.items() if count)
        ended = f"{self.undecided} that ended on {last_day} where they go on (dossiers.ended)"
        return (f" (by quality code {codes})" if codes else "") + (f", {ended}" if self.undecided else "")


def _count(portal: ReadingPortal, props: Props) -> FormCounts:
    with _explained(props):
        path = paths.merger_work(props["organization"], props["restartOn"])
        counted = [one for one in portal.get(path).body["items"] if one["kind"] == _COUNTED_AS[props["kind"]]]
    taken = ("toStop", "toEnter", "ended") if props.get("ended") == ENTER_AGAIN else ("toStop", "toEnter")
    return FormCounts(
        {one["qualityCode"]: one["toStop"] for one in counted},
        {one["qualityCode"]: sum(one[name] for name in taken) for one in counted},
        {one["qualityCode"]: one["locked"] for one in counted},
        max((one["lockedUntil"] for one in counted if one["locked"]), default=""),
        0 if props.get("ended") else sum(one["ended"] for one in counted),
    )


def _look(ask: Callable[[str], ReadingPortal], props: Props) -> Found:
    """`ask` gives the portal as a centre sees it."""
    portal = ask(props["organization"])
    counts = _count(portal, props)
    if not counts.left + counts.undecided:
        return Found(NOTHING_LEFT)
    told, handled = counts.describe(props["stopOn"]), sum(counts.handled.values())
    if portal.today < date.fromisoformat(props["restartOn"]):
        reason = f"waits for the day of the merger: {counts.left} to stop and enter again{told}"
        return Found(NOTHING_LEFT, Waiting(reason, "R06", "the calendar", props["restartOn"]), all_waits=True)
    if props["handledBy"] == "byHand":
        to_stop = sum(counts.stop.values()) + handled
        reason = f"waits for people: {to_stop} to stop, {counts.left} to enter again by hand{told}"
        return Found(NOTHING_LEFT, Waiting(reason, "R70", "the centre"), all_waits=True)
    waiting = _not_yet(ask, props)
    if waiting:
        return Found(NOTHING_LEFT, waiting, all_waits=True)
    if handled:
        reason = f"waits for {handled} still being handled"
        waiting = Waiting(reason, "R06", "the centre", counts.handled_until)
    if counts.undecided:
        ended = f"{counts.undecided} ended on {props['stopOn']}, not for the merger"
        waiting = _also(waiting, f"{ended}: say in dossiers.ended whether they go on")
    return Found({"toStop": _by_code(counts.stop), "toEnter": _by_code(counts.enter)}, waiting)


def _also(waiting: Waiting | None, reason: str) -> Waiting:
    """Another reason (R06) to wait for the centre, after the first if there is one."""
    if waiting is None:
        return Waiting(reason, "R06", "the centre")
    return replace(waiting, reason=f"{waiting.cause}; {reason}", rule="R06")


def _not_yet(ask: Callable[[str], ReadingPortal], props: Props) -> Waiting | None:
    """What the successor waits for, so that no form is stopped that cannot be entered again."""
    number = props["successor"]
    path = paths.predecessor(number, props["organization"], props["restartOn"])
    try:
        with _explained(props):
            ask(number).get(path)
    except NotYetAvailable as error:
        return waiting_for(error)
    return None


def _outputs(found: Found, refused: list[Props]) -> Props:
    """What a look says. What was refused stands there until nothing is left: then it was put right."""
    refused = refused if found.left["toEnter"] else []
    count = sum(one["count"] for one in refused)
    waiting = found.waiting
    if count:
        waiting = _also(waiting, f"{count:.0f} refused by the portal, see dossiers")
    return {**NOTHING_LEFT, "refused": refused, "refusedCount": count, "waiting": as_output(waiting)}


def _by_code(counts: dict[str, int]) -> dict[str, int]:
    return {f"quality {code}": count for code, count in sorted(counts.items()) if count}


def _waits(found: Found) -> Props:
    """Among the inputs, where a first preview knows it; it makes no difference."""
    return {"waits": found.waiting.cause if found.waiting else ""}


def _found_first(found: Found) -> Props:
    if count := sum(found.left["toEnter"].values()):
        return first_look.moves(count, found.waiting)
    return first_look.waits(found.waiting) if found.waiting else first_look.nothing("nothing is left to do")


def _move(props: Props, olds: Props) -> Props:
    """Stop and enter again what is left; the outputs, with what was done so far."""
    found = _look(session.writing, props)
    progress = Progress(_title(props), sum(found.left["toEnter"].values()))
    if progress.total:
        with _explained(props):
            move(props, progress)
        progress.tell(now=True)
        found = _look(session.writing, props)
    done = {
        "stopped": olds.get("stopped", 0) + progress.stopped,
        "entered": olds.get("entered", 0) + progress.entered,
    }
    return without_provider(props) | done | _outputs(found, list(progress.refused.values()))


def _title(props: Props) -> str:
    return f"{TITLES[props['kind']]} of {props['organization']}"


def _explained(props: Props) -> AbstractContextManager[None]:
    return about(_title(props))


class DossiersInputs(TypedDict):
    organization: str
    successor: str
    """The enterprise number that goes on."""
    kind: str
    """`FORMS` or `ATTESTATIONS`."""
    stopOn: str
    """A date: the last day under the old number."""
    restartOn: str
    """A date: the first day under the successor's."""
    handledBy: str
    ended: NotRequired[str]
    """`ENTER_AGAIN` or `OVER`, once it is decided."""


class Dossiers(KeptResource):
    """The forms, or the attestations, of one merging centre."""

    provider_class = DossiersProvider
    inputs = DossiersInputs
    reported = (*LEFT, "waits", "stopped", "entered", "refused", "refusedCount", "waiting")
    toStop: pulumi.Output[dict[str, int]]  # noqa: N815 - the property's name
    toEnter: pulumi.Output[dict[str, int]]  # noqa: N815 - the property's name
    waits: pulumi.Output[str]
    stopped: pulumi.Output[int]
    entered: pulumi.Output[int]
    refused: pulumi.Output[list[Props]]
    refusedCount: pulumi.Output[int]  # noqa: N815 - the property's name


class RunningForms(Dossiers, module="integrations", name="RunningForms"):
    """The forms of running dossiers."""


class Attestations(Dossiers, module="integrations", name="Attestations"):
    """The multifunctional attestations (A036)."""


RESOURCES = {FORMS: RunningForms, ATTESTATIONS: Attestations}
"""The resource of each kind."""
