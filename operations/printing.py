"""How commands print, also where the terminal's encoding is none of Unicode: nothing that is said may end a run."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import click

from schemas.printable import UNSEEN


def escape_what_cannot_be_shown() -> None:
    """Write a sign that the encoding of stdout or stderr lacks as its code, `\\u2026`, instead of failing at it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """A line beside what is printed, on standard error."""
    click.echo(line, err=True)


def echo_json(value: Any) -> None:
    """Print a value for programs."""
    echo_utf8(format_json(value))


def format_json(value: Any) -> str:
    """A value for programs as text. What cannot be seen is escaped as JSON has it: a terminal may show this too."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def echo_utf8(text: str) -> None:
    """Print a text that is UTF-8 whatever the terminal's encoding, as JSON and YAML are."""
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
