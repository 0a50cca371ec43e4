"""The FTP account (R29–R32): its password is written, never read; `passwordChangedAt` betrays another hand."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import controls
from providers.chaman import CHANGED_IN_PORTAL, FtpAccountProvider
from providers.portal import Connection
from schemas.errors import AlreadyExists
from tests.providers.chaman_files import certificate
from tests.providers.conftest import OURS, Portal
from tests.providers.contract import CHAMAN, SENDER, Contract
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness


class TestFtpAccount(Contract):
    provider = FtpAccountProvider
    path = f"{CHAMAN}/ftpAccounts/FTP%20Pajottegem"

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "accountName": "FTP Pajottegem",
            "type": "FTP",
            "username": "pajot2025",
            "password": "Appel+Peer=1",
            "authorizations": ["mutations", "attestations"],
            "certificate": "pajottegem-ftp.cer",
        }

    def otherwise(self) -> Props:
        return self.declared() | {"authorizations": ["mutations"]}

    def alike(self) -> Props:
        return self.declared() | {"authorizations": ["attestations", "mutations"]}

    def prepare(self, portal: Portal) -> None:
        portal.save(PAJOTTEGEM, f"{CHAMAN}/sender", SENDER)
        file = {"content": certificate("ftp")["content"], "usage": "ftp"}
        portal.save(PAJOTTEGEM, f"{CHAMAN}/certificates/pajottegem-ftp.cer", file)

    def saved(self, declared: Props) -> Props:
        return {name: value for name, value in self.body(declared).items() if name != "password"}

    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """The bodies of our writing calls."""
        bodies: list[dict[str, Any]] = []
        send = Connection.send

        def noting(
            connection: Connection, organization: str, method: str, path: str, *more: Any, **named: Any
        ) -> Any:
            if connection.client_id == OURS and method == "PUT":
                bodies.append(dict(more[0]))
            return send(connection, organization, method, path, *more, **named)

        monkeypatch.setattr(Connection, "send", noting)
        return bodies

    def change_password_by_hand(self, portal: Portal) -> None:
        controls.advance_clock(portal.database, 1)
        portal.save(PAJOTTEGEM, self.path, self.body(self.declared()) | {"password": "Elsewhere=1+"})

    def test_what_is_there_already_is_adopted_without_a_write(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """Not so here: whether the account found has the declared password nobody can know, so it is set."""
        controls.advance_clock(portal.database, 1)
        life = ResourceHarness(self.provider())
        outs = life.create(self.declared())
        assert outs["origin"] == "adopted"
        assert outs["passwordChangedAt"] > made.outs["passwordChangedAt"]
        assert life.preview(self.declared()) == "same"

    def test_the_portal_keeps_the_declared_password(
        self, made: ResourceHarness, sent: list[dict[str, Any]]
    ) -> None:
        made.update(self.declared() | {"password": "Nieuw+Nieuw=2"})
        assert [body["password"] for body in sent] == ["Nieuw+Nieuw=2"]

    def test_a_change_of_something_else_does_not_send_the_password_again(
        self, made: ResourceHarness, portal: Portal, sent: list[dict[str, Any]]
    ) -> None:
        """R32: a password set again would have to be handed to the supplier again."""
        controls.advance_clock(portal.database, 1)
        before = made.outs["passwordChangedAt"]
        assert made.up(self.otherwise()) == "update"
        assert ["password" in body for body in sent] == [False]
        assert made.outs["passwordChangedAt"] == before

    def test_a_password_changed_in_the_portal_is_seen_and_set_again(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        self.change_password_by_hand(portal)
        assert [made.preview(self.declared()) for _ in range(2)] == ["update", "update"]
        assert made.outs["password"] == made.inputs["password"] == CHANGED_IN_PORTAL
        made.update(self.declared())
        assert made.outs["password"] == self.declared()["password"]
        assert made.preview(self.declared()) == "same"

    def test_a_password_changed_after_the_look_is_set_again_too(
        self, made: ResourceHarness, portal: Portal, sent: list[dict[str, Any]]
    ) -> None:
        self.change_password_by_hand(portal)
        made.update(self.declared())
        assert [body.get("password") for body in sent] == [self.declared()["password"]]

    def test_a_change_of_the_declared_password_is_a_change(self, made: ResourceHarness) -> None:
        assert made.changes(self.declared() | {"password": "Nieuw+Nieuw=2"})

    def test_the_portal_never_tells_the_password(self, made: ResourceHarness, portal: Portal) -> None:
        assert self.declared()["password"] not in str(self.live(portal))

    @pytest.mark.parametrize("name", ["FTP #1", "FTP?", "50 %", "FTP & NovaPRIMA", "Zuurstof=é"])
    def test_a_name_with_signs_is_one_name(self, life: ResourceHarness, portal: Portal, name: str) -> None:
        life.create(self.declared() | {"accountName": name})
        (account,) = portal.by_hand(PAJOTTEGEM).get_items(f"{CHAMAN}/ftpAccounts")
        assert account["accountName"] == name

    def test_under_another_name_the_old_account_goes_first(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """R30: a user name exists once on the portal, so both cannot be there at once."""
        renamed = self.declared() | {"accountName": "FTP"}
        result = made.diff(renamed)
        assert (result.replaces, result.delete_before_replace) == (["accountName"], True)
        assert made.up(renamed) == "replace"
        assert self.live(portal) is None
        assert portal.get(PAJOTTEGEM, f"{CHAMAN}/ftpAccounts/FTP") is not None

    def test_under_another_user_name_too_the_new_one_can_come_first(self, made: ResourceHarness) -> None:
        result = made.diff(self.declared() | {"accountName": "FTP", "username": "pajot2026"})
        assert result.delete_before_replace is False

    def test_a_user_name_in_another_case_is_the_same_to_the_portal(self, made: ResourceHarness) -> None:
        """R30: else the new account would come first, and be refused for good."""
        renamed = self.declared() | {"accountName": "FTP", "username": self.declared()["username"].upper()}
        assert made.diff(renamed).delete_before_replace is True
        assert made.up(renamed) == "replace"

    def test_a_taken_user_name_says_so(self, life: ResourceHarness) -> None:
        """R30: user names are unique over the portal; repeating would not help."""
        with pytest.raises(AlreadyExists, match="user name is taken"):
            life.create(self.declared() | {"username": "galmaard26"})

    def test_a_password_in_other_case_is_another_password(self, made: ResourceHarness) -> None:
        """R31: case counts, also where the password looks like an e-mail address."""
        made.up(self.declared() | {"password": "Ocmw@2025#x"})
        assert made.preview(self.declared() | {"password": "oCMW@2025#x"}) == "update"

    def test_made_by_hand_while_waited_for_it_still_gets_the_password(self, portal: Portal) -> None:
        portal.restart("2024-12-02")
        life = ResourceHarness(self.provider())
        life.create(self.declared())
        portal.set_clock("2025-01-02")
        self.prepare(portal)
        self.set_by_hand(portal, self.declared() | {"password": "By=hand=1"})
        assert life.up(self.declared()) == "update"
