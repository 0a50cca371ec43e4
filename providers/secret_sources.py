"""Where a stack's secrets come from, as `fusion:secretsFrom` says; each source gives the same YAML (`schemas/secrets.py`).

| `secretsFrom` | the YAML is |
|---|---|
| `file` | in `secretsFile`, which nobody else on the machine may read |
| `stack` | the stack's own secret `secrets`, which the engine encrypts |
| `command` | what `secretsCommand` prints: sops, vault, op, pass, or whatever keeps secrets with you |
| `environment` | in the variable `FUSION_SECRETS` |

Without a word it is the stack's own secret where there is one, else the file. Nothing that a source tells is ever repeated.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from providers.settings import REHEARSAL_SECRETS, project_root, secret_source_from, words_of_command
from schemas.errors import FusionError
from schemas.files import Unreadable, read_file

if TYPE_CHECKING:
    from schemas.secrets import Secrets

Get = Callable[[str], object]
"""Answers a setting by its name: None, or a value that prints as the setting."""

VARIABLE = "FUSION_SECRETS"
_MOST = 2 * 1024 * 1024
"""Of a file, in bytes: more than one that can be read has."""
COMMAND_SECONDS = 60.0
"""How long a command may take to print the secrets."""


class SecretsNotRead(FusionError):
    """A source of secrets gives none. The message repeats nothing that it printed."""


class Source(Protocol):
    """One place with the secrets of a stack."""

    def load(self) -> Secrets:
        """All of them. Raises `DeclarationError` with all findings, `SecretsNotRead` where there is nothing to read."""

    def read_changes(self) -> bytes:
        """What is another when the secrets are: for a digest, and for nothing else. Raises `SecretsNotRead`."""


def read_secrets(get: Get) -> Secrets:
    """The secrets of a stack. Raises `DeclarationError` with all findings, `SettingError`, `SecretsNotRead`."""
    return find_source(get).load()


def find_source(get: Get) -> Source:
    """Where a stack's secrets come from. Raises `SettingError`."""
    return _SOURCES[secret_source_from(get)](get)


def are_rehearsals(get: Get) -> bool:
    """Whether the people are the generated ones. Raises `SettingError`."""
    source = find_source(get)
    return isinstance(source, FileSource) and source.path == project_root() / REHEARSAL_SECRETS


class FileSource:
    """A file in clear, for its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, get: Get) -> FileSource:
        return cls(project_root() / (_text(get, "secretsFile") or REHEARSAL_SECRETS))

    def load(self) -> Secrets:
        from schemas.secrets import load_secrets  # the provider host seldom needs them

        return load_secrets(self.path)

    def read_changes(self) -> bytes:
        """Without a file there is nothing that could be another."""
        if not self.path.exists():
            return b""
        try:
            return read_file(self.path, _MOST, private=True)
        except Unreadable as error:
            raise SecretsNotRead(f"{self.path}: {error}") from None


class StackSource:
    """The secret `fusion:secrets`."""

    def __init__(self, get: Get) -> None:
        self._get = get

    def load(self) -> Secrets:
        text = _text(self._get, "secrets")
        if not text:
            raise SecretsNotRead(
                "fusion:secretsFrom is stack, and the secret fusion:secrets is not set",
                "`pulumi config set --secret secrets -s STACK < secrets.yaml` sets it",
            )
        return _parse(text, "the secret fusion:secrets")

    def read_changes(self) -> bytes:
        """Nothing of its own: it stands, encrypted, in the file of the stack's settings. Not asked for here, since the
        engine would be started to decrypt it."""
        return b""


class CommandSource:
    """What a command prints. It is started without a shell and without a terminal, in the project's folder."""

    def __init__(self, get: Get) -> None:
        self._line = _text(get, "secretsCommand")

    def load(self) -> Secrets:
        return _parse(_run(self._line), "what fusion:secretsCommand prints")

    def read_changes(self) -> bytes:
        return _run(self._line).encode()


class VariableSource:
    """A variable of the environment, as CI hosts and clusters hand secrets over."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    def load(self) -> Secrets:
        text = self._environment.get(VARIABLE)
        if not text:
            raise SecretsNotRead(
                f"fusion:secretsFrom is environment, and {VARIABLE} is {'empty' if text == '' else 'not set'}",
                "It holds the YAML of a secrets file",
            )
        return _parse(text, f"the variable {VARIABLE}")

    def read_changes(self) -> bytes:
        return self._environment.get(VARIABLE, "").encode()


_SOURCES: Mapping[str, Callable[[Get], Source]] = {
    "file": FileSource.of,
    "stack": StackSource,
    "command": CommandSource,
    "environment": lambda _: VariableSource(),
}


def ask_anew() -> None:
    """The next one that needs a command's secrets starts it again."""
    _run.cache_clear()


@cache
def _run(line: str) -> str:
    """What a command prints; started once a process, since people may have to confirm it.

    :raises SettingError: where the line is no command. :raises SecretsNotRead: where it failed, without what it said.
    """
    command = words_of_command(line)
    name = Path(command[0]).name
    try:
        code, printed = _start(command)
    except subprocess.TimeoutExpired:
        raise SecretsNotRead(
            f"fusion:secretsCommand: {name} did not end within {COMMAND_SECONDS:.0f} seconds", _BY_HAND
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be started"
        raise SecretsNotRead(f"fusion:secretsCommand: {name}: {reason}", _INSTALL) from None
    if code != 0:
        raise SecretsNotRead(f"fusion:secretsCommand: {name} ended with {code}", _BY_HAND)
    try:
        text = printed.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretsNotRead(
            f"fusion:secretsCommand: {name} printed what is no UTF-8 text", _BY_HAND
        ) from None
    if not text.strip():
        raise SecretsNotRead(f"fusion:secretsCommand: {name} printed nothing", _BY_HAND)
    return text


def _start(command: Sequence[str]) -> tuple[int, bytes]:
    """With which code it ended, and what it printed. In a session of its own it has no terminal to ask at, and whatever it
    started itself ends with it where it takes too long."""
    with subprocess.Popen(
        command,
        cwd=project_root(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=COMMAND_SECONDS)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, printed


_BY_HAND = (
    "Run it yourself in the checkout: it prints the YAML of a secrets file, asks nothing, and ends with 0. What it says "
    "of its failure is not repeated here, since secrets may stand in it"
)
_INSTALL = "Install it, or give its whole path; it is started without a shell"


def _parse(text: str, name: str) -> Secrets:
    from schemas.secrets import parse_secrets  # the provider host seldom needs them

    return parse_secrets(text, name)


def _text(get: Get, key: str) -> str:
    value = get(key)
    return "" if value is None else str(value)
