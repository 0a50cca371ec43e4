"""What the disappearing centres have: adopted, watched, never changed (rules R05, R22, R39, R61).

There is one retained resource per centre and kind of thing, also where the portal keeps several (all FTP accounts of a
centre are one): so nothing has to be listed by hand, and one that vanishes or is added shows. Its provider only ever asks
for the reading client, which has no method that writes; update takes a new baseline and delete does nothing.

The *baseline* is what was found at adoption (`providers.baseline`). A refresh carries it through and never absorbs a change
into it: the program declares `status: unchanged`, and what was read says run after run what is missing, changed or added.
That shows as a change in refresh, preview and up, which cannot put it right and ends with an error, until it is put right
in the portal or the declaration accepts it with a date and a reason (`retain.accept`), which takes a new baseline. An
acceptance counts once: its date is later than the last one that was accepted, and the portal's own date has reached it.
What the declaration *releases* (`retain.release`) is watched until its date, then looked at no more, still never written.

`check` looks too, where the declaration says something new of it: so a preview tells what an up would find.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from providers.baseline import (
    PLACE,
    Items,
    Kind,
    Managed,
    continued,
    look,
    missed,
    together,
    unmanaged,
    with_addresses,
)
from providers.canonical import canonical, whole_numbers
from providers.differences import differences
from providers.resource import without_provider
from providers.settings import settings_from
from providers.waiting import Waiting, waiting_for
from schemas.errors import NotYetAvailable

Props = dict[str, Any]
UNCHANGED = "unchanged"
RELEASED = "released"
NOT_SHOWN = "not shown yet"
"""What `observed` says where nothing is compared (R59), and so nothing is reported."""
AS_IT_WAS = frozenset({UNCHANGED, RELEASED, NOT_SHOWN})
"""Of what is observed, all that is no change."""
E_BOX_API = "/REST/eBox/v1/organizations"

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
    "chiefAccessManagers": Kind("chief access managers", access.API, "chiefAccessManagers"),
    "accessManagers": Kind("access managers", access.API, "accessManagers", PLACE, per_domain=True),
    "users": Kind("users", access.API, "users", PLACE, per_domain=True),
    "eBox": Kind("E-Box", E_BOX_API, "box"),
}
"""The kinds by the word that `retain.accept[].item` uses."""

# What is known since earlier looks.
_KNOWN = ("adopted", "baseline", "acceptedOn", "observed")


class RetainedProvider(ResourceProvider):
    """Adopts and reads; has no way to write."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def check(self, olds: Props, news: Props) -> CheckResult:
        # `olds` are the inputs that the refresh before this preview read. Passed on, they let the program say in words
        # what changed, already in the preview, where outputs of a resource with changes are unknown.
        known = {"observed": UNCHANGED, "acceptedOn": ""} | {n: olds[n] for n in _KNOWN if n in olds}
        seen = known | {"accepting": ""}
        if olds and (_says_new(olds, news) or _pending(news, known)):
            seen = _seen(news, olds)
        return CheckResult(news | {name: seen.get(name) for name in (*_KNOWN, "accepting")}, [])

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/retained/{props['kind']}", _seen(props, {}))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = _seen(props, props, accepts=False)
        # As inputs, what is declared stays: so the difference to what was found shows in every refresh, not only the first.
        inputs = {name: value for name, value in outs.items() if name != "waiting"} | {"status": UNCHANGED}
        return ReadResult(id_, outs, inputs)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        keys = [key for key in ("organization", "kind") if olds.get(key) != news.get(key)]
        changed = any(olds.get(name) != news.get(name) for name in ("status", "acceptedOn"))
        return DiffResult(changes=bool(keys) or changed or _says_new(olds, news), replaces=keys)

    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_seen(news, olds))

    def delete(self, _id: str, _props: Props) -> None:
        """Leaves everything as it is."""


def _says_new(olds: Props, news: Props) -> bool:
    """Whether the declaration says something else of a thing; while it is released, only that counts, and what it begins to
    manage: it is kept in mind for when the thing is watched again."""
    if _released_on(olds) != _released_on(news):
        return True
    if olds.get("observed") == RELEASED:
        before = together(olds.get("managed"))
        return together(before, news.get("managed")) != before
    parts = ("managed", "people")
    return any(canonical(olds.get(name)) != canonical(news.get(name)) for name in parts)


def _released_on(props: Props) -> str:
    """Its date counts, and its reason does not."""
    return str(props.get("released") or "")[:10]


def is_released(declared: Props, known: Props) -> bool:
    """Whether the day of the release has come, by the portal's date; once it has, nothing is asked any more. `known` are the
    outputs of the last look, {} before the first."""
    on, organization = _released_on(declared), declared["organization"]
    if not on or (known.get("observed") == RELEASED and _released_on(known) == on):
        return bool(on)
    portal = session.reading(organization)
    portal.get(f"{access.API}/{organization}")
    return portal.today.isoformat() >= on


def _pending(declared: Props, known: Props) -> list[str]:
    """The acceptances that have not been carried out, perhaps because their day has not come."""
    accepted = declared.get("accepted")
    return [on for on in accepted if on > _accepted_on(known)] if isinstance(accepted, dict) else []


def _accepted_on(known: Props) -> str:
    """The date of the last acceptance that was carried out. A state of before these were kept has the declared one."""
    return str(known.get("acceptedOn", known.get("accepted") or ""))[:10]


def _seen(declared: Props, known: Props, *, accepts: bool = True) -> Props:
    """The outputs after a look. `known` are those of the last one, {} before the first. The first look is the baseline, also
    when it comes late because the portal did not show the thing yet (`adopted` is false until then); any other is compared
    with it."""
    props = without_provider(declared) | {"status": UNCHANGED, "accepting": "", "waiting": {}}
    props |= {"adopted": bool(known.get("adopted")), "baseline": known.get("baseline")}
    props |= {"acceptedOn": _accepted_on(known)}
    if is_released(props, known):
        # What the declaration lets go of meanwhile joins the baseline when it is watched again: what it managed at the last
        # look, and whatever since.
        managed = together(known.get("managed"), props.get("managed"))
        return props | {"observed": RELEASED, "managed": managed or None, "people": known.get("people")}
    kind, portal = KINDS[props["kind"]], session.reading(props["organization"])
    try:
        found = look(portal, kind, props["organization"])
    except NotYetAvailable as error:
        return props | {"observed": NOT_SHOWN, "waiting": waiting_for(error).as_props()}
    now = Managed(props)
    value = unmanaged(found, now)
    baseline = (
        continued(_before(kind, known, found), found, now, Managed(known)) if props["adopted"] else value
    )
    before = _listed(kind, missed(baseline, value))
    changes = "; ".join(differences(before, _listed(kind, value), kind.item_key))
    today = portal.today.isoformat()
    acceptance = max((on for on in _pending(props, known) if on <= today), default="")
    if acceptance and (accepts or not props["adopted"]):
        props |= {"acceptedOn": acceptance, "accepting": changes}
        baseline, changes = value, ""
    if on := _released_on(props):
        props["waiting"] = Waiting("waits for the day of its release", "R61", "the calendar", on).as_props()
    status = changes or UNCHANGED
    seen = {"baseline": _listed(kind, baseline), "status": status, "observed": status, "adopted": True}
    return props | seen


def _before(kind: Kind, known: Props, found: Items) -> Items:
    """The baseline of the last look, by place."""
    baseline = whole_numbers(known.get("baseline"))
    if kind.item_key is None:
        items = {} if baseline is None else {"": baseline}
    else:
        items = {str(item[kind.item_key]): item for item in baseline or ()}
    is_older = "acceptedOn" not in known
    return with_addresses(items, found) if is_older and kind.api == access.API else items


def _listed(kind: Kind, items: Items) -> Any:
    """As it stands in a state: an object, None where there is nothing, or a list."""
    return items.get("") if kind.item_key is None else [items[place] for place in sorted(items)]


class Retained(Resource):
    """Something retained at a disappearing centre: `organization` and `kind` (of `KINDS`); for access, `managed` and
    `people` say what has resources of its own (`providers.baseline`; secret where they hold an INSZ); `accepted` (date →
    reason) which changes the declaration accepts, `released` (date and reason) that it is watched no more. It tells what it
    `observed`, which acceptance was the last to be carried out (`acceptedOn`), and what was just accepted (`accepting`)."""

    status: pulumi.Output[str]
    observed: pulumi.Output[str]
    acceptedOn: pulumi.Output[str]  # noqa: N815 the state's own spelling
    accepting: pulumi.Output[str]
    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        told = dict.fromkeys(("observed", "acceptedOn", "accepting", "waiting"))
        inputs = {**told, "status": UNCHANGED, **props}
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
    """The access managers and co-managers of all domains, but for those whom the declaration manages."""


class Users(Retained, module="retained", name="Users"):
    """The users of all domains, but for what the declaration manages of them."""


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
