"""Previews of the real engine, stored without what is the engine's own, and a `pulumi` that prints them.

`first` and `clean-up` are first previews of Pajottegem and Antwerpen on 2025-02-03, `early` of Pajottegem on 2024-11-04.
`edits` has a type unticked, a user gone, an account renamed, a city changed, and drift; `alarms` a refused delegation and a
retained thing that changed; `finding` and `guard` are of runs that failed. All people and addresses are made up.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from operations.plans.model import FusionPlan, Line, Plan
from operations.plans.reading import read_plan

SAMPLES = Path(__file__).with_name("samples")
PLANNED = ("first", "clean-up", "early", "edits", "alarms")
"""Those that are no failure."""


@cache
def _read(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def document(name: str) -> dict[str, Any]:
    """What `pulumi preview --json` printed."""
    copied: dict[str, Any] = deepcopy(_read(name))
    return copied


def planned(name: str) -> FusionPlan:
    return read_plan("pajottegem", document(name))


def whole(*names: str) -> Plan:
    return Plan(fusions=tuple(planned(name) for name in names))


def lines(plan: FusionPlan) -> list[Line]:
    return [line for centre in plan.centres for system in centre.systems for line in system.lines]


def line(plan: FusionPlan, name: str) -> Line:
    (found,) = [one for one in lines(plan) if one.name == name]
    return found


def step(kind: str, name: str, op: str = "create", **state: Any) -> dict[str, Any]:
    """A hand-made step of the merged centre of Pajottegem; `old` and `new` are inputs, `outputs` those of the last look."""
    urn = f"urn:pulumi:pajottegem::fusion::fusion:merged:Centre$fusion:merged:X$pulumi-python:dynamic/{kind}::{name}"
    parent = "urn:pulumi:pajottegem::fusion::fusion:merged:Centre$fusion:merged:X::Pajottegem Toegangsbeheer"
    made: dict[str, Any] = {"op": op, "urn": urn}
    if "old" in state or "outputs" in state:
        made["oldState"] = {
            "parent": parent,
            "inputs": state.get("old", {}),
            "outputs": state.get("outputs", {}),
        }
    if "new" in state:
        made["newState"] = {"parent": parent, "inputs": {"organization": "1010784738"} | state["new"]}
    return made


def preview_of(*steps: dict[str, Any], diagnostics: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    return {
        "config": {"fusion:clientId": "rehearsal", "fusion:portalUrl": "embedded"},
        "steps": list(steps),
        "diagnostics": list(diagnostics),
    }
