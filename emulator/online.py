"""OCMW Online: citizens' requests for help, as the receiving centre sees them (R64)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator import tables
from emulator.operation import Api


def relink(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str:
    """R64: the requests of the centres that merge are the merged centre's from this moment, and readable only there."""
    merged = data["to"]
    disappearing = [number for number in data["from"] if number != merged]
    moved = sum(
        connection.execute(
            "UPDATE aid_requests SET organization = ? WHERE organization = ?", (merged, number)
        ).rowcount
        for number in disappearing
    )
    return f"{at.date()}: {moved} requests of OCMW Online linked to {merged}"


API = Api(
    "/REST/ocmwOnline/v1",
    "ocmwOnline",
    "OCMW Online",
    "Citizens' requests for help, as the receiving centre's software sees them.",
    (tables.HEALTH,),
    permission="ocmwOnline",
)
