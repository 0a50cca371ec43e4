"""When the engine in the environment is the one that the sources ask for."""

import json
from pathlib import Path

import pytest

from engine.stamp import PROGRAMS, STAMP, is_current, move_in, sources_digest


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Two tools modules."""
    for module in ("cli", "python-host"):
        folder = tmp_path / "sources" / module
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text(f"module {module}\n")
        (folder / "go.sum").write_text("")
    return tmp_path / "sources"


@pytest.fixture
def engine(tmp_path: Path, sources: Path) -> Path:
    """An engine that was just moved in."""
    made = tmp_path / "made"
    made.mkdir()
    for name in PROGRAMS:
        (made / name).write_text("new")
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "pulumi").write_text("old")
    move_in(made, folder, sources_digest(sources), "built")
    return folder


def test_an_engine_that_was_moved_in_is_current(engine: Path, sources: Path) -> None:
    assert is_current(engine, sources_digest(sources))
    assert (engine / "pulumi").read_text() == "new"
    assert json.loads((engine / STAMP).read_text())["how"] == "built"


def test_a_new_pin_or_checksum_asks_for_another_engine(engine: Path, sources: Path) -> None:
    for file in ("cli/go.mod", "python-host/go.sum"):
        (sources / file).write_text("renewed")
        assert not is_current(engine, sources_digest(sources))


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_engine_that_lacks_a_program_is_not_current(engine: Path, sources: Path, name: str) -> None:
    (engine / name).chmod(0o644)
    assert not is_current(engine, sources_digest(sources))
    (engine / name).unlink()
    assert not is_current(engine, sources_digest(sources))


@pytest.mark.parametrize("text", ["", "[]", '{"sources": 1}', "half a st"])
def test_a_stamp_that_says_nothing_is_not_current(engine: Path, sources: Path, text: str) -> None:
    (engine / STAMP).write_text(text)
    assert not is_current(engine, sources_digest(sources))


def test_an_interrupted_move_leaves_no_stamp_that_fits(engine: Path, sources: Path, tmp_path: Path) -> None:
    made = tmp_path / "half"
    made.mkdir()
    (made / "pulumi").write_text("newer")
    (engine / "pulumi").unlink()
    (engine / "pulumi").mkdir()  # renaming onto a folder fails
    with pytest.raises(IsADirectoryError):
        move_in(made, engine, sources_digest(sources), "built")
    assert not (engine / STAMP).exists()
