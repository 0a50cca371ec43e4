"""How a run begins: `engine/pulumi.sh` asks for its stack, and the ledger gets the run's first line.

The ledger is bounded when a run begins: the last runs stay, and older ones of which something is uncertain still. Those go
first that ended before they began to work, such as each try of one that waits for another's lock. Not while another run of
the stack is under way, whose processes hold the file open.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import socket
import subprocess
import sys
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from providers import ledger
from providers.portal_url import normalised
from providers.settings import EMBEDDED, project_root
from providers.unanswered import find_uncertain, read_lines
from stacks import debug_log
from stacks.processes import Process, find_process
from stacks.settings_file import file_of

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
LOCK_SECONDS = 1.0
"""How long others that begin may hold the ledger; then it is not bounded this time."""
NO_RUN = "/"
"""Told in the stack's place, for no stack is called so: these arguments of a command that may write begin no run."""
_ON, _OFF = (
    frozenset({"1", "t", "T", "TRUE", "true", "True"}),
    frozenset({"0", "f", "F", "FALSE", "false", "False"}),
)


def main(engine: Path, arguments: Sequence[str]) -> int:
    """Begin a run without a look before; on stdout stands its stack, "" where it is not known."""
    with suppress(ArgumentError, OSError, subprocess.SubprocessError):
        options = read_options(arguments)
        if options.help or options.preview_only:
            sys.stdout.write(f"{NO_RUN} ")
            return 0
        stack = choose_stack(engine, options)
        begin(stack, arguments[0], find_address(stack, options))
        sys.stdout.write(f"{stack} ")
    return 0


def begin(stack: str, command: str, portal: str = "") -> None:
    """Note that a run of this stack begins, where it is one that a ledger is kept of. A file that cannot be written ends
    nothing yet: a run that has nothing to write needs none.

    :param portal: its identity where that is known, else its address.
    """
    run = os.environ.get(ledger.RUN)
    if run is None or command not in WORDS:
        return
    os.environ[ledger.STACK] = stack
    process = int(run.rpartition("-")[2])
    with suppress(OSError, ledger.LedgerNotWritten):
        path = ledger.file_of(project_root(), stack)
        with locked(path) as is_ours:
            if is_ours:
                # Whatever lines stand there: the run and the look before it go on.
                with suppress(Exception):
                    _drop_old_runs(path)
            ledger.note(
                "begin",
                stack=stack,
                operation=WORDS[command],
                who=_name_person(),
                host=socket.gethostname(),
                process=process,
                started=moment_of(process),
                portal=portal,
                backend=find_backend(),
            )


def is_under_way(begun: Mapping[str, Any]) -> bool | None:
    """Whether the run of this first line goes on. None where nobody can tell: it is on another machine, or this one does not
    say when a process began."""
    if begun.get("host") != socket.gethostname():
        return None
    number, started = begun.get("process"), begun.get("started")
    process = find_process(number) if isinstance(number, int) else None
    if process is None:
        return False
    return process.began == started if process.began and started else None


def moment_of(process: int) -> str:
    """When a process began, in ticks of this machine, since its number may be another's later; "" where nobody tells, and of
    one that has ended and that nobody waited for."""
    return (find_process(process) or Process()).began


def read_options(arguments: Sequence[str]) -> Namespace:
    """What counts here of the engine's options. Its short flags may stand before `s`, as in `-ys pajottegem`.

    :raises ArgumentError: for what the engine will refuse.
    """
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-s", "--stack", default=os.environ.get("PULUMI_STACK"))
    # Settings that do not stand in the stack's file.
    parser.add_argument("-c", "--config", action="append", default=[])
    parser.add_argument("--config-file")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--preview-only", action="store_true")
    parser.add_argument("-v", "--verbose", default=os.environ.get(debug_log.VARIABLE))
    parser.add_argument("-d", "-e", "-f", "-j", "-Q", "-r", "-y", action="store_true", dest="flag")
    return parser.parse_known_args([*_spell_flags(arguments)])[0]


def _spell_flags(arguments: Sequence[str]) -> Iterator[str]:
    """The engine's `--help=true` as `--help`; `--help=false` is none."""
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name not in ("--help", "--preview-only") or not value:
            yield argument
        elif value in _ON:
            yield name
        elif value not in _OFF:
            yield argument


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


def find_address(stack: str, options: Namespace) -> str:
    """The portal's address by the settings, read without the engine; "" where it is secret, or no address."""
    import yaml

    given = dict(said.removeprefix("fusion:").partition("=")[::2] for said in options.config)
    address: object = given.get("portalUrl")
    if address is None:
        path = Path(options.config_file) if options.config_file else project_root() / file_of(stack)
        try:
            read = yaml.safe_load(path.read_text("utf-8"))
            address = ((read or {}).get("config") or {}).get("fusion:portalUrl", EMBEDDED)
        except FileNotFoundError:
            address = EMBEDDED
        except (OSError, UnicodeError, AttributeError, yaml.YAMLError):
            return ""
    try:
        return EMBEDDED if address == EMBEDDED else normalised(str(address))
    except ValueError:
        return ""


def find_backend() -> str:
    """Where the state is: a folder's URL as it is, another without user, password and query; "" where only the engine
    knows."""
    import yaml

    url = os.environ.get("PULUMI_BACKEND_URL", "")
    if not url:
        try:
            project = yaml.safe_load((project_root() / "Pulumi.yaml").read_text("utf-8"))
            url = str(project["backend"]["url"])
        except (OSError, UnicodeError, LookupError, TypeError, yaml.YAMLError):
            return ""
    if url.startswith("file:"):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition(":")[0]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the ledger that is at this path now, against others that drop old runs; False where one does for too long."""
    until = monotonic() + LOCK_SECONDS
    while True:
        file = ledger.open_to_append(path)
        try:
            is_ours = _lock(file, until)
            if not is_ours or os.fstat(file).st_ino == path.stat().st_ino:
                yield is_ours
                return
        finally:
            os.close(file)


def _lock(file: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= until:
                return False
            sleep(0.02)
        else:
            return True


def _drop_old_runs(path: Path) -> None:
    lines = [line for line in read_lines(path) if line]
    begun = {line["run"]: line for line in lines if line["kind"] == "begin"}
    runs = list(dict.fromkeys(line["run"] for line in lines))
    if len(runs) < KEPT_RUNS or any(_may_go_on(line) for line in begun.values()):
        return
    worked = {line["run"] for line in lines if line["kind"] not in ledger.FRAME}
    by_worth = sorted(runs, key=lambda run: run in worked)  # the order in time stays
    kept = {*by_worth[1 - KEPT_RUNS :], *(line["run"] for line in find_uncertain(lines).values())}
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
        "w",
        encoding="utf-8",
        errors="backslashreplace",
    ) as file:
        file.writelines(f"\n{json.dumps(line, ensure_ascii=False)}" for line in lines if line["run"] in kept)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    ledger.keep_names(path.parent)


def _may_go_on(begun: Mapping[str, Any]) -> bool:
    goes_on = is_under_way(begun)
    if goes_on is None:  # none takes longer than a day
        return bool(begun["at"] > (datetime.now(UTC) - timedelta(days=1)).isoformat())
    return goes_on


def _name_person() -> str:
    """By the name that the system knows, whatever LOGNAME says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
