"""`fusion runbook`: of which declaration, with or without a portal, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from operations.plans.model import FusionPlan
from operations.plans.preview import Say
from operations.plans.reading import without_plan
from operations.runbooks.known_keys import find_doubt
from operations.runbooks.notes import Note, add_notes, read_notes, require_key, require_steps, today
from operations.runbooks.standing import is_known_to_portal, standings
from operations.runbooks.steps import FusionSteps, steps_of
from operations.runbooks.view import Runbook
from operations.stack_files import has_portal, operator_of
from providers.settings import project_root
from schemas.errors import EngineError, FusionError
from schemas.loading import load_declaration
from stacks.declared import declaration_path


def make_runbook(stack: str, preview: Callable[[str], FusionPlan]) -> Runbook:
    """The runbook of a stack's declaration; where nobody can preview it, that says why. Raises `DeclarationError` with all
    findings.

    :param preview: the engine's; not asked where there is no portal.
    """
    path = declaration_path(stack)
    steps, notes = steps_of(load_declaration(path), path), read_notes(path)
    seen = None
    if has_portal(project_root(), stack):
        try:
            seen = preview(stack)
        except EngineError as error:
            seen = without_plan(stack, str(error))
    return take_stock(steps, seen, notes)


def take_stock(steps: FusionSteps, seen: FusionPlan | None, notes: Mapping[str, Note]) -> Runbook:
    """The runbook of these steps, and of those that only a preview has; without one only people know."""
    steps = steps.with_lines(seen) if seen else steps
    return Runbook(steps, standings(steps, seen, notes), seen)


def find_forgotten(stack: str, runbook: Runbook) -> list[str]:
    """Noted steps that the runbook has no longer, as sentences."""
    known = {todo.id for todo in runbook.steps.todos}
    gone = [step for step in read_notes(declaration_path(stack)) if step not in known]
    return [f"{step} is noted as done, and is no step of this runbook any more" for step in gone]


def note_done(stack: str, steps: tuple[str, ...], by: str | None, say: Say) -> Path:
    """Note steps as done by somebody today; of somebody unknown it is said. Raises `FusionError` for a step that the portal
    knows, or nobody."""
    who = require_key(by or operator_of(project_root(), stack))
    path = declaration_path(stack)
    fusion = load_declaration(path)
    todos = steps_of(fusion, path).todos
    require_steps(steps, [todo.id for todo in todos if todo.is_for_people])
    seen = [todo.id for todo in todos if todo.id in steps and is_known_to_portal(todo)]
    if seen and has_portal(project_root(), stack):
        raise FusionError(
            f"the portal itself says whether {', '.join(seen)} is done",
            "`fusion runbook` ticks it off; noted is only what no portal knows",
        )
    doubt = find_doubt(who, stack, fusion, path)
    noted = add_notes(path, list(dict.fromkeys(steps)), who, today())
    if doubt:
        say(doubt)
    return noted


def render(runbook: Runbook, form: str, language: str) -> str:
    """The runbook in a form."""
    if form == "ics":
        from operations.runbooks.as_calendar import as_calendar

        return as_calendar(runbook, language)
    from operations.runbooks.view import make_view

    view = make_view(runbook, language)
    if form == "html":
        from operations.runbooks.as_html import as_html

        return as_html(view)
    from operations.runbooks.as_markdown import as_markdown

    return as_markdown(view)
