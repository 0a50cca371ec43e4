"""An `up` of what was approved and of nothing else: plan again, compare, and have the engine hold to the plan just made.

Where the plans differ nothing is begun. What changes at the portal between the comparison and the write is refused by the
engine's own plan, resource by resource (docs/plans.md says what each of the two guarantees).
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from operations.approvals import store
from operations.approvals.basis import read_anew, read_basis
from operations.approvals.comparison import compare
from operations.approvals.digest import digest_of, find_gaps
from operations.approvals.planning import plan_with_digest
from operations.engine import missing_engine
from operations.ledgers.results import Result, note_result
from operations.plans.model import FusionPlan, Plan
from operations.plans.preview import Say
from schemas.errors import FusionError, GuardRefused

MOST_TOLD = 40
"""How many differences are told: whoever reads more than these has one cause to look for."""

_NOTHING = "Nothing was written at the portal"


class OtherPlan(GuardRefused):
    """What would be done now is not what was approved."""

    afterwards = _NOTHING
    way_out = "Have the plan as it is now read and approved: `fusion plan` says its digest"

    def __init__(self, approved: str, now: Plan, differences: Sequence[str] | None) -> None:
        if differences is None:
            told = [
                f"the approved plan {approved} is not kept here, so what differs is not known; the plan now is {now.digest}"
            ]
        else:
            told = [f"the plan now is not the one that was approved ({approved}):"]
            told += [f"  {line}" for line in differences[:MOST_TOLD]]
            if len(differences) > MOST_TOLD:
                told.append(f"  and {len(differences) - MOST_TOLD} more")
        super().__init__("\n".join(told))


class NoPlan(FusionError):
    """There is no plan now that could be what was approved."""

    afterwards = _NOTHING


def apply(
    root: Path,
    stacks: Sequence[str],
    approved: str,
    file: Path | None,
    say: Say,
    make_ready: Callable[[], Sequence[str]],
    agree: Callable[[Plan], None],
) -> list[bool]:
    """Apply the approved plan to these stacks, one after another; of each, whether it went well.

    :param file: the approved plan, where it is not kept here.
    :param make_ready: puts right what killed runs left of the stacks, without which none can be planned, and says what.
    :param agree: asks people, and raises where they do not.
    :raises OtherPlan: where it is another plan by now. :raises NoPlan: where a stack cannot be planned, or not be approved.
    :raises KeyboardInterrupt: after an interrupt or a SIGTERM, once the engine has ended by itself.
    """
    known = store.find(root, approved, file)
    healed = make_ready()
    with store.open_folder(root) as saved:
        try:
            now = _plan(root, stacks, say, saved)
            if now.digest != approved:
                raise OtherPlan(approved, now, compare(known, now) if known else None)
            agree(now)
            _require_unchanged(approved, now)
        except (NoPlan, OtherPlan) as error:
            if healed:
                error.afterwards = f"{_NOTHING}. What killed runs left was put right: {'; '.join(healed)}"
            raise
        passed: list[bool] = []
        try:
            for fusion in now.fusions:
                if passed and not _is_as_approved(root, fusion, approved, saved, say):
                    passed.append(False)
                else:
                    passed.append(_up(root, fusion.stack, saved / f"{fusion.stack}.json"))
        finally:
            if len(stacks) > 1:
                _tell_what_was_done([fusion.stack for fusion in now.fusions], passed, say)
        return passed


def _plan(root: Path, stacks: Sequence[str], say: Say, saved: Path) -> Plan:
    now = plan_with_digest(root, stacks, say, saved)
    failed = [f"{fusion.stack}: {fusion.failed}" for fusion in now.fusions if fusion.failed]
    if wrong := failed or list(find_gaps(now)):
        raise NoPlan("\n".join(wrong))
    return now


def _require_unchanged(approved: str, now: Plan) -> None:
    """Files that somebody saved while it was planned, or while people were asked, are not what was compared."""
    read_anew()
    found = [fusion.model_copy(update={"basis": read_basis(fusion.stack)}) for fusion in now.fusions]
    there = now.model_copy(update={"fusions": tuple(found)})
    if digest_of(there) != digest_of(now):
        raise OtherPlan(approved, there, compare(now, there))


def _is_as_approved(root: Path, fusion: FusionPlan, approved: str, saved: Path, say: Say) -> bool:
    """Plan a stack again: since it was compared, other stacks were applied, and minutes may have gone by. What differs is
    told, and then it is left."""
    before = Plan(fusions=(fusion,))
    try:
        read_anew()
        now = _plan(root, [fusion.stack], say, saved)
        if digest_of(now) != digest_of(before):
            raise OtherPlan(approved, now, compare(before, now))
        _require_unchanged(approved, now)
    except (NoPlan, OtherPlan) as error:
        error.afterwards = f"{fusion.stack} was left as it is; what was applied before it stays"
        say(str(error))
        return False
    return True


def _tell_what_was_done(stacks: Sequence[str], passed: Sequence[bool], say: Say) -> None:
    for stack, went_well in zip_longest(stacks, passed):
        say(
            f"{stack}: {'not begun, or cut off' if went_well is None else 'applied' if went_well else 'failed'}"
        )


def _up(root: Path, stack: str, plan: Path) -> bool:
    """The engine's own `up`, held to its own plan; what it prints is shown as it comes.

    :raises KeyboardInterrupt: after an interrupt, once the engine has ended by itself: it got the same interrupt, finishes
        what is under way, and must not be killed meanwhile. A SIGTERM is handed on as one.
    """
    command = ["pulumi", "up", "-s", stack, "--plan", str(plan), "--yes", "--non-interactive"]
    sys.stdout.flush()
    began = datetime.now(UTC)
    try:
        running = subprocess.Popen(command, cwd=root)
    except FileNotFoundError:
        raise missing_engine() from None
    interrupted = False

    def hand_on(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        running.send_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, hand_on)
    try:
        while True:
            try:
                passed = running.wait() == 0
                break
            except KeyboardInterrupt:
                interrupted = True
    finally:
        signal.signal(signal.SIGTERM, before)
    result = Result.PASSED if passed else Result.INTERRUPTED if interrupted else Result.FAILED
    why = (
        ""
        if passed
        else f"the engine ended with {running.returncode}; what it said of it stood on the terminal"
    )
    note_result(root, stack, running.pid, began, result, why, {})
    if interrupted:
        raise KeyboardInterrupt
    return passed
