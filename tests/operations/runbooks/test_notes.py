"""Who did what when: read, added whole or not at all, without a person's number."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from operations.runbooks.notes import add_notes, notes_file, read_notes, require_key
from schemas.errors import DeclarationError, FusionError
from schemas.files import declarations_in
from tests.operations.runbooks.conftest import FUSIONS

DAY = date(2025, 1, 6)
INSZ = "85.07.30-033.28"


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    folder = tmp_path / "fusions"
    folder.mkdir()
    return Path(shutil.copy(FUSIONS / "pajottegem.yaml", folder))


def test_a_note_is_a_line_more(declaration: Path) -> None:
    assert read_notes(declaration) == {}
    path = add_notes(declaration, ["pajottegem-hand-over"], "tom.maes", DAY)
    before = path.read_text()
    add_notes(declaration, ["scenario", "ask-supplier"], "els.peeters", DAY)
    assert path.read_text() == (
        f"{before}  scenario: {{by: els.peeters, on: 2025-01-06}}\n"
        "  ask-supplier: {by: els.peeters, on: 2025-01-06}\n"
    )
    told = {step: (note.by, note.on) for step, note in read_notes(declaration).items()}
    assert told == {
        "pajottegem-hand-over": ("tom.maes", DAY),
        "scenario": ("els.peeters", DAY),
        "ask-supplier": ("els.peeters", DAY),
    }


def test_it_is_no_declaration(declaration: Path) -> None:
    add_notes(declaration, ["scenario"], "tom.maes", DAY)
    assert declarations_in(declaration.parent) == [declaration]


def test_what_people_wrote_beside_it_stays(declaration: Path) -> None:
    path = add_notes(declaration, ["scenario"], "tom.maes", DAY)
    path.write_text(path.read_text().rstrip("\n") + "   # with Els")
    add_notes(declaration, ["ask-supplier"], "tom.maes", DAY)
    assert "# with Els\n" in path.read_text()
    assert len(read_notes(declaration)) == 2


def test_a_file_whose_notes_were_all_taken_back_is_one_without(declaration: Path) -> None:
    path = add_notes(declaration, ["scenario"], "tom.maes", DAY)
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    assert read_notes(declaration) == {}
    add_notes(declaration, ["scenario"], "els.peeters", DAY)
    assert read_notes(declaration)["scenario"].by == "els.peeters"


def test_a_step_is_noted_once(declaration: Path) -> None:
    path = add_notes(declaration, ["scenario"], "tom.maes", DAY)
    before = path.read_text()
    with pytest.raises(FusionError, match=r"scenario is noted already: by tom\.maes, on 2025-01-06"):
        add_notes(declaration, ["ask-supplier", "scenario"], "els.peeters", DAY)
    assert path.read_text() == before


@pytest.mark.parametrize("end", ["other: 1\n", "  x: {by: tom.maes, on: 2025-01-06}\n...\n"])
def test_without_a_place_at_its_end_nothing_is_written(end: str, declaration: Path) -> None:
    path = add_notes(declaration, ["scenario"], "tom.maes", DAY)
    path.write_text(path.read_text() + end)
    before = path.read_text()
    with pytest.raises(FusionError):
        add_notes(declaration, ["ask-supplier"], "tom.maes", DAY)
    assert path.read_text() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_is_said(declaration: Path) -> None:
    notes_file(declaration).parent.write_text("a file")
    with pytest.raises(FusionError, match="cannot be written"):
        add_notes(declaration, ["scenario"], "tom.maes", DAY)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"  scenario: {{by: tom.maes, on: 2025-01-06}}  # {INSZ}\n", "INSZ"),
        ("  scenario: {by: Tom Maes, on: 2025-01-06}\n", "person is named by a key"),
        ("  scenario: {by: tom.maes, on: yesterday}\n", "expected a date"),
        ("  scenario: {by: tom.maes}\n", "on"),
        ("  scenario: {by: tom.maes, on: 2025-01-06, why: x}\n", "why"),
    ],
)
def test_a_slip_is_a_finding_with_its_place(line: str, says: str, declaration: Path) -> None:
    path = notes_file(declaration)
    path.parent.mkdir()
    path.write_text(f"apiVersion: fusion-done/v1\ndone:\n{line}")
    with pytest.raises(DeclarationError, match=says) as caught:
        read_notes(declaration)
    assert f"{path}:3:" in str(caught.value)
    assert "033" not in str(caught.value)


@pytest.mark.parametrize("by", [INSZ, "85073003328", "tommy", "Tom Maes", "", "tom.85073003328", "a.maes\nx"])
def test_whoever_is_no_key_is_refused_and_not_repeated(by: str) -> None:
    with pytest.raises(FusionError, match="key of a person") as caught:
        require_key(by)
    assert not by or by not in str(caught.value)
