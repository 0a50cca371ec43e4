"""Each system of the manual has its line: what was written, done, what waited, failed, and what checks saw (R04-R64)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from operations.checks.results import Result
from operations.rehearsals.projects import EngineRun
from operations.stories.journal_check import JournalCheck, system_of
from operations.stories.results import (
    Action,
    CheckDay,
    DatedLine,
    Failure,
    StepOutcome,
    SystemResult,
    WaitPeriod,
)
from operations.stories.system_report import system_lines
from operations.stories.timeline import OTHER, results_by_system
from providers import retained
from providers.waiting import Waiting
from schemas.declaration import Fusion
from schemas.loading import load_declaration
from schemas.systems import System
from stacks.waits import WaitingThing

FUSIONS = Path(__file__).parents[3] / "fusions"
MERGED, HERNE = "1010784738", "0212218182"


@pytest.fixture(scope="module")
def pajottegem() -> Fusion:
    return load_declaration(FUSIONS / "pajottegem.yaml")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JournalCheck:
    monkeypatch.setattr(controls, "list_mails", lambda database, kbo: [])
    return JournalCheck(tmp_path / "portal.db")


@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("accessManagement/v1/organizations/1/chiefAccessManagers", System.CHIEF_ACCESS_MANAGERS),
        ("accessManagement/v1/organizations/1/domains/x/users", System.ACCESS),
        ("chaman/v1/organizations/1/sender", System.SENDER),
        ("chaman/v1/organizations/1/ftpAccounts/FTP", System.FTP_ACCOUNT),
        ("chaman/v1/organizations/1/restAccounts/OCMW%20Online", System.REST_ACCOUNT),
        ("chaman/v1/organizations/1/delegationRequests/x", System.REST_ACCOUNT),
        ("chaman/v1/organizations/1/certificates/a.cer", System.CERTIFICATES),
        ("ocmwConfiguration/v1/organizations/1/mutations", System.MUTATIONS),
        ("ocmwConfiguration/v1/organizations/1/technicalProviders", System.TECHNICAL_PROVIDERS),
        ("ocmwConfiguration/v1/organizations/1/contactDetails", System.CONTACT_DETAILS),
        ("ocmwConfiguration/v1/organizations/1/ocmwOnline", System.NOTIFICATIONS),
        ("integrations/v1/organizations/1/forms/stops", System.RUNNING_DOSSIERS),
        ("integrations/v1/organizations/1/attestations/successions", System.ATTESTATIONS),
        ("eBox/v1/organizations/1/documents/2/read", System.E_BOX),
        ("uniqueReport/v1/organizations/1/reports/2024", System.UNIQUE_REPORT),
        ("somethingElse/v1", None),
        ("chaman/v1/organizations/1", None),
    ],
)
def test_a_write_belongs_to_the_system_of_its_path(path: str, system: System | None) -> None:
    assert system_of(f"/REST/{path}") is system


def up(**outputs: Any) -> EngineRun:
    return EngineRun("up", True, outputs=outputs)


def lived() -> list[StepOutcome]:
    account = ("Pajottegem", "FTP account FTP Pajottegem")
    first = WaitingThing(
        *account, System.FTP_ACCOUNT, Waiting("waits for its first day", "R12", "KBO", "2025-01-01")
    )
    second = WaitingThing(*account, System.FTP_ACCOUNT, Waiting("waits for the copy", "R27", "RSZ"))
    bad = Result(
        "x", "Pajottegem", MERGED, System.CERTIFICATES, "certificates", "failed", "short.cer expired", "R37"
    )
    ok = Result("x", "Herne", HERNE, System.CERTIFICATES, "certificates", "ok", "1 in use", "R37")
    gone = Failure(System.RETAINED, "Herne, FTP accounts: FTP Herne: missing")
    did = [Action("socius accepts", (System.REST_ACCOUNT,)), Action("calls fail")]
    return [
        StepOutcome("2024-12-02", "a", runs=[up()], waits=[first]),
        StepOutcome("2025-01-01", "b", runs=[up()], waits=[second], did=did),
        StepOutcome("2025-01-20", "c", failures=[gone], waits=[second]),
        StepOutcome("2025-02-11", "d", checks=[bad, ok], waits=[second]),
        StepOutcome("2025-03-01", "e", checks=[ok], waits=[second]),
    ]  # fmt: skip


def read_timeline(fusion: Fusion, journal: JournalCheck) -> dict[str, SystemResult]:
    return {one.name: one for one in results_by_system(fusion, lived(), journal)}


def test_a_system_shows_writes_actions_waits_errors_and_every_check(
    pajottegem: Fusion, journal: JournalCheck
) -> None:
    journal.writes = [
        {"path": f"/REST/chaman/v1/organizations/{MERGED}/ftpAccounts", "at": "2025-01-06T09:00", "status": 201},
        {"path": f"/REST/chaman/v1/organizations/{MERGED}/ftpAccounts", "at": "2025-01-06T09:00", "status": 503},
    ]  # fmt: skip
    found = read_timeline(pajottegem, journal)
    assert found["FTP-account"].writes == {"2025-01-06": 1}
    assert found["FTP-account"].waited == [
        WaitPeriod(1, "R12", "KBO", "2024-12-02", "2025-01-01"),
        WaitPeriod(1, "R27", "RSZ", "2025-01-01"),
    ]
    assert found["REST-account en delegatie"].did == [DatedLine("2025-01-01", "socius accepts")]
    assert found[OTHER].did == [DatedLine("2025-01-01", "calls fail")]
    assert found["Wat behouden blijft"].errors == [
        DatedLine("2025-01-20", "Herne, FTP accounts: FTP Herne: missing")
    ]
    first, last = found["Certificaten"].checks
    assert (first.on, first.ok, [one.detail for one in first.others]) == (
        "2025-02-11",
        1,
        ["short.cer expired"],
    )
    assert last == CheckDay("2025-03-01", 1, [])


GOOIK = "0212214026"


def observing(operation: str, day: str, succeeded: bool, **others: str) -> StepOutcome:
    """A run that saw everything of Gooik unchanged, and at Herne these."""
    seen = {(number, kind): "unchanged" for number in (GOOIK, HERNE) for kind in retained.KINDS}
    seen |= {(HERNE, kind): said for kind, said in others.items()}
    return StepOutcome(day, "x", runs=[EngineRun(operation, succeeded, errors=["gone"], observed=seen)])


def kept(fusion: Fusion, journal: JournalCheck, *steps: StepOutcome) -> dict[str, str]:
    found = {one.name: one for one in results_by_system(fusion, steps, journal)}
    return dict(found["Wat behouden blijft"].retained)


def test_what_is_retained_is_shown_by_its_parts(pajottegem: Fusion, journal: JournalCheck) -> None:
    """R05. Of a centre that no run looked at nothing is said."""
    told = kept(pajottegem, journal, observing("up", "2025-01-13", succeeded=True))
    assert list(told) == ["channels", "certificates", "configuration", "E-Box", "access"]
    assert set(told.values()) == {"unchanged at Gooik, Herne (run on 2025-01-13)"}


@pytest.mark.parametrize(("operation", "succeeded"), [("up", False), ("refresh", True), ("preview", True)])
def test_what_the_last_run_saw_counts_however_it_ended(
    pajottegem: Fusion, journal: JournalCheck, operation: str, succeeded: bool
) -> None:
    """R05. A refresh succeeds whatever it finds, and an `up` that finds it fails."""
    changed = "email was a@b.be, is c@d.be; name was ICT, is Somebody else"
    told = kept(
        pajottegem,
        journal,
        observing("up", "2025-01-13", succeeded=True),
        observing(operation, "2025-01-20", succeeded, ftpAccounts="FTP Herne: missing", sender=changed),
    )
    assert told["channels"] == (
        f"unchanged at Gooik; Herne: sender contact: {changed}; Herne: FTP accounts: FTP Herne: missing (run on 2025-01-20)"
    )
    assert told["access"] == "unchanged at Gooik, Herne (run on 2025-01-20)"


def test_what_the_portal_does_not_show_yet_and_what_is_released_are_not_unchanged(
    pajottegem: Fusion, journal: JournalCheck
) -> None:
    """R59, R61."""
    seen = observing(
        "up", "2024-12-02", succeeded=True, contactDetails=retained.NOT_SHOWN, eBox=retained.RELEASED
    )
    told = kept(pajottegem, journal, seen)
    assert (
        told["configuration"]
        == "unchanged at Gooik; Herne: contact details not shown yet (run on 2024-12-02)"
    )
    assert told["E-Box"] == "unchanged at Gooik; Herne: E-Box released (run on 2024-12-02)"


def test_mails_stand_with_the_notifications(
    pajottegem: Fusion, journal: JournalCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R55, R56."""
    sent = [{"kind": "unreadReminder", "at": f"2025-01-{day}T07:00:00+01:00"} for day in (14, 15, 15)]
    monkeypatch.setattr(controls, "list_mails", lambda database, kbo: sent if kbo == MERGED else [])
    found = read_timeline(pajottegem, journal)["OCMW Online notificaties"]
    assert found.mails == {"unreadReminder": {"2025-01-14": 1, "2025-01-15": 2}}
    assert "  mails (unreadReminder): 1 on 2025-01-14, 2 on 2025-01-15" in system_lines([found], 80)


def test_the_text_says_when_what_waited_and_why_a_check_was_not_ok(
    pajottegem: Fusion, journal: JournalCheck
) -> None:
    lines = list(system_lines(list(read_timeline(pajottegem, journal).values()), 80))
    assert "  waited: 1 for KBO (R12) from 2024-12-02 to 2025-01-01" in lines
    assert "  waits: 1 for RSZ (R27) since 2025-01-01" in lines
    where = lines.index("  check on 2025-02-11: 1 ok, 1 failed")
    assert lines[where + 1] == "  - failed: Pajottegem: certificates: short.cer expired"
    assert lines[where + 2] == "  check on 2025-03-01: 1 ok"
    assert max(map(len, lines)) <= 80


def test_days_one_after_the_other_whose_checks_say_the_same_are_one_line() -> None:
    soon = Result(
        "pajottegem", "Herne", HERNE, System.CERTIFICATES, "certificates", "todo", "ends soon", "R37"
    )
    days = [
        CheckDay("2027-06-30", 4),
        CheckDay("2027-07-31", 4),
        CheckDay("2027-08-31", 3, [soon]),
        CheckDay("2027-09-30", 3, [soon]),
        CheckDay("2027-10-31", 4),
    ]
    assert list(system_lines([SystemResult("Certificaten", checks=days)], 80))[1:] == [
        "  check on 2 days from 2027-06-30 to 2027-07-31: 4 ok",
        "  check on 2 days from 2027-08-31 to 2027-09-30: 3 ok, 1 todo",
        "  - todo: Herne: certificates: ends soon",
        "  check on 2027-10-31: 4 ok",
    ]


def test_in_a_scenario_that_keeps_its_channels_they_say_so(journal: JournalCheck) -> None:
    """R04."""
    sender = f"/REST/chaman/v1/organizations/{MERGED}/sender"
    journal.writes = [{"path": sender, "at": "2025-01-06T09:00", "status": 200}]
    found = results_by_system(load_declaration(FUSIONS / "hasselt.yaml"), [], journal)
    assert "ChaMan verzender" not in {one.name for one in found if one.note}, "something was done there"
    assert {one.name for one in found if "(R04)" in one.note} >= {"FTP-account", "Mutaties", "Certificaten"}
    assert OTHER not in [one.name for one in found], "where nothing is, nothing is told"
