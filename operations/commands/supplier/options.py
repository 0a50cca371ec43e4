"""What the commands of `fusion supplier` share: as whom, which centres, and how results are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from operations.printing import echo_json
from operations.tables import table
from schemas.identifiers import IdentifierError, parse_enterprise_number

if TYPE_CHECKING:
    from operations.suppliers.desk import Desk

Command = TypeVar("Command", bound=Callable[..., Any])

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
SETTINGS = click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file with the supplier's code, portal, client and key. Default: FUSION_SUPPLIER, else the rehearsal's one.",
)
ACCOUNT = click.option("--account", help="Which REST account, where a centre has several with you.")


def _numbers(_: click.Context, __: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(parse_enterprise_number(text) for text in given))
    except IdentifierError as error:
        raise click.BadParameter(str(error)) from None


def centres(*, required: bool = False) -> Callable[[Command], Command]:
    """`--centre`, which may be repeated: ten digits each."""
    return click.option(
        "--centre",
        "numbers",
        multiple=True,
        required=required,
        metavar="KBO",
        callback=_numbers,
        help="The enterprise number of a centre; may be repeated.",
    )


@contextmanager
def desk_of(settings: Path | None) -> Iterator[Desk]:
    """The supplier's desk at its portal, until the end of the block."""
    from operations.suppliers.desk import open_desk
    from operations.suppliers.settings import read_settings

    with open_desk(read_settings(settings)) as desk:
        yield desk


def rows_of(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """The cells of a table."""
    return [[row[name] for name in columns] for row in rows]


def show(rows: Sequence[dict[str, Any]], columns: Sequence[str], form: str) -> None:
    """Rows as a table of these columns, or whole as a JSON array."""
    if form == "json":
        echo_json(list(rows))
    elif rows:
        click.echo(table(columns, rows_of(columns, rows)))
    else:
        click.echo("nothing", err=True)
