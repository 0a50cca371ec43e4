"""Excel files as other programs save them: read where their values can be, else told in one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from operations.chief_access_managers import plain_book, spreadsheet
from tests.operations.conftest import Fusion

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@pytest.fixture
def written(run: Fusion, file: Path) -> Path:
    assert run("pajottegem", "--out", str(file)).code == 0
    return file


def change(path: Path, edit: Callable[[str, bytes], bytes]) -> None:
    """Write every part of the file anew."""
    with ZipFile(path) as given:
        parts = {part.filename: edit(part.filename, given.read(part)) for part in given.infolist()}
    with ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)


def strict(_name: str, content: bytes) -> bytes:
    for namespace, usual in plain_book._STRICT.items():
        content = content.replace(usual, namespace)
    return content


def in_part(name: str, old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    def edit(here: str, content: bytes) -> bytes:
        if here != name:
            return content
        assert old in content
        return content.replace(old, new, 1)

    return edit


ODD = {
    "strict OOXML": strict,
    "an empty fill": in_part(STYLES, b"<fill><patternFill", b"<fill/><fill><patternFill"),
    "a fill with an extension": in_part(
        STYLES, b"<fill><patternFill", b"<fill><patternFill><extLst/></patternFill></fill><fill><patternFill"
    ),
    "a style without a name": in_part(STYLES, b'cellStyle name="Normal"', b"cellStyle"),
    "properties that are none": in_part("docProps/core.xml", b"</", b"<"),
    "a sheet as large as can be": lambda _name, content: re.sub(
        rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_value_does_not_matter(odd: str, run: Fusion, written: Path) -> None:
    change(written, ODD[odd])
    ran = run("pajottegem", "--check", str(written))
    assert (ran.code, ran.out) == (0, "")


BROKEN = {
    "a cut sheet": lambda name, content: content[: len(content) // 2] if name == SHEET else content,
    "no sheet": in_part("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
    "a cell that is nowhere": in_part(SHEET, b'r="A1"', b'r="1A"'),
    "no strings of that number": in_part(SHEET, b't="inlineStr"><is><t>Fusie</t></is>', b't="s"><v>99</v>'),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_read_is_one_sentence(broken: str, run: Fusion, written: Path) -> None:
    change(written, BROKEN[broken])
    ran = run("pajottegem", "--check", str(written))
    assert ran.code != 0
    assert ran.err.splitlines()[-1].startswith(f"error: {written} is no Excel file that can be read")


@pytest.mark.timeout(60)
def test_nor_is_more_unpacked_than_a_list_can_be(
    run: Fusion, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_book, "MAX_BYTES", 1000)
    assert "too large" in run("pajottegem", "--check", str(written)).err


@pytest.mark.timeout(60)
def test_nor_is_a_larger_file_read(run: Fusion, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", written.stat().st_size)
    assert run("pajottegem", "--check", str(written)).code == 0
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", written.stat().st_size - 1)
    assert "too large" in run("pajottegem", "--check", str(written)).err


@pytest.mark.timeout(60)
def test_a_pipe_is_none(run: Fusion, file: Path) -> None:
    os.mkfifo(file)
    assert f"{file}: this is a pipe, not a file" in run("pajottegem", "--check", str(file)).err
