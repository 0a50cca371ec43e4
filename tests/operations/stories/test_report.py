"""What `fusion rehearse` prints, for people and for programs, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_all
from pathlib import Path
from typing import Any

import pytest

from operations.rehearsals.projects import EngineRun
from operations.stories import runner
from operations.stories.interruption import Interruption
from operations.stories.language import Story
from operations.stories.play import Say
from operations.stories.report import WIDTH, text
from operations.stories.results import StepOutcome, StoryOutcome, SystemResult
from schemas.errors import EngineError
from tests.operations.conftest import Fusion
from tests.operations.stories.waits import FIRST_DAY, SUPPLIER

UP = EngineRun("up", True, {"update": 2, "same": 80})


def lived(*, problems: list[str] | None = None) -> StoryOutcome:
    first = StepOutcome(
        "2024-11-01",
        "Access is updated (R23)",
        runs=[UP],
        written=["PUT /a"] * 4,
        created=2,
        waits=[FIRST_DAY],
    )
    second = StepOutcome(
        "2025-01-01T09:00:00",
        "The day itself",
        runs=[UP],
        written=["PUT /a"],
        waits=[SUPPLIER],
        came_through=[FIRST_DAY],
    )
    last = StepOutcome(
        "2025-03-01", "Nothing is left", runs=[EngineRun("preview", True)], problems=problems or []
    )
    systems = [SystemResult("Mutaties", writes={"2025-01-01": 4}), SystemResult("E-Box")]
    return StoryOutcome(
        "A fusion", "pajottegem", [first, second, last], systems, seconds=41.2, folder="kept/here"
    )


def test_a_table_of_days_a_line_for_each_system_and_the_end() -> None:
    assert text([lived()]).splitlines() == [
        "pajottegem: A fusion",
        "",
        "date        what                     applied    waits            through",
        "----------  -----------------------  ---------  ---------------  -------",
        "2024-11-01  Access is updated (R23)  2 created  1 R12 KBO until",
        "                                     4 writes     2025-01-01",
        "2025-01-01  The day itself           1 write    1 R35 socius     1 R12",
        "2025-03-01  Nothing is left          preview:",
        "                                     0 left",
        "",
        "Mutaties",
        "  writes: 4 on 2025-01-01",
        "E-Box",
        "  nothing was seen of it",
        "",
        "pajottegem: passed in 41 s; its project is in kept/here",
    ]


RETAINED = (
    "retained things changed (R05). Nothing was written there:\n  Herne, FTP accounts: FTP Herne: missing"
)
WARNED = "3 users go whom fusions/pajottegem.yaml does not declare (R24). Look at them"


def test_why_a_run_failed_and_what_it_said_are_in_the_table_and_in_full_for_programs() -> None:
    """A story may expect both: then nothing else would tell them."""
    ended = "an unhandled error occurred: program exited with non-zero exit code: 1"
    failed = EngineRun("up", False, errors=[RETAINED, ended], warnings=[WARNED, "something else"])
    step = StepOutcome(
        "2025-01-20", "Gone", runs=[failed], waits=[FIRST_DAY], waits_as_of="2025-01-01", said=[WARNED]
    )
    story = StoryOutcome("A fusion", "pajottegem", [step])
    assert text([story]).splitlines()[4:9] == [
        "2025-01-20  Gone                       error    as of 2025-01-01:",
        "            error: retained things              1 R12 KBO until",
        "            changed (R05); Herne, FTP             2025-01-01",
        "            accounts: FTP Herne:",
        "            missing",
    ]
    assert "says: 3 users go whom" in text([story])
    told = story.as_json()["steps"][0]
    assert told["runs"][0]["errors"] == [RETAINED, ended]
    assert told["runs"][0]["warnings"] == [WARNED, "something else"]
    assert (told["said"], told["waitsAsOf"]) == ([WARNED], "2025-01-01")


def test_where_a_story_stopped_is_told_with_what_was_expected_and_seen() -> None:
    told = text([lived(problems=["expected: nothing waits\nseen: " + "a long line " * 20])])
    assert "stopped on 2025-03-01:\n  expected: nothing waits\n  seen: a long line" in told
    assert told.endswith("pajottegem: failed in 41 s; its project is in kept/here")
    assert max(map(len, told.splitlines())) <= WIDTH


def test_several_stories_end_with_a_table() -> None:
    told = text([lived(), lived(problems=["expected: x\nseen: y"])])
    assert told.endswith("1 of 2 stories passed")


def test_for_programs_it_is_an_object_with_its_steps_and_systems() -> None:
    told = lived().as_json()
    assert (told["fusion"], told["passed"], told["seconds"]) == ("pajottegem", True, 41.2)
    assert told["steps"][0]["waits"] == [
        {
            "centre": "Pajottegem",
            "thing": "sender contact",
            "system": "ChaMan verzender",
            "reason": "waits for the number's first day",
            "rule": "R12",
            "whom": "KBO",
            "until": "2025-01-01",
        }
    ]
    assert told["steps"][1]["cameThrough"][0]["rule"] == "R12"
    assert told["systems"] == {"Mutaties": {"writes": {"2025-01-01": 4}}, "E-Box": {}}
    json.dumps(told)


def told_by(play: Callable[..., StoryOutcome], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories that this tells instead, without an engine."""
    monkeypatch.setattr(runner, "play", play)
    monkeypatch.setattr(runner, "prepare", lambda folder, environment: iter(()))
    (root / "Pulumi.yaml").write_text("name: fusion\n")
    (root / "stacks").mkdir()


@pytest.mark.parametrize(("bad", "code"), [([], 0), (["lochristi"], 5), (["lochristi", "pajottegem"], 1)])
def test_the_command_ends_by_how_many_passed(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch, bad: list[str], code: int
) -> None:
    def play(folder: Path, name: str, story: Story, say: Say, _: Interruption) -> StoryOutcome:
        assert (folder / "fusions" / f"{name}.yaml").is_file()
        say(f"{name} 1/10")
        return StoryOutcome(story.story, name, error="broken" if name in bad else "")

    told_by(play, root, monkeypatch)
    ran = fusion("rehearse", "--all", "--format", "json", "--jobs", "1")
    assert ran.code == code
    assert [one["passed"] for one in ran.json] == ["lochristi" not in bad, "pajottegem" not in bad]
    assert "lochristi 1/10" in ran.err
    left = root / ".state" / "stories"
    assert left.exists() == bool(bad)
    assert sorted(path.name for path in left.glob("*/*")) == bad
    assert [one["folder"] for one in ran.json] == [
        f".state/stories/1/{name}" if name in bad else "" for name in ("lochristi", "pajottegem")
    ]


def failing(folder: Path, name: str, story: Story, say: Say, _: Interruption) -> StoryOutcome:
    return StoryOutcome(story.story, name, error="broken")


def test_what_is_kept_stays_beside_the_next_run_until_somebody_cleans_up(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_by(failing, root, monkeypatch)
    fusion("rehearse", "lochristi")
    (root / ".state" / "stories" / "1" / "lochristi" / "noted").touch()
    ran = fusion("rehearse", "lochristi")
    assert "its project is in .state/stories/2/lochristi" in ran.out
    assert "1 earlier run kept beside it: `fusion rehearse --clean` removes them" in ran.err
    assert (root / ".state" / "stories" / "1" / "lochristi" / "noted").exists()
    assert fusion("rehearse", "lochristi", "--clean").code == 1
    ran = fusion("rehearse", "--clean")
    assert (ran.code, ran.out, ran.err) == (0, "", "removed 2 earlier runs\n")
    assert not (root / ".state" / "stories").exists()


def test_whatever_is_raised_in_a_story_stays_with_it(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(folder: Path, name: str, story: Story, say: Say, _: Interruption) -> StoryOutcome:
        if name == "lochristi":
            raise FileNotFoundError(2, "No such file", "a/b/c.cer")
        return StoryOutcome(story.story, name)

    told_by(play, root, monkeypatch)
    ran = fusion("rehearse", "--all", "--jobs", "1")
    assert ran.code == 5
    assert "FileNotFoundError: [Errno 2] No such file: 'a/b/c.cer'" in ran.out
    assert "pajottegem: passed" in ran.out


def test_a_preparation_that_fails_leaves_nothing(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path, environment: object) -> None:
        raise EngineError("pulumi is not on PATH")

    told_by(failing, root, monkeypatch)
    monkeypatch.setattr(runner, "prepare", broken)
    assert "pulumi is not on PATH" in fusion("rehearse", "lochristi").err
    assert not (root / ".state" / "stories").exists()


def test_ctrl_c_tells_what_was_lived_and_blames_nobody(
    root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def wait_for(futures: list[Future[StoryOutcome]], timeout: float) -> Any:
        begun.set()
        return wait_for_all(futures, timeout)

    def play(folder: Path, name: str, story: Story, say: Say, interruption: Interruption) -> StoryOutcome:
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)
        while not interruption.asked:
            time.sleep(0.01)
        outcome = lived()
        outcome.interrupted = outcome.steps[-1].interrupted = True
        return outcome

    monkeypatch.setattr(runner, "wait", wait_for)
    told_by(play, root, monkeypatch)
    ran = fusion("rehearse", "--all", "--jobs", "1")
    assert ran.code == 130
    assert "2025-03-01  Nothing is left          cut short" in ran.out
    assert "interrupted on 2025-03-01: above is what was lived so far" in ran.out
    assert "interrupted before it began" in ran.out
    assert "stopped" not in ran.out


def test_without_a_fusion_it_says_what_to_give(root: Path, fusion: Fusion) -> None:
    ran = fusion("rehearse")
    assert (ran.code, "Name one, or say --all" in ran.err) == (1, True)
