"""The day on which people ask whether what is retained at a disappearing centre is still needed (R05, R61).

Whether it has come goes by the portal's own date, so that a rehearsal in 2025 is not told of 2026. From that day on the
review *waits* for people: the plan and the stack's `waiting` output say so, until `retain.reviewOn` names a later day. A
centre where everything is released has none.
"""

from __future__ import annotations

from datetime import date
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

from providers import access, session
from providers.resource import without_provider
from providers.settings import settings_from

Props = dict[str, Any]


class ReviewProvider(ResourceProvider):
    """Reads the portal's date; has no way to write."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/review", _seen(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = _seen(props)
        return ReadResult(id_, outs, {name: value for name, value in outs.items() if name != "waiting"})

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = ["organization"] if olds.get("organization") != news.get("organization") else []
        return DiffResult(changes=bool(replaces) or olds.get("on") != news.get("on"), replaces=replaces)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_seen(news))

    def delete(self, _id: str, _props: Props) -> None:
        """There is nothing to take away."""


def _seen(props: Props) -> Props:
    portal = session.reading(props["organization"])
    portal.get(f"{access.API}/{props['organization']}")
    due = portal.today >= date.fromisoformat(props["on"])
    reason = f"waits for a decision: is what is retained here still needed? Review date {props['on']} (R61)"
    waiting = {"reason": reason, "whom": "the centre"} if due else {}
    return without_provider(props) | {"waiting": waiting}


class Review(Resource, module="retained", name="Review"):
    """The review of one centre: `organization`, `on` (a date)."""

    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        super().__init__(
            ReviewProvider(), name, {"waiting": None, **props}, pulumi.ResourceOptions.merge(opts, own)
        )
