"""Certificate files (R37–R46): the portal never gives the file back, so its fingerprint is what counts."""

from __future__ import annotations

import pytest

from providers.chaman import CertificateProvider
from schemas.errors import PortalRefused
from schemas.validity import EXPIRED, FAR, SOON
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
        return file | {"takesEffect": "2025-01-01", "end": FAR} | certificate("this year")

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

    # -- renewal: it is needed from the day of the merger on, and then on each day, by the portal's calendar (R37) ---------

    def failures(self, declared: Props, olds: Props | None = None) -> list[str]:
        return [one.reason for one in self.provider().check(olds or {}, declared).failures]

    @pytest.mark.parametrize(
        ("today", "begins", "ends", "fits"),
        [
            ("2024-12-02", "2024-12-31", "2026-10-01", True),  # before the merger, of which the day counts
            ("2024-12-02", "2025-01-01", "2026-10-01", True),
            ("2024-12-02", "2025-02-01", "2026-10-01", False),
            ("2025-02-03", "2025-02-01", "2026-10-01", True),
            ("2025-02-03", "2025-02-04", "2026-10-01", False),
            ("2025-02-03", "2024-12-01", "2025-02-02", False),
            ("2027-06-01", "2027-01-01", "2029-01-01", True),
        ],
    )
    def test_the_later_of_the_merger_and_today_counts(
        self, portal: Portal, today: str, begins: str, ends: str, fits: bool
    ) -> None:
        """In the first preview too: the portal is asked what day it is."""
        portal.restart(today)
        declared = self.declared() | certificate("some", begins=begins, ends=ends)
        reasons = self.failures(declared)
        assert bool(reasons) is not fits
        if reasons:
            day = max(today, "2025-01-01")
            assert (
                f"it is valid from {begins} to {ends}, not on {day} (R37; safety rule certificate)"
                in reasons[0]
            )
            assert (
                "Nothing was written. Put a certificate in its place that is valid on that day" in reasons[0]
            )

    @pytest.mark.parametrize(
        ("today", "end"),
        [("2026-08-01", FAR), ("2026-08-02", SOON), ("2026-10-01", SOON), ("2026-10-02", EXPIRED)],
    )
    def test_its_end_is_told_before_it_comes(
        self, made: ResourceHarness, portal: Portal, today: str, end: str
    ) -> None:
        """By the state as by a look; what has expired shows as a change, preview after preview, and writes nothing."""
        portal.set_clock(today)
        before = portal.writes()
        for _ in range(2):
            assert made.up(self.declared()) == ("update" if end == EXPIRED else "same")
            assert made.outs["end"] == end
        assert portal.writes() == before
        assert self.failures(self.declared(), made.inputs) == []
        assert self.provider().check({}, self.declared()).inputs["end"] == end, "a first preview says it too"

    def test_what_has_expired_is_replaced_twice(self, made: ResourceHarness, portal: Portal) -> None:
        portal.set_clock("2026-10-02")
        for today, declared in (
            ("2026-10-02", self.declared() | certificate("next", begins="2026-08-01", ends="2028-08-01")),
            ("2028-08-02", self.declared() | certificate("last", begins="2028-06-01", ends="2030-06-01")),
        ):
            portal.set_clock(today)
            assert made.up(declared) == "update"
            self.assert_live(portal, declared)
            assert made.outs["end"] == FAR
            assert made.preview(declared) == "same"

    def test_another_that_has_expired_too_is_refused(self, made: ResourceHarness, portal: Portal) -> None:
        portal.set_clock("2026-10-02")
        expired = self.declared() | certificate("short", ends="2026-09-01")
        (reason,) = self.failures(expired, made.inputs)
        assert "pajottegem ftp.cer of 1010784738: it is valid from 2024-10-01 to 2026-09-01" in reason

    def test_a_lost_state_takes_over_what_has_expired(self, made: ResourceHarness, portal: Portal) -> None:
        portal.set_clock("2026-10-02")
        before = portal.writes()
        assert ResourceHarness(self.provider()).create(self.declared())["origin"] == "adopted"
        assert portal.writes() == before

    def test_a_state_that_knows_less_shows_nothing(self, made: ResourceHarness) -> None:
        """Earlier versions kept neither the subject nor the first day among the inputs."""
        for name in ("notBefore", "takesEffect", "end"):
            made.outs.pop(name)
        assert made.preview(self.declared()) == "same"
        assert made.outs["notBefore"] == self.declared()["notBefore"]
