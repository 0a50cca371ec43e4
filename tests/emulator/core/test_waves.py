"""Waves: a later one is one more file, and the portal opens for the one that is next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator import controls
from emulator.calendar import clock
from emulator.core import waves
from emulator.seeds import content, generate
from emulator.seeds.opening import open_portal
from tests.emulator.conftest import Portal

PortalAt = Callable[[str], Portal]
WAVE = Path(__file__).parents[2] / "waves" / "2031"
PAJOTTEGEM, GALMAARDEN, VERZONNEM, PAJOTTENRODE = "1010784738", "0212212343", "1999900270", "1999900171"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The portal knows the made-up wave of 2031 as well."""
    folder = tmp_path / "waves"
    folder.mkdir()
    for path in waves.FOLDER.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    declared = [yaml.safe_load(path.read_text("utf-8")) for path in (WAVE / "fusions").glob("*.yaml")]
    declarations = {(str(one["takesEffect"]), generate.digits(one["ocmw"]["kbo"])): one for one in declared}
    [file] = (WAVE / "schemas" / "waves").glob("*.yaml")
    wave = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    made = generate.content(wave, generate.lists(), declarations)
    (folder / "2031-01-01.json").write_text(json.dumps(made))
    monkeypatch.setattr(waves, "FOLDER", folder)
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for remembered in (waves.every, waves._first_waves, content.load):
        remembered.cache_clear()


@pytest.fixture
def opened_at(later: None, tmp_path: Path, key: rsa.RSAPrivateKey) -> Iterator[PortalAt]:
    """A portal that knows the later wave, at a moment: none of those that other tests share."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    made: list[Portal] = []

    def at(moment: str) -> Portal:
        database = tmp_path / f"later-{len(made)}.db"
        open_portal(database, moment)
        controls.register_client(database, "rehearsal", public)
        made.append(Portal(database, key))
        return made[-1]

    yield at
    for portal in made:
        portal.http.close()


def status(portal: Portal, number: str, api: str, path: str) -> int:
    found: int = portal.acting_for(number).get(api, path).status_code
    return found


def test_without_a_moment_a_portal_opens_a_month_after_its_wave(opened_at: PortalAt) -> None:
    portal = opened_at("2030-11-01")
    controls.reset(portal.database)
    assert controls.get_clock(portal.database) == "2031-02-03T09:00:00+01:00"
    controls.reset(portal.database, "2025-03-01")
    controls.reset(portal.database)
    assert controls.get_clock(portal.database) == "2025-02-03T09:00:00+01:00"


def test_r01_a_portal_of_2025_has_nothing_of_a_later_wave_but_its_centres(opened_at: PortalAt) -> None:
    """R01, R12. Pajottegem is what its own merger and its own declaration make of it."""
    portal = opened_at("2025-02-03")
    assert portal.acting_for(PAJOTTEGEM).get("chaman", "/ftpAccounts").json()["items"] == []
    assert status(portal, VERZONNEM, "ocmwConfiguration", "/mutations") == 200
    assert portal.acting_for(PAJOTTENRODE).get("accessManagement").json()["activeFrom"] == "2031-01-01"


def test_r12_a_portal_of_2031_has_what_was_set_up_for_a_centre_of_2025(opened_at: PortalAt) -> None:
    """R12, R15, R59: its accounts, its settings, and the people whom the RSZ copied to it in 2025."""
    portal = opened_at("2030-11-01")
    shown: dict[str, Any] = portal.acting_for(PAJOTTEGEM).get("accessManagement").json()
    assert (shown["status"], shown["activeFrom"]) == ("active", "2025-01-01")
    assert shown["accessCopiedOn"] == "2025-01-01"
    (account,) = portal.acting_for(PAJOTTEGEM).get("chaman", "/ftpAccounts").json()["items"]
    assert account["createdAt"].startswith("2029-02-28")
    assert status(portal, PAJOTTEGEM, "ocmwConfiguration", "/contactDetails") == 200
    assert status(portal, VERZONNEM, "ocmwConfiguration", "/contactDetails") == 409
    assert portal.acting_for(GALMAARDEN).get("accessManagement").json()["mergedOn"] == "2025-01-01"


def test_r64_requests_go_on_through_both_mergers(opened_at: PortalAt) -> None:
    """R64: who writes from Galmaarden in 2031 is heard at Pajottenrode."""
    portal = opened_at("2031-02-03")
    controls.add_aid_request(portal.database, GALMAARDEN, "Voeding")
    received = portal.acting_for(PAJOTTENRODE).get("ocmwOnline", "/requests").json()["items"]
    assert "Voeding" in {request["subject"] for request in received}


def test_r62_the_portal_of_2031_knows_the_reports_from_2030_on(opened_at: PortalAt) -> None:
    """R62."""
    portal = opened_at("2031-02-03")
    reports = portal.acting_for(VERZONNEM).get("uniqueReport", "/reports").json()["items"]
    assert [report["year"] for report in reports] == [2030]


def test_the_calendar_ends_fifteen_years_after_the_last_wave(later: None) -> None:
    assert clock.parse("2045-12-31").year == 2045
    with pytest.raises(clock.ClockError, match="ends in 2046"):
        clock.parse("2046-01-01")
