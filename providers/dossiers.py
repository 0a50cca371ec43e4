"""Running dossiers' forms and A036 attestations: stopped under the old number, entered again under the new (R06-R11).

One resource per merging centre and kind. What is declared is that nothing is left to do: from the day of the fusion on no
form of before runs at the centre, and each has its successor. `check` asks the portal how many are left per quality code,
so that every preview says it, the first one included. `up` works by the page: each step can be repeated, and what is left
is the portal's own answer, so a run that was killed is taken up where it was, and nothing is done twice.

- Before the day of the fusion it waits: a form may still be opened on the eve. So it does until the successor can take the
  forms over, by the portal: nothing is stopped that could not be entered again.
- `handledBy: byHand` only counts, and waits for people (R70).
- What the portal refuses is counted by its reason, with the first ids (the portal's own: no INSZ passes here), and the rest
  goes on; it waits for people until nothing is left. What is being handled is waited for.
- `delete` leaves everything: what was stopped stays stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from providers import session
from providers.resource import without_provider
from providers.settings import settings_from
from providers.waiting import waiting_for
from schemas.errors import NotYetAvailable, PortalError

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

Props = dict[str, Any]
API = "/REST/integrations/v1/organizations"
FORMS, ATTESTATIONS = "forms", "attestations"
TITLES = {FORMS: "forms of running dossiers", ATTESTATIONS: "A036 attestations"}
PAGE = 500
"""How many the portal takes at once."""
TOLD_EVERY_SECONDS = 5
LISTED = 5
"""How many ids of a reason stand in the outputs; the numbers there are complete."""
_COUNTED_AS = {FORMS: "form", ATTESTATIONS: "attestation"}
NOTHING: Props = {"toStop": {}, "toEnter": {}}
_KEYS = ("organization", "kind")
_DECLARED = (*_KEYS, "successor", "stopOn", "restartOn", "handledBy")


class DossiersProvider(ResourceProvider):
    """Counts in check and read, moves in create and update."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def check(self, _olds: Props, news: Props) -> CheckResult:
        return CheckResult(news | _look(session.reading(news["organization"]), news).left, [])

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/dossiers/{props['kind']}", _move(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        found = _look(session.reading(props["organization"]), props)
        # As inputs nothing is left: what `check` finds shows in the preview as the difference to it.
        inputs = {name: props[name] for name in _DECLARED if name in props} | NOTHING
        return ReadResult(id_, without_provider(props) | _outputs(found, grouped(props)), inputs)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = [key for key in _KEYS if olds.get(key) != news.get(key)]
        changed = any(olds.get(name) != news.get(name) for name in _DECLARED)
        return DiffResult(changes=changed or any(news[name] for name in NOTHING), replaces=replaces)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_move(news))

    def delete(self, _id: str, _props: Props) -> None:
        """Leaves everything as it is."""


@dataclass(frozen=True)
class Found:
    """What is left to do: `{toStop, toEnter}`, numbers per quality code, and what it waits for.

    `toEnter` has those too that are to be stopped first. While it waits for a day or for people, nothing is left to do.
    """

    left: Props
    waiting: dict[str, str]


def _look(portal: ReadingPortal, props: Props) -> Found:
    with _explained(props):
        path = f"{API}/{props['organization']}/work?mergerOn={props['restartOn']}"
        counted = [one for one in portal.get(path).body["items"] if one["kind"] == _COUNTED_AS[props["kind"]]]
    stop = {one["qualityCode"]: one["toStop"] for one in counted}
    enter = {one["qualityCode"]: one["toStop"] + one["toEnter"] for one in counted}
    handled = sum(one["locked"] for one in counted)
    number = sum(enter.values()) + handled
    if not number:
        return Found(NOTHING, {})
    if portal.today < date.fromisoformat(props["restartOn"]):
        reason = f"waits for the day of the fusion: {number} to stop and enter again (R06)"
        return Found(NOTHING, {"reason": reason, "whom": "the calendar", "until": props["restartOn"]})
    if props["handledBy"] == "byHand":
        reason = (
            f"waits for people: {sum(stop.values()) + handled} to stop, {number} to enter again by hand (R70)"
        )
        return Found(NOTHING, {"reason": reason, "whom": "the centre"})
    waiting = _not_yet(props)
    if waiting:
        return Found(NOTHING, waiting)
    if handled:
        until = max(one["lockedUntil"] for one in counted if one["locked"])
        reason = f"waits for {handled} still being handled (R06)"
        waiting = {"reason": reason, "whom": "the centre", "until": until}
    return Found({"toStop": _by_code(stop), "toEnter": _by_code(enter)}, waiting)


def _not_yet(props: Props) -> dict[str, str]:
    """What the successor waits for, so that no form is stopped that cannot be entered again; empty: for nothing."""
    number = props["successor"]
    path = f"{API}/{number}/predecessors/{props['organization']}?mergerOn={props['restartOn']}"
    try:
        with _explained(props):
            session.reading(number).get(path)
    except NotYetAvailable as error:
        return waiting_for(error)
    return {}


def _outputs(found: Found, refused: list[Props]) -> Props:
    """What a look says. What was refused stands there until nothing is left: then it was put right."""
    refused = refused if found.left["toEnter"] else []
    count = sum(one["count"] for one in refused)
    waiting = found.waiting
    if count:
        reasons = [waiting.get("reason"), f"{count:.0f} refused by the portal, see dossiers (R06)"]
        waiting = {"whom": "the centre", **waiting, "reason": "; ".join(filter(None, reasons))}
    return {**NOTHING, "refused": refused, "refusedCount": count, "waiting": waiting}


def grouped(props: Props) -> list[Props]:
    """The refusals that are kept, by reason. An earlier version kept each by itself: of these the next `up` tells."""
    return [one for one in props.get("refused") or () if "count" in one]


def reasons(refused: Iterable[Props]) -> str:
    """Refusals in a line: how many of each reason, what it means, and the first ids."""
    return "; ".join(
        f"{one['count']:.0f} {one['reason']} ({one['detail']}): {', '.join(one['ids'])}"
        + (", …" if one["count"] > len(one["ids"]) else "")
        for one in refused
    )


def _by_code(numbers: dict[str, int]) -> dict[str, int]:
    return {f"quality {code}": number for code, number in sorted(numbers.items()) if number}


@dataclass
class Progress:
    """What a run has done so far; `refused` has the first detail and the first `LISTED` ids of each reason."""

    title: str
    total: int
    stopped: int = 0
    entered: int = 0
    refused: dict[str, Props] = field(default_factory=dict)
    spoke: float = field(default_factory=monotonic)

    def count(self, results: Iterable[Props]) -> int:
        """Note the refusals of a batch; how many are done, be it by people (R70) or by a call whose answer got lost."""
        number = 0
        for one in results:
            if one["result"] != "refused":
                number += 1
                continue
            nothing = {"reason": one["reason"], "detail": one.get("detail", ""), "count": 0, "ids": []}
            group = self.refused.setdefault(one["reason"], nothing)
            group["count"] += 1
            if len(group["ids"]) < LISTED:
                group["ids"].append(one.get("id") or one["predecessor"]["id"])
        return number

    def tell(self, *, now: bool = False) -> None:
        """A line that the engine shows among its messages: now, or when the last one is some seconds old."""
        if not now and monotonic() - self.spoke < TOLD_EVERY_SECONDS:
            return
        self.spoke = monotonic()
        sys.stdout.write(
            f"{self.title}: {self.stopped} stopped, {self.entered} entered again of {self.total}\n"
        )
        sys.stdout.flush()


def _move(props: Props) -> Props:
    """Stop and enter again what is left; the outputs."""
    old = session.writing(props["organization"])
    found = _look(old, props)
    progress = Progress(_title(props), sum(found.left["toEnter"].values()))
    if progress.total:
        with _explained(props):
            _stop(props, progress)
            _enter(props, progress)
        progress.tell(now=True)
        found = _look(old, props)
    done = {"stopped": progress.stopped, "entered": progress.entered}
    return without_provider(props) | done | _outputs(found, list(progress.refused.values()))


def _stop(props: Props, progress: Progress) -> None:
    portal = session.writing(props["organization"])
    stops = f"{API}/{props['organization']}/{props['kind']}/stops"
    for page in _pages(portal, props, "stop"):
        if page:
            ids = [form["id"] for form in page]
            body = {"endDate": props["stopOn"], "mergerOn": props["restartOn"], "ids": ids}
            progress.stopped += progress.count(portal.add(stops, body).body["items"])
            progress.tell()


def _enter(props: Props, progress: Progress) -> None:
    old, new = session.writing(props["organization"]), session.writing(props["successor"])
    successions = f"{API}/{props['successor']}/{props['kind']}/successions"
    for page in _pages(old, props, "enter"):
        if page:
            predecessors = [{"enterpriseNumber": props["organization"], "id": form["id"]} for form in page]
            body = {"startDate": props["restartOn"], "predecessors": predecessors}
            progress.entered += progress.count(new.add(successions, body).body["items"])
            progress.tell()


def _pages(portal: ReadingPortal, props: Props, step: str) -> Iterator[list[Props]]:
    """What is left of a step. What is done meanwhile leaves the collection, and the next page begins after the last."""
    path = f"{API}/{props['organization']}/work/{props['kind']}"
    return portal.pages(f"{path}?mergerOn={props['restartOn']}&step={step}&pageSize={PAGE}")


def _title(props: Props) -> str:
    return f"{TITLES[props['kind']]} of {props['organization']}"


@contextmanager
def _explained(props: Props) -> Iterator[None]:
    try:
        yield
    except PortalError as error:
        error.resource = _title(props)
        raise


class Dossiers(Resource):
    """The forms, or the attestations, of one merging centre: `organization`, `successor`, `kind`, `stopOn`, `restartOn`,
    `handledBy`."""

    toStop: pulumi.Output[dict[str, int]]  # noqa: N815 - the property's name
    toEnter: pulumi.Output[dict[str, int]]  # noqa: N815 - the property's name
    stopped: pulumi.Output[int]
    entered: pulumi.Output[int]
    refused: pulumi.Output[list[Props]]
    refusedCount: pulumi.Output[int]  # noqa: N815 - the property's name
    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        outputs = dict.fromkeys((*NOTHING, "stopped", "entered", "refused", "refusedCount", "waiting"))
        super().__init__(
            DossiersProvider(), name, {**outputs, **props}, pulumi.ResourceOptions.merge(opts, own)
        )


class RunningForms(Dossiers, module="integrations", name="RunningForms"):
    """The forms of running dossiers."""


class Attestations(Dossiers, module="integrations", name="Attestations"):
    """The multifunctional attestations (A036)."""


RESOURCES = {FORMS: RunningForms, ATTESTATIONS: Attestations}
"""The resource of each kind."""
