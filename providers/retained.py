"""What the disappearing centres have: adopted, watched, never changed (rules R05, R22, R39, R61).

There is one retained resource per centre and kind of thing, also where the portal keeps several (all FTP accounts of a
centre are one): so nothing has to be listed by hand, and one that vanishes or is added shows. Its provider only ever asks
for the reading client, which has no method that writes; update takes a new baseline and delete does nothing.

The *baseline* is what was found at adoption. A refresh carries it through and never absorbs a change into it: the program
declares `status: unchanged`, and what was read says run after run what is missing, changed or added. That shows as a
change in refresh, preview and up, which cannot put it right and ends with an error, until it is put right in the portal or
the declaration accepts it with a reason (`retain.accept`), which takes a new baseline. What the declaration *releases*
(`retain.release`, with a date and a reason) is looked at no more and still never written. No INSZ is in
a baseline: people with access appear by the portal's own id. Contact persons stand in it as the portal shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
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

from providers import access, chaman, configuration, session
from providers.canonical import canonical, whole_numbers
from providers.differences import differences
from providers.resource import without_provider
from providers.settings import settings_from
from providers.waiting import waiting_for
from schemas.errors import NotFound, NotYetAvailable, PortalError

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

Props = dict[str, Any]
UNCHANGED = "unchanged"
RELEASED = "released"
# The key of what stands in a domain: `maatschappelijkWelzijn` for its managers, `maatschappelijkWelzijn/<id>` for a user.
PLACE = "place"
E_BOX_API = "/REST/eBox/v1/organizations"


@dataclass(frozen=True)
class Kind:
    """One kind of retained thing: what people call it, its path below `{api}/{number}/`, the key of its items if it is
    a collection, whether it is about persons, and whether there is one in each domain."""

    title: str
    api: str
    path: str
    item_key: str | None = None
    personal: bool = False
    per_domain: bool = False


KINDS: Mapping[str, Kind] = {
    "sender": Kind("sender contact", chaman.API, "sender"),
    "certificates": Kind("certificates", chaman.API, "certificates", "fileName"),
    "ftpAccounts": Kind("FTP accounts", chaman.API, "ftpAccounts", "accountName"),
    "restAccounts": Kind("REST accounts", chaman.API, "restAccounts", "accountName"),
    "delegationRequests": Kind("delegation requests", chaman.API, "delegationRequests", "accountName"),
    "mutations": Kind("selection of mutations", configuration.API, "mutations"),
    "technicalProviders": Kind("technical providers", configuration.API, "technicalProviders"),
    "contactDetails": Kind("contact details", configuration.API, "contactDetails"),
    "ocmwOnline": Kind("OCMW Online", configuration.API, "ocmwOnline"),
    "chiefAccessManagers": Kind("chief access managers", access.API, "chiefAccessManagers", personal=True),
    "accessManagers": Kind(
        "access managers", access.API, "accessManagers", PLACE, personal=True, per_domain=True
    ),
    "users": Kind("users", access.API, "users", PLACE, personal=True, per_domain=True),
    "eBox": Kind("E-Box", E_BOX_API, "box"),
}
"""The kinds by the word that `retain.accept[].item` uses."""

# The portal's bookkeeping, and counts that rise by themselves, are no part of a baseline; nor is who somebody is.
_BOOKKEEPING = frozenset({"createdAt", "createdBy", "changedAt", "documents", "unread"})
_PERSONAL = frozenset({"ssin", "email", "language"})
_COMPARED = ("status", "accepted", "managed", "released")
_OUTPUTS = ("adopted", "baseline", "waiting")


class RetainedProvider(ResourceProvider):
    """Adopts and reads; has no way to write."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def check(self, olds: Props, news: Props) -> CheckResult:
        # `olds` are the inputs that the refresh before this preview read. Passed on, they let the program say in words
        # what changed, already in the preview, where outputs of a resource with changes are unknown.
        accepted = bool(news.get("accepted")) and news.get("accepted") != olds.get("accepted")
        observed = UNCHANGED if accepted else olds.get("observed", UNCHANGED)
        if bool(news.get("released")) != (observed == RELEASED):
            observed = RELEASED if news.get("released") else UNCHANGED
        return CheckResult(news | {"observed": observed}, [])

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/retained/{props['kind']}", _seen(props, first=True))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = _seen(props, first=not props.get("adopted"), baseline=props.get("baseline"))
        # As inputs, what is declared stays: so the difference to what was found shows in every refresh, not only the first.
        inputs = {name: value for name, value in outs.items() if name not in _OUTPUTS} | {"status": UNCHANGED}
        return ReadResult(id_, outs, inputs)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        keys = [key for key in ("organization", "kind") if olds.get(key) != news.get(key)]
        changed = any(canonical(olds.get(name)) != canonical(news.get(name)) for name in _COMPARED)
        return DiffResult(changes=bool(keys) or changed, replaces=keys)

    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        accepted = bool(news.get("accepted")) and news.get("accepted") != olds.get("accepted")
        let_go = frozenset(olds.get("managed") or ()) - frozenset(news.get("managed") or ())
        first = accepted or not olds.get("adopted")
        return UpdateResult(_seen(news, first=first, baseline=olds.get("baseline"), let_go=let_go))

    def delete(self, _id: str, _props: Props) -> None:
        """Leaves everything as it is."""


@dataclass(frozen=True)
class Found:
    """What the portal has now: `value` is an object, a list of items, or None where there is nothing.

    What the declaration manages has resources of its own: it is left out of `value`, and `managed` has its keys.
    `by_name` (the names that `managed` uses, with an INSZ for a user → item) never leaves this module.
    """

    value: Any
    managed: frozenset[str] = frozenset()
    by_name: Mapping[str, Any] = field(default_factory=dict, repr=False)


def look(portal: ReadingPortal, props: Props) -> Found:
    """Read what is retained. Raises `PortalError`: a failed read is never "nothing". `NotYetAvailable` where the portal
    does not show it yet (R59)."""
    kind = KINDS[props["kind"]]
    base = f"{kind.api}/{props['organization']}"
    try:
        if kind.item_key is None:
            return Found(_kept(portal.get(f"{base}/{kind.path}").body, kind))
        items = (
            list(_in_domains(portal, base, kind))
            if kind.per_domain
            else portal.get_items(f"{base}/{kind.path}")
        )
    except NotFound:
        return Found(None)
    except PortalError as error:
        error.resource = f"retained {kind.title} of {props['organization']}"
        raise
    managed = set(props.get("managed") or ())
    key = kind.item_key
    return Found(
        sorted((_kept(i, kind) for i in items if not _is(i, managed)), key=lambda item: str(item[key])),
        frozenset(str(item[key]) for item in items if _is(item, managed)),
        {_name(item): _kept(item, kind) for item in items},
    )


def _in_domains(portal: ReadingPortal, base: str, kind: Kind) -> Iterator[Props]:
    for domain in portal.get_items(f"{base}/domains"):
        code = domain["domain"]
        path = f"{base}/domains/{code}/{kind.path}"
        if kind.path == "users":
            yield from (
                {**user, "domain": code, PLACE: f"{code}/{user['id']}"} for user in portal.get_items(path)
            )
            continue
        try:
            yield {**portal.get(path).body, "domain": code, PLACE: code}
        except NotFound:
            continue  # a domain without access managers


def _name(item: Props) -> str:
    """How `managed` names an item: `domain/INSZ` for a user, the domain for its access managers."""
    return f"{item['domain']}/{item['ssin']}" if "ssin" in item else str(item.get("domain", ""))


def _is(item: Props, names: Collection[str]) -> bool:
    """Whether `names` has an item: by its name, or as `domain/*`, all users of a domain (one that is cleaned up, R24)."""
    return _name(item) in names or f"{item.get('domain')}/*" in names


def _kept(value: Any, kind: Kind) -> Any:
    if isinstance(value, dict):
        left_out = _BOOKKEEPING | _PERSONAL if kind.personal else _BOOKKEEPING
        return {name: _kept(item, kind) for name, item in value.items() if name not in left_out}
    if isinstance(value, list):
        return [_kept(item, kind) for item in value]
    return value


def _seen(props: Props, *, first: bool, baseline: Any = None, let_go: frozenset[str] = frozenset()) -> Props:
    """The outputs after a look. The `first` look is the baseline, also when it comes late because the portal did not show
    the thing yet (`adopted` is false until then); any other is compared with it. What the declaration no longer manages
    (`let_go`) joins the baseline as it is now."""
    if props.get("released"):
        ended = {"observed": RELEASED, "waiting": {}, "adopted": not first, "baseline": baseline}
        return {"status": UNCHANGED} | without_provider(props) | ended
    try:
        found = look(session.reading(props["organization"]), props)
    except NotYetAvailable as error:
        waiting = {"waiting": waiting_for(error), "adopted": not first, "baseline": baseline}
        return {"status": UNCHANGED, "observed": UNCHANGED} | without_provider(props) | waiting
    baseline = found.value if first else whole_numbers(baseline)
    key = KINDS[props["kind"]].item_key
    if key is not None and baseline is not None:
        # Who was cleaned up is in no list of the portal any more, and leaves the baseline by the domain.
        whole = [name for name in props.get("managed") or () if name.endswith("/*")]
        baseline = [item for item in baseline if str(item[key]) not in found.managed and not _is(item, whole)]
        known = {str(item[key]) for item in baseline} | found.managed
        joined = [
            item
            for name, item in found.by_name.items()
            if (name in let_go or f"{item.get('domain')}/*" in let_go) and str(item[key]) not in known
        ]
        baseline += joined
    status = "; ".join(differences(baseline, found.value, key)) or UNCHANGED
    seen = {"baseline": baseline, "status": status, "observed": status, "waiting": {}, "adopted": True}
    return without_provider(props) | seen


class Retained(Resource):
    """Something retained at a disappearing centre: `organization` and `kind` (of `KINDS`); for access, `managed` names
    what has resources of its own (secret, `domain/INSZ` or `domain/*`, for users); `accepted` says why the declaration
    accepts what changed, `released` why it is watched no more."""

    status: pulumi.Output[str]
    observed: pulumi.Output[str]
    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        inputs = {"observed": None, "waiting": None, "status": UNCHANGED, **props}
        super().__init__(RetainedProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, own))


# One type name per kind, so that a reader of the preview recognises it. The names are in every URN: chosen once.
class SenderContact(Retained, module="retained", name="SenderContact"):
    """The sender's contact data."""


class Certificates(Retained, module="retained", name="Certificates"):
    """All certificates."""


class FtpAccounts(Retained, module="retained", name="FtpAccounts"):
    """All FTP accounts."""


class RestAccounts(Retained, module="retained", name="RestAccounts"):
    """All REST accounts."""


class DelegationRequests(Retained, module="retained", name="DelegationRequests"):
    """All delegation requests."""


class Mutations(Retained, module="retained", name="Mutations"):
    """The selection of mutations."""


class TechnicalProviders(Retained, module="retained", name="TechnicalProviders"):
    """The technical providers."""


class ContactDetails(Retained, module="retained", name="ContactDetails"):
    """The contact details."""


class OcmwOnline(Retained, module="retained", name="OcmwOnline"):
    """Notifications and reminders of OCMW Online."""


class ChiefAccessManagers(Retained, module="retained", name="ChiefAccessManagers"):
    """The chief access managers."""


class AccessManagers(Retained, module="retained", name="AccessManagers"):
    """The access managers and co-managers of the domains that the declaration does not manage."""


class Users(Retained, module="retained", name="Users"):
    """The users, in all domains, whom the declaration does not manage."""


class EBox(Retained, module="retained", name="EBox"):
    """The E-Box."""


RESOURCES: Mapping[str, type[Retained]] = {
    "sender": SenderContact,
    "certificates": Certificates,
    "ftpAccounts": FtpAccounts,
    "restAccounts": RestAccounts,
    "delegationRequests": DelegationRequests,
    "mutations": Mutations,
    "technicalProviders": TechnicalProviders,
    "contactDetails": ContactDetails,
    "ocmwOnline": OcmwOnline,
    "chiefAccessManagers": ChiefAccessManagers,
    "accessManagers": AccessManagers,
    "users": Users,
    "eBox": EBox,
}
"""The resource of each kind."""
