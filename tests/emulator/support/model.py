"""The portal as the manual has it, small enough to be seen through: who may do what, and what is kept afterwards.

Independent of the portal's own code on purpose: `test_stateful` lets the two disagree. People are keys here, and an
answer is an HTTP status with the rule by which somebody may not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

WELFARE, CARE = "maatschappelijkWelzijn", "woonzorg"
DOMAINS = (WELFARE, CARE)
Body = dict[str, Any]
OK, CREATED, GONE = (200, None), (201, None), (204, None)
BAD, NOT_FOUND, CONFLICT = (400, None), (404, None), (409, None)
Outcome = tuple[int, str | None]
"""A status, and the rule of a 403."""

CHAMAN = "ChaMan - Technisch kanaalbeheer"
CONFIGURATION = "OCMW-configuratie"
MAILED = "mutations"


@dataclass
class User:
    applications: list[str]
    roles: list[str]
    blocked: bool


@dataclass
class Managers:
    manager: str
    co_managers: list[str]


@dataclass
class Centre:
    """What a centre has on the portal. `kept`: (system, path) → what was saved there."""

    chiefs: list[str]
    co_chiefs: list[str]
    managers: dict[str, Managers | None]
    users: dict[str, dict[str, User]]
    kept: dict[str, Body] = field(default_factory=dict)

    # -- who -----------------------------------------------------------------------------------------------------

    def is_chief(self, person: str) -> bool:
        return person in self.chiefs or person in self.co_chiefs

    def manages(self, person: str, domain: str, co_managers: bool = True) -> bool:
        there = self.managers[domain]
        return there is not None and (
            person == there.manager or (co_managers and person in there.co_managers)
        )

    def uses(self, person: str, domain: str) -> User | None:
        """The user that a person is in a domain; a blocked one is none (R21)."""
        user = self.users[domain].get(person)
        return None if user is None or user.blocked else user

    def is_somebody(self, person: str) -> bool:
        return self.is_chief(person) or any(
            self.manages(person, domain) or self.uses(person, domain) for domain in DOMAINS
        )

    def refusal(self, actor: str | None, action: str, domain: str = WELFARE) -> str | None:
        """The rule by which somebody may not; None: they may. A client by itself (None) may everything."""
        if actor is None:
            return None
        chief, manager = self.is_chief(actor), self.manages(actor, domain, co_managers=False)
        co_manager = self.manages(actor, domain) and not manager
        user = self.uses(actor, domain)
        allowed = {
            "R16": chief,
            "R17": chief or manager,
            "R17+": chief or manager or co_manager,
            "R26": manager or co_manager or (user is not None and CHAMAN in user.applications),
            "R47": manager or co_manager or (user is not None and CONFIGURATION in user.roles),
        }
        return None if allowed[action] else action.removesuffix("+")

    # -- access --------------------------------------------------------------------------------------------------

    def appoint_chiefs(self, actor: str | None, chiefs: list[str], co_chiefs: list[str]) -> Outcome:
        if rule := self.refusal(actor, "R16"):
            return 403, rule
        if not chiefs or set(chiefs) & set(co_chiefs):
            return BAD
        self.chiefs, self.co_chiefs = chiefs, co_chiefs
        return OK

    def appoint(self, actor: str | None, domain: str, manager: str, co_managers: list[str]) -> Outcome:
        if rule := self.refusal(actor, "R17", domain):
            return 403, rule
        if manager in co_managers:
            return BAD
        there = self.managers[domain]
        if (there is None or there.manager != manager) and (rule := self.refusal(actor, "R16")):
            return 403, rule
        self.managers[domain] = Managers(manager, co_managers)
        return CREATED if there is None else OK

    def dismiss(self, actor: str | None, domain: str) -> Outcome:
        if rule := self.refusal(actor, "R16"):
            return 403, rule
        if self.managers[domain] is None:
            return NOT_FOUND
        self.managers[domain] = None
        return GONE

    def add_user(self, actor: str | None, domain: str, person: str, user: User) -> Outcome:
        if rule := self.refusal(actor, "R17+", domain):
            return 403, rule
        if person in self.users[domain]:
            return CONFLICT
        self.users[domain][person] = user
        return CREATED

    def change_user(self, actor: str | None, domain: str, person: str, user: User) -> Outcome:
        if rule := self.refusal(actor, "R17+", domain):
            return 403, rule
        there = self.users[domain].get(person)
        if there is None:
            return 412, None
        if there.blocked != user.blocked and (rule := self.refusal(actor, "R17", domain)):
            return 403, rule
        self.users[domain][person] = user
        return OK

    def delete_users(self, actor: str | None, domain: str, people: Iterable[str]) -> Outcome:
        """All or none (R20)."""
        several = list(people)
        if rule := self.refusal(actor, "R17", domain):
            return 403, rule
        if not several or not set(several) <= set(self.users[domain]):
            return BAD
        for person in several:
            del self.users[domain][person]
        return GONE

    # -- screens and channels --------------------------------------------------------------------------------------

    def save(self, actor: str | None, path: str, body: Body, valid: bool) -> Outcome:
        """Save something that is kept as it is sent."""
        system, _, what = path.partition("/")
        if rule := self.refusal(actor, "R26" if system == "chaman" else "R47"):
            return 403, rule
        kind = what.partition("/")[0]
        if system == "chaman" and kind != "sender" and "chaman/sender" not in self.kept:
            return CONFLICT  # R28
        if not valid or not self._fits(kind, body):
            return BAD
        if kind == "delegationRequests":
            return self._ask(path, body)
        before = self.kept.get(path)
        self.kept[path] = copy.deepcopy(body)
        return CREATED if before is None else OK

    def _fits(self, kind: str, body: Body) -> bool:
        if kind != "ftpAccounts":
            return True
        certificate = self.kept.get(f"chaman/certificates/{body['certificate']}")
        return certificate is not None and certificate["usage"] == "ftp"  # R37, R38

    def _ask(self, path: str, body: Body) -> Outcome:
        """R35, R36: what is asked awaits its answer, and an accepted request is settled."""
        before = self.kept.get(path)
        if before is not None and before["status"] == "accepted":
            return CONFLICT
        if path.replace("delegationRequests", "restAccounts") in self.kept:
            return CONFLICT
        self.kept[path] = {**copy.deepcopy(body), "status": "pending"}
        return CREATED if before is None else OK

    def answer(self, name: str, accept: bool, certificate: str) -> int:
        """The supplier's (R36); `certificate`: the name of the file that it uploads."""
        request = self.kept.get(f"chaman/delegationRequests/{name}")
        if request is None:
            return 404
        if request["status"] != "pending":
            return 409
        request["status"] = "accepted" if accept else "refused"
        if accept:
            account = {key: request[key] for key in ("authorizations", "supplier")}
            account |= {"management": "external", "certificate": certificate}
            self.kept[f"chaman/restAccounts/{name}"] = account
            self.kept[f"chaman/certificates/{certificate}"] = {"usage": "rest"}
        return 200

    def remove(self, actor: str | None, path: str) -> Outcome:
        system, _, what = path.partition("/")
        if rule := self.refusal(actor, "R26" if system == "chaman" else "R47"):
            return 403, rule
        if path not in self.kept:
            return NOT_FOUND
        accounts = [
            one for one in self.kept if one.startswith(("chaman/ftpAccounts/", "chaman/restAccounts/"))
        ]
        if what == "sender" and (
            accounts or any(one.startswith("chaman/delegationRequests/") for one in self.kept)
        ):
            return CONFLICT  # R28
        name = what.removeprefix("certificates/")
        if name != what and any(self.kept[account]["certificate"] == name for account in accounts):
            return CONFLICT  # R37
        del self.kept[path]
        return GONE

    # -- what arrives ------------------------------------------------------------------------------------------------

    def ticked(self) -> frozenset[str]:
        """R48: the types of mutation that reach the centre."""
        return frozenset(self.kept.get("ocmwConfiguration/mutations", {}).get("receive", ()))

    def folders(self) -> frozenset[str]:
        """The FTP accounts that mutations are sent to."""
        return frozenset(
            path.rpartition("/")[2]
            for path, body in self.kept.items()
            if path.startswith("chaman/ftpAccounts/") and MAILED in body["authorizations"]
        )
