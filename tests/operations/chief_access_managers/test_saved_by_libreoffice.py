"""Files that LibreOffice 7.4 saved: what we write comes back as it was, and what people type there is understood or told.

`values.xlsx` is what `spreadsheet.content` makes of `ROWS`, opened and saved as .xlsx; `values-by-ods.xlsx` was an .ods
meanwhile; `typed.xlsx` is a list that was typed there, in cells that are no text.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.chief_access_managers import spreadsheet

SAVED = Path(__file__).parent / "saved"
HEADERS = ("KBO-nummer", "Persoon", "OCMW", "Datum")
ROWS = [
    ("0212.242.928", "=1+1", "+32 9 000", "2025-01-03"),
    ("0212242928", "-els", "@SUM(A1)", "03/01/2025"),
    ("00012", "=cmd|' /C calc'!A0", "'s-Gravenvoeren", "1e5"),
    ("0212", "TRUE", "Liège", "#N/A"),
    ("1.5", '=HYPERLINK("https://portal.example","x")', "—", "12:30"),
]


@pytest.mark.parametrize("name", ["values.xlsx", "values-by-ods.xlsx"])
def test_every_cell_is_still_the_text_that_was_written(name: str) -> None:
    """No zero is lost, nothing became a formula, a date or a number."""
    found = spreadsheet.lines(SAVED / name, HEADERS)
    assert [tuple(line.cells[header] for header in HEADERS) for line in found] == ROWS
    assert not any(line.numeric for line in found)


def test_a_number_or_a_date_that_was_typed_is_told_from_text() -> None:
    """A formula counts as what it came to."""
    line, other = spreadsheet.lines(SAVED / "typed.xlsx", HEADERS)
    assert (line.cells["KBO-nummer"], set(line.numeric)) == ("212242928", {"KBO-nummer", "Datum"})
    assert (other.cells["KBO-nummer"], set(other.numeric)) == ("0212.242.928", {"Datum"})
    assert other.cells["Persoon"] == "els.peeters"
