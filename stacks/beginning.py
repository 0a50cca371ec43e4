"""How a run begins: `engine/pulumi.sh` asks for its stack, and the ledger gets the run's first line.

The ledger is bounded when a run begins: the last runs stay, and older ones of which something is uncertain still. Not while
another run of the stack is under way, whose processes hold the file open.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import subprocess
import sys
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from providers import ledger
from providers.settings import project_root
from providers.unanswered import find_uncertain, read_lines

PATIENCE_SECONDS = 30.0
"""How long an answer of the engine is waited for."""
WORDS = {
    "up": "up",
    "update": "up",
    "refresh": "refresh",
    "destroy": "destroy",
    "down": "destroy",
    "dn": "destroy",
}
"""The commands of which a ledger is kept, each with its plain name: what they do may change the portal or the state."""
KEPT_RUNS = 50


def main(engine: Path, arguments: Sequence[str]) -> int:
    """Begin a run without a look before; on stdout stands its stack, "" where it is not known."""
    with suppress(ArgumentError, OSError, subprocess.SubprocessError):
        options = read_options(arguments)
        stack = choose_stack(engine, options)
        begin(stack, arguments[0])
        sys.stdout.write(f"{stack} ")
    return 0


def begin(stack: str, command: str) -> None:
    """Note that a run of this stack begins, where it is one that a ledger is kept of. A file that cannot be written ends
    nothing yet: a run that has nothing to write needs none."""
    run = os.environ.get(ledger.RUN)
    if run is None or command not in WORDS:
        return
    os.environ[ledger.STACK] = stack
    process = run.rpartition("-")[2]
    with suppress(OSError, ledger.LedgerNotWritten):
        path = ledger.file_of(project_root(), stack)
        with _locked(path):
            _drop_old_runs(path)
            ledger.note(
                "begin",
                stack=stack,
                operation=WORDS[command],
                who=_name_person(),
                host=socket.gethostname(),
                process=int(process),
                started=moment_of(int(process)),
            )


def is_under_way(begun: Mapping[str, Any]) -> bool | None:
    """Whether the run of this first line goes on; None: of a run on another machine nobody can tell."""
    if begun.get("host") != socket.gethostname():
        return None
    process = begun.get("process")
    if not isinstance(process, int):
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        pass  # somebody else's
    except (OSError, OverflowError):
        return False
    return moment_of(process) == begun.get("started")


def moment_of(process: int) -> str:
    """When a process began, in ticks of this machine, since its number may be another's later; "" where nobody tells."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def read_options(arguments: Sequence[str]) -> Namespace:
    """What counts here of the engine's options. Its short flags may stand before `s`, as in `-ys pajottegem`.

    :raises ArgumentError: for what the engine will refuse.
    """
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-s", "--stack", default=os.environ.get("PULUMI_STACK"))
    # Settings that do not stand in the stack's file.
    parser.add_argument("-c", "--config", "--config-file", dest="elsewhere")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("-d", "-f", "-j", "-r", "-y", action="store_true", dest="flag")
    return parser.parse_known_args(list(arguments))[0]


def choose_stack(engine: Path, options: Namespace) -> str:
    """The stack that is named, else the one that is selected."""
    return str(options.stack or ask_engine(engine, "stack", "--show-name"))


def begin_to_ask(engine: Path, *arguments: str) -> subprocess.Popen[str]:
    """Have the engine answer without asking back; somebody else waits for the answer."""
    return subprocess.Popen(
        [str(engine), "--non-interactive", *arguments],
        cwd=project_root(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ask_engine(engine: Path, *arguments: str) -> str:
    """What the engine answers."""
    asked = begin_to_ask(engine, *arguments)
    try:
        answer, _ = asked.communicate(timeout=PATIENCE_SECONDS)
    finally:
        asked.kill()
        asked.communicate()
    if asked.returncode != 0:
        raise subprocess.CalledProcessError(asked.returncode, asked.args)
    return answer.rstrip("\n")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the ledger that is at this path now, against others that begin."""
    while True:
        file = ledger.open_to_append(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_ino == path.stat().st_ino:
                yield
                return
        finally:
            os.close(file)


def _drop_old_runs(path: Path) -> None:
    lines = [line for line in read_lines(path) if line]
    begun = {line["run"]: line for line in lines if line["kind"] == "begin"}
    runs = list(dict.fromkeys(line["run"] for line in lines))
    if len(runs) < KEPT_RUNS or any(_may_go_on(line) for line in begun.values()):
        return
    kept = {*runs[1 - KEPT_RUNS :], *(line["run"] for line in find_uncertain(lines).values())}
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.writelines(f"\n{json.dumps(line, ensure_ascii=False)}" for line in lines if line["run"] in kept)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _may_go_on(begun: Mapping[str, Any]) -> bool:
    goes_on = is_under_way(begun)
    if goes_on is None:  # on another machine: none takes longer than a day
        return bool(begun["at"] > (datetime.now(UTC) - timedelta(days=1)).isoformat())
    return goes_on


def _name_person() -> str:
    """By the name that the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
