"""The digest of a plan: what has to be the same for what was approved to be what is applied.

It is over the values that an `up` would write, those that the portal has in their place, what waits and for whom, who goes
and who loses what, what is retained and how it differs, and all that the plan was made from (`basis.py`). Sentences are
not in it where values say the same, nor are warnings: some depend on the day only.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from operations.plans.model import FusionPlan, Line, Plan

_SENTENCES = {"says", "title", "rules"}
PREFIX = "sha256:"


def sign(plan: Plan) -> Plan:
    """The plan with its digest; without one where a stack could not be planned, or there is nothing to hold it to."""
    complete = all(not fusion.failed and fusion.basis for fusion in plan.fusions)
    return plan.model_copy(update={"digest": digest_of(plan) if complete and plan.fusions else ""})


def digest_of(plan: Plan) -> str:
    """The same for the same stacks in any order."""
    held = {fusion.stack: held_of(fusion) for fusion in plan.fusions}
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
