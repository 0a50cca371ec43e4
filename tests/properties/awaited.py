"""What the stack says that it waits for, against what the portal's tables say is not possible yet.

Nothing waits that is possible, nothing that is not possible goes without a word, and no day is waited for that has come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator import reference
from emulator.reports import opens_on
from providers import chaman, configuration
from providers.dossiers import Dossiers
from providers.retained import Retained
from providers.review import Review
from providers.unique_report import UniqueReport
from stacks.plan import ACCESS, CHAMAN, Planned, plan
from tests.properties.moved import KINDS, eve, forms
from tests.properties.world import World

_RULE = re.compile(r"R\d\d")
_OPENS = {configuration.ContactDetails: "contactDetails", configuration.OcmwOnline: "ocmwOnline"}


def not_awaited(world: World) -> Iterator[str]:
    outputs = world.outputs()
    for item in plan(world.fusion, world.secrets, world.path.parent):
        said = outputs[item.name].get("waiting") or {}
        rule = _RULE.findall(said["reason"])[-1] if said.get("reason") else None
        right = _rules(world, item)
        if rule not in right:
            yield f"{item.name} waits for {said or 'nothing'}, and {right} is why it would"
        if said and not said.get("whom"):
            yield f"{item.name} waits for nobody: {said}"
        # A review is waited for from its day on (R61); a report is due by the end of its last day (R62).
        until = said.get("until")
        if until and rule != "R61" and (until < world.today or (until == world.today and rule != "R62")):
            yield f"{item.name} waits for a day that has come: {said}"


def _rules(world: World, item: Planned) -> set[str | None]:
    """The rules by which it is waited for; None: it is not."""
    if issubclass(item.resource, Dossiers):
        return _of_forms(world, item)
    if issubclass(item.resource, Review):
        return {"R61" if world.today >= str(item.props["on"]) else None}
    if issubclass(item.resource, UniqueReport):
        return _of_report(world, item)
    if issubclass(item.resource, Retained):
        return _of_screen(world, item.props["kind"])
    return _of_what_is_set(world, item)


def _of_what_is_set(world: World, item: Planned) -> set[str | None]:
    number = item.props["organization"]
    ((status, awaits_copy),) = world.read(
        "SELECT status, awaits_copy FROM organizations WHERE enterprise_number = ?", number
    )
    if status != "active":
        return {"R12"}
    if awaits_copy:
        # Being decided elsewhere: whether access of a new number waits for the RSZ's copy, which would add to it.
        return {None, "R27"} if item.system == ACCESS else {"R27"}
    if item.resource in _OPENS:
        return _of_screen(world, _OPENS[item.resource])
    if item.system != CHAMAN or item.resource is chaman.SenderContact:
        return {None}
    return _of_account(world, item)


def _of_account(world: World, item: Planned) -> set[str | None]:
    number = item.props["organization"]
    if not world.read("SELECT 1 FROM resources WHERE organization = ? AND kind = 'sender'", number):
        return {"R28"}
    pending = item.resource is chaman.RestAccount and world.read(
        "SELECT 1 FROM resources WHERE organization = ? AND kind = 'delegationRequest' AND key = ?"
        " AND body ->> 'status' = 'pending'",
        number,
        item.props["accountName"],
    )
    return {"R35" if pending and item.props.get("supplier") else None}


def _of_screen(world: World, screen: str) -> set[str | None]:
    shut = screen in _OPENS.values() and world.today < reference.screen_opening(screen)
    return {"R59" if shut else None}


def _of_report(world: World, item: Planned) -> set[str | None]:
    year = int(item.props["year"])
    submitted = world.read(
        "SELECT 1 FROM resources WHERE organization = ? AND kind = 'uniqueReport' AND key = ?"
        " AND body ->> 'submitted'",
        item.props["organization"],
        str(year),
    )
    assert not submitted or world.today >= opens_on(year).isoformat()
    return {None if submitted else "R62"}


def _of_forms(world: World, item: Planned) -> set[str | None]:
    day, last_day = world.original["takesEffect"], eve(world)
    here = [
        form
        for form in forms(world).values()
        if form.organization == item.props["organization"] and form.kind == KINDS[item.props["kind"]]
    ]
    of_before = [form for form in here if form.start_date < day]
    running = [form for form in of_before if form.end_date is None]
    to_enter = [form for form in here if form.end_date == last_day and form.successor is None]
    # Being mended elsewhere: one that ends of itself after the eve is not counted.
    undecided = {None, "R06", "R70"} if any((form.end_date or "") > last_day for form in of_before) else set()
    if world.today < day:
        return undecided | {"R06" if running or to_enter else None}
    if item.props["handledBy"] == "byHand":
        return undecided | {"R70" if running or to_enter else None}
    handled = [form for form in running if form.locked_until and world.today < form.locked_until]
    return undecided | {"R06" if handled else None}
