"""The whole states that the engine keeps of a stack beside the one it works with, and what of the retained things (R05) they
hold.

Beside a state lies that of before the last write: after a first `up` it holds nothing. At the end of a run the engine keeps
the state once more, as a backup. So either may be the newer one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stacks.state_folder import StateFolder

_URN = re.compile(rb'"urn":\s*"([^"]*)"')
_RETAINED = "/retained:"


@dataclass(frozen=True)
class Copy:
    """One of them, which is whole.

    :param written: when the engine wrote what it holds. :param retained: the names of the retained things in it.
    """

    path: Path
    written: datetime
    retained: frozenset[str]

    def __str__(self) -> str:
        return f"{self.path.name} of {self.written.astimezone().isoformat(' ', 'seconds')}"


def find_copies(folder: StateFolder, stack: str) -> list[Copy]:
    """All that are whole, the newest first."""
    found = [_read(path) for path in (folder.copy(stack), *folder.backups(stack))]
    return sorted((copy for copy in found if copy), key=lambda copy: copy.written, reverse=True)


def name_retained(state: Path) -> frozenset[str]:
    """The retained things that a file names which is not whole."""
    urns = _URN.findall(state.read_bytes())
    return _names([urn.decode("utf-8", "replace") for urn in urns])


def _read(path: Path) -> Copy | None:
    """None where it is not there, or not whole."""
    try:
        state = json.loads(path.read_bytes())
        latest: Mapping[str, Any] = state["checkpoint"].get("latest") or {}
        urns = [resource["urn"] for resource in latest.get("resources") or []]
        written = _written(latest, path)
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None
    return Copy(path, written, _names(urns))


def _written(latest: Mapping[str, Any], path: Path) -> datetime:
    """By the state's own word, which outlives that a file is copied; a stack that never ran has none."""
    said = (latest.get("manifest") or {}).get("time")
    if said:
        return datetime.fromisoformat(said).astimezone(UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _names(urns: list[str]) -> frozenset[str]:
    return frozenset(urn.rpartition("::")[2] for urn in urns if _RETAINED in urn)
