"""What the disappearing centres have: adopted, compared, never changed (rules R05, R22, R39, R61).

There is one retained resource per centre and kind of thing, also where the portal has several (all FTP accounts of a centre
are one): so nothing has to be listed by hand, and one that vanishes or is added shows. The provider only ever asks for the
reading client, which has no method that writes; update takes a new baseline and delete does nothing.

The *baseline* is what was found at adoption (`providers.baseline`). A refresh carries it through and never absorbs a change
into it: the program declares `status: unchanged`, and each look says again what is missing, changed or added. That shows as
a change in refresh, preview and up. An up cannot put it right, and ends with an error, until somebody puts it right in the
portal or the declaration accepts it with a date and a reason (`retain.accept`), which takes a new baseline. An acceptance
counts once: its date is later than that of the last one, and the portal's own date has reached it. What the declaration
*releases* (`retain.release`) is retained until its date, and then looked at no more, still never written.

`check` looks too, where the declaration says something new of a thing: so a preview tells what an up would find.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NotRequired, TypedDict

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import first_look, paths, session
from providers.base import KeepingProvider, KeptResource, Props, without_provider
from providers.baseline import (
    ITEM_ID,
    Items,
    Managed,
    carry_forward,
    items_to_compare,
    merge_managed,
    with_addresses,
    without_managed,
)
from providers.canonical import canonical, whole_numbers
from providers.differences import differences
from providers.kinds import Kind, describe_baseline, look
from providers.waiting import Waiting, keep_wording, waiting_for
from schemas.errors import NotYetAvailable, PortalError

UNCHANGED = "unchanged"
RELEASED = "released"
NOT_SHOWN = "not shown yet"
"""What `observed` says where nothing is compared (R59), and so nothing is reported."""
NO_CHANGE = frozenset({UNCHANGED, RELEASED, NOT_SHOWN})
"""What `observed` says where nothing changed."""

# What is known since earlier looks.
_KNOWN = ("adopted", "baseline", "acceptedOn", "observed")


class RetainedProvider(KeepingProvider):
    """Adopts and reads; has no way to write."""

    def check(self, olds: Props, news: Props) -> CheckResult:
        # `olds` are the inputs that the refresh before this preview read. Passed on, they let the program say in words
        # what changed, already in the preview, where outputs of a resource with changes are unknown.
        # Before the first look nothing is: `observed` stays unknown, which a saved plan takes for whatever the look finds.
        olds = without_provider(olds)
        seen = {"observed": UNCHANGED, "acceptedOn": ""} if olds else {"acceptedOn": ""}
        known = seen | {n: olds[n] for n in _KNOWN if n in olds}
        observed = known | {"accepting": ""}
        if olds and (_declares_otherwise(olds, news) or _pending_acceptances(news, known)):
            observed = _observe(news, olds)
        first = {} if olds else _look_first(news)
        return CheckResult(news | first | {name: observed.get(name) for name in (*_KNOWN, "accepting")}, [])

    def identity(self, props: Props) -> str:
        return f"{props['organization']}/retained/{props['kind']}"

    def create(self, props: Props) -> CreateResult:
        return CreateResult(self.identity(props), _observe(props, {}))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = keep_wording(_observe(props, props, accepts=False), props)
        # As inputs, what is declared stays: so the difference to what was found shows in every refresh, not only the first.
        inputs = {name: value for name, value in outs.items() if name != "waiting"} | {"status": UNCHANGED}
        return ReadResult(id_, outs, inputs)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        keys = [key for key in ("organization", "kind") if olds.get(key) != news.get(key)]
        changed = any(olds.get(name) != news.get(name) for name in ("status", "acceptedOn"))
        return DiffResult(changes=bool(keys) or changed or _declares_otherwise(olds, news), replaces=keys)

    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_observe(news, olds))


def _look_first(declared: Props) -> Props:
    """What an `up` will find and keep as the baseline; of access only that of which the declaration manages nothing: all
    else may come by this very run."""
    kind, organization = KINDS[declared["kind"]], declared["organization"]
    try:
        if is_released(declared, {}):
            return first_look.nothing(f"released ({declared['released']}): looked at no more")
        found = look(session.looking(organization), kind, organization)
    except NotYetAvailable as error:
        return first_look.waits(waiting_for(error))
    except PortalError as error:
        return first_look.unseen(error)
    managed = Managed(declared)
    left = without_managed(found, managed)
    if kind.item_key is not None:
        left = {id_: item for id_, item in left.items() if not managed.fields(found[id_])}
    value = _as_output(kind, left)
    return first_look.becomes_baseline(describe_baseline(kind, value), value)


def _declares_otherwise(olds: Props, news: Props) -> bool:
    """Whether the declaration says something else of a thing. While the thing is released, only two things count: the
    release itself, and what the declaration begins to manage, which is kept in mind for when the thing is retained again."""
    if _released_on(olds) != _released_on(news):
        return True
    if olds.get("observed") == RELEASED:
        before = merge_managed(olds.get("managed"))
        return merge_managed(before, news.get("managed")) != before
    parts = ("managed", "people")
    return any(canonical(olds.get(name)) != canonical(news.get(name)) for name in parts)


def _released_on(props: Props) -> str:
    """The date of the release, "" without one. Its reason does not count."""
    return str(props.get("released") or "")[:10]


def is_released(declared: Props, known: Props) -> bool:
    """Whether the day of the release has come, by the portal's date; once it has, nothing is asked any more. `known` are the
    outputs of the last look, {} before the first."""
    on, organization = _released_on(declared), declared["organization"]
    if not on or (known.get("observed") == RELEASED and _released_on(known) == on):
        return bool(on)
    portal = session.looking(organization)
    portal.get(paths.organization(organization))
    return portal.today.isoformat() >= on


def _pending_acceptances(declared: Props, known: Props) -> list[str]:
    """The dates of acceptances that have not been carried out, perhaps because their day has not come."""
    accepted = declared.get("accepted")
    return [on for on in accepted if on > _accepted_on(known)] if isinstance(accepted, dict) else []


def _accepted_on(known: Props) -> str:
    """The date of the last acceptance that was carried out. A state from before these were kept has the declared one."""
    return str(known.get("acceptedOn", known.get("accepted") or ""))[:10]


def _observe(declared: Props, known: Props, *, accepts: bool = True) -> Props:
    """The outputs after a look at the portal.

    The first look makes the baseline, also when it comes late because the portal did not show the thing before (`adopted` is
    false until then). Any other look compares with the baseline.

    :param known: the outputs of the last look, {} before the first.
    :param accepts: whether a pending acceptance is carried out now.
    """
    last = {
        "adopted": bool(known.get("adopted")),
        "baseline": known.get("baseline"),
        "acceptedOn": _accepted_on(known),
    }
    silent = {"status": UNCHANGED, "accepting": "", "waiting": {}}
    outputs = without_provider(declared) | silent | last
    if is_released(declared, known):
        return outputs | _while_released(declared, known)
    return outputs | _compare(declared, known, accepts=accepts)


def _while_released(declared: Props, known: Props) -> Props:
    """What the declaration lets go of meanwhile joins the baseline when the thing is retained again. So what it managed at
    the last look stays in mind, and what it manages since."""
    managed = merge_managed(known.get("managed"), declared.get("managed"))
    return {"observed": RELEASED, "managed": managed or None, "people": known.get("people")}


def _compare(declared: Props, known: Props, *, accepts: bool) -> Props:
    """What changes in the outputs by a look; the parameters are those of `_observe`."""
    kind, portal = KINDS[declared["kind"]], session.looking(declared["organization"])
    try:
        found = look(portal, kind, declared["organization"])
    except NotYetAvailable as error:
        return {"observed": NOT_SHOWN, "waiting": waiting_for(error).as_props()}
    adopted, managed = bool(known.get("adopted")), Managed(declared)
    value = without_managed(found, managed)
    baseline = value
    if adopted:
        baseline = carry_forward(_last_baseline(kind, known, found), found, managed, Managed(known))
    changes = _changes(kind, baseline, value)
    due = [on for on in _pending_acceptances(declared, known) if on <= portal.today.isoformat()]
    if due and (accepts or not adopted):
        accepted = {"acceptedOn": max(due), "accepting": changes}
        return _outputs(kind, value, "") | accepted | _awaits_release(declared)
    return _outputs(kind, baseline, changes) | _awaits_release(declared)


def _changes(kind: Kind, baseline: Items, value: Items) -> str:
    """In words; "" for none."""
    before, now = _as_output(kind, items_to_compare(baseline, value)), _as_output(kind, value)
    return "; ".join(differences(before, now, kind.item_key, kind.addresses))


def _outputs(kind: Kind, baseline: Items, changes: str) -> Props:
    status = changes or UNCHANGED
    return {"baseline": _as_output(kind, baseline), "status": status, "observed": status, "adopted": True}


def _awaits_release(declared: Props) -> Props:
    on = _released_on(declared)
    waiting = Waiting("waits for the day of its release", "R61", "the calendar", on)
    return {"waiting": waiting.as_props()} if on else {}


def _last_baseline(kind: Kind, known: Props, found: Items) -> Items:
    """The baseline of the last look, by id."""
    baseline = whole_numbers(known.get("baseline"))
    if kind.item_key is None:
        items = {} if baseline is None else {"": baseline}
    else:
        items = {str(item[kind.item_key]): item for item in baseline or ()}
    is_older = "acceptedOn" not in known
    return with_addresses(items, found) if is_older and kind.api == paths.ACCESS else items


def _as_output(kind: Kind, items: Items) -> Any:
    """As it stands in a state: an object, None where there is nothing, or a list."""
    return items.get("") if kind.item_key is None else [items[id_] for id_ in sorted(items)]


class RetainedInputs(TypedDict):
    organization: str
    kind: str
    """The name of a `Kind`."""
    accepted: dict[str, str] | None
    """By date, why the declaration accepts what changed until then."""
    released: str | None
    """"date: reason": from when on it is retained no more."""
    managed: NotRequired[dict[str, list[str]]]
    """Of access, what has resources of its own (`providers.baseline.Managed`). Of users secret."""
    people: NotRequired[dict[str, list[str]]]
    """Of managers, whom the declaration makes one (`providers.baseline.Managed`). Secret."""


class Retained(KeptResource):
    """Something retained at a disappearing centre. A subclass must give its `Kind`, and `module` and `name` of its type,
    which are in every URN: chosen once. It tells what it `observed`, which acceptance was the last to be carried out
    (`acceptedOn`), and what was just accepted (`accepting`)."""

    provider_class = RetainedProvider
    inputs = RetainedInputs
    kind: ClassVar[Kind]
    reported = ("observed", "acceptedOn", "accepting", "waiting")
    status: pulumi.Output[str]
    observed: pulumi.Output[str]
    acceptedOn: pulumi.Output[str]  # noqa: N815 the state's own spelling
    accepting: pulumi.Output[str]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        super().__init__(name, {"status": UNCHANGED, **props}, opts)


# One type per kind, so that a reader of the preview recognises it; its name has no "Retained", which the type's module says.
# A new kind is a new class here, and no more in this package. The order is that in which the program registers them.
class RetainedSenderContact(Retained, module="retained", name="SenderContact"):
    kind = Kind("sender", "sender contact", paths.CHAMAN, paths.SENDER, addresses=("email",))


class RetainedCertificates(Retained, module="retained", name="Certificates"):
    kind = Kind("certificates", "certificates", paths.CHAMAN, paths.CERTIFICATES, "fileName")


class RetainedFtpAccounts(Retained, module="retained", name="FtpAccounts"):
    kind = Kind("ftpAccounts", "FTP accounts", paths.CHAMAN, paths.FTP_ACCOUNTS, "accountName")


class RetainedRestAccounts(Retained, module="retained", name="RestAccounts"):
    kind = Kind("restAccounts", "REST accounts", paths.CHAMAN, paths.REST_ACCOUNTS, "accountName")


class RetainedDelegationRequests(Retained, module="retained", name="DelegationRequests"):
    kind = Kind(
        "delegationRequests", "delegation requests", paths.CHAMAN, paths.DELEGATION_REQUESTS, "accountName"
    )


class RetainedMutations(Retained, module="retained", name="Mutations"):
    kind = Kind("mutations", "selection of mutations", paths.CONFIGURATION, paths.MUTATIONS)


class RetainedTechnicalProviders(Retained, module="retained", name="TechnicalProviders"):
    kind = Kind(
        "technicalProviders",
        "technical providers",
        paths.CONFIGURATION,
        paths.TECHNICAL_PROVIDERS,
        addresses=("contacts.email",),
    )


class RetainedContactDetails(Retained, module="retained", name="ContactDetails"):
    kind = Kind(
        "contactDetails", "contact details", paths.CONFIGURATION, paths.CONTACT_DETAILS, addresses=("email",)
    )


class RetainedOcmwOnline(Retained, module="retained", name="OcmwOnline"):
    kind = Kind(
        "ocmwOnline",
        "OCMW Online",
        paths.CONFIGURATION,
        paths.NOTIFICATIONS,
        addresses=("newRequests.email", "unreadReminders.email"),
    )


class RetainedChiefAccessManagers(Retained, module="retained", name="ChiefAccessManagers"):
    kind = Kind("chiefAccessManagers", "chief access managers", paths.ACCESS, paths.CHIEF_ACCESS_MANAGERS)


class RetainedAccessManagers(Retained, module="retained", name="AccessManagers"):
    kind = Kind(
        "accessManagers",
        "access managers",
        paths.ACCESS,
        paths.ACCESS_MANAGERS,
        ITEM_ID,
        per_domain=True,
        addresses=("accessManager.email", "coAccessManagers.email"),
    )


class RetainedUsers(Retained, module="retained", name="Users"):
    kind = Kind("users", "users", paths.ACCESS, paths.USERS, ITEM_ID, per_domain=True)


class RetainedEBox(Retained, module="retained", name="EBox"):
    kind = Kind("eBox", "E-Box", paths.E_BOX, paths.BOX)


RESOURCES: Mapping[str, type[Retained]] = {one.kind.name: one for one in Retained.__subclasses__()}
"""The resource of each kind, by the kind's name."""
KINDS: Mapping[str, Kind] = {name: resource.kind for name, resource in RESOURCES.items()}
