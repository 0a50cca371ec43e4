"""`fusion supplier inbox`: what centres have asked of a supplier, and what it manages for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from operations.commands.supplier.options import FORMAT, SETTINGS, centres, desk_of, show

_COLUMNS = ("centre", "kbo", "account", "status", "askedOn", "validUntil", "authorizations")


@click.command()
@centres()
@FORMAT
@SETTINGS
def inbox(numbers: tuple[str, ...], form: str, settings: Path | None) -> None:
    """The delegation requests and accounts of all centres that delegate to you (R35, R36): first what waits for your answer,
    then by the end of the certificate.

    With --centre only of these. Nothing is written.
    """
    with desk_of(settings) as desk:
        found = desk.list_delegations()
    rows = [one.as_json() for one in found if not numbers or one.number in numbers]
    show(rows if form == "json" else [_shown(row) for row in rows], _COLUMNS, form)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    held = row["certificate"]
    status = f"{row['status']}: {row['reason']}" if row["reason"] else row["status"]
    return {
        **row,
        "status": status,
        "validUntil": held["validUntil"] if held else "",
        "authorizations": ", ".join(row["authorizations"]),
    }
