"""GitHub's workflow commands, a line each, and the whole list as the step's summary.

GitHub shows the first ten annotations of a kind in a step and drops the others without a word. So only those are written,
and a last line says how many more there are and where: in the summary, where there is one.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Sequence
from itertools import groupby

from operations.annotations.annotation import Annotated, Annotation, Severity
from schemas.counts import format_count

MOST_SHOWN = 10
"""How many annotations of a kind GitHub shows in a step."""
MOST_IN_SUMMARY = 500_000
"""Bytes of the list in a step's summary. GitHub refuses one over 1 MiB, and others of the step may write to it too."""

_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def write_github(annotated: Annotated) -> str:
    """The commands. Where GitHub has a file for the step's summary, the list is added to it."""
    return write_with_summary(annotated, as_summary(annotated))


def write_with_summary(annotated: Annotated, summary: str) -> str:
    """The commands. Where GitHub has a file for the step's summary (GITHUB_STEP_SUMMARY), `summary` is added to it."""
    everything, trouble = _shows_all(annotated), []
    try:
        if append_to_summary(summary):
            everything = "see the step's summary"
    except OSError as error:
        why = error.strerror or type(error).__name__
        trouble.append(_command("warning", f"the step's summary cannot be written: {why}"))
    return "".join(f"{line}\n" for line in [*_commands(annotated.annotations, everything), *trouble])


def append_to_summary(text: str) -> bool:
    """Whether there is a summary of this step, and this now stands in it. Raises `OSError`.

    Others of the step write to it too. Nobody else reads it, in case that it is not there yet.
    """
    if not (file := os.environ.get("GITHUB_STEP_SUMMARY")):
        return False
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8", errors="backslashreplace") as end:
        end.write(text)
    return True


def _shows_all(annotated: Annotated) -> str:
    return f"`{annotated.command}` shows all"


def _commands(annotations: Sequence[Annotation], everything: str) -> Iterator[str]:
    kinds = [list(group) for _, group in groupby(annotations, key=lambda one: one.severity)]
    is_cut = any(len(kind) > MOST_SHOWN for kind in kinds)
    more = 0
    for kind in kinds:
        # The line that says how many more there are is a notice too.
        most = MOST_SHOWN - (is_cut and kind[0].severity is Severity.NOTE)
        yield from map(_annotate, kind[:most])
        more += len(kind[most:])
    if more:
        yield _command("notice", f"and {format_count(more, 'more finding')}: {everything}")


def _annotate(annotation: Annotation) -> str:
    about = f"{annotation.rule} {annotation.place}".rstrip()
    return _command(
        annotation.severity.value.github,
        annotation.message,
        file=annotation.file,
        line=str(annotation.line),
        col=str(annotation.column),
        title=about,
    )


def _command(name: str, message: str, **properties: str) -> str:
    """`::error file=…,line=…::message`, with what ends a line or a property written out."""
    written = ",".join(f"{key}={value.translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{' '.join(filter(None, (name, written)))}::{message.translate(_IN_MESSAGE)}"


def as_summary(annotated: Annotated) -> str:
    """Markdown for the step's summary. The list is a block of HTML: nothing in it is read as Markdown."""
    lines: list[str] = []
    room = MOST_IN_SUMMARY
    for annotation in annotated.annotations:
        line = html.escape(f"{annotation.severity.name.lower()}: {annotation}")
        room -= len(line.encode()) + 1
        if room < 0:
            more = len(annotated.annotations) - len(lines)
            lines.append(f"and {format_count(more, 'more finding')}: {html.escape(_shows_all(annotated))}")
            break
        lines.append(line)
    listed = "\n".join(("<pre>", *lines, "</pre>", "")) if lines else ""
    return f"<p><b>{html.escape(annotated.command)}</b>: {html.escape(annotated.summary)}</p>\n\n{listed}\n"
