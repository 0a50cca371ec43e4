"""Two things that wait, as a stack tells it."""

from __future__ import annotations

from providers.waiting import Waiting
from schemas.systems import System
from stacks.waits import WaitingThing

FIRST_DAY = WaitingThing(
    "Pajottegem",
    "sender contact",
    System.SENDER,
    Waiting("waits for the number's first day", "R12", "KBO", "2025-01-01"),
)
SUPPLIER = WaitingThing(
    "Pajottegem",
    "REST account OCMW Online",
    System.REST_ACCOUNT,
    Waiting("waits for the supplier's answer", "R35", "socius"),
)
R12 = "Pajottegem, sender contact: waits for the number's first day (R12); whom: KBO; until: 2025-01-01"
R35 = "Pajottegem, REST account OCMW Online: waits for the supplier's answer (R35); whom: socius"
