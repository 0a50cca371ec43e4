"""An Excel file with one table of text, written as people expect it and read back as they may have left it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from operations.chief_access_managers import plain_book
from schemas.errors import FusionError
from schemas.files import Unreadable, read_file

if TYPE_CHECKING:
    from openpyxl import Workbook

# Wide enough for a name in bold, narrow enough for a screen.
NARROWEST, WIDEST = 8, 45
AS_TEXT = "@"
MAX_BYTES = 16 * 1024 * 1024


class Line(NamedTuple):
    """A row that was read: its number as Excel shows it, its cells by header, and which of these hold a number."""

    number: int
    cells: dict[str, str]
    numeric: frozenset[str]


def content(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The file: a frozen header row with filters, columns as wide as they need, every cell text: zeros in front stay."""
    library = _library()
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = library.Workbook()
    book.properties.creator = "fusion"
    book.properties.title = title
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    for row, values in enumerate([headers, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"  # a text that starts with `=` is no formula
            cell.number_format = AS_TEXT
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(vertical="center")
    for column in range(len(headers)):
        longest = max(len(values[column]) for values in [headers, *rows])
        width = min(max(longest + 3, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return _bytes(book)


def lines(path: Path, headers: Sequence[str]) -> list[Line]:
    """The rows of a file's first sheet that are not blank, by its headers in whatever order.

    Raises `FusionError` when it is no such file, or lacks a header.
    """
    library = _library()
    try:
        content = read_file(path, MAX_BYTES + 1)
    except Unreadable as error:
        raise FusionError(f"{path}: {error}") from None
    too_large = FusionError(
        f"{path} is too large for a list of people", "Save a file with its first sheet only"
    )
    if len(content) > MAX_BYTES:
        raise too_large
    try:
        plain = plain_book.without_styles(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it does not know and nobody here needs
            found = _rows(library.load_workbook(plain, read_only=True, data_only=True))
            titles = [_text(value) for value in next(found, ())]
            lines = list(_lines(titles, found))
    except plain_book.TooLarge:
        raise too_large from None
    except Exception:  # the library's own, for whatever another program, or a broken copy, has put there
        raise FusionError(f"{path} is no Excel file that can be read", "Save it as .xlsx once more") from None
    missing = [header for header in headers if header not in titles]
    if missing:
        raise FusionError(
            f"{path} has no column {', '.join(missing)} in its first row",
            f"The columns are {', '.join(headers)}",
        )
    return lines


def _rows(book: Workbook) -> Iterator[Sequence[Any]]:
    sheet: Any = book.worksheets[0]
    # How large the sheet says it is may be all that a sheet can be.
    sheet.reset_dimensions()
    yield from sheet.iter_rows(values_only=True)


def _lines(titles: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[Line]:
    for row, values in enumerate(rows, 2):
        # A program that does not write how wide its sheet is leaves rows short.
        cells = {title: _text(value) for title, value in zip_longest(titles, values) if title}
        if any(cells.values()):
            numeric = (
                title for title, value in zip(titles, values, strict=False) if isinstance(value, int | float)
            )
            yield Line(row, cells, frozenset(numeric))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", "" if value is None else str(value)).strip()


def _bytes(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _library() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise FusionError(
            "Excel files need openpyxl, the extra `reports`",
            "`make setup` installs it, or `uv sync --extra reports`",
        ) from None
    return openpyxl
