"""What a stack says of itself: outputs for what waits, what is retained and what the supplier needs, warnings, errors.

Outputs are read by people (`pulumi stack output`), by `fusion smoke` and by scripts, so their shapes are stable:
- `summary`: `{created, adopted, retained, waiting}`, counts of resources; of what is retained, of those not released
- `waiting`: lines "centre, thing: waits for …; whom: …; until: …"
- `waits`: the same as values, for programs: `{centre, thing, system, reason, rule, whom, until}`, "" where nobody
  knows
- `retained`: `{centre: "11 things, unchanged; 1 not shown yet; 1 not looked at; FTP accounts released
  (2026-01-05: …)"}`, and what changed since the adoption
- `dossiers`: `{centre: "forms of running dossiers: 12 stopped, 12 entered again, 0 refused; …"}`, what was done so far,
  and what is still refused by its reasons
- `cleanedUp`: `{"Antwerpen, maatschappelijkWelzijn": "2 users: portal:75f5d17b, portal:ce402af5"}`, who went so far (R24)
- `supplier`: what to hand over (secret: it holds the FTP password, R32)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pulumi

from providers import chaman
from providers.cleanup import CleanedUp
from providers.configuration import Mutations
from providers.dossiers import Dossiers
from providers.resource import PortalResource
from providers.retained import NO_CHANGE, NOT_SHOWN, NOT_YET_SEEN, RELEASED, UNCHANGED, Retained
from providers.review import Review
from providers.waiting import Waiting
from schemas.counts import format_count
from schemas.declaration import Fusion
from schemas.identifiers import dotted
from stacks import clean_up_report, dossiers_report, people_report
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import AnyResource, Planned
from stacks.waits import WaitingThing

_NOTHING_TO_TELL = NO_CHANGE | {NOT_LOOKED_AT}
Made = Sequence[tuple[Planned, AnyResource]]


def export(fusion: Fusion, made: Made) -> None:
    """Export the outputs, warn of what is lost for good, and fail the run when something needs a person."""
    managed = [(item, resource) for item, resource in made if isinstance(resource, PortalResource)]
    retained = [(item, resource) for item, resource in made if isinstance(resource, Retained)]
    origins = pulumi.Output.all(*[fill_in(resource.origin) for _, resource in managed])
    waits = pulumi.Output.all(*[fill_in(resource.waiting, {}) for _, resource in made])
    observed = pulumi.Output.all(*[fill_in(resource.observed) for _, resource in retained])
    accepted_on = pulumi.Output.all(*[fill_in(resource.acceptedOn, "") for _, resource in retained])
    pulumi.export(
        "summary",
        pulumi.Output.all(origins, waits, observed).apply(lambda all_: _summary(*all_)),
    )
    found = waits.apply(lambda all_: _waits([item for item, _ in made], all_))
    pulumi.export("waiting", found.apply(lambda all_: [str(wait) for wait in all_]))
    pulumi.export("waits", found.apply(lambda all_: [wait.as_output() for wait in all_]))
    pulumi.export("retained", observed.apply(lambda all_: _retained([item for item, _ in retained], all_)))
    dossiers_report.export([(item, resource) for item, resource in made if isinstance(resource, Dossiers)])
    clean_up_report.export(
        fusion.slug, [(item, resource) for item, resource in made if isinstance(resource, CleanedUp)]
    )
    people_report.export(fusion.slug, made)
    changed = pulumi.Output.all(observed, accepted_on).apply(
        lambda both: _changed([item for item, _ in retained], *both)
    )
    _export_supplier(fusion, managed)
    for item, resource in made:
        if isinstance(resource, Mutations):
            _warn_of_unticked(item)
        if isinstance(resource, Review):
            fill_in(resource.waiting, {}).apply(partial(_remind, fusion, item))
        if isinstance(resource, Retained):
            on, accepting = fill_in(resource.acceptedOn, ""), fill_in(resource.accepting, [])
            pulumi.Output.all(on, accepting).apply(partial(_tell_accepted, item))
    refused = [
        _refusal(item, resource) for item, resource in managed if isinstance(resource, chaman.RestAccount)
    ]
    _when_done(changed, waits, lambda lines: _report_changes(fusion, lines))
    _when_done(pulumi.Output.all(*refused), waits, _report_refusals)


def _when_done(
    found: pulumi.Output[list[str]], waits: pulumi.Output[Any], report: Callable[[list[str]], None]
) -> None:
    """Report what was found; in an `up` only when every resource has its outputs: an error that comes earlier would cut
    off what is still under way. A preview has no outputs of what is about to change, and waits for none."""
    if pulumi.runtime.is_dry_run():
        found.apply(report)
    else:
        pulumi.Output.all(found, waits).apply(lambda both: report(both[0]))


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
    if new := statuses.count(NOT_YET_SEEN):
        yield f"{format_count(new, 'thing')}, {NOT_YET_SEEN}"
    for item, status in things:
        if status == RELEASED:
            yield f"{item.title} released ({item.props['released']})"
        elif status not in _NOTHING_TO_TELL:
            yield f"{item.title}: {status}"


def _changed(items: Sequence[Planned], observed: list[str], accepted_on: list[str]) -> list[str]:
    return [
        f"{item.thing}: {status}{_not_accepted(item, accepted)}"
        for item, status, accepted in zip(items, observed, accepted_on, strict=True)
        if status not in _NOTHING_TO_TELL
    ]


def _not_accepted(item: Planned, accepted_on: str) -> str:
    """Why what the declaration accepts does not count here, and what does."""
    dates = sorted(item.props.get("accepted") or ())
    if not dates:
        return ""
    if dates[-1] > accepted_on:
        return (
            f" (the acceptance of {dates[-1]} counts from that day on: date it today, by the portal's date)"
        )
    return f" (the acceptance of {dates[-1]} is used: accept this too, with a later date)"


def _tell_accepted(item: Planned, accepted: list[str]) -> None:
    on, accepting = accepted
    reason = (item.props.get("accepted") or {}).get(on)
    if accepting and reason:
        pulumi.log.warn(f"{item.thing}: accepted as the new baseline ({on}: {reason}): {accepting}")


def _refusal(item: Planned, resource: chaman.RestAccount) -> pulumi.Output[str]:
    return pulumi.Output.all(fill_in(resource.status), fill_in(resource.refusalReason, "")).apply(
        lambda both: (
            f"{item.thing}: {item.props['supplier']} refused the delegation request"
            + (f" ({both[1]})" if both[1] else "")
            + " (R36). Agree with the supplier and set askedAgainOn to today's date, or choose another supplier. "
            + "Removals from the declaration wait until then"
            if both[0] == "refused"
            else ""
        )
    )


def _report_changes(fusion: Fusion, changed: list[str]) -> None:
    if changed:
        _report(
            "retained things changed at the disappearing centres (R05). Nothing was written there. Put it right in the "
            f"portal, or accept it with a reason under retain.accept in fusions/{fusion.slug}.yaml:\n"
            + "\n".join(f"  {line}" for line in changed)
            + "\nRemovals from the declaration wait until then."
        )


def _report_refusals(refused: list[str]) -> None:
    lines = [line for line in refused if line]
    if lines:
        _report("\n".join(lines))


def _report(problem: str) -> None:
    """As an error of the run. Of a preview only in its messages: `pulumi up` previews first and would go no further."""
    if pulumi.runtime.is_dry_run():
        pulumi.log.error(problem)
    else:
        raise pulumi.RunError(problem)


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
