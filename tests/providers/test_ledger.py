"""The ledger as providers write it: each writing call before it goes out, and what came of each step."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emulator import controls
from operations.ledgers.model import Ledger, Outcome, Run
from operations.ledgers.reading import IN_THIS_RUN, read_ledger
from providers import ledger, session
from providers.access import UserProvider
from providers.chaman import SenderContactProvider
from providers.unanswered import ABSENT, AS_DECLARED, OTHERWISE
from schemas.errors import PortalUnreachable
from tests.providers.conftest import OURS, Portal, settings
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import ResourceHarness, begin_operation
from tests.providers.test_lost_answers import lose
from tests.providers.test_sender import TestSenderContact as Sender
from tests.providers.test_user import TestUser as User
from tests.support.ledger_check import find_misjudged, find_untruths

SENDER, USER = Sender().declared(), User().declared()
THING = f"{PAJOTTEGEM}/SenderContact"
STACK = "pajottegem"


@pytest.fixture(autouse=True)
def first_run(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run("20250203T090000Z-1", monkeypatch)


def begin_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the provider host of a new run."""
    monkeypatch.setenv(ledger.RUN, name)
    monkeypatch.setenv(ledger.STACK, f"organization/fusion/{STACK}")
    begin_operation()


def give_up_at_once() -> None:
    """A call is made once, whatever becomes of it."""
    session.close()
    session.configure(settings(deadline_seconds=0))


def read(portal: Portal) -> Ledger:
    return read_ledger(portal.database.parents[1], STACK)


def last_run(portal: Portal) -> Run:
    return read(portal).runs[-1]


def assert_true(portal: Portal) -> None:
    """As the portal's journal has it."""
    calls = controls.journal(portal.database, writes=True, kbo=None)
    # Of a call that fails before the portal looks at it no client is known.
    journal = [call for call in calls if call["client"] in (OURS, None)]
    assert journal
    assert find_untruths(journal, read(portal).runs) == []
    assert find_misjudged(journal, read(portal).runs) == []


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


def test_a_recorder_that_forgets_is_noticed(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault."""
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    monkeypatch.setattr("providers.network.ledger.ask", lambda *_: None)
    life.update(SENDER | {"name": "Helpdesk"})
    path = SenderContactProvider().path(SENDER)
    journal = controls.journal(portal.database, writes=True, kbo=None)
    assert find_untruths(journal, read(portal).runs) == [f"the ledger does not have PUT {path}: 200"]


def test_a_recorder_that_makes_things_up_is_noticed(portal: Portal) -> None:
    """A planted fault."""
    asked = ledger.ask("PUT", "/REST/chaman/v1/organizations/1010784738/sender")
    assert asked
    asked.end(200, "", surely=True)
    assert find_untruths([], read(portal).runs) == [
        "the portal never answered PUT /REST/chaman/v1/organizations/1010784738/sender with 200"
    ]


def test_of_an_answer_that_was_cut_off_its_own_status_may_have_been_told(portal: Portal) -> None:
    """A served portal sends the head before it breaks off; the embedded one sends nothing."""
    path = "/REST/chaman/v1/organizations/1010784738/sender"
    asked = ledger.ask("PUT", path)
    assert asked
    asked.end(201, "", surely=True)
    entry = {"method": "PUT", "path": path, "status": 0, "outcome": 201}
    for fault in ("cutOff, after the call was carried out", "reset, after the call was carried out"):
        told = fault.startswith("cutOff")
        journal = [entry | {"fault": fault}]
        assert (find_untruths(journal, read(portal).runs) == []) == told
        assert (find_misjudged(journal, read(portal).runs) == []) == told


def test_lines_of_many_writers_never_mix(portal: Portal, tmp_path: Path) -> None:
    """Four processes with three threads each, lines longer than a page."""
    script = (
        "import threading, sys\nfrom pathlib import Path\nfrom providers.ledger import Ledger\n"
        "one = Ledger(Path(sys.argv[1]), sys.argv[2])\n"
        "def work(n):\n    for i in range(50): one.note('reached', thing=f'{n}/{i}', more='x' * 9000)\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
    )
    path = ledger.file_of(tmp_path, "many")
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(path), f"run-{n}"], cwd=Path(__file__).parents[2])
        for n in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    lines = [json.loads(line) for line in path.read_text().split("\n") if line]
    assert len({(line["run"], line["thing"]) for line in lines}) == len(lines) == 600


def test_threads_of_one_host_keep_their_steps_apart(portal: Portal) -> None:
    lives = {provider: ResourceHarness(provider()) for provider in (SenderContactProvider, UserProvider)}
    declared = {SenderContactProvider: SENDER, UserProvider: USER}
    threads = [
        threading.Thread(target=life.create, args=(declared[provider],)) for provider, life in lives.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run = last_run(portal)
    assert run.counts == {"made": 2}
    assert sorted(call.path.split("/")[6] for thing in run.things for call in thing.calls) == [
        "domains",
        "sender",
    ]
    assert all(call.path.startswith(expected(thing.name)) for thing in run.things for call in thing.calls)


def expected(thing: str) -> str:
    """The beginning of the paths that belong to a thing."""
    api = "chaman" if thing == THING else "accessManagement"
    return f"/REST/{api}/"
