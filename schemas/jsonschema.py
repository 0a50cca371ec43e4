"""The language as a JSON Schema (draft 2020-12), for editors and other tools; `python -m schemas.jsonschema` writes it.

It is made from the models and is about structure only: check digits, scenarios and certificates are not in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.declaration import Fusion
from schemas.document import Document
from schemas.findings import Finding, in_words
from schemas.reference import reference

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE = Path(__file__).with_name("fusion.schema.json")


def generate() -> dict[str, Any]:
    """The schema of a declaration, in a stable order."""
    schema: dict[str, Any] = Fusion.model_json_schema()
    sections = {**schema["$defs"], "Fusion": schema}
    for section in sections.values():
        for field in section.get("properties", {}).values():
            _without_null(field)
    domains = sections["Access"]["properties"]["domains"]
    domains["propertyNames"] = {"examples": reference().codes("domains")}
    return {"$schema": DIALECT, "$id": "urn:ocmw-fusion:declaration:v1", **schema}


def as_text() -> str:
    """The schema file's content."""
    return json.dumps(generate(), indent=2, ensure_ascii=False) + "\n"


def structural_findings(document: Document) -> list[Finding]:
    """The findings of the JSON Schema about a document's data."""
    return list(_findings(document))


def _findings(document: Document) -> Iterator[Finding]:
    if document.data is None:
        return
    for error in _inmost(_validator().iter_errors(document.data)):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            # The library reports the object; the place to look at is each key that is too many.
            for key in set(error.instance) - set(error.schema.get("properties", {})):
                yield document.finding((*path, key), "json-schema", "this key is not known here", at_key=True)
        elif error.validator == "required":
            # A key without a value is in the file: what it lacks is said there.
            where = in_words(path) or "the declaration"
            for key in error.validator_value:
                if key not in error.instance and not document.has((*path, key)):
                    yield document.finding((*path, key), "json-schema", f"{where} needs {key}", at_key=True)
        elif document.value_at(path) is not None or not path:
            where = in_words(path) or "the declaration"
            yield document.finding(
                path, "json-schema", f"{where} does not fit the schema's `{error.validator}`"
            )


def _inmost(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors inside a list, where the schema allows a word instead of the list."""
    for error in errors:
        inside = [one for one in error.context or () if len(one.absolute_path) > len(error.absolute_path)]
        yield from _inmost(inside) if inside else [error]


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # 100 ms that only validation needs

    return Draft202012Validator(generate())


def _without_null(field: dict[str, Any]) -> None:
    """Takes out null, which only stands for an absent key: in a file, a key without a value is a finding."""
    if "default" in field and field["default"] is None:
        del field["default"]
    alternatives = field.get("anyOf", [])
    if {"type": "null"} in alternatives:
        alternatives.remove({"type": "null"})
        if len(alternatives) == 1:
            del field["anyOf"]
            field.update({key: value for key, value in alternatives[0].items() if key not in field})


def main() -> None:
    """Writes the schema file."""
    FILE.write_text(as_text(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")


if __name__ == "__main__":
    main()
