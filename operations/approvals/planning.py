"""Plans with all that an approval holds: the engine's previews, and meanwhile what they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from operations.approvals.basis import NoBasis, read_basis
from operations.approvals.digest import find_gaps, with_digest
from operations.plans.model import Basis, FusionPlan, Plan
from operations.plans.preview import Say, plan_stacks


def plan_with_digest(root: Path, stacks: Sequence[str], say: Say, saved: Path | None = None) -> Plan:
    """The plans of these stacks, with a digest where they can be approved; else it is said why not.

    :param saved: the folder where the engine saves its own plans, as `<stack>.json`.
    """
    return give_digest(Plan(fusions=plan_with_bases(root, stacks, say, saved)), say)


def plan_with_bases(
    root: Path, stacks: Sequence[str], say: Say, saved: Path | None = None
) -> tuple[FusionPlan, ...]:
    """The plan of each of these stacks, with what it is made from."""
    with ThreadPoolExecutor(1) as pool:
        bases = pool.map(_read, stacks)
        fusions = []
        for fusion, basis in zip(plan_stacks(root, stacks, say, saved).fusions, bases, strict=True):
            if isinstance(basis, NoBasis) and not fusion.failed:
                say(str(basis))
            held = basis if isinstance(basis, Basis) and not fusion.failed else None
            fusions.append(fusion.model_copy(update={"basis": held}))
    return tuple(fusions)


def give_digest(plan: Plan, say: Say) -> Plan:
    """The plan with its digest where it can be approved; else it is said why not."""
    plan = with_digest(plan)
    if not plan.digest:
        for gap in find_gaps(plan):
            say(f"no digest, so it cannot be approved: {gap}")
    return plan


def _read(stack: str) -> Basis | NoBasis:
    try:
        return read_basis(stack)
    except NoBasis as error:
        return error
