"""Access management: chief access managers, access managers per domain, users (rules R12–R25). Who is not declared
goes by another module, `providers.cleanup`.

People stand in plans and state by the key that the declaration gives them. Their INSZ travels in one secret property
(`people`: key → data, or `ssin`), which the engine encrypts in state and masks everywhere. `providers.people` names
whom the portal has and the declaration does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NotRequired, TypedDict

from pulumi.dynamic import DiffResult

from providers import paths, session
from providers.base import LOSES, Props
from providers.first_look import Look
from providers.losses import LosingProvider
from providers.lost_access import rights_lost, roles_lost
from providers.people import Person, portal_name
from providers.resource import PortalResource
from schemas.errors import GuardRefused, NotFound

if TYPE_CHECKING:
    from providers.portal import Answer, ReadingPortal, WritingPortal


def _keys(persons: Iterable[Person], people: dict[str, Person]) -> list[str]:
    """The declaration's keys of the portal's persons; the portal's id for who has none."""
    by_ssin = {person["ssin"]: key for key, person in people.items()}
    return [by_ssin.get(person["ssin"]) or portal_name(person) for person in persons]


def _live_people(persons: Iterable[Person], people: dict[str, Person]) -> dict[str, Person]:
    """`people` with the portal's data for those whom it has: what somebody changed there is drift."""
    by_ssin = {person["ssin"]: person for person in persons}
    return {
        key: {name: by_ssin.get(data["ssin"], data).get(name) for name in data}
        for key, data in people.items()
    }


class ChiefAccessManagersProvider(LosingProvider):
    """The chief access managers (HTB) and their co-chiefs. A centre is never without a chief, so `delete` leaves them;
    and where none of today's would stay, only a `handover` lets the change through: from its day on, and once."""

    title = "chief access managers"
    fields = ("chiefAccessManagers", "coChiefAccessManagers", "people")
    optional = ("coChiefAccessManagers",)
    secrets = frozenset({"people"})
    outputs = ("handedOver",)

    def path(self, props: Props) -> str:
        return paths.chief_access_managers(props["organization"])

    def body(self, props: Props, found: Props | None = None) -> Props:
        people = props["people"]
        chiefs = [{"ssin": people[key]["ssin"]} for key in props["chiefAccessManagers"]]
        others = props.get("coChiefAccessManagers")
        if others is not None:
            co_chiefs = [{"ssin": people[key]["ssin"]} for key in others]
        else:  # they stay, but for who becomes a chief
            co_chiefs = [
                {"ssin": person["ssin"]} for person in (found or {}).get("coChiefAccessManagers", [])
            ]
        return {
            "chiefAccessManagers": chiefs,
            "coChiefAccessManagers": [person for person in co_chiefs if person not in chiefs],
        }

    def to_declaration(self, answer: Props, props: Props) -> Props:
        people, chiefs = props["people"], answer["chiefAccessManagers"]
        co_chiefs = answer.get("coChiefAccessManagers", [])
        return {
            "chiefAccessManagers": _keys(chiefs, people),
            "coChiefAccessManagers": _keys(co_chiefs, people),
            "people": _live_people([*co_chiefs, *chiefs], people),
        }

    def read_outputs(self, answer: Props) -> Props:
        return {}  # what was handed over is carried along; the portal does not know it

    def losses(self, live: Props, news: Props) -> list[str]:
        roles = {
            "chiefAccessManagers": "chief access manager",
            "coChiefAccessManagers": "co-chief access manager",
        }
        return [f"{line} (R15, R16)" for line in roles_lost(live, news, roles)]

    def foresee(self, look: Look) -> Props:
        return super().foresee(look) | _handed_over(look.olds)

    def refuse(self, look: Look) -> str | None:
        """Refuse already in a preview. The portal is asked only where nobody of the last look is declared still."""
        found = look.find(look.news) if _chiefs(look.olds).isdisjoint(_chiefs(look.news)) else None
        if found is None or not self._none_stays(found.body, look.news):
            return None
        refused = _not_handed_over(
            found.body, look.news | _handed_over(look.olds), session.connection().today
        )
        return str(refused) if refused else None

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        if self._none_stays(found.body, props):
            where = f"{self.title} {props['organization']}: "
            if refused := _not_handed_over(found.body, props, portal.today, where):
                raise refused
            props["handedOver"] = props["handover"]
        return super().change(portal, props, found, olds)

    def remove(self, portal: WritingPortal, props: Props, found: Answer) -> None:
        return

    def _inputs(self, outs: Props) -> Props:
        """With what was handed over, so that the next `check` knows it."""
        return super()._inputs(outs) | _handed_over(outs)

    def _reconcile(self, props: Props, olds: Props | None) -> Props:
        return super()._reconcile(props | {"handedOver": (olds or {}).get("handedOver", "")}, olds)

    @staticmethod
    def _none_stays(answer: Props, props: Props) -> bool:
        """Whether the portal has chiefs and none of them is declared, by INSZ: a key may have another name by now."""
        now = {person["ssin"] for person in answer["chiefAccessManagers"]}
        return bool(now) and now.isdisjoint(_chiefs(props))


def _handed_over(props: Props) -> Props:
    return {"handedOver": props["handedOver"]} if props.get("handedOver") else {}


def _chiefs(props: Props) -> set[str]:
    """The INSZ of the chiefs in `props` who have a key."""
    people = props.get("people") or {}
    return {people[key]["ssin"] for key in props.get("chiefAccessManagers") or () if key in people}


def _not_handed_over(answer: Props, props: Props, today: date, where: str = "") -> GuardRefused | None:
    """Why nobody of `answer` may go yet, None where a handover lets them; `handover` is written "date: reason"."""
    on = (props.get("handover") or "").partition(":")[0]
    used = (props.get("handedOver") or "").partition(":")[0]
    if on and used < on <= today.isoformat():
        return None
    count = len(answer["chiefAccessManagers"])
    if on > today.isoformat():
        why = f". The handover of {on} is still to come: the portal has {today}"
    elif on:
        why = f". The handover of {used} was carried out: another has a later date"
    else:
        why = ""
    return GuardRefused(
        f"{where}none of the {count} who are chief access managers now would stay one, and nobody could put a mistake "
        "right (R15, R16)",
        "Keep one of them until the others have signed in, or say in the declaration that it is agreed: "
        f"`handover: {{on: <date>, reason: …}}` beside `chiefAccessManagers`{why}",
    )


class AccessManagersProvider(LosingProvider):
    """The access manager (TB) of one domain and the co-managers (R16, R17)."""

    title = "access managers"
    keys = ("organization", "domain")
    fields = ("accessManager", "coAccessManagers", "people")
    optional = ("coAccessManagers",)
    secrets = frozenset({"people"})
    addresses = ("people.*.email",)

    def path(self, props: Props) -> str:
        return paths.access_managers(props["organization"], props["domain"])

    def body(self, props: Props, found: Props | None = None) -> Props:
        people = props["people"]
        others = props.get("coAccessManagers")
        if others is None:
            # Who becomes the manager is no longer a co-manager (R16).
            manager = people[props["accessManager"]]["ssin"]
            sent = [
                {name: value for name, value in person.items() if name != "personId"}
                for person in (found or {}).get("coAccessManagers", [])
                if person["ssin"] != manager
            ]
        else:
            sent = [people[key] for key in others]
        return {"accessManager": people[props["accessManager"]], "coAccessManagers": sent}

    def to_declaration(self, answer: Props, props: Props) -> Props:
        people = props["people"]
        manager: Person = answer["accessManager"]
        others: list[Person] = answer.get("coAccessManagers", [])
        return {
            "accessManager": _keys([manager], people)[0],
            "coAccessManagers": _keys(others, people),
            "people": _live_people([manager, *others], people),
        }

    def losses(self, live: Props, news: Props) -> list[str]:
        domain = news["domain"]
        roles = {
            "accessManager": f"access manager of {domain}",
            "coAccessManagers": f"co-access manager of {domain}",
        }
        return [f"{line} (R16, R17)" for line in roles_lost(live, news, roles)]


class UserProvider(LosingProvider):
    """A user of one domain: applications, roles, blocked or not (R19–R21)."""

    title = "user"
    keys = ("organization", "domain", "person")
    fields = ("ssin", "applications", "roles", "blocked")
    optional = ("applications", "roles")
    secrets = frozenset({"ssin"})
    outputs = ("portalId",)

    def path(self, props: Props) -> str:
        return paths.users(props["organization"], props["domain"])

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(_id, olds, news)
        # A refresh compares with the inputs of the one before, where what waited and can be set now has none.
        if "ssin" in olds and "ssin" in news and olds["ssin"] != news["ssin"]:
            result.replaces = [*(result.replaces or ()), "ssin"]  # the key names somebody else now
        return result

    def ask_about(self, olds: Props, news: Props) -> Props | None:
        same = olds.get("ssin", news["ssin"]) == news["ssin"]
        return super().ask_about(olds, news) if same else news

    def losses(self, live: Props, news: Props) -> list[str]:
        return list(rights_lost(live, news))

    def read_outputs(self, answer: Props) -> Props:
        return {"portalId": answer["id"]}

    def body(self, props: Props, found: Props | None = None) -> Props:
        return {"applications": [], "roles": []} | super().body(props, found)

    def find(self, portal: ReadingPortal, props: Props) -> Answer | None:
        """By the portal's id where it is known, else by INSZ in the list: an INSZ may not stand in a path."""
        if props.get("portalId"):
            try:
                return portal.get(_user_path(props, props["portalId"]))
            except NotFound:
                pass  # removed, and perhaps added again by somebody under another id
        for user in portal.get_items(self.path(props)):
            if user["ssin"] == props["ssin"]:
                return portal.get(_user_path(props, user["id"]))
        return None

    def look_up(self, props: Props) -> Answer | None:
        """In the list of the domain, which has all of a user: one read for all users."""
        from providers.portal import Answer

        users = session.looking(props["organization"]).get_items(self.path(props))
        return next((Answer(user, "") for user in users if user["ssin"] == props["ssin"]), None)

    def natural_key(self, props: Props) -> str:
        return f"{self.path(props)}#{props['ssin']}"

    def add(self, portal: WritingPortal, props: Props) -> Answer:
        return portal.add(self.path(props), self.body(props))

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        return portal.replace(_user_path(props, found.body["id"]), self.body(props, found.body), found.etag)

    def remove(self, portal: WritingPortal, props: Props, found: Answer) -> None:
        portal.delete(_user_path(props, found.body["id"]), found.etag)


def _user_path(props: Props, portal_id: str) -> str:
    return paths.user(props["organization"], props["domain"], portal_id)


class PersonData(TypedDict):
    ssin: str
    """The INSZ."""
    email: NotRequired[str]
    language: NotRequired[str]


class ChiefAccessManagersInputs(TypedDict):
    organization: str
    chiefAccessManagers: list[str]
    """Keys of `people`."""
    coChiefAccessManagers: list[str] | None
    """Keys of `people`; None: they stay as they are."""
    people: dict[str, PersonData]
    """Secret."""
    handover: str | None
    """"date: reason"."""


class ChiefAccessManagers(PortalResource, module="access", name="ChiefAccessManagers"):
    """The chief access managers and co-chiefs of a centre."""

    provider_class = ChiefAccessManagersProvider
    inputs = ChiefAccessManagersInputs
    reported = (*PortalResource.reported, LOSES)


class AccessManagersInputs(TypedDict):
    organization: str
    domain: str
    """A code."""
    accessManager: str
    """A key of `people`."""
    coAccessManagers: list[str] | None
    """Keys of `people`; None: they stay as they are."""
    people: dict[str, PersonData]
    """Secret."""


class AccessManagers(PortalResource, module="access", name="AccessManagers"):
    """The access manager and co-managers of a domain."""

    provider_class = AccessManagersProvider
    inputs = AccessManagersInputs
    reported = (*PortalResource.reported, LOSES)


class UserRights(TypedDict):
    applications: list[str] | None
    """Names; None: they stay as they are."""
    roles: list[str] | None
    """Names; None: they stay as they are."""
    blocked: bool


class UserInputs(UserRights):
    organization: str
    domain: str
    """A code."""
    person: str
    """The declaration's key."""
    ssin: str
    """The INSZ. Secret."""


class User(PortalResource, module="access", name="User"):
    """A user of a domain."""

    provider_class = UserProvider
    inputs = UserInputs
    reported = (*PortalResource.reported, LOSES)
