"""Kill -9 of the engine, the provider host, the program or the portal at random moments of an `up`: after the next one
everything is as if nothing had happened. `make kills` kills a hundred times."""

import os
import random
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from emulator.core import journal, store
from tests.support import portal_tables
from tests.torture.kills import rehearsals
from tests.torture.kills.disturbance import PORTAL, VICTIMS, StruckRun
from tests.torture.kills.killing import LOOKING, Kill, Killing, draw
from tests.torture.kills.processes import ENGINE, HOST, PROGRAM
from tests.torture.kills.rehearsals import REHEARSED
from tests.torture.kills.starting_points import CHANGE, FIRST, REFRESH, UP

SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(10**6)
KILLS = (
    Kill("hasselt", FIRST, ENGINE, 0, at_write=True, dossiers=True),
    Kill("hasselt", FIRST, PORTAL, 0, at_write=True, served=True),
    Kill("hasselt", FIRST, PROGRAM, 0, at_write=False),
    Kill("pajottegem", CHANGE, ENGINE, 0, at_write=True, every_checkpoint=True),
    Kill("pajottegem", CHANGE, HOST, 0, at_write=True),
    Kill("tessenderlo-ham", "rehearsal 2", ENGINE, 0, at_write=True),
)
LOOK = Kill("tessenderlo-ham", "rehearsal 2", HOST, 0.4, at_write=False, operation=REFRESH)


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Killing:
    return Killing(tmp_path_factory.mktemp("kills"))


def test_the_victims_take_turns_and_a_share_of_rehearsals_loses_what_only_looks() -> None:
    drawn = [draw(7, number) for number in range(400)]
    assert Counter(kill.victim for kill in drawn) == dict.fromkeys(VICTIMS, 100)
    looking = [kill for kill in drawn if kill.operation != UP]
    assert all(kill.kind in REHEARSED and not kill.at_write for kill in looking)
    assert {(kill.victim, kill.operation) for kill in looking} == {
        (victim, operation) for victim, those in LOOKING.items() for operation in those
    }


@pytest.mark.parametrize("number", range(len(KILLS)), ids=[f"{kill.kind}-{kill.victim}" for kill in KILLS])
def test_after_a_kill_the_next_up_leaves_no_trace_of_it(killing: Killing, number: int) -> None:
    """No duplicate, no loss, no write under a retained number (R05), the second preview empty, nobody left behind."""
    print(f"KILL_SEED={SEED}")  # noqa: T201 - shown when it fails
    moment = random.Random(f"{SEED}/{number}").uniform(0.05, 0.85)  # noqa: S311 - when to kill
    kill = replace(KILLS[number], moment=moment)
    story = killing.carry_out(kill, f"kill-{number}")
    assert story.struck, f"{kill}: each run ended before its moment"
    assert story.findings == [], f"{kill}\n" + "\n".join(story.findings)


def test_the_engine_writes_nothing_in_place_beside_the_state(killing: Killing) -> None:
    """A kill while it did left a file of which no command got past (docs/engine-notes.md): see `backend` in Pulumi.yaml."""
    state = killing.start(KILLS[0]).undisturbed.workspace.root / ".state" / ".pulumi"
    assert list(state.rglob("*.json")), "the state is here"
    assert list(state.rglob("*.attrs")) == []


def test_what_a_look_wrote_before_an_up_is_told(killing: Killing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a kill: a refresh that writes."""

    def write(workspace: Any, *_: Any) -> StruckRun:
        with closing(store.connect(workspace.database)) as connection:
            entry = journal.Entry("PUT", "/REST/chaman/v1/organizations/1/sender", client="rehearsal")
            journal.write(connection, "2025-01-01T09:00:00+01:00", entry, 200)
        return StruckRun(in_time=True, status=0, said="", left=[])

    monkeypatch.setattr(rehearsals, "disturb", write)
    (finding,) = killing.carry_out(LOOK, "wrote").findings
    assert finding.endswith("refresh wrote: PUT /REST/chaman/v1/organizations/1/sender")


def test_what_a_rehearsal_lost_on_its_way_is_told(killing: Killing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a kill: a form is gone, and a user of the disappearing centre."""

    def lose(workspace: Any, *_: Any) -> StruckRun:
        portal_tables.delete_form(workspace.database)
        portal_tables.delete_user(workspace.database, "0212174533")
        return StruckRun(in_time=True, status=0, said="", left=[])

    monkeypatch.setattr(rehearsals, "disturb", lose)
    story = killing.carry_out(replace(KILLS[-1], moment=0.5), "lost")
    assert story.findings
