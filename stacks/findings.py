"""What `engine/pulumi.sh` asks before `pulumi preview`, `up`, `refresh` and `destroy`: have the stack's files findings, does
the portal answer, and is it the one that the state belongs to?

The engine reads the portal first and runs the program then (`refresh: always`). With findings there is no plan to read
for: the wrapper then has the engine run the program first (`PULUMI_RUN_PROGRAM`), and that tells them. Not in every run,
since in that order the engine does not say which resource violates a plan (docs/engine-notes.md). A portal that does not
answer, and another one than the state's, are told here, once: the engine would read every resource there.

Where it cannot know, the engine is started all the same, in its own order, and the program is the judge.

Where nothing is another than in the last look, that one counts (`stacks.last_look`). So what a look needs beyond that is
imported when it begins.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentError
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from providers import ledger
from providers.secret_sources import FileSource, find_source, read_secrets
from providers.settings import EMBEDDED, SETTINGS, Settings, project_root, settings_from
from schemas.errors import DeclarationError, FusionError, PortalError, SettingError, WithoutPortal
from stacks import beginning, last_look
from stacks.beginning import (
    NO_RUN,
    ask_engine,
    begin,
    begin_to_ask,
    choose_stack,
    find_address,
    read_options,
)
from stacks.debug_log import refuse_debug_log
from stacks.declared import declaration_path
from stacks.own_portal import OUTPUT, MovedPortal, OtherPortal, Portal, ask_identity
from stacks.rehearsal_values import find_rehearsal_values
from stacks.settings_file import file_of
from stacks.state_folder import StateFolder, read_outputs

if TYPE_CHECKING:
    from schemas.declaration import Fusion

PROGRAM_FIRST = 3
"""The exit code that has the engine run the program before it reads: for findings, and for a portal that moved. On stdout
may stand the identity that the portal told, behind the stack."""
REFUSED = 4
"""The exit code that has no engine started; on stdout stands why, behind the stack."""
RUNS_PROGRAM = frozenset({"preview", "pre", "up", "update"})
SILENCE_SECONDS = 5.0
"""How long the portal may take before people are told what is waited for."""
TERMINAL = 3
"""The file descriptor on which `engine/pulumi.sh` takes what people should read at once."""


def _unknown() -> tuple[type[Exception], ...]:
    """What says nothing of the run: the engine will tell it, or do without."""
    import yaml

    return (
        ArgumentError,
        AttributeError,
        OSError,
        subprocess.SubprocessError,
        UnicodeError,
        yaml.YAMLError,
    )


class StackFile:
    """The settings of a stack as its file has them; a secret one as the engine decrypts it."""

    def __init__(self, engine: Path, stack: str) -> None:
        import yaml

        self._engine, self._stack = engine, stack
        self.path = project_root() / file_of(stack)
        read = yaml.safe_load(self.path.read_text("utf-8")) if self.path.exists() else None
        self._values: Mapping[str, object] = (read or {}).get("config") or {}

    @property
    def has_unknown(self) -> bool:
        """Whether a setting stands there that there is not, such as a misspelt one."""
        names = (name.removeprefix("fusion:") for name in self._values if name.startswith("fusion:"))
        return not set(names) <= set(SETTINGS)

    @property
    def has_secret(self) -> bool:
        """Whether only the engine can read one of them."""
        return any(isinstance(value, Mapping) for value in self._values.values())

    def get(self, key: str, /) -> str | None:
        value = self._values.get(f"fusion:{key}")
        if isinstance(value, Mapping):
            return ask_engine(self._engine, "config", "get", f"fusion:{key}", "--stack", self._stack)
        return None if value is None else str(value)

    def get_plain(self, key: str) -> str | None:
        """The same without starting the engine: of a secret one only that it is there."""
        value = self._values.get(f"fusion:{key}")
        return None if value is None else "[secret]" if isinstance(value, Mapping) else str(value)


def main(engine: Path, arguments: Sequence[str]) -> int:
    """The exit code for these arguments of `pulumi`; 0 where nothing is found, and where nothing can be known: then the
    engine will say why. On stdout stand the stack and what the code tells, with a space between them; `NO_RUN` in place of
    the stack where they begin none."""
    stack, code, told, recalled = "", 0, "", None
    try:
        options = read_options(arguments)
        if options.help:
            sys.stdout.write(f"{NO_RUN} ")
            return 0
        stack = choose_stack(engine, options)
        if not (options.config or options.config_file):
            recalled = last_look.recall(stack)
            if recalled is None:
                code, told = _judge(engine, stack, arguments[0], options.verbose)
            else:
                told = recalled
    except subprocess.TimeoutExpired:
        code, told = REFUSED, f"{SlowEngine()}\n"
    except _unknown():
        pass
    if stack and options.preview_only:
        stack = NO_RUN
    elif stack:
        # Only now, since the first line says of which portal the run's calls are.
        address = find_address(stack, options) if recalled is None else EMBEDDED
        identity = "" if code == REFUSED or address == EMBEDDED else told
        begin(stack, arguments[0], identity or address)
        if code == REFUSED:
            ledger.note("stopped", why=ledger.shorten(told.strip()))
    sys.stdout.write(f"{stack} {told}")
    return code


def _judge(engine: Path, stack: str, command: str, verbosity: str | None) -> tuple[int, str]:
    """The exit code, and what it tells."""
    try:
        return _look(engine, stack, command, verbosity)
    except subprocess.TimeoutExpired:
        return REFUSED, f"{SlowEngine()}\n"
    except FusionError as error:
        return REFUSED, f"{error}\n"
    except _unknown():
        return 0, ""


def _look(engine: Path, stack: str, command: str, verbosity: str | None) -> tuple[int, str]:
    """The exit code, and the identity that the portal told. Raises `FusionError` with what stops the run."""
    from schemas.validation import load_beside_others

    state = _find_state(stack)
    reading = None if state else begin_to_ask(engine, "stack", "output", OUTPUT, "--json", "--stack", stack)
    try:
        file = StackFile(engine, stack)
        try:
            settings = settings_from(file.get, file_of(stack))
            refuse_debug_log(verbosity, settings)
            seen = _see(stack, file, settings, state)
            fusion = load_beside_others(declaration_path(stack), read_secrets(file.get))
        except WithoutPortal:
            raise
        except (DeclarationError, SettingError) as error:
            if command in RUNS_PROGRAM:
                return PROGRAM_FIRST, ""
            raise UnsoundFiles(command, stack, error) from None
        if command in RUNS_PROGRAM and (file.has_unknown or find_rehearsal_values(file, settings)):
            return PROGRAM_FIRST, ""
        now = Portal(settings.portal_url, _ask_identity(fusion, settings))
        remembered = _read_remembered(state) if state else None
        if reading:
            remembered = _read_answer(reading)
    finally:
        if reading:
            reading.kill()
            reading.communicate()
    if remembered and not remembered.is_same_as(now):
        raise OtherPortal(stack, remembered, now)
    moved = remembered is not None and remembered.url != now.url
    if remembered and moved and command not in RUNS_PROGRAM:
        raise MovedPortal(stack, remembered, now)
    if seen and not moved and now.identity == seen.portal.identity:
        seen.keep()
    # The state's own settings, with which the engine would read, have the old address.
    return (PROGRAM_FIRST if moved else 0), now.identity


def _ask_identity(fusion: Fusion, settings: Settings) -> str:
    """What the portal tells, "" where it tells none. Raises `PortalError` with the portal's address where it gives no
    answer, or does not let this client sign in."""
    from providers.portal import Connection, ReadingPortal  # costs half a second; findings do without

    try:
        connection = Connection(settings)
        with _tell_after_a_while(settings):
            return ask_identity(ReadingPortal(connection, fusion.merging[0].kbo))
    except PortalError as error:
        raise NoPortal(settings.portal_url, error) from None


class SlowEngine(FusionError):
    """Which portal is the state's is not known in time; another one would be written to."""

    afterwards = "Nothing was done"

    def __init__(self) -> None:
        super().__init__(
            f"the engine did not say within {beginning.PATIENCE_SECONDS:g} s to which portal the state belongs",
            "Run the same command again; PULUMI_RUN_PROGRAM=false before it goes without this look",
        )


class UnsoundFiles(FusionError):
    """A run without the program would not tell the findings, and would go to whatever portal there is."""

    afterwards = "Nothing was done"

    def __init__(self, command: str, stack: str, error: FusionError) -> None:
        super().__init__(
            f"whether this is the portal of {stack}'s state cannot be told:\n{error}",
            f"Put it right, or go without this look: `PULUMI_RUN_PROGRAM=false pulumi {command} -s {stack}`",
        )


class NoPortal(FusionError):
    """The portal of the settings cannot be worked with, whatever the run was to do."""

    def __init__(self, url: str, error: PortalError) -> None:
        super().__init__(f"the portal {url}: {error.sentence()}", error.way_out)


@contextmanager
def _tell_after_a_while(settings: Settings) -> Iterator[None]:
    """Say on the terminal what is waited for, once that takes longer than people wait without a word."""

    def tell() -> None:
        line = (
            f"pulumi: waiting for the portal {settings.portal_url}, at most {settings.deadline_seconds:g} s\n"
        )
        with suppress(OSError):
            os.write(TERMINAL, line.encode())

    timer = Timer(SILENCE_SECONDS, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _find_state(stack: str) -> Path | None:
    """The file of the stack's state; None where only the engine can read it."""
    folder = StateFolder.find(project_root())
    path = folder.state(stack) if folder else None
    return path if path and path.is_file() else None


def _see(stack: str, file: StackFile, settings: Settings, state: Path | None) -> last_look.Seen | None:
    """What this look goes by, where another may end alike without looking."""
    source = find_source(file.get_plain)
    if state is None or not settings.embedded or not isinstance(source, FileSource):
        return None
    if file.has_secret or file.has_unknown:
        return None
    files = [project_root() / "Pulumi.yaml", file.path, source.path, settings.client_key_file]
    return last_look.see(stack, settings.client_id, files, state)


def _read_remembered(state: Path) -> Portal | None:
    """What the state remembers; None for an old one, an empty one, and where it cannot be read: the engine says why."""
    try:
        return Portal.from_output(read_outputs(state).get(OUTPUT))
    except (OSError, ValueError):
        return None


def _read_answer(reading: subprocess.Popen[str]) -> Portal | None:
    """The same, by the engine's answer."""
    answer, _ = reading.communicate(timeout=beginning.PATIENCE_SECONDS)
    try:
        return Portal.from_output(json.loads(answer)) if reading.returncode == 0 else None
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
