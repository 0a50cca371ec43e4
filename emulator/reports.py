"""Uniek verslag: the report of each February on the subsidies of the year before (R62, R63)."""

from __future__ import annotations

from emulator import tables
from emulator.operation import Api

API = Api(
    "/REST/uniqueReport/v1",
    "uniqueReport",
    "Uniek verslag",
    "The yearly report, under the number that the year was lived with.",
    (tables.HEALTH,),
    permission="uniqueReport",
)
