"""The first preview by the real engine: it says what `up` then does, also of a portal where a third of the calls fail."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from emulator import controls
from providers.first_look import ADOPTED, CHANGED, MADE, UNSEEN
from tests.support.workspace import Workspace

PAJOTTEGEM = "1010784738"
Found = dict[str, dict[str, Any]]


def first_look(workspace: Workspace) -> Found:
    """What a preview says of each new thing, by name."""
    done = workspace.run("preview", "-s", "pajottegem", "--json")
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)["steps"]
    inputs = {step["urn"].rpartition("::")[2]: step.get("newState", {}).get("inputs", {}) for step in steps}
    return {name: values["found"] for name, values in inputs.items() if "found" in values}


@pytest.fixture(scope="module")
def found(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What it says of a portal that answers every call."""
    workspace = fresh_template.copy(tmp_path_factory.mktemp("first look") / "project")
    found = first_look(workspace)
    assert workspace.journal(writes=True) == []
    return found


def test_its_counts_are_those_of_the_up(fresh: Workspace, found: Found) -> None:
    plan = fresh.preview("pajottegem")
    assert fresh.journal(writes=True) == []
    fresh.up("pajottegem")
    summary = fresh.outputs("pajottegem")["summary"]
    counts = Counter(one["outcome"] for one in found.values())
    waiting = sum("waiting" in one for one in found.values())
    assert summary == {
        "created": counts[MADE],
        "adopted": counts[ADOPTED] + counts[CHANGED],
        "retained": counts["baseline"],
        "waiting": waiting,
    }
    told = (
        f"Of {len(found)} things that the stack does not know yet: {counts[MADE]} will be made, {counts[ADOPTED]} adopted "
        f"as is, {counts[CHANGED]} brought in sync, {counts['baseline']} retained, {waiting} wait"
    )
    assert told in plan
    assert "Herne" in plan.partition("the portal was looked at")[2]


def test_with_a_third_of_the_calls_failing_it_says_the_same(fresh: Workspace, found: Found) -> None:
    controls.add_fault(fresh.database, controls.Rule(status=503, share=0.33, seed=7))
    assert first_look(fresh) == found
    failed = [call for call in fresh.journal() if call["status"] == 503]
    assert len(failed) > len(found) / 5


def test_what_cannot_be_looked_at_says_so_and_nothing_else_changes(fresh: Workspace, found: Found) -> None:
    """A screen that fails for good: never "not there"."""
    for what in ("contactDetails", "contents"):
        path = f"*/organizations/{PAJOTTEGEM}/{what}"
        controls.add_fault(fresh.database, controls.Rule(status=500, path_pattern=path))
    there = first_look(fresh)
    unseen = {name: one for name, one in there.items() if one["outcome"] == UNSEEN}
    assert unseen.keys() == {"pajottegem-contact-details"}
    assert "contactDetails" in unseen["pajottegem-contact-details"]["says"]
    assert {name: one for name, one in there.items() if name not in unseen} == {
        name: one for name, one in found.items() if name not in unseen
    }
