"""Sender, access and the screens of OCMW-configuratie: whether the portal has what the declaration says (R16-R28, R52-R58).

What differs is found by the providers' own look, so that this and `pulumi preview` never disagree. Accounts and the ticked
mutations are compared in the same way elsewhere, where it is also tried whether they work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from operations.checks.context import Context
from operations.checks.results import FAILED, OK, WAITING, Check, Verdict
from providers import chaman, configuration
from providers.base import LOSES
from providers.resource import PortalResource
from providers.waiting import Waiting
from schemas.counts import format_count
from schemas.systems import Application, System
from stacks.planned import Planned

SCREENS: dict[type, str] = {
    chaman.SenderContact: "R28",
    configuration.TechnicalProviders: "R52",
    configuration.ContactDetails: "R53",
    configuration.OcmwOnline: "R55",
}
"""Each has a line of its own, with its rule."""


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.centres:
        here = [item for item in context.planned if item.centre.kbo == centre.kbo]
        access = [
            item
            for item in here
            if item.group is Application.ACCESS and issubclass(item.resource, PortalResource)
        ]
        if access:
            rule = "R23" if centre.role == "disappearing" else "R16"
            yield Check(centre, System.ACCESS, "access", partial(compare_all, access), rule)
        for item in here:
            if rule := SCREENS.get(item.resource, ""):
                yield Check(centre, item.system, item.title, partial(compare_all, [item]), rule)


def compare_all(items: Sequence[Planned]) -> Iterator[Verdict]:
    """One answer for all of them, and one for each thing that some wait for."""
    wrong: list[str] = []
    waits: dict[str, None] = {}
    fine = 0
    for item in items:
        waiting, differing = _compare(item)
        if waiting:
            waits[waiting] = None
        elif differing:
            wrong.append(f"{item.title}: {differing}" if len(items) > 1 else differing)
        else:
            fine += 1
    if wrong:
        yield Verdict(FAILED, f"{'; '.join(wrong)}: `pulumi preview` shows it, `pulumi up` puts it right")
    elif fine:
        yield Verdict(OK, f"{fine} of {len(items)} as declared" if len(items) > 1 else "as declared")
    for waiting in waits:
        yield Verdict(WAITING, waiting)


def _compare(item: Planned) -> tuple[str, str]:
    """What it waits for, and what differs: by the declaration's words for it, since values may be about people."""
    assert issubclass(item.resource, PortalResource)
    provider = item.resource.provider_class()
    seen = provider.read("", dict(item.props)).outs
    if not seen:
        return "", "missing"
    if waiting := Waiting.from_props(seen["waiting"]):
        return waiting.brief, ""
    if seen.get(LOSES):
        return "", "still has access"
    if leaving := seen.get("leaving"):
        return "", f"{format_count(len(leaving), 'person', 'people')} not declared"
    # What only looks different, or is not declared, `read` answers as it was given.
    differing = [field for field in provider.fields if seen.get(field) != item.props.get(field)]
    named = ("people's data" if field == "people" else field for field in differing)
    return "", f"{', '.join(named)} not as declared" if differing else ""
