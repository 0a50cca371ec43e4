"""The helpers that decide which tests run, and tell where their time goes."""

from __future__ import annotations

import pytest

from tests.support import markers
from tests.support.limits import LIMITS
from tests.support.processor_times import summarise


def test_each_marked_place_is_there() -> None:
    assert [place for place in markers.MARKERS if not (markers.TESTS / place).exists()] == []


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
