"""`fusion emulator checkpoint`: the emulated portal as it was at a moment, kept, put back and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from operations.commands.emulator.shared import FORMAT, opened, refusals, show
from operations.printing import echo_json

if TYPE_CHECKING:
    from emulator.controls import Difference, Field

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@click.group(invoke_without_command=True)
@FORMAT
@click.pass_context
def checkpoint(context: click.Context, form: str) -> None:
    """Checkpoints: the whole portal, kept under a name. Without a command: lists them.

    They hold what the portal keeps, its clock included; the journal, faults, rate limit and clients are not in them, and
    stay as they are when one is put back.
    """
    opened(context.obj)
    if context.invoked_subcommand is None:
        from emulator import controls

        rows = [found.as_json() for found in controls.list_checkpoints(context.obj)]
        show(rows, ("name", "at", "madeAt"), form)


@checkpoint.command()
@click.argument("name")
@click.pass_obj
def save(database: Path, name: str) -> None:
    """Keep the portal as it is now under NAME, in the place of what had that name."""
    from emulator import controls

    with refusals():
        made, is_new = controls.make_checkpoint(database, name)
    click.echo(f"{name}: {made.at}{'' if is_new else ', in the place of an earlier one'}")


@checkpoint.command()
@click.argument("name")
@click.pass_obj
def restore(database: Path, name: str) -> None:
    """Put the portal back as it was at NAME, whoever has it open. The journal shows that it was done."""
    from emulator import controls

    with refusals():
        controls.restore_checkpoint(database, name)
    click.echo(controls.get_clock(database))


@checkpoint.command()
@click.argument("name")
@click.pass_obj
def delete(database: Path, name: str) -> None:
    """Keep NAME no longer."""
    from emulator import controls

    with refusals():
        controls.delete_checkpoint(database, name)


@checkpoint.command()
@click.argument("name")
@click.argument("to", required=False)
@click.option("--details", is_flag=True, help="Forms, files, documents, mails one by one instead of counted.")
@FORMAT
@click.pass_obj
def diff(database: Path, name: str, to: str | None, details: bool, form: str) -> None:
    """What differs from checkpoint NAME to checkpoint TO, or to now.

    People stand as the portal's numbers for them, and of a password only that it changed.
    """
    from emulator import controls

    with refusals():
        found = controls.compare(database, name, to, details)
    if form == "json":
        echo_json([one.as_json() for one in found])
    elif found:
        click.echo("\n".join(lines(found)))
    else:
        click.echo("none", err=True)


def lines(found: Sequence[Difference]) -> Iterator[str]:
    """For people: under each organisation a line for each thing, and one for each field where there are several."""
    for (number, name), differences in groupby(found, key=lambda one: (one.organization, one.name)):
        yield f"{name} ({number})" if number else "Portal"
        for one in differences:
            head = f"  {_SIGNS[one.change]} {one.what}{f' {one.key}' if one.key else ''}"
            if len(one.fields) == 1:
                yield f"{head}: {_field(one.fields[0], counted=one.fields[0].name == 'count')}"
            else:
                yield head
                yield from (f"      {_field(field)}" for field in one.fields)


def _field(field: Field, counted: bool = False) -> str:
    if field.old is None and field.new is None:
        return f"{field.name} changed"
    if counted:
        return f"{field.old} => {field.new}"
    if isinstance(field.old, list) or isinstance(field.new, list):
        old, new = field.old or [], field.new or []
        gone = [f"-{_text(item)}" for item in old if item not in new]
        come = [f"+{_text(item)}" for item in new if item not in old]
        # None of either: only the order changed.
        if gone or come:
            return f"{field.name}: {', '.join(gone + come)}"
    return f"{field.name}: {_text(field.old)} => {_text(field.new)}"


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
