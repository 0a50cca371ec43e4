"""Who did which step when, where no portal can say it: `fusions/done/<name>.yaml`, reviewed in a pull request.

apiVersion: fusion-done/v1
done:
  pajottegem-hand-over: {by: tom.maes, on: 2025-01-06}

The folder keeps it from being read as a declaration. People stand there by key. A step is added at the end, so that a
change is a line, and what people wrote beside it stays; it is taken back in the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from operations.plans.choice import NOTES
from providers.contract import BELGIUM
from schemas import consistency
from schemas.document import Document, parse, read
from schemas.errors import DeclarationError, FusionError
from schemas.fields import IsoDate, PersonKey, Section, Text
from schemas.findings import Finding
from schemas.identifiers import IdentifierError, parse_person_key
from schemas.privacy import masked
from schemas.terms import nearest
from schemas.translation import translate

_HEAD = """\
# Who did which step when, by hand: `fusion runbook {name} --done STEP --by KEY` adds a line. To take one back, remove it.
apiVersion: fusion-done/v1
done:
"""


class Note(Section):
    """Who did a step, and on which day."""

    by: PersonKey = Field(title="Door")
    on: IsoDate = Field(title="Datum")


class _File(Section):
    api_version: Literal["fusion-done/v1"]
    done: dict[Text, Note] = Field(default_factory=dict)


def notes_file(declaration: Path) -> Path:
    """Where the notes on a declaration stand."""
    return declaration.parent / NOTES / declaration.name


def read_notes(declaration: Path) -> Mapping[str, Note]:
    """The notes by step; none without a file. Raises `DeclarationError` with every finding."""
    path = notes_file(declaration)
    if not os.path.lexists(path):
        return {}
    return _notes(read(path, within=declaration.parent))


def find_slips(declaration: Path) -> list[Finding]:
    """The findings about the notes on a declaration."""
    try:
        read_notes(declaration)
    except DeclarationError as error:
        return list(error.findings)
    return []


def add_notes(declaration: Path, steps: Sequence[str], by: str, on: date) -> Path:
    """Note steps as done; the file is written whole or not at all.

    :raises FusionError: for a step that is noted already, and where the file cannot be written.
    """
    path = notes_file(declaration)
    known = read_notes(declaration)
    for step in steps:
        if step in known:
            note = known[step]
            raise FusionError(
                f"{step} is noted already: by {note.by}, on {note.on}", f"To change that, edit {path}"
            )
    text = path.read_text("utf-8") if path.exists() else _HEAD.format(name=declaration.stem)
    lines = "".join(f"  {step}: {{by: {by}, on: {on.isoformat()}}}\n" for step in steps)
    text = f"{text}{'' if text.endswith(chr(10)) else chr(10)}{lines}"
    # What people made of the file may leave no place at its end.
    if set(_notes(parse(text, str(path)))) != {*known, *steps}:
        raise FusionError(f"{path} has no place for another line at its end", "Put `done:` last in it")
    _write(path, text)
    return path


def require_key(by: str) -> str:
    """A person's key. Raises `FusionError` for anything else; it is not repeated."""
    with suppress(IdentifierError):
        if masked(by) == by:
            return parse_person_key(by)
    raise FusionError(
        "--by takes the key of a person, as declarations have it",
        "Such as `--by tom.maes`: never a name or an INSZ",
    )


def require_steps(asked: Sequence[str], known: Sequence[str]) -> None:
    """Raises `FusionError` for what is no step of the runbook that people do."""
    for step in asked:
        if step not in known:
            close = nearest(step, list(known))
            hint = f"Did you mean {close}? " if close else ""
            raise FusionError(
                f"{masked(step)} is no step to do of this runbook", f"{hint}The runbook names them"
            )


def today() -> date:
    """In Belgium, by this machine's clock."""
    return datetime.now(BELGIUM).date()


def _notes(document: Document) -> Mapping[str, Note]:
    findings = [*document.findings, *consistency.secrets_in(document)]
    if document.data is None:
        raise DeclarationError(findings)
    file = None
    if document.data.get("done", "") is None:
        document.data["done"] = {}
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        findings += translate(error, document, _File)
    if findings or file is None:
        raise DeclarationError(findings)
    return file.done


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise FusionError(
            f"{path} cannot be written: {error.strerror}", "Look at the folder's permissions"
        ) from None
