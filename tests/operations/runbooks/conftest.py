"""Runbooks of what ships, one fusion of each scenario first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from operations.plans.model import FusionPlan
from operations.runbooks.notes import Note
from operations.runbooks.standing import standings
from operations.runbooks.steps import FusionSteps, Todo, steps_of
from operations.runbooks.view import Item, Runbook, View
from schemas.loading import load_declaration, parse_declaration

FUSIONS = Path(__file__).parents[3] / "fusions"
OF_EACH_SCENARIO = {1: "pajottegem", 2: "hasselt", 3: "antwerpen"}
FORMS, LANGUAGES = ("markdown", "html", "ics"), ("nl", "fr", "en")
NAMES = sorted(path.stem for path in FUSIONS.glob("*.yaml"))


@cache
def steps(name: str) -> FusionSteps:
    path = FUSIONS / f"{name}.yaml"
    return steps_of(load_declaration(path), path)


def edited(name: str, *changes: tuple[str, str]) -> FusionSteps:
    """Those of a declaration in which texts are others."""
    path = FUSIONS / f"{name}.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return steps_of(parse_declaration(text, path.name, FUSIONS), path)


def runbook(
    of: FusionSteps | str, preview: FusionPlan | None = None, notes: Mapping[str, Note] | None = None
) -> Runbook:
    found = steps(of) if isinstance(of, str) else of
    if preview is not None:
        found = found.with_lines(preview)
    return Runbook(found, standings(found, preview, notes or {}), preview)


def todo(of: FusionSteps, id_: str) -> Todo:
    (found,) = [one for one in of.todos if one.id == id_]
    return found


def items(view: View) -> Iterator[Item]:
    for section in view.sections:
        for task in section.tasks:
            yield from task.items


def item(view: View, id_: str) -> Item:
    (found,) = [one for one in items(view) if one.id == id_]
    return found
