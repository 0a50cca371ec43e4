"""The ledger by many writers, and by one that lies: what the check against the journal notices."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emulator import controls
from providers import ledger
from providers.access import UserProvider
from providers.chaman import SenderContactProvider
from tests.providers.conftest import Portal
from tests.providers.ledger_runs import (
    SENDER,
    THING,
    USER,
    begin_run,
    last_run,
    read,
)
from tests.providers.resource_harness import ResourceHarness
from tests.support.ledger_check import find_misjudged, find_untruths


@pytest.fixture(autouse=True)
def first_run(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run("20250203T090000Z-1", monkeypatch)


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
