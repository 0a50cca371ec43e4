"""Plans with all that an approval holds: the engine's previews, and meanwhile what they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from operations.approvals.basis import read_basis
from operations.approvals.digest import sign
from operations.plans.model import FusionPlan, Plan
from operations.plans.preview import Say, plan_stacks


def plan_with_digest(root: Path, stacks: Sequence[str], say: Say, saved: Path | None = None) -> Plan:
    """The plans of these stacks, signed where all could be planned.

    :param saved: the folder where the engine saves its own plans, as `<stack>.json`.
    """
    with ThreadPoolExecutor(1) as pool:
        bases = pool.map(read_basis, stacks)
        planned = plan_stacks(root, stacks, say, saved)
        fusions = [_with(fusion, basis) for fusion, basis in zip(planned.fusions, bases, strict=True)]
    return sign(planned.model_copy(update={"fusions": tuple(fusions)}))


def _with(fusion: FusionPlan, basis: object) -> FusionPlan:
    return fusion if fusion.failed else fusion.model_copy(update={"basis": basis})
