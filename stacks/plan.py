"""Which resources a fusion has, in which group, after what: from a declaration to a list, without the engine.

Everything about the merged centre is set (created, adopted, brought in sync). At a disappearing centre only the access
that the declaration manages is written (R23, R24); everything else it has is retained, and `destroy` undoes neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from providers import (
    access_copy,
    batches,
    dossiers,
    online_requests,
    paths,
    retained,
    review,
    unique_report,
)
from providers.pending_work import PendingWork
from schemas.access import Access
from schemas.declaration import Dossiers, Fusion, MergingCentre
from schemas.reference import reference
from schemas.secrets import Secrets
from schemas.systems import Application, System
from stacks import access_plan, channels_plan, configuration_plan
from stacks.planned import Centre, Planned

_APPLICATION_OF_API = {
    paths.ACCESS: Application.ACCESS,
    paths.CHAMAN: Application.CHAMAN,
    paths.CONFIGURATION: Application.CONFIGURATION,
    paths.E_BOX: Application.E_BOX,
}
DOSSIER_SYSTEMS = {dossiers.FORMS: System.RUNNING_DOSSIERS, dossiers.ATTESTATIONS: System.ATTESTATIONS}
# What may be managed in part at a disappearing centre, and is not where its access is not declared.
_PARTS: dict[str, access_plan.Managed] = {
    "chiefAccessManagers": {"managed": {}, "people": {}},
    "accessManagers": {"managed": {}, "people": {}},
    "users": {"managed": {}},
}


def plan(fusion: Fusion, secrets: Secrets, folder: Path, operator: str = "") -> list[Planned]:
    """All resources of a fusion, those that others wait for first. `folder` is where certificates' paths start, `operator`
    the key of who operates the stack and must not be locked out."""
    merged = Centre(fusion.name, fusion.ocmw.kbo, "keeping" if fusion.keeper else "merged")
    planned: list[Planned] = []
    planned += _access(merged, fusion.access, fusion, secrets, operator)
    planned += _removals(merged, fusion.access, secrets)
    if fusion.accounts:
        password = secrets.password(fusion.ftp_password_key) if fusion.accounts.ftp else ""
        planned += channels_plan.resources(merged, fusion.accounts, password, folder, fusion.takes_effect)
    planned += _configuration(merged, fusion)
    for merging in fusion.disappearing:
        planned += _disappearing(merging, fusion, secrets, operator)
    planned += _pending_work(merged, fusion)
    planned += _dossiers(merged, fusion)
    return planned


def _pending_work(merged: Centre, fusion: Fusion) -> Iterator[Planned]:
    """The work that people and others still have to do, so that it waits where all else waits."""
    day = fusion.takes_effect
    by = reference().chief_access_managers_reported_by(day)
    copy = access_copy.AccessCopyInputs(organization=merged.kbo, reportBy=by.isoformat() if by else None)
    asked: list[tuple[str, Centre, System, type[PendingWork], Mapping[str, Any]]] = [
        ("access-copy", merged, System.ACCESS, access_copy.AccessCopy, copy)
    ]
    year = str(day.year - 1)
    for merging in fusion.disappearing:
        centre = Centre(merging.name, merging.kbo, "disappearing")
        if fusion.is_retained(merging):
            day_of_review = fusion.retain.review_on.isoformat()
            on = review.ReviewInputs(organization=centre.kbo, on=day_of_review)
            asked.append(("review", centre, System.RETAINED, review.Review, on))
        report = unique_report.UniqueReportInputs(organization=centre.kbo, year=year)
        asked.append(("unique-report", centre, System.UNIQUE_REPORT, unique_report.UniqueReport, report))
        requests = online_requests.OnlineRequestsInputs(
            organization=centre.kbo, mergedInto=merged.name, linkedOn=day.isoformat()
        )
        asked.append(("requests", centre, System.ONLINE_REQUESTS, online_requests.OnlineRequests, requests))
    if fusion.keeper:
        report = unique_report.UniqueReportInputs(organization=merged.kbo, year=year, rule="R63")
        asked.append(("unique-report", merged, System.UNIQUE_REPORT, unique_report.UniqueReport, report))
    for name, centre, system, resource, props in asked:
        yield Planned(
            f"{centre.slug}-{name}",
            centre,
            system,
            resource,
            props,
            shown_under=Application.RETAINED if centre.role == "disappearing" else None,
        )


def _dossiers(merged: Centre, fusion: Fusion) -> Iterator[Planned]:
    """R06-R11: the forms and attestations of each declared centre, under the number that goes on."""
    if fusion.dossiers is None:
        return
    for merging in fusion.merging:
        if merging.name not in fusion.dossiers.centres:
            continue
        keeps = merging.kbo == merged.kbo
        centre = merged if keeps else Centre(merging.name, merging.kbo, "disappearing")
        for kind, resource in dossiers.RESOURCES.items():
            props = dossier_props(fusion, fusion.dossiers, merging, kind)
            name = f"{centre.slug}-dossiers-{kind}"
            yield Planned(name, centre, DOSSIER_SYSTEMS[kind], resource, props)


def dossier_props(
    fusion: Fusion, declared: Dossiers, merging: MergingCentre, kind: str
) -> dossiers.DossiersInputs:
    """What is asked of the portal for one merging centre's forms or attestations."""
    props = dossiers.DossiersInputs(
        organization=merging.kbo,
        successor=fusion.ocmw.kbo,
        kind=kind,
        stopOn=declared.stop_on.isoformat(),
        restartOn=declared.restart_on.isoformat(),
        handledBy=declared.handled_by,
    )
    ended = [one.go_on for one in declared.ended if one.centre == merging.name]
    if ended:
        props["ended"] = batches.ENTER_AGAIN if ended[0] else batches.OVER
    return props


def _access(
    centre: Centre,
    declared: Access | None,
    fusion: Fusion,
    secrets: Secrets,
    operator: str,
    *,
    kept: bool = False,
) -> Iterator[Planned]:
    guarded = access_plan.Operator(operator, centre.name, f"fusions/{fusion.slug}.yaml") if operator else None
    for wanted in access_plan.resources(centre.kbo, declared, secrets, guarded, releases=not kept):
        yield _wanted(wanted, centre, kept=kept)
    yield _wanted(access_plan.people(centre.kbo, declared, secrets, releases=not kept), centre)


def _removals(centre: Centre, declared: Access | None, secrets: Secrets, *after: str) -> Iterator[Planned]:
    """:param after: what else comes before; only at a disappearing centre, where destroy leaves everything."""
    for wanted in access_plan.removals(centre.kbo, declared, secrets):
        yield _wanted(replace(wanted, after=(*wanted.after, *after)), centre, kept=bool(after))


def _wanted(wanted: access_plan.Wanted, centre: Centre, *, kept: bool = False) -> Planned:
    return Planned(
        f"{centre.slug}-{wanted.name}",
        centre,
        wanted.system,
        wanted.resource,
        wanted.props,
        wanted.resource.provider_class.secrets,
        tuple(f"{centre.slug}-{name}" for name in wanted.after),
        kept_on_destroy=kept,
    )


def _configuration(centre: Centre, fusion: Fusion) -> Iterator[Planned]:
    for name, system, resource, inputs in configuration_plan.screens(centre.kbo, fusion):
        yield Planned(f"{centre.slug}-{name}", centre, system, resource, inputs)


def _disappearing(
    merging: MergingCentre, fusion: Fusion, secrets: Secrets, operator: str
) -> Iterator[Planned]:
    centre = Centre(merging.name, merging.kbo, "disappearing")
    managed: dict[str, access_plan.Managed] = {}
    written = list(_access(centre, merging.access, fusion, secrets, operator, kept=True))
    yield from written
    if merging.access:
        managed = access_plan.managed(merging.access, secrets)
    accepted: dict[str, dict[str, str]] = {}
    for change in fusion.retain.accept:
        if change.centre == merging.name:
            accepted.setdefault(change.item, {})[change.on.isoformat()] = change.reason
    released: dict[str, str] = {
        item.item: f"{item.on.isoformat()}: {item.reason}"
        for item in fusion.retain.release
        if item.centre == merging.name
    }
    for kind, resource in retained.RESOURCES.items():
        props: retained.RetainedInputs = {
            "organization": centre.kbo,
            "kind": kind,
            "accepted": accepted.get(kind),
            "released": released.get(kind),
            **_PARTS.get(kind, {}),
            **managed.get(kind, {}),
        }
        yield Planned(
            f"{centre.slug}-retained-{kind}",
            centre,
            System.RETAINED,
            resource,
            props,
            # Secret also where there is nothing in it: the state may remember what was managed.
            frozenset({"managed"} if kind == "users" else {"people"} & _PARTS.get(kind, {}).keys()),
            # It sees the rest of what is managed in part: earlier, a user whom this run makes would join at the next look.
            after=tuple(item.name for item in written) if kind in _PARTS else (),
            shown_under=_APPLICATION_OF_API[resource.kind.api],
        )
    # Whoever is removed leaves the baselines before the portal has nobody any more to know them by.
    yield from _removals(centre, merging.access, secrets, "retained-accessManagers", "retained-users")
