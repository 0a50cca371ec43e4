"""What a preview tells of new things, in one message: counts first, then centre by centre."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from providers import first_look
from providers.base import FOUND
from providers.first_look import HIDDEN
from providers.waiting import Waiting
from stacks.first_look_report import count, describe
from tests.stacks.conftest import Engine, shipped

SCREEN = Waiting("waits for this screen to open", "R59", "RSZ", "2025-01-13")
SUPPLIER = Waiting("waits for the supplier's answer to the delegation request", "R35", "socius")
SAID: dict[str, dict[str, Any]] = {
    "pajottegem-sender": first_look.adopted(),
    "pajottegem-ftp-account": first_look.changed({"authorizations": ["mutations"], "password": HIDDEN}),
    "pajottegem-rest-account": first_look.made(SUPPLIER),
    "pajottegem-contact-details": first_look.changed({"phone": "", "street": {"nl": "Kerkstraat 1"}}),
    "pajottegem-ocmw-online": first_look.waits(SCREEN),
    "herne-retained-ftpAccounts": first_look.becomes_baseline(["FTP Herne"], []),
    "herne-retained-certificates": first_look.becomes_baseline([], []),
}
FOUND_THERE = [(shipped("pajottegem").named(name), said[FOUND]) for name, said in SAID.items()]


def test_the_counts_come_first() -> None:
    first, *_ = describe(FOUND_THERE).splitlines()
    assert first == (
        "the portal was looked at, nothing was written. Of 7 things that the stack does not know yet: 1 will be made, 1 "
        "adopted as is, 2 brought in sync, 2 retained, 2 wait"
    )
    assert count(FOUND_THERE)["waiting"] == 2


def test_each_centre_has_what_becomes_of_its_things() -> None:
    text = describe(FOUND_THERE)
    pajottegem, herne = text.partition("\n  Herne\n")[::2]
    assert (
        "not there, will be made: REST account OCMW Online (waits for the supplier's answer to the delegation request "
        "(R35); whom: socius) there"
    ) in " ".join(pajottegem.split())
    assert "    there and the same, will be adopted: sender contact\n" in pajottegem
    told = " ".join(pajottegem.split())
    assert (
        "contact details: street.nl: Kerkstraat 1 → Ninoofsesteenweg 116; phone: nothing → +3254891000"
        in told
    )
    assert "OCMW Online: waits for this screen to open (R59); whom: RSZ; until: 2025-01-13" in told
    assert "FTP accounts: FTP Herne" in herne
    assert "certificates: nothing is there" in herne


def test_of_a_secret_only_that_it_is_another() -> None:
    assert "FTP Pajottegem: password: not as declared; " in " ".join(describe(FOUND_THERE).split())
    assert "Appel+Peer=1" not in describe(FOUND_THERE)


def test_no_line_is_longer_than_a_page() -> None:
    assert all(len(line) <= 100 for line in describe(FOUND_THERE).splitlines()[1:])


@pytest.mark.parametrize("is_preview", [True, False])
def test_only_a_preview_tells_it(engine: Engine, monkeypatch: pytest.MonkeyPatch, is_preview: bool) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: is_preview)
    engine.portal.outputs = dict(SAID)
    engine.register("pajottegem")
    messages = [one for one in told if one.startswith("the portal was looked at")]
    assert len(messages) == is_preview
    if is_preview:
        assert "Of 7 things" in messages[0]


def test_a_stack_that_knows_all_its_things_tells_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    engine.register("pajottegem")
    assert not [one for one in told if one.startswith("the portal was looked at")]
