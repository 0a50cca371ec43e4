"""Whether a stack's files have findings: what `engine/pulumi.sh` asks before `pulumi preview` and `pulumi up`.

The engine reads the portal first and runs the program then (`refresh: always`). With findings there is no plan to read
for: the wrapper then has the engine run the program first (`PULUMI_RUN_PROGRAM`), and that tells them. Not in every run,
since in that order the engine does not say which resource violates a plan (docs/engine-notes.md).

It prints nothing and refuses nothing: where it cannot know, the order stays, and the program is the judge all the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentError, ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from providers.settings import project_root
from schemas.errors import DeclarationError, SettingError
from schemas.loading import load_declaration
from stacks.declared import declaration_path, read_secrets
from stacks.settings_file import file_of

FOUND = 3
"""The exit code that says so; any other says nothing."""
PATIENCE_SECONDS = 5.0
"""How long an answer of the engine is waited for."""


class StackFile:
    """The settings of a stack as its file has them; a secret one as the engine decrypts it."""

    def __init__(self, engine: Path, stack: str) -> None:
        self._engine, self._stack = engine, stack
        path = project_root() / file_of(stack)
        read = yaml.safe_load(path.read_text("utf-8")) if path.exists() else None
        self._values: Mapping[str, object] = (read or {}).get("config") or {}

    def get(self, key: str, /) -> str | None:
        value = self._values.get(f"fusion:{key}")
        if isinstance(value, Mapping):
            return _ask(self._engine, "config", "get", f"fusion:{key}", "--stack", self._stack)
        return None if value is None else str(value)


def main(engine: Path, arguments: Sequence[str]) -> int:
    """`FOUND` where the stack that these arguments of `pulumi` are about has findings; 0 where not, or where it cannot be
    known: then the engine will say why."""
    try:
        options = _parser().parse_known_args(list(arguments))[0]
        if options.elsewhere:
            return 0
        stack = options.stack or _ask(engine, "stack", "--show-name")
        load_declaration(declaration_path(stack), read_secrets(StackFile(engine, stack)))
    except (DeclarationError, SettingError):
        return FOUND
    except (ArgumentError, AttributeError, OSError, subprocess.SubprocessError, UnicodeError, yaml.YAMLError):
        return 0
    return 0


def _parser() -> ArgumentParser:
    """What counts here of the engine's options. Its short flags may stand before `s`, as in `-ys pajottegem`."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-s", "--stack", default=os.environ.get("PULUMI_STACK"))
    # Settings that do not stand in the stack's file.
    parser.add_argument("-c", "--config", "--config-file", dest="elsewhere")
    parser.add_argument("-d", "-f", "-j", "-r", "-y", action="store_true", dest="flag")
    return parser


def _ask(engine: Path, *arguments: str) -> str:
    """What the engine answers, without asking back."""
    command = [str(engine), "--non-interactive", *arguments]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    return done.stdout.rstrip("\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
