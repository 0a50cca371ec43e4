"""In which form a command says how it goes, on standard error: lines for people, or a JSON object for each message.

`FUSION_LOG=json` or `fusion --log json` asks for the second. What a command prints on standard output stays as it is. The
words are the same in both: what must not be said is not said in either.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from typing import TextIO

import click

VARIABLE = "FUSION_LOG"
FORMS = ("text", "json")


class _JsonLines(io.TextIOBase):
    """A stream that writes each line as an object: `{"at", "level", "message"}`."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._begun = stream, ""

    def write(self, text: str, /) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self.write_message("info", line)
        return len(text)

    def write_message(self, level: str, message: str) -> None:
        """One message, of however many lines."""
        if message.strip():
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._stream.write(f"{json.dumps({'at': at, 'level': level, 'message': message})}\n")
            self._stream.flush()

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


def use(form: str) -> None:
    """From here on messages are in this form."""
    if form == "json" and not isinstance(sys.stderr, _JsonLines):
        sys.stderr = _JsonLines(sys.stderr)


def tell_error(text: str) -> None:
    """What ends a command: one message, however many lines it has."""
    if isinstance(sys.stderr, _JsonLines):
        sys.stderr.write_message("error", text)
    else:
        click.echo(text, err=True)


def tell_refusal(error: click.ClickException) -> None:
    """What is wrong with how a command was called."""
    if isinstance(sys.stderr, _JsonLines):
        tell_error(error.format_message())
    else:
        error.show()
