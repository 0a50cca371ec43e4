"""What the engine knows of stacks: which there are, their settings, their state. Read with its own command."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from schemas.errors import EngineError

# Marks a value in a state as one of the engine's own kinds; with `plaintext` beside it it is a secret, shown.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_LIBRARY_LOG = re.compile(r"SDK \d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:WARN|DEBUG) ")
_PROGRAM_ENDED = "an unhandled error occurred: program exited"


def list_stacks(root: Path, environment: Mapping[str, str] = os.environ) -> list[str]:
    """The stacks of the project in `root`, by name. Raises `EngineError` when the engine fails."""
    found = json.loads(run_pulumi(root, "stack", "ls", "--json", environment=environment))
    return sorted(stack["name"].rpartition("/")[2] for stack in found)


def read_settings(root: Path, stack: str) -> dict[str, str]:
    """The `fusion:*` settings of a stack with their defaults, by name, secrets in plain text."""
    found = json.loads(run_pulumi(root, "config", "--json", "--show-secrets", "-s", stack))
    return {
        key.partition(":")[2]: entry["value"]
        for key, entry in found.items()
        if key.startswith("fusion:") and "value" in entry
    }


def read_resources(root: Path, stack: str) -> list[dict[str, Any]]:
    """The resources in a stack's state, secrets in plain text: for this process, never to be shown. Empty without any."""
    exported = json.loads(run_pulumi(root, "stack", "export", "--show-secrets", "-s", stack))
    found = exported["deployment"].get("resources") or []
    return [{**resource, "outputs": _plain(resource.get("outputs") or {})} for resource in found]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if _SIGNATURE in value and "plaintext" in value:
            return _plain(json.loads(value["plaintext"]))
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def run_pulumi(root: Path, *arguments: str, environment: Mapping[str, str] = os.environ) -> str:
    """What a command of the engine prints, in the project in `root`. Raises `EngineError` when it is missing or fails."""
    command = ["pulumi", *arguments, "--non-interactive"]
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise missing_engine() from None
    if done.returncode != 0:
        raise EngineError(f"`{' '.join(command)}` failed:\n{drop_library_logs(done.stderr).strip()}")
    return done.stdout


def drop_program_end(errors: Sequence[str]) -> list[str]:
    """A run's errors without what the engine says of the program's end, where the program's own error is among them."""
    return [text for text in errors if not text.startswith(_PROGRAM_ENDED)] or list(errors)


def drop_library_logs(said: str) -> str:
    """What the engine wrote on standard error, without the lines that a library in it logs there: with S3-compatible stores
    that send no checksums one for each file that is read, before what counts."""
    return "\n".join(line for line in said.splitlines() if not _LIBRARY_LOG.match(line))


def missing_engine() -> EngineError:
    """There is no `pulumi` to start."""
    return EngineError("pulumi is not on PATH", "Run `make setup`, then `. ./activate`")
