"""Each system of the manual has its line: what was written, done, what waited, failed, and what checks saw (R04-R64)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from operations.checks.results import Result
from operations.rehearsals.projects import EngineRun
from operations.stories import systems
from operations.stories.chronicle import systems_of
from operations.stories.ledger import Ledger
from operations.stories.outcome import Checked, Said, StepOutcome, System, Waited
from operations.stories.report_systems import systems as told
from providers import retained
from providers.waiting import Waiting
from schemas.declaration import Fusion
from schemas.loading import load_declaration
from stacks.waits import Wait

FUSIONS = Path(__file__).parents[3] / "fusions"
MERGED, HERNE = "1010784738", "0212218182"


@pytest.fixture(scope="module")
def pajottegem() -> Fusion:
    return load_declaration(FUSIONS / "pajottegem.yaml")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setattr(controls, "list_mails", lambda database, kbo: [])
    return Ledger(tmp_path / "portal.db")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("accessManagement/v1/organizations/1/chiefAccessManagers", "Hoofdtoegangsbeheerders"),
        ("accessManagement/v1/organizations/1/domains/x/users", "Toegangsbeheer"),
        ("chaman/v1/organizations/1/sender", "ChaMan verzender"),
        ("chaman/v1/organizations/1/ftpAccounts/FTP", "FTP-account"),
        ("chaman/v1/organizations/1/restAccounts/OCMW%20Online", "REST-account en delegatie"),
        ("chaman/v1/organizations/1/delegationRequests/x", "REST-account en delegatie"),
        ("chaman/v1/organizations/1/certificates/a.cer", "Certificaten"),
        ("ocmwConfiguration/v1/organizations/1/mutations", "Mutaties"),
        ("ocmwConfiguration/v1/organizations/1/technicalProviders", "Technische dienstverleners"),
        ("ocmwConfiguration/v1/organizations/1/contactDetails", "Contactgegevens"),
        ("ocmwConfiguration/v1/organizations/1/ocmwOnline", "OCMW Online notificaties"),
        ("integrations/v1/organizations/1/forms/stops", "Lopende dossiers"),
        ("integrations/v1/organizations/1/attestations/successions", "A036"),
        ("somethingElse/v1", systems.OTHER),
    ],
)
def test_a_write_belongs_to_the_system_of_its_path(path: str, name: str) -> None:
    assert systems.of_call(f"/REST/{path}") == name


@pytest.mark.parametrize(
    ("system", "check", "name"),
    [
        ("Toegangsbeheer", "sign-in", "Aanmelden"),
        ("Toegangsbeheer", "chief access managers", "Hoofdtoegangsbeheerders"),
        ("Toegangsbeheer", "users", "Toegangsbeheer"),
        ("ChaMan", "sender contact", "ChaMan verzender"),
        ("ChaMan", "SFTP folder", "FTP-account"),
        ("ChaMan", "REST call", "REST-account en delegatie"),
        ("ChaMan", "certificates", "Certificaten"),
        ("OCMW-configuratie", "mutations arrive", "Mutaties"),
        ("OCMW-configuratie", "technical providers", "Technische dienstverleners"),
        ("OCMW-configuratie", "contact details", "Contactgegevens"),
        ("OCMW-configuratie", "OCMW Online", "OCMW Online notificaties"),
        ("Integraties", "forms of running dossiers", "Lopende dossiers"),
        ("Integraties", "A036 attestations", "A036"),
        ("E-Box", "E-Box", "E-Box"),
        ("Uniek verslag", "Uniek verslag 2024", "Uniek verslag"),
        ("OCMW Online", "old requests", "OCMW Online aanvragen"),
        ("Behouden", "retained FTP accounts", "Wat behouden blijft"),
        ("New", "check", systems.OTHER),
    ],
)
def test_a_check_belongs_to_a_system(system: str, check: str, name: str) -> None:
    assert systems.of_check(Result("x", "Herne", HERNE, system, check, "ok", "", "")) == name


@pytest.mark.parametrize(
    ("centre", "thing", "rule", "name"),
    [
        ("Pajottegem", "FTP account FTP Pajottegem", "R27", "FTP-account"),
        ("Pajottegem", "sender contact", "R12", "ChaMan verzender"),
        ("Herne", "FTP accounts", "R12", "Wat behouden blijft"),
        ("Herne", "review of what is retained", "R61", "Wat behouden blijft"),
        ("Herne", "user tom.maes", "R12", "Toegangsbeheer"),
        ("Herne", "chief access managers", "R12", "Hoofdtoegangsbeheerders"),
        ("Herne", "A036 attestations", "R06", "A036"),
        ("Pajottegem", "copy of access", "R13, R14", "Hoofdtoegangsbeheerders"),
        ("Herne", "something new", "R64", "OCMW Online aanvragen"),
        ("Herne", "something new", "", systems.OTHER),
    ],
)
def test_what_waits_belongs_to_the_system_of_the_thing_or_of_the_rule(
    pajottegem: Fusion, centre: str, thing: str, rule: str, name: str
) -> None:
    assert systems.of_wait(Wait(centre, thing, Waiting("waits for x", rule, "KBO")), pajottegem) == name


def up(**outputs: Any) -> EngineRun:
    return EngineRun("up", True, outputs=outputs)


def lived() -> list[StepOutcome]:
    account = ("Pajottegem", "FTP account FTP Pajottegem")
    first = Wait(*account, Waiting("waits for its first day", "R12", "KBO", "2025-01-01"))
    second = Wait(*account, Waiting("waits for the copy", "R27", "RSZ"))
    bad = Result("x", "Pajottegem", MERGED, "ChaMan", "certificates", "failed", "short.cer expired", "R37")
    ok = Result("x", "Herne", HERNE, "ChaMan", "certificates", "ok", "1 in use", "R37")
    gone = EngineRun("up", False, errors=["changed (R05):\n  Herne, FTP accounts: FTP Herne: missing"])
    return [
        StepOutcome("2024-12-02", "a", runs=[up()], waits=[first]),
        StepOutcome("2025-01-01", "b", runs=[up()], waits=[second], did=["socius accepts"]),
        StepOutcome("2025-01-20", "c", runs=[gone], waits=[second]),
        StepOutcome("2025-02-11", "d", checks=[bad, ok], waits=[second]),
        StepOutcome("2025-03-01", "e", checks=[ok], waits=[second]),
    ]  # fmt: skip


def seen(fusion: Fusion, ledger: Ledger) -> dict[str, System]:
    return {one.name: one for one in systems_of(fusion, lived(), ledger)}


def test_of_a_system_writes_deeds_waits_errors_and_every_check(pajottegem: Fusion, ledger: Ledger) -> None:
    ledger.writes = [
        {"path": f"/REST/chaman/v1/organizations/{MERGED}/ftpAccounts", "at": "2025-01-06T09:00", "status": 201},
        {"path": f"/REST/chaman/v1/organizations/{MERGED}/ftpAccounts", "at": "2025-01-06T09:00", "status": 503},
    ]  # fmt: skip
    found = seen(pajottegem, ledger)
    assert found["FTP-account"].writes == {"2025-01-06": 1}
    assert found["FTP-account"].waited == [
        Waited(1, "R12", "KBO", "2024-12-02", "2025-01-01"),
        Waited(1, "R27", "RSZ", "2025-01-01"),
    ]
    assert found["REST-account en delegatie"].did == [Said("2025-01-01", "socius accepts")]
    assert found["Wat behouden blijft"].errors == [
        Said("2025-01-20", "Herne, FTP accounts: FTP Herne: missing")
    ]
    first, last = found["Certificaten"].checks
    assert (first.on, first.ok, [one.detail for one in first.others]) == (
        "2025-02-11",
        1,
        ["short.cer expired"],
    )
    assert last == Checked("2025-03-01", 1, [])


GOOIK = "0212214026"


def observing(operation: str, day: str, succeeded: bool, **others: str) -> StepOutcome:
    """A run that saw everything of Gooik unchanged, and at Herne these."""
    seen = {(number, kind): "unchanged" for number in (GOOIK, HERNE) for kind in retained.KINDS}
    seen |= {(HERNE, kind): said for kind, said in others.items()}
    return StepOutcome(day, "x", runs=[EngineRun(operation, succeeded, errors=["gone"], observed=seen)])


def kept(fusion: Fusion, ledger: Ledger, *steps: StepOutcome) -> dict[str, str]:
    found = {one.name: one for one in systems_of(fusion, steps, ledger)}
    return dict(found["Wat behouden blijft"].kept)


def test_what_is_kept_is_told_by_its_parts(pajottegem: Fusion, ledger: Ledger) -> None:
    """R05. Of a centre that no run looked at nothing is said."""
    told = kept(pajottegem, ledger, observing("up", "2025-01-13", succeeded=True))
    assert list(told) == ["channels", "certificates", "configuration", "E-Box", "access"]
    assert set(told.values()) == {"unchanged at Gooik, Herne (run on 2025-01-13)"}


@pytest.mark.parametrize(("operation", "succeeded"), [("up", False), ("refresh", True), ("preview", True)])
def test_what_the_last_run_saw_counts_however_it_ended(
    pajottegem: Fusion, ledger: Ledger, operation: str, succeeded: bool
) -> None:
    """R05. A refresh succeeds whatever it finds, and an `up` that finds it fails."""
    changed = "email was a@b.be, is c@d.be; name was ICT, is Somebody else"
    told = kept(
        pajottegem,
        ledger,
        observing("up", "2025-01-13", succeeded=True),
        observing(operation, "2025-01-20", succeeded, ftpAccounts="FTP Herne: missing", sender=changed),
    )
    assert told["channels"] == (
        f"unchanged at Gooik; Herne: sender contact: {changed}; Herne: FTP accounts: FTP Herne: missing (run on 2025-01-20)"
    )
    assert told["access"] == "unchanged at Gooik, Herne (run on 2025-01-20)"


def test_what_the_portal_does_not_show_yet_and_what_is_released_are_not_unchanged(
    pajottegem: Fusion, ledger: Ledger
) -> None:
    """R59, R61."""
    seen = observing(
        "up", "2024-12-02", succeeded=True, contactDetails=retained.NOT_SHOWN, eBox=retained.RELEASED
    )
    told = kept(pajottegem, ledger, seen)
    assert (
        told["configuration"]
        == "unchanged at Gooik; Herne: contact details not shown yet (run on 2024-12-02)"
    )
    assert told["E-Box"] == "unchanged at Gooik; Herne: E-Box released (run on 2024-12-02)"


def test_mails_are_told_with_the_notifications(
    pajottegem: Fusion, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R55, R56."""
    sent = [{"kind": "unreadReminder", "at": f"2025-01-{day}T07:00:00+01:00"} for day in (14, 15, 15)]
    monkeypatch.setattr(controls, "list_mails", lambda database, kbo: sent if kbo == MERGED else [])
    found = seen(pajottegem, ledger)["OCMW Online notificaties"]
    assert found.mails == {"unreadReminder": {"2025-01-14": 1, "2025-01-15": 2}}
    assert "  mails (unreadReminder): 1 on 2025-01-14, 2 on 2025-01-15" in told([found], 80)


def test_the_text_says_when_what_waited_and_why_a_check_was_not_ok(
    pajottegem: Fusion, ledger: Ledger
) -> None:
    lines = list(told(list(seen(pajottegem, ledger).values()), 80))
    assert "  waited: 1 for KBO (R12) from 2024-12-02 to 2025-01-01" in lines
    assert "  waits: 1 for RSZ (R27) since 2025-01-01" in lines
    where = lines.index("  check on 2025-02-11: 1 ok, 1 failed")
    assert lines[where + 1] == "  - failed: Pajottegem: certificates: short.cer expired"
    assert lines[where + 2] == "  check on 2025-03-01: 1 ok"
    assert max(map(len, lines)) <= 80


def test_in_a_scenario_that_keeps_its_channels_they_say_so(ledger: Ledger) -> None:
    """R04."""
    sender = f"/REST/chaman/v1/organizations/{MERGED}/sender"
    ledger.writes = [{"path": sender, "at": "2025-01-06T09:00", "status": 200}]
    found = systems_of(load_declaration(FUSIONS / "hasselt.yaml"), [], ledger)
    assert "ChaMan verzender" not in {one.name for one in found if one.note}, "something was done there"
    assert {one.name for one in found if "(R04)" in one.note} >= {"FTP-account", "Mutaties", "Certificaten"}
    assert systems.OTHER not in [one.name for one in found], "where nothing is, nothing is told"
