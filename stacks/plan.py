"""Which resources a fusion has, in which group, after what: from a declaration to a list, without the engine.

Everything about the merged centre is set (created, adopted, brought in sync). At a disappearing centre only the access
that the declaration manages is written (R23, R24); everything else it has is retained, and `destroy` undoes neither.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers import (
    access,
    access_copy,
    batches,
    chaman,
    configuration,
    dossiers,
    online_requests,
    retained,
    review,
    unique_report,
)
from providers.pending_work import PendingWork
from providers.resource import PortalResource
from schemas.access import Access
from schemas.accounts import Accounts, CertificateManagement
from schemas.certificates import read_certificate
from schemas.declaration import Dossiers, Fusion, MergingCentre, slug
from schemas.reference import reference
from schemas.secrets import Secrets
from stacks import access_plan, configuration_plan

ACCESS = "Toegangsbeheer"
CHAMAN = "ChaMan"
CONFIGURATION = "OCMW-configuratie"
E_BOX = "E-Box"
RETAINED = "Behouden"
INTEGRATIONS = "Integraties"
REPORTS = "Uniek verslag"
_SYSTEM_OF_API = {
    access.API: ACCESS,
    chaman.API: CHAMAN,
    configuration.API: CONFIGURATION,
    retained.E_BOX_API: E_BOX,
}
# What may be managed in part at a disappearing centre, and is not where its access is not declared.
_PARTS: dict[str, access_plan.Managed] = {
    "chiefAccessManagers": {"managed": {}, "people": {}},
    "accessManagers": {"managed": {}, "people": {}},
    "users": {"managed": {}},
}


@dataclass(frozen=True)
class Centre:
    """A centre of the fusion: `role` is `merged`, `keeping` (the merged centre under a kept number) or `disappearing`."""

    name: str
    kbo: str
    role: str

    @property
    def slug(self) -> str:
        return slug(self.name)


@dataclass(frozen=True)
class Planned:
    """One resource to register: where it stands, what it is, its inputs, which of these are secret, what comes first."""

    name: str
    centre: Centre
    system: str
    resource: type[PortalResource | retained.Retained | PendingWork | dossiers.Dossiers]
    props: Mapping[str, Any]
    secrets: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    kept_on_destroy: bool = False

    @property
    def title(self) -> str:
        """What people call it: `user tom.maes`, `REST account OCMW Online`."""
        if issubclass(self.resource, retained.Retained):
            return self.resource.kind.title
        if issubclass(self.resource, dossiers.Dossiers):
            return dossiers.TITLES[self.props["kind"]]
        if issubclass(self.resource, PendingWork):
            return self.resource.provider_class.title
        provider = self.resource.provider_class
        return " ".join([provider.title, *(str(self.props[key]) for key in provider.keys[1:])])

    @property
    def thing(self) -> str:
        """The centre and the title: `Gooik, user tom.maes`."""
        return f"{self.centre.name}, {self.title}"


def plan(fusion: Fusion, secrets: Secrets, folder: Path, operator: str = "") -> list[Planned]:
    """All resources of a fusion, those that others wait for first. `folder` is where certificates' paths start, `operator`
    the key of who operates the stack and must not be locked out."""
    merged = Centre(fusion.name, fusion.ocmw.kbo, "keeping" if fusion.keeper else "merged")
    planned: list[Planned] = []
    planned += _access(merged, fusion.access, fusion, secrets, operator)
    if fusion.accounts:
        password = secrets.password(fusion.ftp_password_key) if fusion.accounts.ftp else ""
        planned += _channels(merged, fusion.accounts, password, folder)
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
    found: list[tuple[str, Centre, str, type[PendingWork], Mapping[str, Any]]] = [
        ("access-copy", merged, ACCESS, access_copy.AccessCopy, copy)
    ]
    year = str(day.year - 1)
    for merging in fusion.disappearing:
        centre = Centre(merging.name, merging.kbo, "disappearing")
        if fusion.is_retained(merging):
            day_of_review = fusion.retain.review_on.isoformat()
            on = review.ReviewInputs(organization=centre.kbo, on=day_of_review)
            found.append(("review", centre, RETAINED, review.Review, on))
        report = unique_report.UniqueReportInputs(organization=centre.kbo, year=year)
        found.append(("unique-report", centre, RETAINED, unique_report.UniqueReport, report))
        requests = online_requests.OnlineRequestsInputs(
            organization=centre.kbo, mergedInto=merged.name, linkedOn=day.isoformat()
        )
        found.append(("requests", centre, RETAINED, online_requests.OnlineRequests, requests))
    if fusion.keeper:
        report = unique_report.UniqueReportInputs(organization=merged.kbo, year=year, rule="R63")
        found.append(("unique-report", merged, REPORTS, unique_report.UniqueReport, report))
    for name, centre, system, resource, props in found:
        yield Planned(f"{centre.slug}-{name}", centre, system, resource, props, kept_on_destroy=True)


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
            yield Planned(name, centre, INTEGRATIONS, resource, props, kept_on_destroy=True)


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
        yield Planned(
            f"{centre.slug}-{wanted.name}",
            centre,
            ACCESS,
            wanted.resource,
            wanted.props,
            wanted.secrets,
            tuple(f"{centre.slug}-{name}" for name in wanted.after),
            kept_on_destroy=kept,
        )


def _channels(centre: Centre, accounts: Accounts, password: str, folder: Path) -> Iterator[Planned]:
    first: tuple[str, ...] = ()
    if accounts.sender:
        first = (f"{centre.slug}-sender",)
        sender = chaman.SenderContactInputs(
            organization=centre.kbo,
            name=accounts.sender.name,
            phone=accounts.sender.phone,
            email=accounts.sender.email,
            language=accounts.sender.language,
        )
        yield Planned(first[0], centre, CHAMAN, chaman.SenderContact, sender)
    if accounts.ftp:
        certificate = _certificate(centre, "ftp", folder / accounts.ftp.certificate, first)
        yield certificate
        yield Planned(
            f"{centre.slug}-ftp-account",
            centre,
            CHAMAN,
            chaman.FtpAccount,
            chaman.FtpAccountInputs(
                organization=centre.kbo,
                accountName=accounts.ftp.name,
                type="FTP",
                username=accounts.ftp.username,
                password=password,
                authorizations=list(accounts.ftp.authorizations),
                certificate=certificate.props["fileName"],
            ),
            frozenset({"password"}),
            (*first, certificate.name),
        )
    if accounts.rest:
        account = chaman.RestAccountInputs(
            organization=centre.kbo,
            accountName=accounts.rest.name,
            authorizations=list(accounts.rest.authorizations),
        )
        needed = _manage_certificate(account, centre, accounts.rest.certificate_management, folder, first)
        yield from needed
        yield Planned(
            f"{centre.slug}-rest-account",
            centre,
            CHAMAN,
            chaman.RestAccount,
            account,
            after=(*first, *(certificate.name for certificate in needed)),
        )


def _manage_certificate(
    account: chaman.RestAccountInputs,
    centre: Centre,
    declared: CertificateManagement,
    folder: Path,
    first: tuple[str, ...],
) -> list[Planned]:
    """Give the REST account its supplier or its certificate; the resources that must be there before it."""
    if declared.external:
        asked_again = declared.external.asked_again_on
        account["supplier"] = declared.external.supplier
        account["askedAgainOn"] = asked_again.isoformat() if asked_again else None
        return []
    assert declared.own is not None  # the model lets exactly one of the two pass
    certificate = _certificate(centre, "rest", folder / declared.own.certificate, first)
    account["certificate"] = certificate.props["fileName"]
    return [certificate]


def _certificate(centre: Centre, usage: str, path: Path, after: tuple[str, ...]) -> Planned:
    certificate = read_certificate(path)
    return Planned(
        f"{centre.slug}-{usage}-certificate",
        centre,
        CHAMAN,
        chaman.Certificate,
        chaman.CertificateInputs(
            organization=centre.kbo,
            fileName=path.name,
            usage=usage,
            sha256=certificate.sha256,
            content=base64.b64encode(certificate.der).decode(),
        ),
        after=after,
    )


def _configuration(centre: Centre, fusion: Fusion) -> Iterator[Planned]:
    for name, resource, inputs in configuration_plan.screens(centre.kbo, fusion):
        yield Planned(f"{centre.slug}-{name}", centre, CONFIGURATION, resource, inputs)


def _disappearing(
    merging: MergingCentre, fusion: Fusion, secrets: Secrets, operator: str
) -> Iterator[Planned]:
    centre = Centre(merging.name, merging.kbo, "disappearing")
    managed: dict[str, access_plan.Managed] = {}
    if merging.access:
        yield from _access(centre, merging.access, fusion, secrets, operator, kept=True)
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
            _SYSTEM_OF_API[resource.kind.api],
            resource,
            props,
            # Secret also where there is nothing in it: the state may remember what was managed.
            frozenset({"managed"} if kind == "users" else {"people"} & _PARTS.get(kind, {}).keys()),
            kept_on_destroy=True,
        )
