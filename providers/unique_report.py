"""The Uniek verslag on the year before the fusion, which a disappearing centre still owes under its number (R62).

It is filled in by people, once the portal opens it in February: this only reads how far it is, so that it *waits* where
all else waits: for the calendar until it is open, for the centre until it is submitted.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import (
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

Props = dict[str, Any]
API = "/REST/uniqueReport/v1/organizations"


class UniqueReportProvider(ResourceProvider):
    """Reads; has no way to write."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/uniqueReport/{props['year']}", _seen(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = _seen(props)
        return ReadResult(id_, outs, {name: value for name, value in outs.items() if name != "waiting"})

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = [key for key in ("organization", "year") if olds.get(key) != news.get(key)]
        return DiffResult(changes=bool(replaces), replaces=replaces)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_seen(news))

    def delete(self, _id: str, _props: Props) -> None:
        """There is nothing to take away."""


def _seen(props: Props) -> Props:
    number, year = props["organization"], props["year"]
    try:
        reports = session.reading(number).get_items(f"{API}/{number}/reports")
    except PortalError as error:
        error.resource = f"Uniek verslag {year} of {number}"
        raise
    report = next((one for one in reports if str(one["year"]) == year), None)
    return without_provider(props) | {"waiting": _waiting(report) if report else {}}


def _waiting(report: Props) -> dict[str, str]:
    status, year = report["status"], report["year"]
    if status == "submitted":
        return {}
    if status == "notOpen":
        reason = f"waits for the Uniek verslag on {year} to open (R62)"
        return {"reason": reason, "whom": "the calendar", "until": report["opensOn"]}
    if status == "late":
        reason = f"waits for the Uniek verslag on {year}, due by {report['dueBy']} and not submitted (R62)"
        return {"reason": reason, "whom": "the centre"}
    reason = f"waits for the Uniek verslag on {year} to be submitted, under this number (R62)"
    return {"reason": reason, "whom": "the centre", "until": report["dueBy"]}


class UniqueReport(Resource, module="retained", name="UniqueReport"):
    """The report of one centre: `organization`, `year` (a text)."""

    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        super().__init__(
            UniqueReportProvider(), name, {"waiting": None, **props}, pulumi.ResourceOptions.merge(opts, own)
        )
