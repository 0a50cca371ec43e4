"""An `up` of what was approved and of nothing else: plan again, compare, and have the engine hold to the plan just made.

Where the plans differ nothing is begun. What changes at the portal between the comparison and the write is refused by the
engine's own plan, resource by resource (docs/plans.md says what each of the two guarantees).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.approvals import store
from operations.approvals.basis import forget, read_basis
from operations.approvals.comparison import compare
from operations.approvals.digest import digest_of
from operations.approvals.planning import plan_with_digest
from operations.engine import missing_engine
from operations.plans.model import Plan
from operations.plans.preview import Say
from operations.private_files import make_private_folder
from schemas.errors import FusionError, GuardRefused

MOST_TOLD = 40
"""How many differences are told: whoever reads more than these has one cause to look for."""


class OtherPlan(GuardRefused):
    """What would be done now is not what was approved."""

    afterwards = "Nothing was written"
    way_out = "Have the plan as it is now read and approved: `fusion plan` says its digest"

    def __init__(self, approved: str, now: Plan, differences: Sequence[str] | None) -> None:
        if differences is None:
            told = [
                f"the approved plan {approved} is not kept here, so what differs is not known; the plan now is {now.digest}"
            ]
        else:
            told = [f"the plan now is not the one that was approved ({approved}):"]
            told += [f"  {line}" for line in differences[:MOST_TOLD]]
            if more := len(differences) - MOST_TOLD:
                told += [f"  and {more} more"] if more > 0 else []
        super().__init__("\n".join(told))


class NoPlan(FusionError):
    """A stack could not be planned."""

    afterwards = "Nothing was written"


def apply(
    root: Path,
    stacks: Sequence[str],
    approved: str,
    file: Path | None,
    say: Say,
    agree: Callable[[Plan], None],
) -> list[bool]:
    """Apply the approved plan to these stacks, one after another; of each, whether it went well.

    :param file: the approved plan, where it is not kept here.
    :param agree: asks people, and raises where they do not.
    :raises OtherPlan: where it is another plan by now. :raises NoPlan: where a stack cannot be planned.
    """
    known = store.find(root, approved, file)
    folder = root / ".state" / "plans"
    make_private_folder(folder)
    with TemporaryDirectory(dir=folder, prefix="up-") as saved:
        now = plan_with_digest(root, stacks, say, Path(saved))
        failed = [f"{fusion.stack}: {fusion.failed}" for fusion in now.fusions if fusion.failed]
        if failed:
            raise NoPlan("\n".join(failed))
        if now.digest != approved:
            raise OtherPlan(approved, now, compare(known, now) if known else None)
        agree(now)
        _require_unchanged(approved, now)
        return [_up(root, stack, Path(saved) / f"{stack}.json") for stack in stacks]


def _require_unchanged(approved: str, now: Plan) -> None:
    """Files that somebody saved while it was planned, or while people were asked, are not what was compared."""
    forget()
    found = [fusion.model_copy(update={"basis": read_basis(fusion.stack)}) for fusion in now.fusions]
    there = now.model_copy(update={"fusions": tuple(found)})
    if digest_of(there) != approved:
        raise OtherPlan(approved, there, compare(now, there))


def _up(root: Path, stack: str, plan: Path) -> bool:
    """The engine's own `up`, held to its own plan; what it prints is shown as it comes.

    :raises KeyboardInterrupt: after an interrupt, once the engine has ended by itself: it got the same interrupt, finishes
        what is under way, and must not be killed meanwhile.
    """
    command = ["pulumi", "up", "-s", stack, "--plan", str(plan), "--yes", "--non-interactive"]
    sys.stdout.flush()
    try:
        running = subprocess.Popen(command, cwd=root)
    except FileNotFoundError:
        raise missing_engine() from None
    interrupted = False
    while True:
        try:
            passed = running.wait() == 0
            break
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return passed
