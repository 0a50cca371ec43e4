"""Lines of a ledger, as runs write them."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from providers import ledger

STACK, RUN = "pajottegem", "20250203T080000Z-1"
AT = "2025-02-03T08:00:00.000+00:00"
THING = "1010784738/SenderContact"
PATH = "/REST/chaman/v1/organizations/1010784738/sender"
# No process has it: the highest there may be is below.
NOBODY = 2**22 + 1


def line(kind: str, run: str = RUN, at: str = AT, **said: Any) -> str:
    return json.dumps({"kind": kind, "run": run, "at": at, **said})


def begin(run: str = RUN, **said: Any) -> str:
    told = {"stack": STACK, "operation": "up", "who": "els", "host": socket.gethostname(), "process": NOBODY}
    return line("begin", run, **{**told, "started": "17", **said})


def asked(call: str, run: str = RUN, **said: Any) -> str:
    return line("asked", run, **{"call": call, "thing": THING, "method": "PUT", "path": PATH, **said})


def write(root: Path, *lines: str) -> None:
    path = ledger.file_of(root, STACK)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"\n{one}" for one in lines))
