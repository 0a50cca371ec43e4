"""The engine looks where something can have changed, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from operations.fleet.looking import look
from operations.fleet.progress import Progress
from operations.fleet.results import Ending, Operation, StackResult
from operations.in_sync.judging import NEVER, Judge, Verdict
from tests.operations.in_sync.test_evidence import KEPT

STACKS = ("hasselt", "pajottegem", "tielt")
IN_SYNC = Verdict(kept=KEPT.model_copy(update={"warnings": ("its certificate runs out",)}))


class PlayedJudge(Judge):
    def __init__(self, **verdicts: Verdict) -> None:
        self.verdicts = verdicts
        self.kept: dict[str, tuple[Mapping[str, int], Sequence[str]]] = {}
        self.forgotten: list[str] = []
        self.anew = 0

    def judge(self, stacks: Sequence[str]) -> dict[str, Verdict]:
        return {stack: self.verdicts[stack] for stack in stacks}

    def read_anew(self) -> None:
        assert self.kept == {}
        self.anew += 1

    def keep(
        self, stack: str, counts: Mapping[str, int], warnings: Sequence[str], outputs: Mapping[str, Any]
    ) -> None:
        assert outputs == {"waits": {}}
        self.kept[stack] = (counts, warnings)

    def forget(self, stack: str) -> None:
        self.forgotten.append(stack)


class Engine:
    def __init__(self, **results: Any) -> None:
        self.results = results
        self.asked: list[str] = []

    def __call__(self, stacks: Sequence[str]) -> list[StackResult]:
        self.asked += stacks
        return [
            StackResult(
                stack,
                Operation.PREVIEW,
                **{
                    "ending": Ending.PASSED,
                    "counts": {"same": 3},
                    "outputs": {"waits": {}},
                    **self.results[stack],
                },
            )
            for stack in stacks
        ]


@pytest.fixture
def judge() -> PlayedJudge:
    return PlayedJudge(hasselt=IN_SYNC, pajottegem=Verdict(NEVER), tielt=Verdict("its declaration changed"))


def looked(judge: Judge, engine: Engine, *, full: bool = False) -> tuple[list[StackResult], list[str]]:
    said: list[str] = []
    return look(STACKS, judge, engine, Progress(said.append), full=full), said


def test_a_stack_in_sync_needs_no_engine_and_says_what_the_last_look_said(judge: PlayedJudge) -> None:
    engine = Engine(pajottegem={}, tielt={"counts": {"same": 2, "update": 1}})
    results, said = looked(judge, engine)
    assert engine.asked == ["pajottegem", "tielt"]
    assert [one.stack for one in results] == [*STACKS]
    assert [one.ending for one in results] == [Ending.IN_SYNC, Ending.PASSED, Ending.PASSED]
    assert results[0].passed
    assert (results[0].counts, results[0].warnings) == ({"same": 3}, ("its certificate runs out",))
    assert [one.because for one in results] == ["", NEVER, "its declaration changed"]
    assert said == [
        "asking the portal what changed, for 3 stacks",
        "1 stack of 3 in sync: nothing can have changed since the last full look (--full looks at all)",
    ]


def test_only_a_look_that_found_nothing_to_do_is_kept(judge: PlayedJudge) -> None:
    looked(judge, Engine(pajottegem={"warnings": ("w",)}, tielt={"counts": {"create": 1}}))
    assert judge.kept == {"pajottegem": ({"same": 3}, ("w",))}
    assert judge.forgotten == ["tielt"]
    assert judge.anew == 1


@pytest.mark.parametrize("ending", Ending)
def test_what_failed_is_forgotten_and_what_nobody_looked_at_is_not(
    judge: PlayedJudge, ending: Ending
) -> None:
    """After an error nobody may read that all is well."""
    looked(judge, Engine(pajottegem={"ending": ending, "counts": {"update": 1}}, tielt={}))
    gone = ending in (Ending.FAILED, Ending.PASSED, Ending.IN_SYNC)
    assert judge.forgotten == (["pajottegem"] if gone else [])
    assert [*judge.kept] == ["tielt"]


def test_a_full_look_asks_the_engine_of_all_and_keeps_what_it_finds(judge: PlayedJudge) -> None:
    engine = Engine(hasselt={}, pajottegem={}, tielt={})
    results, said = looked(judge, engine, full=True)
    assert engine.asked == [*STACKS]
    assert {one.because for one in results} == {""}
    assert [*judge.kept] == [*STACKS]
    assert said == ["asking the portal what changed, for 3 stacks"]
