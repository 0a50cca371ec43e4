"""What a portal's first moment holds, as data: `portal.json`, and the day on which its centres merge."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("portal.json")
FIRST_DAY = "2025-01-01"


@cache
def load() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return loaded
