"""What the commands of `fusion emulator` share: the portal's file, its refusals as errors, rows for people or programs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from operations.printing import echo_json
from operations.tables import table
from schemas.errors import RehearsalError
from schemas.identifiers import IdentifierError, parse_enterprise_number

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


def _enterprise_number(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    """As declarations read it; what is no number would find nothing, which looks like an all-clear."""
    try:
        return None if text is None else parse_enterprise_number(text)
    except IdentifierError as error:
        raise RehearsalError(str(error)) from None


KBO = click.option("--kbo", callback=_enterprise_number, help="Only of this enterprise number.")
CENTRE = click.argument("kbo", callback=_enterprise_number)


def opened(database: Path) -> Path:
    """Make and seed the portal where there is none yet, as its first call would."""
    from emulator.controls import OtherLayoutError, open_portal

    try:
        open_portal(database)
    except OSError as error:
        raise RehearsalError(
            f"{error.filename or database}: {error.strerror}: nothing was done, and nothing has to be deleted",
            "Work as its owner, or have the rights put right",
        ) from None
    except (OtherLayoutError, sqlite3.DatabaseError) as error:
        raise RehearsalError(
            f"{database} is no emulated portal that this version can read ({error})",
            "`fusion emulator reset` starts anew",
        ) from None
    return database


@contextmanager
def refusals() -> Iterator[None]:
    """What the portal refuses, in its own words."""
    from emulator.controls import ClockError, Problem

    try:
        yield
    except ClockError as error:
        raise RehearsalError(str(error)) from None
    except Problem as problem:
        found = [
            f"{issue['name']}: {issue['detail']}{_rule(issue)}" for issue in problem.members.get("issues", ())
        ]
        raise RehearsalError("\n".join(found) or str(problem)) from None


def _rule(issue: dict[str, str]) -> str:
    return f" ({issue['rule']})" if "rule" in issue else ""


def show(
    rows: Sequence[dict[str, Any]], columns: Sequence[str], form: str, sometimes: Sequence[str] = ()
) -> None:
    """`rows` as a table of `columns`, or as a JSON array.

    :param sometimes: columns that only stand there when a row has them.
    """
    if form == "json":
        echo_json(rows)
        return
    if not rows:
        click.echo("none", err=True)
        return
    shown = [*columns, *(name for name in sometimes if any(row.get(name) is not None for row in rows))]
    click.echo(table(shown, [["" if row.get(name) is None else row[name] for name in shown] for row in rows]))
