"""Codes of the reference data: which fields hold them, and the findings about codes that are unknown or repeated.

A model marks such a field, `Annotated[Text, Code("networkProviders", "a network provider")]`, and nothing else has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from schemas.document import Document
from schemas.fields import Section
from schemas.findings import Finding, Path
from schemas.printable import shortened
from schemas.reference import reference
from schemas.terms import nearest

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True)
class Code:
    """Marks a text as a code of a list of the reference data; `noun` is what findings call it, with its article."""

    of: str
    noun: str

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Editors offer the codes as examples. They are no enumeration: the data can change."""
        return {**handler(core_schema), "examples": reference().codes(self.of)}


def check(draft: Section, document: Document) -> Iterator[Finding]:
    """Findings about codes that the reference data do not have, and about lists that have one twice."""
    for path, section in sections(draft):
        for name, key, code in coded_fields(type(section)):
            if (value := getattr(section, name)) is None:
                continue
            place: Path = (*path, key)
            items = items_of(place, value) if isinstance(value, tuple) else [(place, value)]
            yield from find_unknown(items, reference().codes(code.of), code.noun, document)
            yield from find_repeated(items, document)


def sections(value: Any, path: Path = ()) -> Iterator[tuple[Path, Section]]:
    """Every section in a value, itself included, with its path."""
    if isinstance(value, Section):
        yield path, value
        for name, key in _keys(type(value)):
            yield from sections(getattr(value, name), (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from sections(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from sections(item, (*path, key))


def items_of(path: Path, values: Iterable[str]) -> list[tuple[Path, str]]:
    """The items of a list at a path, each with its own path."""
    return [((*path, index), value) for index, value in enumerate(values)]


def find_repeated(
    items: Iterable[tuple[Path, str]], document: Document, rule: str = "twice"
) -> Iterator[Finding]:
    """A finding for each item that was in the list before."""
    before = set()
    for path, value in items:
        if value in before:
            yield document.finding(path, rule, f"{value} is in this list already")
        before.add(value)


def find_unknown(
    items: Iterable[tuple[Path, str]],
    known: list[str],
    noun: str,
    document: Document,
    rule: str = "unknown-code",
    *,
    at_key: bool = False,
) -> Iterator[Finding]:
    """A finding for each item that is not among the known ones, with the nearest of these."""
    for path, value in items:
        if value not in known:
            close = nearest(value, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known) or 'none'}"
            yield document.finding(path, rule, f"`{shortened(value)}` is not {noun}; {hint}", at_key=at_key)


@cache
def _keys(model: type[Section]) -> tuple[tuple[str, str], ...]:
    """The fields of a model: name, key in a declaration."""
    return tuple((name, field.alias or name) for name, field in model.model_fields.items())


@cache
def coded_fields(model: type[Section]) -> tuple[tuple[str, str, Code], ...]:
    """The fields of a model that hold codes, or a list of codes: name, key in a declaration, mark."""
    return tuple(
        (name, field.alias or name, mark)
        for name, field in model.model_fields.items()
        if (mark := next(filter(None, map(_mark_in, (*field.metadata, field.annotation))), None))
    )


def _mark_in(annotation: Any) -> Code | None:
    if isinstance(annotation, Code):
        return annotation
    return next((mark for inner in get_args(annotation) if (mark := _mark_in(inner))), None)
