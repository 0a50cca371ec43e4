"""`fusion chief-access-managers --check`: what somebody edited in the list is told, without an INSZ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from operations.chief_access_managers.listing import HEADERS
from tests.operations.chief_access_managers.conftest import cell, edit, sheet
from tests.operations.conftest import Fusion


@pytest.fixture
def written(run: Fusion, file: Path) -> Path:
    assert run("--out", str(file)).code == 0
    return file


def test_what_was_written_has_no_differences(run: Fusion, written: Path) -> None:
    ran = run("--check", str(written))
    assert (ran.code, ran.out, ran.err) == (0, "", f"{written}: no differences\n")


def test_nor_has_one_without_insz(run: Fusion, file: Path) -> None:
    run("--masked", "--out", str(file))
    ran = run("--masked", "--check", str(file))
    assert (ran.code, ran.out, ran.err) == (0, "", f"{file}: no differences; INSZ were not compared\n")


def test_which_is_not_the_list_for_flanders(run: Fusion, file: Path) -> None:
    """R13."""
    run("--masked", "--out", str(file))
    ran = run("--check", str(file))
    lines = ran.out.splitlines()
    assert (ran.code, len(lines)) == (1, sheet(file).max_row - 1)
    assert all("INSZ is left out: `--masked` compares all else" in line for line in lines)


def test_nor_has_one_with_insz_a_place_among_those_without(run: Fusion, written: Path) -> None:
    ran = run("--masked", "--check", str(written))
    assert ran.code == 1
    assert "INSZ stands in a list that should have *** there" in ran.out


def insz(path: Path, row: int = 2) -> str:
    return str(sheet(path).cell(row, HEADERS.index("INSZ") + 1).value)


OTHERWISE_WRITTEN = [
    lambda number: number.replace(".", "").replace("-", ""),
    lambda number: number.replace(".", " ").replace("-", " "),
    lambda number: f" {number}\n",
]


@pytest.mark.parametrize("write", OTHERWISE_WRITTEN)
def test_nor_one_whose_numbers_are_written_otherwise(
    write: Callable[[str], str], run: Fusion, written: Path
) -> None:
    edit(written, cell(2, "INSZ", write(insz(written))))
    assert run("--check", str(written)).code == 0


@pytest.mark.parametrize("around", ["x {} en ook iets", "{}, {}", "{}0", "A{}"])
def test_what_holds_a_number_is_not_one(around: str, run: Fusion, written: Path) -> None:
    edit(written, cell(2, "INSZ", around.replace("{}", insz(written))))
    ran = run("--check", str(written))
    assert (ran.code, len(ran.out.splitlines())) == (1, 1)
    assert "INSZ is not written as one: eleven digits" in ran.out


@pytest.mark.parametrize("header", [header for header in HEADERS if header != "INSZ"])
def test_where_a_column_was_shifted_no_insz_is_printed(header: str, run: Fusion, written: Path) -> None:
    number = insz(written)
    for value in (number, number.replace(".", "").replace("-", ""), 5052036493):
        edit(written, cell(2, header, value))
        ran = run("--check", str(written))
        assert ran.code == 1
        assert "row 2, " in ran.out
        assert str(value) not in ran.out


def test_nor_one_whose_columns_and_rows_were_moved(run: Fusion, written: Path) -> None:
    def move(found: Worksheet) -> None:
        found.insert_cols(1)
        found.cell(1, 1, "Opmerking")
        found.insert_rows(3)

    edit(written, move)
    assert run("--check", str(written)).code == 0


EDITS = [
    (cell(2, "INSZ", "85.07.30-033.28"), "INSZ is not the one of the secrets file"),
    (cell(2, "INSZ", None), "INSZ is empty"),
    (cell(2, "INSZ", "***"), "INSZ is left out"),
    (cell(2, "KBO-nummer", "0212.193.933 en ook iets"), "KBO-nummer is 0212.193.933 en ook iets, not "),
    (cell(2, "E-mailadres", "other@ocmw.example"), "E-mailadres is other@ocmw.example, not "),
    (cell(2, "Rol", None), "Rol is empty, not "),
    (cell(2, "Persoon", "somebody.else"), "no chief access manager in the declarations"),
    (lambda found: found.append([c.value for c in found[2]]), "is in the file twice"),
    (lambda found: found.delete_rows(2), "is declared and not in the file"),
]


@pytest.mark.parametrize(("change", "told"), EDITS, ids=[told for _, told in EDITS])
def test_what_somebody_edited_is_told(
    change: Callable[[Worksheet], None], told: str, run: Fusion, written: Path
) -> None:
    edit(written, change)
    ran = run("--check", str(written))
    assert ran.code == 1
    assert told in ran.out
    assert "difference" in ran.err


def test_a_number_that_lost_its_zero_is_told_and_understood(run: Fusion, written: Path) -> None:
    number = next(row for row in range(2, 30) if str(sheet(written).cell(row, 3).value).startswith("0"))
    digits = int(str(sheet(written).cell(number, 3).value).replace(".", ""))
    edit(written, cell(number, "KBO-nummer", digits))
    (line,) = run("--check", str(written)).out.splitlines()
    assert line.startswith(f"row {number}, ")
    assert line.endswith("KBO-nummer is a number, which loses zeros in front: make the column text")


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "there is no such file"), (b"no zip", "is no Excel file that can be read")],
)
def test_what_is_no_such_file_is_said(content: bytes | None, told: str, run: Fusion, file: Path) -> None:
    if content is not None:
        file.write_bytes(content)
    ran = run("--check", str(file))
    assert ran.code == 1
    assert told in ran.err


def test_rows_may_be_shorter_than_the_first(run: Fusion, written: Path) -> None:
    """As programs write them that leave out blank cells and how wide the sheet is."""
    found = list(sheet(written).iter_rows(values_only=True))
    book = Workbook(write_only=True)
    streamed = book.create_sheet()
    for number, values in enumerate(found, 1):
        streamed.append(values[:-1] if number == 2 else values)
    book.save(written)
    (line,) = run("--check", str(written)).out.splitlines()
    assert line.endswith("Taal is empty, not nl")


def test_a_file_without_a_column_is_said(run: Fusion, written: Path) -> None:
    edit(written, lambda found: found.delete_cols(3))
    assert "has no column KBO-nummer in its first row" in run("--check", str(written)).err
