"""The digest of a plan: what has to be the same for what was approved to be what is applied.

It is over the values that an `up` would write, those that the portal has in their place, what waits and for whom, who goes
and who loses what, what is retained and how it differs, and all that the plan was made from (`basis.py`). Sentences are
not in it where values say the same, nor are warnings: some depend on the day only. Nor are the counts of the runbook's
steps: what people note between plan and `up` changes nothing at the portal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from operations.plans.model import FusionPlan, Line, Outcome, Plan

_SENTENCES = {"says", "title", "rules"}
PREFIX = "sha256:"


def with_digest(plan: Plan) -> Plan:
    """The plan with its digest, where it can be approved. What has no portal is no part of it: nothing there is applied."""
    approvable = plan.with_portal.fusions and not any(find_gaps(plan))
    return plan.model_copy(update={"digest": digest_of(plan) if approvable else ""})


def find_gaps(plan: Plan) -> Iterator[str]:
    """Why a plan cannot be approved: what is not planned, held to nothing, or was not seen."""
    for fusion in plan.fusions:
        if fusion.is_by_hand:
            continue
        if fusion.failed:
            yield f"{fusion.stack} could not be planned"
        elif fusion.basis is None:
            yield f"{fusion.stack}: what its plan is made from cannot be read"
        for line in lines_of(fusion).values():
            if line.outcome is Outcome.UNSEEN:
                yield f"{fusion.stack}: {line.name} could not be looked at"


def digest_of(plan: Plan) -> str:
    """The same for the same stacks in any order."""
    held = {fusion.stack: held_of(fusion) for fusion in plan.with_portal.fusions}
    canonical = json.dumps({"version": plan.version, "fusions": held}, sort_keys=True, ensure_ascii=True)
    return PREFIX + hashlib.sha256(canonical.encode()).hexdigest()


def held_of(fusion: FusionPlan) -> dict[str, Any]:
    """What of one stack's plan is held."""
    return {
        "basis": fusion.basis.model_dump(mode="json") if fusion.basis else None,
        "counts": fusion.counts.model_dump(mode="json"),
        "lines": {line.name: held_of_line(line) for line in lines_of(fusion).values()},
    }


def lines_of(fusion: FusionPlan) -> dict[str, Line]:
    """The lines of a plan by their names, which are unique in a stack."""
    return {
        line.name: line for centre in fusion.centres for system in centre.systems for line in system.lines
    }


def held_of_line(line: Line) -> dict[str, Any]:
    """Fields in the order of their names: that of the engine is of no account."""
    held = line.model_dump(mode="json", exclude=_SENTENCES)
    return held | {"fields": sorted(held["fields"], key=lambda field: str(field["name"]))}
