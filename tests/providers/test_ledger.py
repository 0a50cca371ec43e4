"""The ledger as providers write it: each writing call before it goes out, and what came of each step."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from emulator import controls
from operations.ledgers.model import Outcome
from operations.ledgers.reading import IN_THIS_RUN
from providers import ledger
from providers.access import UserProvider
from providers.chaman import SenderContactProvider
from providers.unanswered import ABSENT, AS_DECLARED, OTHERWISE
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.ledger_runs import (
    SENDER,
    STACK,
    THING,
    USER,
    assert_true,
    begin_run,
    give_up_at_once,
    last_run,
    read,
)
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import ResourceHarness
from tests.providers.test_lost_answers import lose


@pytest.fixture(autouse=True)
def first_run(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run("20250203T090000Z-1", monkeypatch)


def test_what_is_made_changed_and_removed_is_there_with_its_calls(portal: Portal) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    assert last_run(portal).counts == {"made": 1}
    life.update(SENDER | {"name": "Helpdesk"})
    assert last_run(portal).counts == {"changed": 1}
    life.delete()
    (thing,) = last_run(portal).things
    assert (thing.name, thing.centre, thing.came) == (THING, PAJOTTEGEM, "removed")
    assert [(call.method, call.status, call.outcome) for call in thing.calls] == [
        ("PUT", 201, Outcome.DONE),
        ("PUT", 200, Outcome.DONE),
        ("DELETE", 204, Outcome.DONE),
    ]
    assert {call.centre for call in thing.calls} == {PAJOTTEGEM}
    assert len({call.trace for call in thing.calls} | {call.sent_as for call in thing.calls}) == 6
    assert_true(portal)


def test_what_the_portal_has_is_adopted_without_a_call_and_left_at_the_end(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ledger.RUN)
    portal.save(PAJOTTEGEM, SenderContactProvider().path(SENDER), SenderContactProvider().body(SENDER))
    begin_run("20250203T090000Z-1", monkeypatch)
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    assert (last_run(portal).counts, last_run(portal).things[0].calls) == ({"adopted": 1}, [])
    life.delete()
    assert last_run(portal).counts == {"left": 1}


@pytest.mark.parametrize("kind", ["status", "reset", "cutOff"])
def test_an_answer_that_was_lost_is_settled_by_the_same_step(portal: Portal, kind: str) -> None:
    lose(portal, "PUT", kind)
    ResourceHarness(SenderContactProvider()).create(SENDER)
    (thing,) = last_run(portal).things
    assert (thing.came, [call.attempt for call in thing.calls]) == ("made", [1, 2])
    first, second = thing.calls
    assert (second.outcome, second.status) == (Outcome.REFUSED, 412)
    assert (first.settled, last_run(portal).uncertain) == (
        ("", []) if first.outcome is Outcome.DONE else (IN_THIS_RUN, [])
    )
    assert_true(portal)


@pytest.mark.parametrize("kind", ["status", "reset"])
def test_a_change_whose_answer_was_lost_is_a_change(portal: Portal, kind: str) -> None:
    """What the step then finds in sync is not as it was."""
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    lose(portal, "PUT", kind)
    life.update(SENDER | {"name": "Helpdesk"})
    assert [call.status for call in last_run(portal).things[0].calls][::2] == [201, 412]
    assert last_run(portal).counts == {"changed": 1}


def test_a_removal_whose_answer_was_lost_is_a_removal(portal: Portal) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    lose(portal, "DELETE")
    life.delete()
    assert last_run(portal).counts == {"removed": 1}
    assert_true(portal)


def test_what_somebody_removed_before_is_not_left(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    monkeypatch.delenv(ledger.RUN)
    portal.clear(PAJOTTEGEM, SenderContactProvider().path(SENDER))
    begin_run("20250204T090000Z-1", monkeypatch)
    life.delete()
    assert last_run(portal).counts == {"asItIs": 1}


@pytest.mark.parametrize(
    ("done", "unsure", "stays", "came"),
    [(1, 0, False, "removed"), (0, 1, False, "removed"), (0, 1, True, "left"), (1, 0, True, "removed")],
)
def test_what_came_of_a_deletion(done: int, unsure: int, stays: bool, came: str) -> None:
    """What refuses to go after a call without a sure answer is there: nothing was taken away."""
    step = ledger.Step("delete", THING)
    step.done, step.unsure, step.stays = done, unsure, stays
    assert step.judge_deletion() == came


def test_a_step_that_fails_says_why_and_what_is_uncertain(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up_at_once()
    lose(portal, "PUT")
    with pytest.raises(PortalUnreachable):
        ResourceHarness(SenderContactProvider()).create(SENDER)
    run = last_run(portal)
    assert run.counts == {"failed": 1, "uncertain": 1}
    assert "answered 503" in run.things[0].why
    assert_true(portal)


@pytest.mark.parametrize(
    ("after_write", "found", "came"), [(True, AS_DECLARED, "adopted"), (False, ABSENT, "made")]
)
def test_the_next_run_settles_it_first_and_says_so(
    portal: Portal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    after_write: bool,
    found: str,
    came: str,
) -> None:
    give_up_at_once()
    rule = controls.Rule(method="PUT", status=504, after_write=after_write, max_count=1)
    controls.add_fault(portal.database, rule)
    with pytest.raises(PortalUnreachable):
        ResourceHarness(SenderContactProvider()).create(SENDER)
    begin_run("20250204T090000Z-1", monkeypatch)
    ResourceHarness(SenderContactProvider()).create(SENDER)
    first, second = read(portal).runs
    assert (first.uncertain, second.counts) == ([], {came: 1})
    assert [(one.found, one.run, one.method) for one in second.settled] == [(found, first.run, "PUT")]
    assert "got no sure answer: the portal" in capsys.readouterr().out
    assert_true(portal)


def test_a_change_is_settled_by_what_a_refresh_finds_and_the_declaration(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    give_up_at_once()
    lose(portal, "PUT")
    with pytest.raises(PortalUnreachable):
        life.update(SENDER | {"name": "Helpdesk"})
    begin_run("20250204T090000Z-1", monkeypatch)
    life.refresh()
    assert len(read(portal).runs) == 1, "the state is no declaration"
    assert not life.changes(SENDER | {"name": "Helpdesk"})
    assert [one.found for one in last_run(portal).settled] == [AS_DECLARED]


def test_a_change_that_never_came_is_told_too(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    give_up_at_once()
    controls.add_fault(portal.database, controls.Rule(method="PUT", status=503, max_count=1))
    with pytest.raises(PortalUnreachable):
        life.update(SENDER | {"name": "Helpdesk"})
    begin_run("20250204T090000Z-1", monkeypatch)
    life.refresh()
    assert life.changes(SENDER | {"name": "Helpdesk"})
    assert [one.found for one in last_run(portal).settled] == [OTHERWISE]


def test_a_call_that_found_no_connection_is_not_uncertain(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ledger.ask("PUT", SenderContactProvider().path(SENDER))
    assert asked
    asked.break_off("ConnectError", sent=False)
    (thing,) = last_run(portal).things
    assert [call.outcome for call in thing.calls] == [Outcome.NOT_SENT]
    assert last_run(portal).uncertain == []


def test_a_new_ledger_is_on_the_disk_by_its_name(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr("providers.ledger.os.fsync", lambda file: kept.append(os.fstat(file).st_ino))
    path = tmp_path / "project" / "ledgers" / "a.jsonl"
    path.parents[1].mkdir()
    os.close(ledger.open_to_append(path))
    assert kept == [folder.stat().st_ino for folder in (path.parents[1], path.parent)]
    os.close(ledger.open_to_append(path))
    assert len(kept) == 2


def test_nothing_is_asked_that_cannot_be_noted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("providers.ledger.os.write", fill)
    with pytest.raises(ledger.LedgerNotWritten, match="No space left on device"):
        ResourceHarness(SenderContactProvider()).create(SENDER)
    assert portal.writes() == []


def test_no_person_stands_in_it(portal: Portal) -> None:
    """People only by the declaration's key and the portal's own id; no value of any field."""
    life = ResourceHarness(UserProvider())
    life.create(USER)
    life.delete()
    text = ledger.file_of(portal.database.parents[1], STACK).read_text()
    assert USER["person"] in text
    assert USER["ssin"] not in text


def test_only_its_owner_reads_it(portal: Portal) -> None:
    ResourceHarness(SenderContactProvider()).create(SENDER)
    path = ledger.file_of(portal.database.parents[1], STACK)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_a_run_nothing_is_kept(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ledger.RUN)
    ResourceHarness(SenderContactProvider()).create(SENDER)
    assert not ledger.file_of(portal.database.parents[1], STACK).exists()
