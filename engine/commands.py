"""Starting programs and saying what goes on meanwhile."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TextIO

from engine.failures import PYTHON_INDEX, CommandFailed

HEARTBEAT_SECONDS = 15.0
_WORTH_SAYING_SECONDS = 1.0
_LINE_WIDTH = 60


class Step:
    """One step of the set-up and its progress lines: `setup 2/5 python environment: uv sync …`."""

    def __init__(self, label: str, out: TextIO | None = None) -> None:
        self.label = label
        self._out = sys.stdout if out is None else out
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Print one progress line, at once even where the output is a pipe."""
        print(f"{self.label}: {text}", file=self._out, flush=True)

    def done(self, text: str) -> None:
        """Print the step's last line, with the seconds it took where they are worth a word."""
        seconds = time.monotonic() - self._began
        self.say(text if seconds < _WORTH_SAYING_SECONDS else f"{text}, {seconds:.0f} s")


def run(
    step: Step,
    what: str,
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    network: str = PYTHON_INDEX,
    heartbeat: float = HEARTBEAT_SECONDS,
) -> str:
    """Run a command that may take long; return its output, standard error included.

    Every `heartbeat` seconds a line says what it is doing. Raises CommandFailed; `network` is its advice when the
    network seems to be the cause.
    """
    began = time.monotonic()
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise CommandFailed(_shown(command), 127, str(error), network) from error
    assert process.stdout is not None
    # A thread reads, so that a silent command still gets its heartbeat.
    reader = threading.Thread(target=_collect, args=(process.stdout, lines), daemon=True)
    reader.start()
    with process:
        while True:
            try:
                code = process.wait(timeout=heartbeat)
                break
            except subprocess.TimeoutExpired:
                latest = lines[-1].strip()[-_LINE_WIDTH:] if lines else "no output yet"
                step.say(f"{what} … {time.monotonic() - began:.0f} s ({len(lines)} lines, now: {latest})")
            except BaseException:
                process.terminate()
                raise
        reader.join()
    output = "".join(lines)
    if code != 0:
        raise CommandFailed(_shown(command), code, output, network)
    return output


def ask(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, timeout: float = 30.0
) -> str | None:
    """The standard output of a quick command; None when it cannot be started, fails or hangs."""
    try:
        # From the root folder, so that no go.mod, .python-version or Pulumi.yaml here changes the answer.
        answer = subprocess.run(
            command,
            cwd="/",
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def programs(name: str, path: str) -> Iterator[Path]:
    """Every executable file of this name along PATH, in order."""
    for entry in path.split(os.pathsep):
        program = Path(entry or ".").absolute() / name
        if program.is_file() and os.access(program, os.X_OK):
            yield program


def _collect(output: IO[str], lines: list[str]) -> None:
    for line in output:
        lines.append(line)  # noqa: PERF402 - extend() need not show a line before the last one has come


def _shown(command: Sequence[str | Path]) -> str:
    program, *arguments = map(str, command)
    return " ".join([Path(program).name, *arguments])
