"""`fusion runbook`: of which declaration, with or without a portal, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from operations.plans.model import FusionPlan
from operations.plans.reading import without_plan
from operations.runbooks.notes import add_notes, read_notes, require_key, require_steps, today
from operations.runbooks.standing import is_known_to_portal, standings
from operations.runbooks.steps import steps_of
from operations.runbooks.view import Runbook
from providers.settings import EMBEDDED, NO_PORTAL, project_root
from schemas.errors import EngineError, FusionError
from schemas.loading import load_declaration
from stacks.declared import declaration_path
from stacks.settings_file import file_of


def has_portal(stack: str) -> bool:
    """Whether the stack has a portal to ask. Without a file of settings there is no stack, and none to ask."""
    settings = _settings(stack)
    return settings is not None and str(settings.get("fusion:portalUrl") or EMBEDDED) != NO_PORTAL


def make_runbook(stack: str, preview: Callable[[str], FusionPlan]) -> Runbook:
    """The runbook of a stack's declaration; where nobody can preview it, that says why. Raises `DeclarationError` with all
    findings.

    :param preview: the engine's; not asked where there is no portal.
    """
    path = declaration_path(stack)
    steps = steps_of(load_declaration(path), path)
    notes = read_notes(path)
    seen = None
    if has_portal(stack):
        try:
            seen = preview(stack)
        except EngineError as error:
            seen = without_plan(stack, str(error))
        steps = steps.with_lines(seen)
    return Runbook(steps, standings(steps, seen, notes), seen)


def find_forgotten(stack: str, runbook: Runbook) -> list[str]:
    """Noted steps that the runbook has no longer, as sentences."""
    known = {todo.id for todo in runbook.steps.todos}
    gone = [step for step in read_notes(declaration_path(stack)) if step not in known]
    return [f"{step} is noted as done, and is no step of this runbook any more" for step in gone]


def note_done(stack: str, steps: tuple[str, ...], by: str | None) -> Path:
    """Note steps as done by somebody today. Raises `FusionError` for a step that the portal knows, or nobody."""
    who = require_key(by or _operator(stack))
    path = declaration_path(stack)
    todos = steps_of(load_declaration(path), path).todos
    require_steps(steps, [todo.id for todo in todos if todo.is_for_people])
    seen = [todo.id for todo in todos if todo.id in steps and is_known_to_portal(todo)]
    if seen and has_portal(stack):
        raise FusionError(
            f"the portal itself says whether {', '.join(seen)} is done",
            "`fusion runbook` ticks it off; noted is only what no portal knows",
        )
    return add_notes(path, list(dict.fromkeys(steps)), who, today())


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


def _operator(stack: str) -> str:
    """Who operates the stack; "" where its settings do not say."""
    return str((_settings(stack) or {}).get("fusion:operator") or "")


def _settings(stack: str) -> Mapping[str, object] | None:
    """What a stack's file says; None where there is none. A secret setting is not read."""
    path = project_root() / file_of(stack)
    if not path.exists():
        return None
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise FusionError(f"{file_of(stack)} cannot be read as settings") from None
    found = (read or {}).get("config") if isinstance(read, Mapping) or read is None else None
    return found if isinstance(found, Mapping) else {}
