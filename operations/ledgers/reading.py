"""The ledger's lines made runs again. What a later version wrote beside is passed over; a line that is cut is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.ledgers.choice import choose
from operations.ledgers.model import (
    NOT_ATTEMPTED,
    UNFINISHED,
    Call,
    Ending,
    Ledger,
    Outcome,
    Run,
    Settled,
    Thing,
)
from providers import ledger
from providers.ledger import AS_IT_IS, FAILED
from providers.unanswered import SENTENCES, find_uncertain, is_sure, read_lines
from schemas.errors import FusionError
from stacks.beginning import is_under_way

Line = Mapping[str, Any]
IN_THIS_RUN = "inThisRun"
"""How a call was settled that its own run looked after."""
_WITHOUT_A_PLAN = frozenset({"refresh", "destroy"})
"""They run no program that would note what is to be done: their end does not tell whether they came to all."""
_PAST_ITS_PREVIEW = {"up": {"planned"}, "destroy": {"step", "asked"}}
"""The lines that an operation notes only where it applies; none is known of a refresh."""
_ENGINE_KILLED = frozenset({"orphaned", "left"})
"""What a provider host notes whose engine was killed; `left` in ledgers of before."""
_UNAUTHORIZED = 401
_FAILED = "failed"
_OF_RESULTS = {"passed": Ending.DONE, "interrupted": None, "killed": Ending.KILLED}
"""What is told of the engine's end. One that failed may have been killed by somebody, one that was interrupted may have
been at its preview: that its lines tell."""


def read_ledgers(root: Path, names: Sequence[str]) -> list[Ledger]:
    """Of the named stacks, else of all. Raises `NoStack` for a name that is no stack's, `FusionError` where the ledger of a
    named one cannot be read; of one that nobody named it says why."""
    return [_read_or_say(root, stack, is_named=bool(names)) for stack in choose(root, names)]


def _read_or_say(root: Path, stack: str, *, is_named: bool) -> Ledger:
    try:
        return read_ledger(root, stack)
    except FusionError as error:
        if is_named:
            raise
        return Ledger(stack, why=error.sentence())


def read_ledger(root: Path, stack: str) -> Ledger:
    """The runs of a stack; none where there is no ledger. Raises `FusionError` where it cannot be read."""
    path = ledger.file_of(root, stack)
    try:
        lines = list(read_lines(path)) if path.exists() else []
    except OSError as error:
        raise FusionError(f"{path} cannot be read: {error.strerror}", "Work as its owner") from None
    known = [line for line in lines if line]
    settled = _settlements(known)
    asked = {str(line.get("call")): line for line in known if line["kind"] == "asked"}
    runs = [
        _run(stack, [line for line in known if line["run"] == run], settled, asked)
        for run in dict.fromkeys(line["run"] for line in known)
    ]
    return Ledger(stack, runs, len(lines) - len(known))


def _settlements(lines: list[Line]) -> dict[str, str]:
    """What is known by now of each call that had no sure answer."""
    found: dict[str, str] = {}
    for line in lines:
        if line["kind"] == "settled":
            found |= {str(call): str(line.get("found")) for call in line.get("calls") or ()}
    still = find_uncertain(lines)
    calls = (str(line.get("call")) for line in lines if line["kind"] == "asked")
    return {call: found.get(call, IN_THIS_RUN) for call in calls if call not in still}


def _run(stack: str, lines: list[Line], settled: Mapping[str, str], asked: Mapping[str, Line]) -> Run:
    begun = next((line for line in lines if line["kind"] == "begin"), {})
    titles = _planned(lines)
    things = list(_things(lines, titles, settled))
    result = next((line for line in reversed(lines) if line["kind"] == "result"), {})
    ending = _ending(lines, begun, result, things)
    earlier = [
        Settled(
            titles.get(str(line.get("thing")), str(line.get("thing"))),
            str(line.get("found")),
            str(before["run"]),
            str(before.get("method")),
            str(before.get("path")),
        )
        for line in lines
        if line["kind"] == "settled"
        for call in line.get("calls") or ()
        if (before := asked.get(str(call)))
    ]
    return Run(
        run=lines[0]["run"],
        stack=stack,
        operation=str(begun.get("operation") or "up"),
        who=str(begun.get("who") or ""),
        host=str(begun.get("host") or ""),
        began=read_moment(lines[0]),
        ended=read_moment(lines[-1]),
        ending=ending,
        things=things,
        settled=earlier,
        why=_why(lines, result, things),
        counted=_counts(result),
        wrote_outputs=begun.get("operation", "up") == "up" and _wrote_outputs(lines, ending, things),
    )


def _why(lines: list[Line], result: Line, things: list[Thing]) -> list[str]:
    told = [str(line.get("why")) for line in lines if line["kind"] in ("stopped", "alarm")]
    if told or any(thing.came == FAILED for thing in things) or result.get("result") != _FAILED:
        return told
    return [str(result.get("why"))]


def _counts(result: Line) -> dict[str, int]:
    counts = result.get("counts")
    return {str(step): int(count) for step, count in counts.items()} if isinstance(counts, dict) else {}


def _wrote_outputs(lines: list[Line], ending: Ending, things: list[Thing]) -> bool:
    """An alarm is told after the outputs are written; any other error keeps the earlier ones."""
    if ending is Ending.FAILED:
        return any(line["kind"] == "alarm" for line in lines) and all(
            thing.came != FAILED for thing in things
        )
    return ending is Ending.DONE


def _planned(lines: Iterable[Line]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        if line["kind"] == "planned" and isinstance(line.get("things"), dict):
            found |= line["things"]
    return found


def _things(lines: list[Line], titles: Mapping[str, str], settled: Mapping[str, str]) -> Iterable[Thing]:
    """In the order in which the run met them, then what it did not come to."""
    steps = {str(line.get("thing")): line for line in lines if line["kind"] == "step"}
    reached = {str(line.get("thing")) for line in lines if line["kind"] == "reached"}
    calls = _calls(lines, settled)
    met = [str(line.get("thing")) for line in lines if line["kind"] in ("asked", "step", "reached")]
    for name in dict.fromkeys([*met, *titles]):
        step = steps.get(name)
        came = AS_IT_IS if name in reached else UNFINISHED if name in calls else NOT_ATTEMPTED
        yield Thing(
            name=name,
            title=titles.get(name, name),
            centre=name.partition("/")[0],
            came=str(step.get("came")) if step else came,
            why=str((step or {}).get("why") or ""),
            calls=calls.get(name, []),
        )


def _calls(lines: list[Line], settled: Mapping[str, str]) -> dict[str, list[Call]]:
    answers = {str(line.get("call")): line for line in lines if line["kind"] in ("answered", "unanswered")}
    repeated: dict[tuple[str, str, str], int] = {}
    found: dict[str, list[Call]] = {}
    for line in lines:
        if line["kind"] == "step":  # what is asked in the next step is another call
            repeated = {key: number for key, number in repeated.items() if key[0] != line.get("thing")}
        if line["kind"] != "asked":
            continue
        key = (str(line.get("thing")), str(line.get("method")), str(line.get("path")))
        attempt = repeated.pop(key, 0) + 1
        call, answer = str(line.get("call")), answers.get(str(line.get("call")), {})
        outcome, status = _outcome(answer), answer.get("status")
        # After any other answer the same is asked anew, as the next batch of many is.
        if outcome in (Outcome.UNCERTAIN, Outcome.NOT_SENT) or status == _UNAUTHORIZED:
            repeated[key] = attempt
        found.setdefault(key[0], []).append(
            Call(
                at=read_moment(line),
                centre=_centre(key[2]),
                method=key[1],
                path=key[2],
                attempt=attempt,
                outcome=outcome,
                status=status if isinstance(status, int) else None,
                sent_as=call,
                trace=str(answer.get("trace") or ""),
                why=str(answer.get("why") or ""),
                settled=settled.get(call, "") if outcome is Outcome.UNCERTAIN else "",
            )
        )
    return found


def _outcome(answer: Line) -> Outcome:
    status = answer.get("status")
    if answer.get("sent") is False:
        return Outcome.NOT_SENT
    if not is_sure(status):
        return Outcome.UNCERTAIN
    return Outcome.DONE if 200 <= int(str(status)) < 300 else Outcome.REFUSED


def _ending(lines: list[Line], begun: Line, result: Line, things: list[Thing]) -> Ending:
    """By what is told of the engine's end, where `fusion` started it; else, and of why it failed, by the lines of its
    processes."""
    kinds = [line["kind"] for line in lines if line["kind"] != "result"]
    goes_on = is_under_way(begun) if begun else False
    if goes_on:
        return Ending.UNDER_WAY
    if "stopped" in kinds:
        return Ending.REFUSED
    told = result.get("result")
    if told in _OF_RESULTS:
        return _OF_RESULTS[told] or _interrupted_ending(kinds, begun)
    # A provider host ends with each of the engine's operations, the preview of an `up` among them.
    last = next((kind for kind in reversed(kinds) if kind not in ("alarm", "reached")), "")
    if last == "ended":
        return Ending.FAILED if told == _FAILED else _orderly_ending(kinds, begun, things)
    if goes_on is None and told is None and _ENGINE_KILLED.isdisjoint(kinds):
        return Ending.UNKNOWN
    return Ending.NOT_BEGUN if {*kinds} == {"begin"} else Ending.KILLED


def _interrupted_ending(kinds: list[str], begun: Line) -> Ending:
    """In its preview nothing is applied: an `up` that is past it has noted its plan, a destroy the steps that it came to. A
    refresh notes neither."""
    if {*kinds} == {"begin"}:
        return Ending.NOT_BEGUN
    past = _PAST_ITS_PREVIEW.get(str(begun.get("operation") or "up"))
    return Ending.BROKEN_OFF if past is None or past & {*kinds} else Ending.NOT_APPLIED


def _orderly_ending(kinds: list[str], begun: Line, things: list[Thing]) -> Ending:
    if "alarm" in kinds or any(thing.came == FAILED for thing in things):
        return Ending.FAILED
    if begun.get("operation") in _WITHOUT_A_PLAN:
        return Ending.ENDED
    if "planned" not in kinds:
        return Ending.NOT_APPLIED
    return Ending.BROKEN_OFF if any(thing.came == NOT_ATTEMPTED for thing in things) else Ending.DONE


def read_moment(line: Line) -> datetime:
    """When a line was written; long ago where it does not say."""
    try:
        return datetime.fromisoformat(line["at"]).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _centre(path: str) -> str:
    """The organisation's number in a path of the portal."""
    return path.partition("/organizations/")[2].partition("/")[0]


def explain(found: str) -> str:
    """What a look found, in words."""
    return SENTENCES.get(found, "the same run settled it" if found == IN_THIS_RUN else found)
