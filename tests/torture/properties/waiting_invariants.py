"""What the stack says that it waits for, against what the portal's tables say is not possible yet.

Nothing waits that is possible, nothing that is not possible goes without a word, and no day is waited for that has come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from emulator.core import waves
from emulator.systems.unique_report.api import opens_on
from providers import chaman, configuration
from providers.access_copy import AccessCopy
from providers.cleanup import CleanedUp
from providers.declared_people import DeclaredPeople
from providers.dossiers import Dossiers
from providers.online_requests import OnlineRequests
from providers.removal import Removed
from providers.retained import Retained
from providers.review import Review
from providers.unique_report import UniqueReport
from schemas.systems import Application
from stacks.plan import plan
from stacks.planned import Planned
from tests.support import portal_tables
from tests.torture.properties.dossier_invariants import KINDS, declared_to_go_on, eve_of_merger, read_forms
from tests.torture.properties.retained_model import find_release
from tests.torture.properties.world import World

_OPENS = {configuration.ContactDetails: "contactDetails", configuration.OcmwOnline: "ocmwOnline"}


def find_wrong_waiting(world: World) -> Iterator[str]:
    outputs = world.outputs()
    for item in plan(world.fusion, world.secrets, world.path.parent):
        said = outputs[item.name].get("waiting") or {}
        rule = said["rule"].split(", ")[-1] if said.get("rule") else None
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
    asked = next((ask for kind, ask in _ASKED.items() if issubclass(item.resource, kind)), _of_what_is_set)
    return asked(world, item)


def _of_people(_world: World, _item: Planned) -> set[str | None]:
    """Whom the file named is remembered, whatever the portal allows."""
    return {None}


def _of_removal(world: World, item: Planned) -> set[str | None]:
    return {"R20" if world.today < str(item.props["on"]) else None}


def _of_review(world: World, item: Planned) -> set[str | None]:
    return {"R61" if world.today >= str(item.props["on"]) else None}


def _of_requests(world: World, item: Planned) -> set[str | None]:
    left = portal_tables.has_aid_requests(world.database, item.props["organization"])
    return {"R64" if left else None}


def _of_retained(world: World, item: Planned) -> set[str | None]:
    release = find_release(world, item.centre.name, item.props["kind"])
    if release and release.on.isoformat() <= world.today:
        return {None}
    shut = _of_screen(world, item.props["kind"])
    return {"R61"} if release and None in shut else shut


def _of_what_is_set(world: World, item: Planned) -> set[str | None]:
    number = item.props["organization"]
    status, awaits_copy = portal_tables.read_access_status(world.database, number)
    if status != "active":
        return {"R12"}
    if awaits_copy:
        return {"R15" if item.group is Application.ACCESS else "R27"}
    if issubclass(item.resource, CleanedUp):
        return {"R24" if world.today < str(item.props["confirmedOn"]) else None}
    if item.resource in _OPENS:
        return _of_screen(world, _OPENS[item.resource])
    if item.group is not Application.CHAMAN or item.resource is chaman.SenderContact:
        return {None}
    return _of_account(world, item)


def _of_account(world: World, item: Planned) -> set[str | None]:
    number = item.props["organization"]
    if not portal_tables.read_keys(world.database, number, "sender", limit=1):
        return {"R28"}
    if item.resource is not chaman.RestAccount:
        return {None}
    name = item.props["accountName"]
    request = portal_tables.read_resource(world.database, number, "delegationRequest", name)
    pending = request and request[0]["status"] == "pending"
    return {"R35" if pending and item.props.get("supplier") else None}


def _of_screen(world: World, screen: str) -> set[str | None]:
    shut = screen in _OPENS.values() and world.today < waves.every()[0].data["screenOpenings"][screen]
    return {"R59" if shut else None}


def _of_report(world: World, item: Planned) -> set[str | None]:
    year = int(item.props["year"])
    report = portal_tables.read_resource(
        world.database, item.props["organization"], "uniqueReport", str(year)
    )
    submitted = bool(report and report[0].get("submitted"))
    assert not submitted or world.today >= opens_on(year).isoformat()
    keeps = item.props["organization"] == world.fusion.ocmw.kbo
    return {None if submitted else "R63" if keeps else "R62"}


def _of_copy(world: World, item: Planned) -> set[str | None]:
    copied_on = portal_tables.read_day_of_copy(world.database, item.props["organization"])
    if copied_on:
        return {None}
    return {"R14" if world.today <= item.props.get("reportBy", "") else "R15"}


def _of_forms(world: World, item: Planned) -> set[str | None]:
    day, last_day = world.original["takesEffect"], eve_of_merger(world)
    here = [
        form
        for form in read_forms(world).values()
        if form.organization == item.props["organization"] and form.kind == KINDS[item.props["kind"]]
    ]
    of_before = [form for form in here if form.start_date < day]
    running = [form for form in of_before if form.end_date is None or form.end_date > last_day]
    on_the_eve = [form for form in here if form.end_date == last_day and form.successor is None]
    to_enter = [
        form for form in on_the_eve if not form.ended_by_itself or declared_to_go_on(world, form) is not False
    ]
    undecided = [form for form in to_enter if form.ended_by_itself and declared_to_go_on(world, form) is None]
    if world.today < day:
        return {"R06" if running or to_enter else None}
    if item.props["handledBy"] == "byHand":
        return {"R70" if running or to_enter else None}
    handled = [form for form in running if form.locked_until and world.today < form.locked_until]
    return {"R06" if handled or undecided or world.outputs()[item.name].get("refusedCount") else None}


_ASKED: Mapping[type, Callable[[World, Planned], set[str | None]]] = {
    Dossiers: _of_forms,
    DeclaredPeople: _of_people,
    Removed: _of_removal,
    Review: _of_review,
    UniqueReport: _of_report,
    AccessCopy: _of_copy,
    OnlineRequests: _of_requests,
    Retained: _of_retained,
}
