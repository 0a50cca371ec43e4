"""Certificate files (R37–R46): the portal never gives the file back, so its fingerprint is what counts."""

from __future__ import annotations

import pytest

from providers.chaman import CertificateProvider
from schemas.errors import PortalRefused
from tests.providers.chaman_files import certificate
from tests.providers.conftest import Portal
from tests.providers.contract import CHAMAN, SENDER, Contract
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness


class TestCertificate(Contract):
    provider = CertificateProvider
    path = f"{CHAMAN}/certificates/pajottegem%20ftp.cer"

    def declared(self) -> Props:
        file = {"organization": PAJOTTEGEM, "fileName": "pajottegem ftp.cer", "usage": "ftp"}
        return file | certificate("this year")

    def otherwise(self) -> Props:
        return self.declared() | certificate("next year")

    def alike(self) -> Props:
        return self.declared() | {"content": self.declared()["content"] + "\n"}

    def prepare(self, portal: Portal) -> None:
        portal.save(PAJOTTEGEM, f"{CHAMAN}/sender", SENDER)

    def body(self, declared: Props) -> Props:
        return {"content": declared["content"].strip(), "usage": declared["usage"]}

    def saved(self, declared: Props) -> Props:
        return {"usage": declared["usage"], "sha256": declared["sha256"]}

    def test_it_says_until_when_it_is_good(self, made: ResourceHarness) -> None:
        assert made.outs["notAfter"].startswith("2026-10-01")
        assert made.outs["subject"] == "CN=ftp.testdorp.example"

    def test_without_the_senders_contact_it_waits_for_it(self, portal: Portal) -> None:
        """R28: a state, since the sender may be somebody else's to confirm."""
        life = ResourceHarness(self.provider())
        outs = life.create(self.declared())
        assert (outs["origin"], outs["waiting"]["whom"]) == ("waiting", "sender contact")
        assert "until" not in outs["waiting"]
        self.prepare(portal)
        assert life.up(self.declared()) == "update"
        self.assert_live(portal, self.declared())

    def test_another_file_name_is_another_certificate(self, made: ResourceHarness) -> None:
        result = made.diff(self.declared() | {"fileName": "new.cer"})
        assert result.replaces == ["fileName"]

    def test_the_portals_own_reading_of_a_file_is_told_with_its_rule(self, life: ResourceHarness) -> None:
        """R42: what a declaration's check did not see, the portal says."""
        wrong = self.declared() | certificate("own", self_signed=True)
        with pytest.raises(
            PortalRefused, match=r"^certificate 1010784738 pajottegem ftp\.cer: PUT .*\(R42\)"
        ):
            life.create(wrong)
