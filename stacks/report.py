"""What a stack says of itself: outputs for what waits, what is retained and what the supplier needs, warnings, errors.

Outputs are read by people (`pulumi stack output`), by `fusion smoke` and by scripts, so their shapes are stable:
- `portal`: `{url, identity}`, to which the state belongs (`stacks.own_portal`, exported by `stacks.program`)
- `declared`: what the file named, for the safety rules (`stacks.safety`, exported by `stacks.program`)
- `summary`: `{created, adopted, retained, waiting}`, counts of resources; of what is retained, of those not released
- `waiting`: `{"Gooik, Uniek verslag": "waits for …; whom: …; until: …"}`, by thing, so that one that goes on is one change
- `waits`: the same as values, for programs: by thing `{centre, thing, system, reason, rule, whom, until}`, "" where nobody
  knows
- `retained`: `{centre: "11 things, unchanged; 1 not shown yet; 1 not looked at; FTP accounts released
  (2026-01-05: …)"}`, and what changed since the adoption
- `dossiers`: `{centre: "forms of running dossiers: 12 stopped, 12 entered again, 0 refused; …"}`, what was done so far,
  and what is still refused by its reasons
- `cleanedUp`: `{"Antwerpen, maatschappelijkWelzijn": "2 users: portal:75f5d17b, portal:ce402af5"}`, who went so far (R24)
- `supplier`: what to hand over (secret: it holds the FTP password, R32)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pulumi

from providers import chaman
from providers.cleanup import CleanedUp
from providers.configuration import Mutations
from providers.dossiers import Dossiers
from providers.resource import PortalResource
from providers.retained import NOT_SHOWN, RELEASED, UNCHANGED, Retained
from providers.review import Review
from providers.waiting import Waiting
from schemas.counts import format_count
from schemas.declaration import Fusion
from schemas.identifiers import dotted
from schemas.rights import DOMAIN, declared_for_nobody
from stacks import alarms, clean_up_report, dossiers_report, first_look_report, people_report
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import AnyResource, Planned
from stacks.waits import WaitingThing

Made = Sequence[tuple[Planned, AnyResource]]


def export(fusion: Fusion, made: Made) -> None:
    """Export the outputs, warn of what is lost for good, and fail the run when something needs a person."""
    managed = [(item, resource) for item, resource in made if isinstance(resource, PortalResource)]
    retained = [(item, resource) for item, resource in made if isinstance(resource, Retained)]
    origins = pulumi.Output.all(*[fill_in(resource.origin) for _, resource in managed])
    waits = pulumi.Output.all(*[fill_in(resource.waiting, {}) for _, resource in made])
    observed = pulumi.Output.all(*[fill_in(resource.observed) for _, resource in retained])
    pulumi.export(
        "summary",
        pulumi.Output.all(origins, waits, observed).apply(lambda all_: _summary(*all_)),
    )
    found = waits.apply(lambda all_: _waits([item for item, _ in made], all_))
    pulumi.export("waiting", found.apply(lambda all_: {wait.name: str(wait.waiting) for wait in all_}))
    pulumi.export("waits", found.apply(lambda all_: {wait.name: wait.as_output() for wait in all_}))
    pulumi.export("retained", observed.apply(lambda all_: _retained([item for item, _ in retained], all_)))
    dossiers_report.export([(item, resource) for item, resource in made if isinstance(resource, Dossiers)])
    clean_up_report.export(
        fusion.slug, [(item, resource) for item, resource in made if isinstance(resource, CleanedUp)]
    )
    first_look_report.export(made)
    people_report.export(fusion.slug, made)
    _export_supplier(fusion, managed)
    for item, resource in made:
        if isinstance(resource, Mutations):
            _warn_of_unticked(item)
        if isinstance(resource, Review):
            fill_in(resource.waiting, {}).apply(partial(_remind, fusion, item))
        if isinstance(resource, Retained):
            on, accepting = fill_in(resource.acceptedOn, ""), fill_in(resource.accepting, [])
            pulumi.Output.all(on, accepting).apply(partial(_tell_accepted, item))
    _warn_of_nobody(fusion)
    alarms.warn_of_ends(made)
    alarms.tell(fusion, made, done=waits)


def _summary(origins: list[str], waits: list[dict[str, str]], observed: list[str]) -> dict[str, int]:
    return {
        "created": origins.count("created"),
        "adopted": origins.count("adopted"),
        "retained": len(observed) - observed.count(RELEASED),
        "waiting": sum(map(bool, waits)),
    }


def _waits(items: Sequence[Planned], outputs: list[dict[str, str]]) -> list[WaitingThing]:
    found = ((item, Waiting.from_props(props)) for item, props in zip(items, outputs, strict=True))
    return [
        WaitingThing(item.centre.name, item.title, item.system, waiting) for item, waiting in found if waiting
    ]


def _retained(items: Sequence[Planned], observed: list[str]) -> dict[str, str]:
    found: dict[str, list[tuple[Planned, str]]] = {}
    for item, status in zip(items, observed, strict=True):
        found.setdefault(item.centre.name, []).append((item, status))
    return {centre: "; ".join(_retained_lines(things)) for centre, things in found.items()}


def _retained_lines(things: list[tuple[Planned, str]]) -> Iterator[str]:
    statuses = [status for _, status in things]
    if unchanged := statuses.count(UNCHANGED):
        yield f"{format_count(unchanged, 'thing')}, unchanged"
    if hidden := statuses.count(NOT_SHOWN):
        yield f"{hidden} {NOT_SHOWN}"
    if unseen := statuses.count(NOT_LOOKED_AT):
        yield f"{unseen} {NOT_LOOKED_AT}"
    for item, status in things:
        if status == RELEASED:
            yield f"{item.title} released ({item.props['released']})"
        elif status not in alarms.NOTHING_TO_TELL:
            yield f"{item.title}: {status}"


def _tell_accepted(item: Planned, accepted: list[str]) -> None:
    on, accepting = accepted
    reason = (item.props.get("accepted") or {}).get(on)
    if accepting and reason:
        pulumi.log.warn(f"{item.thing}: accepted as the new baseline ({on}: {reason}): {accepting}")


def _export_supplier(fusion: Fusion, managed: Sequence[tuple[Planned, PortalResource]]) -> None:
    if fusion.accounts is None:
        return
    handed: dict[str, Any] = {"organization": dotted(fusion.ocmw.kbo)}
    for item, resource in managed:
        if isinstance(resource, chaman.FtpAccount):
            names = ("accountName", "username", "password", "authorizations")
            handed["ftp"] = {name: item.props[name] for name in names}
        if isinstance(resource, chaman.RestAccount):
            handed["rest"] = {
                "accountName": item.props["accountName"],
                "delegationRequest": fill_in(resource.status),
            }
    pulumi.export("supplier", pulumi.Output.secret(handed))


def _remind(fusion: Fusion, item: Planned, waiting: dict[str, str]) -> None:
    """From the review date on, run after run (R61)."""
    if waiting:
        pulumi.log.warn(
            f"{item.centre.name}: {item.props['on']} has come, the review of what is retained (R05, R61). List what is "
            f"needed no longer under retain.release in fusions/{fusion.slug}.yaml, or set retain.reviewOn to a later day"
        )


def _warn_of_unticked(item: Planned) -> None:
    unticked = [code for code, ticked in item.props["ticked"].items() if not ticked]
    if unticked:
        pulumi.log.warn(
            f"{item.centre.name} does not receive {', '.join(unticked)}: what is sent while a type is unticked never "
            "arrives, also when it is ticked again later (R50)"
        )


def _warn_of_nobody(fusion: Fusion) -> None:
    """Of an application that people go on with, and that the declaration lets nobody use (R26, R47)."""
    if rights := declared_for_nobody(fusion):
        names = " and ".join(right.application for right in rights)
        rules = ", ".join(right.rule for right in rights)
        pulumi.log.warn(
            f"{fusion.name}: fusions/{fusion.slug}.yaml names nobody who may use {names} ({rules}): only people "
            f"whom the portal already has there may. Declare the domain {DOMAIN} under `access`, with its access manager"
        )
