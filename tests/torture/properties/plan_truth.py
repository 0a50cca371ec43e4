"""Whether what an `up` changed is what the plan before it named: every difference by a step or a sentence, every loss by a
person's or an account's name, and what it said comes true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.planned import Planned
from tests.torture.properties.plan_words import AccountLoss, Loss, read_losses, read_stays
from tests.torture.properties.portal_facts import (
    BLOCKED,
    CHIEF,
    CO_CHIEF,
    CO_MANAGER,
    MANAGER,
    USER,
    Facts,
    Right,
    Role,
    Thing,
    Value,
    plain,
)
from tests.torture.properties.simulated_engine import SAME, Step

_KINDS = {
    "sender": "SenderContact",
    "certificate": "Certificate",
    "ftpAccount": "FtpAccount",
    "restAccount": "RestAccount",
    "delegationRequest": "RestAccount",
    "mutations": "Mutations",
    "technicalProviders": "TechnicalProviders",
    "contactDetails": "ContactDetails",
    "ocmwOnline": "OcmwOnline",
}
_NAMES = {"Certificate": "fileName", "FtpAccount": "accountName", "RestAccount": "accountName"}
_FIELDS = {
    CHIEF: ("ChiefAccessManagers", "chiefAccessManagers"),
    CO_CHIEF: ("ChiefAccessManagers", "coChiefAccessManagers"),
    MANAGER: ("AccessManagers", "accessManager"),
    CO_MANAGER: ("AccessManagers", "coAccessManagers"),
}


@dataclass
class Promise:
    """What a plan named. `names` has, by INSZ, how a plan may call a person; nobody else is called anything."""

    steps: list[Step]
    losses: list[Loss]
    stays: list[Role]
    names: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, steps: list[Step], planned: list[Planned], names: Mapping[str, frozenset[str]]) -> Promise:
        return cls(steps, read_losses(steps, planned), read_stays(steps), names)

    def find_untold(self, before: Facts, after: Facts) -> Iterator[str]:
        """What became otherwise, and the plan did not name."""
        for role in before.roles - after.roles:
            if not self._names_loss(role):
                yield f"lost, and nobody said so: {self._shown(role)}"
        for role in after.roles - before.roles:
            if not self._names_gain(role):
                yield f"gained, and nobody said so: {self._shown(role)}"
        for right in before.rights ^ after.rights:
            user = Role(*right[:3], USER)
            lost = (right in before.rights) is not (right.field == BLOCKED)
            if user not in after.roles:
                continue  # lost with the user
            if user not in before.roles or not lost:
                told = any(self._shows(step, right.field) for step in self._of_user(user))
            else:
                told = right in self._by_ssin()
            if not told:
                yield f"changed, and nobody said so: {self._shown(right)}"
        for value in before.values.keys() | after.values.keys():
            was, now = before.values.get(value), after.values.get(value)
            if was != now and not self._names_value(value, before, after):
                yield f"changed, and nobody said so: {value.thing.kind} {value.thing.key} {value.field}"

    def find_untrue(self, before: Facts, after: Facts) -> Iterator[str]:
        """What was named as lost, or as staying, and is not."""
        for loss in self.losses:
            if isinstance(loss, AccountLoss):
                true = _came_true(loss, before, after)
            else:
                true = any(
                    one in _of(loss, before) and one not in _of(loss, after) for one in self._people(loss)
                )
                if isinstance(loss, Right) and loss.field == BLOCKED:
                    true = any(one in after.rights and one not in before.rights for one in self._people(loss))
            if not true:
                yield f"said to be lost, and was not: {loss}"
        for stay in self.stays:
            if not any(one in before.roles and one in after.roles for one in self._people(stay)):
                yield f"said to stay, and does not: {stay}"

    def find_unsaid_stays(self, left: set[Role], before: Facts, after: Facts) -> Iterator[str]:
        """:param left: who is named no more, by INSZ; the role is of no account."""
        said = {
            (one.number, one.domain, one.role, who)
            for one in self.stays
            for _, _, who, _ in self._people(one)
        }
        gone = {role[:3] for role in left}
        for role in before.roles & after.roles:
            stays = role[:3] in gone and before.may_act(role)
            if stays and (role.number, role.domain, role.role, role.who) not in said:
                yield f"left the file and stays, and nobody said so: {self._shown(role)}"

    # -- people -----------------------------------------------------------------------------------------------------

    def _people(self, loss: Any) -> list[Any]:
        """The same with the INSZ of those who are called so."""
        return [loss._replace(who=ssin) for ssin, names in self.names.items() if loss.who in names]

    def _by_ssin(self) -> set[Any]:
        return {
            one for loss in self.losses if not isinstance(loss, AccountLoss) for one in self._people(loss)
        }

    def _names_loss(self, role: Role) -> bool:
        if role in self._by_ssin():
            return True
        # The name of what is to be deleted has a user's key, and nothing of a manager's.
        return role.role == USER and any(step.step == "delete" for step in self._of_user(role))

    def _names_gain(self, role: Role) -> bool:
        if role.role == USER:
            return any(step.step == "create" or self._shows(step, "ssin") for step in self._of_user(role))
        kind, field = _FIELDS[role.role]
        return any(
            self._shows(step, field) and self._called(role, _as_list(step.news.get(field)))
            for step in self._of_domain(kind, role)
        )

    def _of_domain(self, kind: str, role: Role) -> Iterator[Step]:
        for step in self.steps:
            props = step.news or step.olds
            if (step.kind, props.get("organization"), props.get("domain", "")) == (
                kind,
                role.number,
                role.domain,
            ):
                yield step

    def _of_user(self, role: Role) -> Iterator[Step]:
        for step in self._of_domain("User", role):
            if self._called(role, [(step.news or step.olds)["person"]]):
                yield step

    def _called(self, role: Role, names: list[str]) -> bool:
        return not self.names.get(role.who, frozenset()).isdisjoint(names)

    def _shown(self, fact: Role | Right) -> str:
        return str(fact._replace(who="/".join(sorted(self.names.get(fact.who, {"somebody"})))))

    # -- accounts and settings --------------------------------------------------------------------------------------

    def _names_value(self, value: Value, before: Facts, after: Facts) -> bool:
        thing = value.thing
        if thing.kind.partition("/")[0] in ("accessManagers", "chiefAccessManagers"):
            return self._names_contact(value, before, after)
        steps = [step for step in self.steps if step.kind == _KINDS.get(thing.kind) and _is_of(step, thing)]
        if thing not in after.things:
            goes = any(step.step == "delete" for step in steps)
            if thing.kind in ("ftpAccount", "restAccount"):
                return goes or AccountLoss(thing) in self.losses
            return goes or any(step.step == "replace" or self._shows(step, "supplier") for step in steps)
        if thing in before.things and not self._names_account_loss(value, before, after):
            return False
        return any(self._shows_value(step, value, after.values.get(value)) for step in steps)

    def _names_contact(self, value: Value, before: Facts, after: Facts) -> bool:
        """Of a manager: with the role, or by the people that the step has."""
        number, domain = value.thing.number, value.thing.kind.partition("/")[2]
        who = value.field.partition(" ")[0]
        roles = [{one.role for one in at.roles if one[:3] == (number, domain, who)} for at in (before, after)]
        if roles[0] != roles[1]:
            return True  # found by the role
        return any(
            self._shows(step, "people")
            for step in self._of_domain("AccessManagers", Role(number, domain, who, ""))
        )

    def _names_account_loss(self, value: Value, before: Facts, after: Facts) -> bool:
        """What an FTP account that stays opens to or gets no more; all else is no loss of its own."""
        if value.thing.kind != "ftpAccount" or value.field not in ("username", "password", "authorizations"):
            return True
        was, now = before.values[value], after.values[value]
        gone = [code for code in was if code not in now] if value.field == "authorizations" else [was]
        if value.field == "password":
            gone = [""]
        return all(AccountLoss(value.thing, value.field, one) in self.losses for one in gone)

    def _shows_value(self, step: Step, value: Value, now: Any) -> bool:
        if step.step in ("delete", SAME):
            return False
        news, olds = step.news, step.olds
        if value.thing.kind == "mutations":
            news, olds = news["ticked"], olds.get("ticked", {})
            return (step.step == "create" or news.get(value.field) != olds.get(value.field)) and bool(
                news.get(value.field)
            ) is bool(now)
        if value.field not in news and value.field not in olds:
            return True  # what the portal makes of the rest
        if step.step == "update" and plain(news.get(value.field)) == plain(olds.get(value.field)):
            return False
        return value.field == "password" or plain(news.get(value.field)) == now

    @staticmethod
    def _shows(step: Step, field: str) -> bool:
        """Whether people see that the field becomes what it does not have to have been."""
        if step.step in ("create", "replace"):
            return field in step.news
        return step.step == "update" and plain(step.news.get(field)) != plain(step.olds.get(field))


def _of(loss: Role | Right, facts: Facts) -> set[Any]:
    return facts.roles if isinstance(loss, Role) else facts.rights


def _came_true(loss: AccountLoss, before: Facts, after: Facts) -> bool:
    if loss.thing not in before.things:
        return False
    if not loss.field:
        return _fields(loss.thing, before) != _fields(loss.thing, after)
    value = Value(loss.thing, loss.field)
    was, now = before.values.get(value), after.values.get(value)
    if loss.field == "authorizations":
        return loss.value in (was or ()) and loss.value not in (now or ())
    return was != now


def _fields(thing: Thing, facts: Facts) -> dict[str, Any]:
    return {value.field: found for value, found in facts.values.items() if value.thing == thing}


def _is_of(step: Step, thing: Thing) -> bool:
    name = _NAMES.get(step.kind)
    named = {thing.key} if name is None else {props.get(name) for props in (step.olds, step.news)}
    return (step.news or step.olds)["organization"] == thing.number and thing.key in named


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
