"""The helpers that decide which tests run, and tell where their time goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import markers, order
from tests.support.figures import write_figures
from tests.support.limits import LIMITS
from tests.support.prepared import prepare_once
from tests.support.processor_times import summarise


def test_each_marked_place_is_there() -> None:
    assert [
        place
        for place in (*markers.MARKERS, *markers.LONG, *order.LONGEST)
        if not (markers.TESTS / place).exists()
    ] == []


@pytest.mark.parametrize(
    "marker", sorted({name for names in markers.MARKERS.values() for name in names} | set(LIMITS))
)
def test_each_marker_is_declared_and_has_a_limit(pytestconfig: pytest.Config, marker: str) -> None:
    assert marker in LIMITS
    assert any(line.startswith(f"{marker}:") for line in pytestconfig.getini("markers"))


def test_each_phase_of_a_test_counts_for_its_file_and_folder() -> None:
    def report(name: str, when: str, seconds: float) -> pytest.TestReport:
        made = pytest.TestReport(name, ("", 0, ""), {}, "passed", None, when)  # type: ignore[arg-type]
        vars(made)["processor"] = seconds
        return made

    reports = [report("tests/a/b/test_x.py::test_1", when, 1.0) for when in ("setup", "call", "teardown")]
    summary = summarise([*reports, report("tests/a/test_y.py::test_2", "call", 2.0), object()])
    assert summary["test"] == [("tests/a/b/test_x.py::test_1", 3.0), ("tests/a/test_y.py::test_2", 2.0)]
    assert summary["file"] == [("tests/a/b/test_x.py", 3.0), ("tests/a/test_y.py", 2.0)]
    assert dict(summary["folder"]) == {"tests/a/b": 3.0, "tests/a": 2.0, "all": 5.0}


def test_the_longest_files_come_first_and_the_others_keep_their_order(
    pytester_items: list[pytest.Item],
) -> None:
    order.pytest_collection_modifyitems(pytester_items)
    names = [item.name for item in pytester_items]
    assert names == ["kills", "e2e", "a", "b"]


@pytest.fixture
def pytester_items(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Stand-ins with a path: the order asks for no more."""

    class Item(pytest.Item):
        def runtest(self) -> None: ...

    places = {"a": "schemas", "e2e": "e2e", "b": "emulator", "kills": "torture/kills"}
    parent = request.node.parent
    return [
        Item.from_parent(parent, name=name, path=markers.TESTS / place / "test_kills.py")
        for name, place in places.items()
    ]


def test_what_one_process_prepared_is_not_made_again_and_what_failed_is(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        folder.mkdir()
        made.append(folder)
        if len(made) == 1:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        prepare_once(tmp_path_factory, "planted", make)
    folders = {prepare_once(tmp_path_factory, "planted", make) for _ in range(2)}
    assert folders == {made[-1]}
    assert len(made) == 2


def test_figures_stand_between_the_marks_of_their_command(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- make x -->\nold\n<!-- /make x -->\n<!-- make y -->\nkept\n<!-- /make y -->\n")
    write_figures(page, "make x", "new\n")
    assert page.read_text() == (
        "a\n<!-- make x -->\nnew\n<!-- /make x -->\n<!-- make y -->\nkept\n<!-- /make y -->\n"
    )


def test_figures_without_a_place_are_not_lost_in_silence(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("no marks")
    with pytest.raises(ValueError, match="the marks of make x 0 times"):
        write_figures(tmp_path / "page.md", "make x", "new\n")
