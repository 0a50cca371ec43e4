"""A portal that has a history, for the commands that show or forget it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from emulator import controls
from emulator.embedded import transport

PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"


@pytest.fixture
def used(database: Path) -> Path:
    """A portal that was called, without a token: a read and a write at Galmaarden, a read at Pajottegem."""
    sender = "/REST/chaman/v1/organizations/{}/sender"
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        http.get(sender.format(GALMAARDEN))
        controls.advance_clock(database, 1)
        http.put(sender.format(GALMAARDEN), json={})
        http.get(sender.format(PAJOTTEGEM))
    return database
