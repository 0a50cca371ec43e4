"""Tables for the terminal, and what becomes of them where it is narrow."""

from __future__ import annotations

import pytest

from operations.tables import table

HEADERS = ("fusion", "created", "s")
ROWS = [("pajottegem", 29, "3.1"), ("hasselt", 7, "12.0")]


def test_columns_line_up_and_numbers_stand_right() -> None:
    assert table(HEADERS, ROWS, width=80).splitlines() == [
        "fusion      created  s",
        "----------  -------  ----",
        "pajottegem       29  3.1",
        "hasselt           7  12.0",
    ]


def test_where_it_does_not_fit_each_row_is_a_list_of_its_fields() -> None:
    assert table(HEADERS, ROWS, width=20) == (
        "fusion: pajottegem\ncreated: 29\ns: 3.1\n\nfusion: hasselt\ncreated: 7\ns: 12.0"
    )


def test_what_just_fits_is_a_table() -> None:
    needed = len("pajottegem  created  12.0")
    assert table(HEADERS, ROWS, width=needed).startswith("fusion  ")
    assert table(HEADERS, ROWS, width=needed - 1).startswith("fusion: ")


def test_without_a_width_it_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert table(HEADERS, ROWS).startswith("fusion: ")


def test_no_line_ends_in_spaces() -> None:
    assert all(
        line == line.rstrip() for line in table(("a", "b"), [("x", ""), ("y", "long")], 80).splitlines()
    )


def test_without_rows_the_headers_stand_alone() -> None:
    assert table(("id", "rule"), [], 80) == "id  rule\n--  ----"
