"""Running dossiers' forms and A036 attestations: stopped under the old number, entered again under the new (R06-R11).

One resource per merging centre and kind. What is declared is that nothing is left to do: from the day of the fusion on no
form of before runs at the centre, and each has its successor. `check` asks the portal how many are left per quality code,
so that every preview says it, the first one included. `up` works by the page: each step can be repeated, and what is left
is the portal's own answer, so a run that was killed is taken up where it was, and nothing is done twice.

- Before the day of the fusion it waits: a form may still be opened on the eve.
- `handledBy: byHand` only counts, and waits for people (R70).
- What the portal refuses is listed with its reason (by the portal's id: no INSZ passes here), and the rest goes on. What
  is being handled is waited for.
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
from schemas.errors import PortalError

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

Props = dict[str, Any]
API = "/REST/integrations/v1/organizations"
FORMS, ATTESTATIONS = "forms", "attestations"
TITLES = {FORMS: "forms of running dossiers", ATTESTATIONS: "A036 attestations"}
PAGE = 500
"""How many the portal takes at once."""
TOLD_EVERY_SECONDS = 5
LISTED = 100
"""How many refusals stand in the outputs; their number there is complete."""
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
        return ReadResult(id_, without_provider(props) | NOTHING | {"waiting": found.waiting}, inputs)

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
    waiting = {}
    if handled:
        until = max(one["lockedUntil"] for one in counted if one["locked"])
        reason = f"waits for {handled} still being handled (R06)"
        waiting = {"reason": reason, "whom": "the centre", "until": until}
    return Found({"toStop": _by_code(stop), "toEnter": _by_code(enter)}, waiting)


def _by_code(numbers: dict[str, int]) -> dict[str, int]:
    return {f"quality {code}": number for code, number in sorted(numbers.items()) if number}


@dataclass
class Progress:
    """What a run has done so far; `refused` ends at `LISTED`."""

    title: str
    total: int
    stopped: int = 0
    entered: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    refused_count: int = 0
    spoke: float = field(default_factory=monotonic)

    def count(self, results: Iterable[Props], done: str) -> int:
        """Note the refusals of a batch; how many were done now or in an earlier, interrupted run."""
        number = 0
        for one in results:
            if one["result"] != "refused":
                number += one["result"] == done
                continue
            self.refused_count += 1
            if len(self.refused) < LISTED:
                key = one.get("id") or one["predecessor"]["id"]
                self.refused.append({"id": key, "reason": f"{one['reason']}: {one.get('detail', '')}"})
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
    return without_provider(props) | {
        **NOTHING,
        "stopped": progress.stopped,
        "entered": progress.entered,
        "refused": progress.refused,
        "refusedCount": progress.refused_count,
        "waiting": found.waiting,
    }


def _stop(props: Props, progress: Progress) -> None:
    portal = session.writing(props["organization"])
    stops = f"{API}/{props['organization']}/{props['kind']}/stops"
    for page in _pages(portal, props, "stop"):
        if page:
            body = {"endDate": props["stopOn"], "ids": [form["id"] for form in page]}
            progress.stopped += progress.count(portal.add(stops, body).body["items"], "stopped")
            progress.tell()


def _enter(props: Props, progress: Progress) -> None:
    old, new = session.writing(props["organization"]), session.writing(props["successor"])
    successions = f"{API}/{props['successor']}/{props['kind']}/successions"
    for page in _pages(old, props, "enter"):
        if page:
            predecessors = [{"enterpriseNumber": props["organization"], "id": form["id"]} for form in page]
            body = {"startDate": props["restartOn"], "predecessors": predecessors}
            progress.entered += progress.count(new.add(successions, body).body["items"], "entered")
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

    stopped: pulumi.Output[int]
    entered: pulumi.Output[int]
    refused: pulumi.Output[list[dict[str, str]]]
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
