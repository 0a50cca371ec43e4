"""Two declarations with everybody whom they name, and the Excel files that come of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from emulator.controls import rehearsal_ssin
from operations.chief_access_managers.listing import HEADERS
from schemas.loading import load_declaration
from tests.operations.conftest import Fusion
from tests.support.private import write_private


@pytest.fixture
def secrets(root: Path) -> Path:
    """Everybody whom the two declarations name."""
    people: dict[str, dict[str, str]] = {}
    for path in (root / "fusions").glob("*.yaml"):
        for _, access in load_declaration(path).accesses():
            for _, key in access.people():
                people[key] = {
                    "insz": rehearsal_ssin(key),
                    "name": f"Name of {key}",
                    "email": f"{key}@ocmw.example",
                    "language": "nl",
                }
    file = root.parent / "secrets.yaml"
    return write_private(file, json.dumps({"people": people}))


@pytest.fixture
def run(fusion: Fusion, secrets: Path) -> Fusion:
    return lambda *arguments: fusion("chief-access-managers", *arguments, "--secrets", str(secrets))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lijst.xlsx"


def sheet(path: Path) -> Worksheet:
    found = load_workbook(path).active
    assert isinstance(found, Worksheet)
    return found


def rows(path: Path) -> list[dict[str, Any]]:
    first, *others = sheet(path).iter_rows(values_only=True)
    assert first == HEADERS
    return [dict(zip(HEADERS, values, strict=True)) for values in others]


def edit(path: Path, change: Callable[[Worksheet], None]) -> None:
    """As somebody does by hand in Excel."""
    book = load_workbook(path)
    found = book.active
    assert isinstance(found, Worksheet)
    change(found)
    book.save(path)


def cell(row: int, header: str, value: object) -> Callable[[Worksheet], None]:
    def change(found: Worksheet) -> None:
        found.cell(row, HEADERS.index(header) + 1).value = value  # type: ignore[assignment]

    return change
