"""A `pulumi` that plays runs: it tells events as the engine does, takes its time, fails, and does not stop where it must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from stacks.state_folder import StateFolder

SECONDS = 60.0
"""More than any run here takes."""
STACKS = ("pajottegem", "pajottegem.production", "hasselt.production", "lochristi", "tielt")
PULUMI = """#!{python}
import datetime, getpass, json, os, pathlib, signal, socket, sys, time
folder, arguments = pathlib.Path(__file__).parent, sys.argv[1:]
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps([*arguments, os.environ.get("FUSION_ROOT", "")]) + "\\n")
with (folder / "variables").open("a") as variables:
    variables.write(json.dumps({{name: os.environ.get(name, "") for name in ("GOGC", "GOMEMLIMIT")}}) + "\\n")
if arguments[0] == "version":
    print("v3.200.0")  # before events came over a socket: a file is easier to write
    sys.exit()
if arguments[:2] == ["stack", "ls"]:
    if any(not path.stat().st_size for path in pathlib.Path(".state/.pulumi/stacks/fusion").glob("*.json")):
        sys.exit("error: unexpected end of JSON input")
    print(json.dumps([{{"name": name}} for name in {stacks!r}]))
    sys.exit()
if arguments[:2] == ["stack", "rename"]:
    # Where only the engine sees locks: it has one itself meanwhile.
    (folder / "asked").touch()
    while (folder / "slow").exists():
        time.sleep(0.02)
    (folder / "answered").touch()
    told = folder / "told"
    sys.exit(told.read_text() if told.exists() else "error: it has that name")
assert "--non-interactive" in arguments and arguments[0] != "--non-interactive", arguments
stack = arguments[arguments.index("--stack") + 1]
locks = pathlib.Path(".state/.pulumi/locks/organization/fusion", stack)
if arguments[0] == "cancel":
    (folder / "told").unlink(missing_ok=True)
    for lock in locks.glob("*"):
        lock.unlink()
    sys.exit()
plays = json.loads((folder / "plays").read_text()).get(stack, {{}})
phases = ["preview", "up"] if arguments[0] == "up" and "--skip-preview" not in arguments else [arguments[0]]
lock = locks / f"{{os.getpid()}}.json"
if arguments[0] != "preview" and "--preview-only" not in arguments:
    locks.mkdir(parents=True, exist_ok=True)
    if others := [path for path in locks.iterdir() if path.suffix == ".json"]:
        said = "; ".join(f"created by {{path.read_text()}}" for path in others)
        sys.exit(f"error: the stack is currently locked by {{len(others)}} lock(s). {{said}}")
    now = datetime.datetime.now(datetime.UTC).isoformat()
    content = {{"pid": os.getpid(), "username": "els", "hostname": socket.gethostname(), "timestamp": now}}
    lock.with_suffix(".new").write_text(json.dumps(content))
    lock.with_suffix(".new").rename(lock)
# Where it clears what is pending nobody asks for its events.
events = arguments[arguments.index("--event-log") + 1] if "--event-log" in arguments else os.devnull
code = 0
try:
    for phase in phases:
        play = plays.get(phase, plays.get("", {{}}))
        if play.get("stops") is False:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        prelude = [{{"preludeEvent": {{"config": {{}}}}}}] if len(phases) > 1 else []
        told = play.get("events", [{{"summaryEvent": {{"resourceChanges": {{"same": 3}}}}}}])
        with open(events, "a") as log:
            for event in [*prelude, *told]:
                log.write(json.dumps({{"sequence": 1, "timestamp": 1, **event}}) + "\\n")
                log.flush()
            (folder / (stack + ".begun")).touch()
            time.sleep(play.get("seconds", 0))
            while play.get("waits") and not (folder / play["waits"]).exists():
                time.sleep(0.02)
        sys.stderr.write(play.get("says", ""))
        if code := play.get("code", 0):
            break
except KeyboardInterrupt:
    code = 8
with open(events, "a") as log:
    log.write(json.dumps({{"sequence": 2, "timestamp": 1, "cancelEvent": {{}}}}) + "\\n")
lock.unlink(missing_ok=True)
sys.exit(code)
"""


class PlayedEngine:
    """Stands first on PATH; `plays` says how it goes with a stack."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self._root = root
        self._plays: dict[str, Any] = {}
        self.play()
        program = folder / "pulumi"
        program.write_text(PULUMI.format(python=sys.executable, stacks=STACKS))
        program.chmod(0o755)

    def play(self, stack: str = "", command: str = "", **how: Any) -> None:
        """How a command goes with a stack: `events`, `seconds`, `waits` for a file, `code`, what it `says` and whether it
        `stops`."""
        self._plays.setdefault(stack, {})[command] = how
        (self.folder / "plays").write_text(json.dumps(self._plays))

    @property
    def calls(self) -> list[list[str]]:
        noted = self.folder / "calls"
        return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []

    @property
    def variables(self) -> list[dict[str, str]]:
        """Those of each call that say how Go collects garbage."""
        return [json.loads(line) for line in (self.folder / "variables").read_text().splitlines()]

    @property
    def runs(self) -> list[tuple[str, str]]:
        """What was begun: command and stack, in the order of the beginnings."""
        return [(call[0], call[call.index("--stack") + 1]) for call in self.calls if "--event-log" in call]

    @property
    def locked(self) -> list[str]:
        """The stacks with a lock, once for each."""
        return sorted(path.parent.name for path in self.states.locks("*").parent.glob("*/*.json"))

    @property
    def states(self) -> StateFolder:
        """Of the checkout."""
        found = StateFolder(self._root / ".state", "fusion")
        found.states.mkdir(parents=True, exist_ok=True)
        return found


@pytest.fixture
def engine(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedEngine:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "80")
    return PlayedEngine(folder, root)


def counted(**counts: int) -> dict[str, Any]:
    """The engine's summary, as JSON."""
    return {"summaryEvent": {"resourceChanges": counts}}


def message_of(severity: str, message: str) -> dict[str, Any]:
    """A message of the engine, as JSON."""
    return {"diagnosticEvent": {"severity": severity, "message": f"{message}\n", "color": "never"}}


def begun(engine: PlayedEngine, *stacks: str) -> None:
    """Wait until these are under way."""
    until = monotonic() + SECONDS
    while not all((engine.folder / f"{stack}.begun").exists() for stack in stacks):
        assert monotonic() < until, "nothing began"
        sleep(0.02)


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own, to send signals to."""
    code = "import sys; sys.argv[0] = 'fusion'; from operations.start import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()
