"""The files that the engine keeps of stacks in a folder, as a test lays them."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stacks.state_folder import StateFolder

STACK = "tielt"
STACK_URN = "urn:pulumi:tielt::fusion::pulumi:pulumi:Stack::fusion-tielt"
RETAINED = "meulebeke-retained-eBox"
RETAINED_URN = "urn:pulumi:tielt::fusion::fusion:disappearing:Centre$pulumi-python:dynamic/retained:EBox"


def lock(folder: StateFolder, stack: str = STACK, name: str = "a", **content: Any) -> Path:
    """Lay a lock as the engine does."""
    said = {
        "pid": 1,
        "username": "els",
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    path = folder.locks(stack) / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**said, **content}))
    return path


def save(
    folder: StateFolder,
    stack: str = STACK,
    *,
    stack_urn: str = STACK_URN,
    retained: Sequence[str] = (RETAINED,),
    written: datetime | None = None,
    pending: Any = (),
) -> Path:
    """A state with the stack's own resource and these retained things; `pending`: type and name of what an engine was at."""
    resources = [{"type": "pulumi:pulumi:Stack", "urn": stack_urn}] if stack_urn else []
    resources += [{"urn": f"{RETAINED_URN}::{name}", "type": "dynamic/retained:EBox"} for name in retained]
    operations = [
        {"type": kind, "resource": {"urn": f"urn:pulumi:tielt::fusion::chaman:FtpAccount::{name}"}}
        for kind, name in pending
    ]
    latest = {
        **({"manifest": {"time": written.isoformat()}} if written else {}),
        "resources": resources,
        **({"pending_operations": operations} if operations else {}),
    }
    path = folder.state(stack)
    path.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))
    return path
