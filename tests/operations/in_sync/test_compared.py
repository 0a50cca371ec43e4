"""Which systems of which centres a stack compares."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.signin.change_tags import SYSTEMS
from operations.in_sync.compared import ALL, find_compared
from schemas.loading import load_declaration
from stacks.plan import plan
from tests.torture.properties.held_verdicts import type_of
from tests.torture.properties.in_process_world import secrets_of

FUSIONS = Path(__file__).parents[3] / "fusions"


def test_the_systems_are_those_that_a_portal_has_tags_of() -> None:
    assert {*SYSTEMS} == ALL


@pytest.mark.parametrize("name", ["pajottegem", "hasselt", "antwerpen"])
def test_every_kind_of_resource_is_of_known_systems(name: str) -> None:
    """Else each change anywhere at its centre would have the engine look."""
    fusion = load_declaration(FUSIONS / f"{name}.yaml")
    for item in plan(fusion, secrets_of(name), FUSIONS):
        found = find_compared([{"type": f"x$y${type_of(item)}", "inputs": dict(item.props)}])
        assert found[item.props["organization"]] < ALL, item.name


def test_of_a_kind_that_nobody_knows_all_is_compared() -> None:
    found = find_compared([{"type": "a$pulumi-python:dynamic/later:Thing", "inputs": {"organization": "1"}}])
    assert found == {"1": ALL}


def test_forms_go_on_at_their_successor() -> None:
    inputs = {"organization": "1", "successor": "2"}
    found = find_compared([{"type": "pulumi-python:dynamic/integrations:RunningForms", "inputs": inputs}])
    assert found == {"1": {"integrations", "accessManagement"}, "2": {"integrations"}}


def test_groups_compare_nothing() -> None:
    assert (
        find_compared([{"type": "pulumi:pulumi:Stack", "inputs": {}}, {"type": "fusion:merged:Centre"}]) == {}
    )
