"""Where the tests' processor time goes: `make test-times` prints it by folder, with the slowest files and tests.

A plugin of pytest (`-p tests.support.processor_times`). Processor seconds, with those of the processes that a test started
and waited for, are the same on a busy machine; wall time is not.
"""

from __future__ import annotations

import resource
from collections.abc import Generator, Iterable

import pytest

_LISTED = 30
_DEPTH = 3
"""As many parts of a path make a folder: `tests/torture/kills`."""
_seen = {"before": 0.0}


def processor_seconds() -> float:
    """User and system time of this process and of the children that it waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def pytest_runtest_logstart() -> None:
    """What is before the first test, such as imports, is nobody's."""
    _seen["before"] = _seen["before"] or processor_seconds()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each phase's report carries what it took."""
    report = yield
    now = processor_seconds()
    # pytest-xdist sends the attributes of a report along.
    vars(report)["processor"] = now - _seen["before"]
    _seen["before"] = now
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """By folder, by file and by test."""
    reports = [report for those in terminalreporter.stats.values() for report in those]
    for title, lines in summarise(reports).items():
        terminalreporter.section(f"processor seconds by {title}")
        for name, seconds in lines:
            terminalreporter.write_line(f"{seconds:8.1f}  {name}")


def summarise(reports: Iterable[object]) -> dict[str, list[tuple[str, float]]]:
    """`{"folder": [(name, seconds), …], "file": …, "test": …}`, the longest first."""
    tests: dict[str, float] = {}
    files: dict[str, float] = {}
    folders: dict[str, float] = {}
    for report in reports:
        if not isinstance(report, pytest.TestReport) or not hasattr(report, "processor"):
            continue
        file = report.nodeid.partition("::")[0]
        folder = "/".join(file.split("/")[:-1][:_DEPTH])
        for table, name in ((tests, report.nodeid), (files, file), (folders, folder), (folders, "all")):
            table[name] = table.get(name, 0) + report.processor
    return {
        "folder": _longest(folders),
        "file": _longest(files)[:_LISTED],
        "test": _longest(tests)[:_LISTED],
    }


def _longest(table: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(table.items(), key=lambda entry: -entry[1])
