"""How many of a fusion's steps are done, for its plan: by the same preview, and by what people noted."""

from __future__ import annotations

from collections.abc import Collection

from operations.plans.model import FusionPlan, Plan, StepCounts
from operations.plans.preview import Say
from operations.runbooks.making import take_stock
from operations.runbooks.notes import read_notes
from operations.runbooks.steps import steps_of
from schemas.errors import FusionError
from schemas.loading import load_declaration
from stacks.declared import declaration_path


def with_steps(plan: Plan, say: Say, noted: Collection[str] = ()) -> Plan:
    """The plan with the steps of each fusion counted; of one that cannot be read it is said why there is no count.

    Its digest stays: a note changes nothing at the portal.

    :param noted: the stacks of which people's notes alone say it, though they could be previewed: those that are not made
        yet, and have no settings that name a portal.
    """
    fusions = []
    for fusion in plan.fusions:
        try:
            counts = count_steps(fusion.stack, None if fusion.is_by_hand or fusion.stack in noted else fusion)
        except FusionError as error:
            say(f"{fusion.stack}: the steps of its runbook are not counted: {error}")
            counts = None
        fusions.append(fusion.model_copy(update={"steps": counts}))
    return plan.model_copy(update={"fusions": tuple(fusions)})


def count_steps(stack: str, preview: FusionPlan | None) -> StepCounts | None:
    """The counts of one stack; None where the engine could make no plan.

    :param preview: None where people's notes alone say it.
    :raises FusionError: where there is no declaration, or it or the notes on it cannot be read.
    """
    if preview is not None and preview.failed:
        return None
    path = declaration_path(stack)
    steps = steps_of(load_declaration(path), path)
    return take_stock(steps, preview, read_notes(path)).counts
