"""What people and a client do at two centres, at random, against `model`: who may, what is kept, what arrives."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from emulator import controls
from emulator.core import problems
from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import ALL_OF_OCMW_ONLINE, GALMAARDEN, HASSELT, NEW, PAJOTTEGEM, Acting, Portal
from tests.emulator.support import model
from tests.emulator.support.certificate_files import certificate
from tests.emulator.support.held_tags import HeldTags
from tests.emulator.support.model import DOMAINS, Outcome, User
from tests.emulator.support.snapshots import ACCESS, SCREENS, as_model, everything, user_id

NUMBERS = (GALMAARDEN, PAJOTTEGEM)
PEOPLE = ("els.peeters", "joke.baeten.galmaarden", "x.an", "x.jan", "x.tom", "x.lea")
APPLICATIONS = (model.CHAMAN, "E-Box Onderneming")
KEYS = {rehearsal_ssin(key): key for key in PEOPLE}
ROLES = (model.CONFIGURATION, "Dossierbeheerder")
TYPES = ("address", "householdComposition", "civilStatus", "nationality", "death", "name", "personnelFile")
SENDER = {"name": "ICT", "phone": "+3227875827", "email": "ict@centre.example", "language": "nl"}
IN_THREE = {"nl": "Kerkstraat 1", "fr": "Rue 1", "de": "Straße 1"}
CONTACT = {
    "street": IN_THREE,
    "city": IN_THREE,
    "postcode": "1755",
    "phone": "+3227875827",
    "email": "info@centre.example",
}
CONTENT = certificate()
THERE = {"If-Match": "*"}

numbers = st.sampled_from(NUMBERS)
domains = st.sampled_from(DOMAINS)
person = st.sampled_from(PEOPLE)
people = st.lists(person, max_size=3, unique=True)
users = st.builds(
    User,
    st.lists(st.sampled_from(APPLICATIONS), unique=True),
    st.lists(st.sampled_from(ROLES), unique=True),
    st.booleans(),
)
accounts = st.sampled_from(("one", "two"))
files = st.sampled_from(("a.cer", "b.cer"))


def ssin(who: str) -> str:
    """Whom the model knows by no key goes by their INSZ."""
    return who if who.isdigit() else rehearsal_ssin(who)


def ssins(keys: list[str]) -> list[dict[str, str]]:
    return [{"ssin": ssin(key)} for key in keys]


def outcome(answer: httpx.Response) -> Outcome:
    return answer.status_code, answer.json()["rule"] if answer.status_code == 403 else None


class PortalMachine(RuleBasedStateMachine):
    """What people do and what the portal answers."""

    seeded: ClassVar[Callable[[str], Path]]
    key: ClassVar[rsa.RSAPrivateKey]

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Path(self.folder.name) / "portal.db"
        shutil.copyfile(type(self).seeded("2025-02-03"), self.database)
        self.portal = Portal(self.database, type(self).key)
        self.portal.http.event_hooks = {}  # other tests see to the documents
        self.tokens: dict[tuple[str, str | None], Acting] = {}
        self.clients = {number: self.portal.acting_for(number) for number in (*NUMBERS, HASSELT)}
        self.before = {number: everything(client) for number, client in self.clients.items()}
        self.tags = HeldTags(self.clients)
        self.centres = {number: as_model(self.before[number], KEYS) for number in NUMBERS}
        self.changed = set(NUMBERS)
        self.since = self.files()

    def teardown(self) -> None:
        if hasattr(self, "portal"):
            untouched = everything(self.clients[HASSELT])
            self.portal.http.close()
            self.folder.cleanup()
            assert untouched == self.before[HASSELT], (
                "something changed at a centre where nobody did anything"
            )

    def somebody(self, data: st.DataObject, number: str) -> str | None:
        """Who does it: the client, mostly somebody who is anything there or was once, or anyone."""
        present = [one for one in PEOPLE if self.centres[number].is_somebody(one)]
        signed_in = [one for where, one in self.tokens if where == number and one is not None]
        return data.draw(st.sampled_from((None, *present, *signed_in, *PEOPLE)))

    def acting(self, actor: str | None, number: str) -> Acting | None:
        """Somebody at a centre; None where they cannot sign in, which is where they are nobody (R65)."""
        known = self.tokens.get((number, actor))
        if known is not None:
            return known
        if actor is not None and not self.centres[number].is_somebody(actor):
            answer = self.portal.http.post("/REST/oauth/v5/token", data=self.portal.form_of(actor, number))
            assert (answer.status_code, answer.json().get("error")) == (400, "invalid_grant")
            return None
        self.tokens[number, actor] = self.portal.acting_for(number, actor)
        return self.tokens[number, actor]

    def done(self, number: str, answer: httpx.Response, expected: Outcome) -> None:
        """R51: what was refused has changed nothing."""
        assert outcome(answer) == expected, answer.text
        if answer.status_code >= 400:
            assert everything(self.clients[number]) == self.before[number]
            self.tags.require_unchanged(number)
        else:
            self.changed.add(number)

    def id(self, number: str, domain: str, who: str) -> str:
        return user_id(self.before[number], domain, ssin(who))

    @staticmethod
    def user(who: str, user: User) -> dict[str, Any]:
        return {"ssin": ssin(who), **asdict(user)}

    def looks(self, actor: str, acting: Acting) -> None:
        """Who has signed in may what they are allowed now, whatever they were allowed then."""
        centre = self.centres[acting.number]
        assert (acting.get(ACCESS).status_code == 200) == centre.is_somebody(actor)
        for system, path, action in (
            ("chaman", "/certificates", "R26"),
            ("ocmwConfiguration", "/mutations", "R47"),
        ):
            answer = acting.get(system, path)
            rule = answer.json()["rule"] if answer.status_code == 403 else None
            assert rule == centre.refusal(actor, action)

    @invariant()
    def the_portal_keeps_what_the_model_keeps(self) -> None:
        if not hasattr(self, "changed"):
            return
        for number in sorted(self.changed):
            self.before[number] = self.tags.look_again(number)
            assert as_model(self.before[number], KEYS) == self.centres[number]
            for (where, actor), acting in self.tokens.items():
                if where == number and actor is not None:
                    self.looks(actor, acting)
        self.changed.clear()

    # -- access management -----------------------------------------------------------------------------------------

    @rule(data=st.data(), number=numbers, chiefs=people, co_chiefs=people)
    def appoint_chiefs(
        self, data: st.DataObject, number: str, chiefs: list[str], co_chiefs: list[str]
    ) -> None:
        actor = self.somebody(data, number)
        if acting := self.acting(actor, number):
            body = {"chiefAccessManagers": ssins(chiefs), "coChiefAccessManagers": ssins(co_chiefs)}
            answer = acting.call("PUT", ACCESS, "/chiefAccessManagers", json=body, headers=THERE)
            self.done(number, answer, self.centres[number].appoint_chiefs(actor, chiefs, co_chiefs))

    @rule(data=st.data(), number=numbers, domain=domains, manager=person, co_managers=people)
    def appoint(
        self, data: st.DataObject, number: str, domain: str, manager: str, co_managers: list[str]
    ) -> None:
        actor = self.somebody(data, number)
        if acting := self.acting(actor, number):
            centre, path = self.centres[number], f"/domains/{domain}/accessManagers"
            there = centre.managers[domain]
            if actor is not None and there is not None and centre.manages(actor, domain):
                manager = there.manager  # mostly what a manager would do; else they could hardly do anything
            body = {"accessManager": ssins([manager])[0], "coAccessManagers": ssins(co_managers)}
            headers = NEW if there is None else THERE
            answer = acting.call("PUT", ACCESS, path, json=body, headers=headers)
            self.done(number, answer, centre.appoint(actor, domain, manager, co_managers))

    @rule(data=st.data(), number=numbers, domain=domains)
    def dismiss(self, data: st.DataObject, number: str, domain: str) -> None:
        actor = self.somebody(data, number)
        if acting := self.acting(actor, number):
            path = f"/domains/{domain}/accessManagers"
            answer = acting.call("DELETE", ACCESS, path, headers=THERE)
            self.done(number, answer, self.centres[number].dismiss(actor, domain))

    @rule(data=st.data(), number=numbers, domain=domains, who=person, user=users)
    def add_or_change_user(self, data: st.DataObject, number: str, domain: str, who: str, user: User) -> None:
        actor = self.somebody(data, number)
        if not (acting := self.acting(actor, number)):
            return
        centre, path = self.centres[number], f"/domains/{domain}/users"
        body = self.user(who, user)
        if who not in centre.users[domain] or user.blocked:
            answer = acting.call("POST", ACCESS, path, json=body)
            expected = centre.add_user(actor, domain, who, user)
        else:
            one = f"{path}/{self.id(number, domain, who)}"
            answer = acting.call("PUT", ACCESS, one, json=body, headers=THERE)
            expected = centre.change_user(actor, domain, who, user)
        self.done(number, answer, expected)

    @rule(data=st.data(), number=numbers, domain=domains)
    def block_or_unblock(self, data: st.DataObject, number: str, domain: str) -> None:
        centre = self.centres[number]
        there = centre.users[domain]
        actor = self.somebody(data, number)
        if there and (acting := self.acting(actor, number)):
            who = data.draw(st.sampled_from(sorted({*there} & {*PEOPLE} or there)))
            turned = User(there[who].applications, there[who].roles, not there[who].blocked)
            path = f"/domains/{domain}/users/{self.id(number, domain, who)}"
            answer = acting.call("PUT", ACCESS, path, json=self.user(who, turned), headers=THERE)
            self.done(number, answer, centre.change_user(actor, domain, who, turned))

    @rule(data=st.data(), number=numbers, domain=domains)
    def delete_users(self, data: st.DataObject, number: str, domain: str) -> None:
        """R20: several of those who are there, sometimes with somebody who is not."""
        actor = self.somebody(data, number)
        if acting := self.acting(actor, number):
            there = sorted(self.centres[number].users[domain])
            several = data.draw(st.lists(st.sampled_from(there), max_size=2, unique=True)) if there else []
            several += ["x.nobody"] if data.draw(st.booleans()) else []
            ids = [self.id(number, domain, one) for one in several]
            answer = acting.call("POST", ACCESS, f"/domains/{domain}/users/deletions", json={"ids": ids})
            self.done(number, answer, self.centres[number].delete_users(actor, domain, several))

    # -- ChaMan and OCMW-configuratie ------------------------------------------------------------------------------

    def save(
        self,
        data: st.DataObject,
        number: str,
        path: str,
        body: dict[str, Any],
        sent: dict[str, Any] | None = None,
    ) -> None:
        """Save `body`, sent as `sent` (with what is not shown, or with something wrong in it)."""
        actor = self.somebody(data, number)
        if not (acting := self.acting(actor, number)):
            return
        centre, (system, _, what) = self.centres[number], path.partition("/")
        headers = THERE if path in centre.kept else NEW
        answer = acting.call("PUT", system, f"/{what}", json={**body, **(sent or {})}, headers=headers)
        valid = "wrong" not in (sent or {})
        self.done(number, answer, centre.save(actor, path, body, valid))

    @rule(data=st.data(), number=numbers, language=st.sampled_from(("nl", "fr")), wrong=st.booleans())
    def save_sender(self, data: st.DataObject, number: str, language: str, wrong: bool) -> None:
        body = {**SENDER, "language": language}
        self.save(data, number, "chaman/sender", body, {"wrong": 1} if wrong else None)

    @rule(data=st.data(), number=numbers, receive=st.lists(st.sampled_from(TYPES), unique=True))
    def tick(self, data: st.DataObject, number: str, receive: list[str]) -> None:
        self.save(data, number, "ocmwConfiguration/mutations", {"receive": receive})

    @rule(data=st.data(), number=numbers, website=st.booleans(), wrong=st.booleans())
    def save_contact_details(self, data: st.DataObject, number: str, website: bool, wrong: bool) -> None:
        more = {"website": "https://centre.example"} if website else {}
        path, sent = "ocmwConfiguration/contactDetails", {"wrong": 1} if wrong else None
        self.save(data, number, path, {**CONTACT, **more}, sent)

    @rule(data=st.data(), number=numbers, name=files, wrong=st.booleans())
    def upload(self, data: st.DataObject, number: str, name: str, wrong: bool) -> None:
        sent = {"content": CONTENT, **({"wrong": 1} if wrong else {})}
        self.save(data, number, f"chaman/certificates/{name}", {"usage": "ftp"}, sent)

    @rule(data=st.data(), number=numbers, name=accounts, mailed=st.booleans())
    def save_ftp_account(self, data: st.DataObject, number: str, name: str, mailed: bool) -> None:
        there = [path.split("/")[2] for path in self.centres[number].kept if "/certificates/" in path]
        body = {
            "username": f"{name}{number[-4:]}",
            "authorizations": [model.MAILED] if mailed else ["attestations"],
            "certificate": data.draw(st.sampled_from([*there, *there, "a.cer"])),
        }
        sent = {"type": "FTP", "password": "Zomer,2025!"}
        self.save(data, number, f"chaman/ftpAccounts/{name}", body, sent)

    @rule(data=st.data(), number=numbers, name=accounts, all_of_them=st.booleans())
    def ask_the_supplier(self, data: st.DataObject, number: str, name: str, all_of_them: bool) -> None:
        body = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
        part = {"authorizations": ALL_OF_OCMW_ONLINE[:1], "wrong": 1}
        self.save(data, number, f"chaman/delegationRequests/{name}", body, None if all_of_them else part)

    @rule(number=numbers, name=accounts, accept=st.booleans())
    def the_supplier_answers(self, number: str, name: str, accept: bool) -> None:
        expected = self.centres[number].answer(name, accept, f"socius-{number}.cer")
        try:
            controls.answer_delegation(self.database, number, name, accept)
            status = 200
        except problems.Problem as problem:
            status = problem.status
        assert status == expected
        self.changed.add(number)

    @rule(data=st.data(), number=numbers)
    def remove(self, data: st.DataObject, number: str) -> None:
        centre = self.centres[number]
        path = data.draw(st.sampled_from(sorted({*centre.kept, *SCREENS})))
        actor = self.somebody(data, number)
        if acting := self.acting(actor, number):
            system, _, what = path.partition("/")
            answer = acting.call("DELETE", system, f"/{what}", headers=THERE)
            self.done(number, answer, centre.remove(actor, path))
            if answer.status_code == 204 and path.startswith("chaman/ftpAccounts/"):
                # The folder goes with the account.
                gone = (number, path.rpartition("/")[2])
                self.since = {key: content for key, content in self.since.items() if key[:2] != gone}

    # -- time ------------------------------------------------------------------------------------------------------

    def files(self) -> dict[tuple[str, str, str], str]:
        """(centre, account, file) → what was put in the folders with mutations."""
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(
                "SELECT organization, account, name, content FROM box_files WHERE kind = 'mutations'"
            ).fetchall()
        return {(number, account, name): bytes(content).decode() for number, account, name, content in rows}

    @rule(days=st.sampled_from((1, 2, 7)))
    def time_passes(self, days: int) -> None:
        """R48-R50: exactly what is ticked arrives, in every open folder, and nothing of what was sent before."""
        controls.advance_clock(self.database, days)
        self.tags.start_again()
        after = self.files()
        new = {key: content for key, content in after.items() if key not in self.since}
        assert {key: after[key] for key in self.since} == self.since, "what arrived has changed afterwards"
        for number, centre in self.centres.items():
            arrived: dict[str, set[str]] = {}
            for (to, account, _), content in new.items():
                if to == number:
                    types = {json.loads(line)["type"] for line in content.splitlines()}
                    arrived.setdefault(account, set()).update(types)
            assert set(arrived) <= centre.folders()
            for types in arrived.values():
                assert types <= centre.ticked()
            if days == 7 and centre.ticked():
                # Every type is sent at least once a week.
                assert arrived == {account: set(centre.ticked()) for account in centre.folders()}
        self.since = after
