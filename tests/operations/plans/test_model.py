"""The JSON of a plan, and its published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from operations.plans.forms import render
from operations.plans.model import FILE, Plan, schema_as_text
from operations.plans.reading import without_plan
from tests.operations.plans.conftest import PLANNED, whole


def test_the_published_schema_is_the_models() -> None:
    assert FILE.read_text("utf-8") == schema_as_text(), "run `fusion schema --plan --write`"


@pytest.mark.parametrize("name", PLANNED)
def test_what_is_printed_fits_it(name: str) -> None:
    schema = json.loads(FILE.read_text("utf-8"))
    printed = json.loads(render(whole(name), "json", "en"))
    assert list(Draft202012Validator(schema).iter_errors(printed)) == []
    assert printed["version"] == "fusion-plan/v1"
    failed = Plan(fusions=(without_plan("hasselt", "no stack"),)).as_json()
    assert list(Draft202012Validator(schema).iter_errors(failed)) == []


def test_the_schema_is_open_where_v1_may_grow_and_nowhere_else() -> None:
    """docs/plans.md: a later version may add fields and outcomes."""
    validator = Draft202012Validator(json.loads(FILE.read_text("utf-8")))

    def grown(**more: object) -> dict[str, Any]:
        plan: dict[str, Any] = whole("edits").as_json() | more
        fusion = plan["fusions"][0]
        line = fusion["centres"][0]["systems"][0]["lines"][0]
        for part in (plan, fusion, fusion["counts"], line):
            part["ofTomorrow"] = [1]
        line["outcome"] = "paused"
        return plan

    assert list(validator.iter_errors(grown())) == []
    assert list(validator.iter_errors(grown(version="fusion-plan/v2")))
    assert list(validator.iter_errors({"version": "fusion-plan/v1"}))


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_all_other_forms_are_made_from_the_json_alone(form: str, tmp_path: Path) -> None:
    stored = tmp_path / "plan.json"
    stored.write_text(render(whole(*PLANNED), "json", "en"), "utf-8")
    read = Plan.model_validate_json(stored.read_text("utf-8"))
    assert render(read, form, "nl") == render(whole(*PLANNED), form, "nl")
