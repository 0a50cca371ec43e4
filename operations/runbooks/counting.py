"""How many of a fusion's steps are done, for its plan: by the same preview, and by what people noted."""

from __future__ import annotations

from operations.plans.model import FusionPlan, Plan, StepCounts
from operations.plans.preview import Say
from operations.runbooks.making import take_stock
from operations.runbooks.notes import read_notes
from operations.runbooks.steps import steps_of
from schemas.errors import FusionError
from schemas.loading import load_declaration
from stacks.declared import declaration_path


def with_steps(plan: Plan, say: Say) -> Plan:
    """The plan with the steps of each fusion counted; of one that cannot be read it is said why there is no count.

    Its digest stays: a note changes nothing at the portal.
    """
    fusions = []
    for fusion in plan.fusions:
        try:
            counts = count_steps(fusion.stack, fusion)
        except FusionError as error:
            say(f"{fusion.stack}: the steps of its runbook are not counted: {error}")
            counts = None
        fusions.append(fusion.model_copy(update={"steps": counts}))
    return plan.model_copy(update={"fusions": tuple(fusions)})


def count_steps(stack: str, preview: FusionPlan) -> StepCounts | None:
    """The counts of one stack; None where the engine could make no plan. Without a portal people's notes alone say it.

    :raises FusionError: where there is no declaration, or it or the notes on it cannot be read.
    """
    if preview.failed and not preview.is_by_hand:
        return None
    path = declaration_path(stack)
    steps = steps_of(load_declaration(path), path)
    return take_stock(steps, None if preview.is_by_hand else preview, read_notes(path)).counts
