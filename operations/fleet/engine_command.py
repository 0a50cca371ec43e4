"""One start of `pulumi` by the Automation API: with which words, into which files, and what became of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error

from operations.engine import drop_library_logs, drop_program_end
from operations.fleet.interruption import Interruption

_DIAGNOSTICS = "Diagnostics:"


class EngineCommand(PulumiCommand):
    """`pulumi`, started for one stack, and what became of it."""

    def __init__(self, version: Any, interruption: Interruption, *, previews: bool = False) -> None:
        # Without the base's: it starts an engine to ask for the version, and that is known.
        self.command = "pulumi"
        self.version = version
        self._interruption = interruption
        self._previews = previews
        self._engine: subprocess.Popen[bytes] | None = None
        self.said = ""
        self.process = 0
        self.began = datetime.now(UTC)
        """When the engine was started."""
        self.killed = 0
        """The number of the process that had to be killed."""
        self.stopped = False
        """It was told to stop while it previewed."""

    def writes(self) -> None:
        """It has previewed."""
        if self._engine is not None:
            self._interruption.writes(self._engine)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        *_: Any,
        **__: Any,
    ) -> CommandResult:
        """The engine's command stands first, where `engine/pulumi.sh` looks for it. What it writes goes into files: were it
        pipes, and this process killed, the engine would die of them and leave its lock.

        :raises CommandError: where it fails.
        """
        command = [self.command, *args, "--non-interactive"]
        if self._previews:
            command.remove("--skip-preview")  # the API's own
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with TemporaryFile() as out, TemporaryFile() as err:
            how = {"cwd": cwd, "env": environment, "stdout": out, "stderr": err}
            self.began = datetime.now(UTC)
            with self._interruption.engine(command, previews=self._previews, **how) as engine:
                self._engine, self.process = engine, engine.pid
                code = engine.wait()
            self.killed = engine.pid if self._interruption.was_killed(engine) else 0
            self.stopped = self._interruption.was_stopped(engine)
            result = CommandResult(_read(out), _read(err), code)
        if code != 0:
            self.said = _tell_why(result)
            raise create_command_error(result)
        return result


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _tell_why(result: CommandResult) -> str:
    """What the engine, or the script before it, said of its failure."""
    lines = [
        line.removeprefix("error: ").removeprefix("pulumi: ")
        for line in drop_library_logs(result.stderr).strip().splitlines()
    ]
    told = "\n".join(drop_program_end(lines)).strip()
    _, found, diagnostics = result.stdout.partition(_DIAGNOSTICS)
    return told or (found + diagnostics).strip() or f"the engine ended with {result.code}, without a word"
