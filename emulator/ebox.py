"""E-Box: whether an organisation's box is open, and how much it holds (R61)."""

from __future__ import annotations

from emulator import resources, tables
from emulator.operation import Answer, Api, Call, Operation

KIND = "box"
EMPTY = {"status": "open", "documents": 0, "unread": 0}


def get_box(call: Call) -> Answer:
    """Every number has a box from its first day; one that got nothing yet is open and empty."""
    box = resources.find(call.connection, call.number, KIND)
    return Answer(200, EMPTY if box is None else box.body)


API = Api(
    "/REST/eBox/v1",
    "eBox",
    "E-Box",
    "The box of an organisation; that of a disappearing one stays open.",
    (
        tables.HEALTH,
        Operation(
            "GET",
            "/organizations/{enterpriseNumber}/box",
            "getBox",
            "The box of an organisation",
            get_box,
            answer="ebox:Box",
            needs=("active",),
            rules=("R61",),
        ),
    ),
)
