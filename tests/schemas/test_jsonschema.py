"""The schema file: made from the models, valid in itself, and of one mind with them about structure."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from schemas.declaration import Fusion
from schemas.document import parse, read
from schemas.jsonschema import FILE, as_text, generate, structural_findings

DIRECTORY = Path(__file__).parent.parent.parent / "fusions"
CASES = Path(__file__).parent / "cases"
VALIDATOR = Draft202012Validator(generate())


def test_the_file_is_the_models() -> None:
    assert FILE.read_text("utf-8") == as_text(), "run: python -m schemas.jsonschema"


def test_it_is_a_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(json.loads(FILE.read_text("utf-8")))
    assert generate()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_declaration_is_valid(path: Path) -> None:
    assert structural_findings(read(path)) == []


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_declaration_names_the_schema_for_editors(path: Path) -> None:
    comments = itertools.takewhile(lambda line: line.startswith("#"), path.read_text("utf-8").splitlines())
    assert "# yaml-language-server: $schema=../schemas/fusion.schema.json" in comments
    assert (path.parent / "../schemas/fusion.schema.json").resolve() == FILE


@pytest.mark.parametrize(
    ("path", "number"),
    [
        (("ocmw", "kbo"), 212194131),
        (("accounts", "sender", "phone"), 27875827),
        (("contact", "postcode"), 1570),
    ],
)
def test_a_number_that_others_read_without_its_zero_is_valid(path: tuple[str, ...], number: int) -> None:
    """`kbo: 0212194131` needs no quotes, and is a number in YAML 1.2."""
    data = parse((DIRECTORY / "pajottegem.yaml").read_text("utf-8"), "x").data
    *around, last = path
    place: Any = data
    for step in around:
        place = place[step]
    place[last] = number
    assert VALIDATOR.is_valid(data)


def test_no_constant_is_false() -> None:
    """Generators of clients take it for none."""
    assert '"const": false' not in as_text()


def test_every_key_has_a_title_for_editors() -> None:
    schema = generate()
    for name, section in schema["$defs"].items():
        for key, field in section.get("properties", {}).items():
            assert field.get("title"), f"{name}.{key}"


def faults(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every structural fault that can be planted at one place: the path and the whole document with it."""
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        for replacement in ([], {}, "", 12, True, "x", ["x"], {"x": 1}):
            yield (*path, key), replacement
        yield from faults(data[key], (*path, key))
    if isinstance(data, dict):
        yield (*path, "xyzzy"), 1
        for key in data:
            yield (*path, key), KeyError


def planted(document: dict[str, Any], path: tuple[str | int, ...], replacement: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(document)
    target = changed
    for step in path[:-1]:
        target = target[step]
    if replacement is KeyError:
        del target[path[-1]]
    else:
        target[path[-1]] = replacement
    return dict(changed)


def pydantic_accepts(document: dict[str, Any]) -> bool:
    try:
        Fusion.model_validate(document)
    except ValidationError:
        return False
    return True


def test_schema_and_models_agree_on_every_planted_fault() -> None:
    """Hundreds of faults; what only reading can tell (a code, a file) is in neither."""
    document = parse((CASES / "good-scenario-1.yaml").read_bytes(), "testdorp.yaml").data
    assert document is not None
    disagreements = []
    count = 0
    for path, replacement in faults(document):
        changed = planted(document, path, replacement)
        count += 1
        if VALIDATOR.is_valid(changed) != pydantic_accepts(changed):
            disagreements.append((path, replacement, pydantic_accepts(changed)))
    assert count > 800
    assert disagreements == []


def test_a_fault_in_a_list_that_may_be_a_word_stands_where_it_is() -> None:
    text = "access: {domains: {woonzorg: {accessManager: a.b, users: [{person: a.b, x: 1}]}}}\n"
    places = {(finding.line, finding.column) for finding in structural_findings(parse(text, "x.yaml"))}
    assert {(1, 73)} <= places
    assert (1, 58) not in places


def test_a_structural_fault_has_a_place() -> None:
    document = parse("apiVersion: fusion/v1\nname: X\nxyzzy: 1\nocmw: {kbo: 1, nis: 23106}\n", "x.yaml")
    places = {(finding.line, finding.column) for finding in structural_findings(document)}
    assert {(3, 1), (4, 13)} <= places
