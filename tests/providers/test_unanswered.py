"""What earlier runs left uncertain: read once, settled once, by a look at the same portal, whatever stands in the ledger."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.ledgers.model import Ledger
from operations.ledgers.reading import read_ledger
from providers import host, ledger, session, unanswered
from providers.dossiers import DossiersProvider
from providers.unanswered import ABSENT, AS_DECLARED, OTHERWISE, SENTENCES, Unanswered, earlier
from tests.operations.ledgers.written import RUN, STACK, THING, asked, begin, write
from tests.providers.conftest import Portal
from tests.providers.moving import FREE, HERNE, declared

NOW = "20250204T090000Z-1"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose last run left a call uncertain; this is the provider host of the next one."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.RUN, NOW)
    monkeypatch.setenv(ledger.STACK, STACK)
    write(tmp_path, begin(), asked("a"), begin(NOW))
    return tmp_path


def read(root: Path) -> Ledger:
    return read_ledger(root, STACK)


def found(root: Path) -> list[str]:
    """What looks of this run found."""
    return [one.found for one in read(root).runs[-1].settled]


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("providers.ledger.os.write", fail)


def run_at_once(work: Callable[[], object]) -> list[object]:
    """Four threads, as a provider host has; what each comes to."""
    begins, came = threading.Barrier(4), list[object]()

    def do() -> None:
        begins.wait(20)
        came.append(work())

    threads = [threading.Thread(target=do) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return came


def test_threads_that_look_first_together_share_what_is_open(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one sees the thing, another compares it, and neither settles it."""
    read_lines, make = unanswered.read_lines, ledger.Ledger.__init__

    def read_slowly(path: Path) -> Any:
        time.sleep(0.1)
        return read_lines(path)

    def make_slowly(self: ledger.Ledger, path: Path, run: str) -> None:
        time.sleep(0.1)
        make(self, path, run)

    monkeypatch.setattr(unanswered, "read_lines", read_slowly)
    monkeypatch.setattr(ledger.Ledger, "__init__", make_slowly)
    came = run_at_once(earlier)
    assert len(came) == 4
    assert len({id(one) for one in came}) == 1


def test_threads_that_find_the_same_say_it_once(root: Path) -> None:
    def look() -> str:
        time.sleep(0.1)
        return ABSENT

    kept = earlier()
    assert len(run_at_once(lambda: kept.settle(THING, look))) == 4
    assert found(root) == [ABSENT]


@pytest.mark.parametrize(
    ("then", "now", "settles"),
    [
        ({"portal": "https://a.example"}, {"portal": "https://a.example"}, True),
        ({"portal": "https://a.example"}, {"portal": "https://b.example"}, False),
        ({"portal": "https://a.example"}, {}, True),
        ({}, {"portal": "https://a.example", "backend": "file://./.state"}, True),
        ({"backend": "s3://one"}, {"backend": "s3://other"}, False),
        ({"portal": "p", "backend": "s3://one"}, {"portal": "p", "backend": "s3://one"}, True),
    ],
)
def test_a_look_at_another_portal_settles_nothing(
    root: Path, then: dict[str, str], now: dict[str, str], settles: bool
) -> None:
    write(root, begin(**then), asked("a"), begin(NOW, **now))
    earlier().settle(THING, lambda: ABSENT)
    assert found(root) == [ABSENT] * settles
    assert len(read(root).runs[0].uncertain) == (not settles)


def test_a_full_disk_ends_no_look_and_people_hear_it_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = earlier()
    fill_disk(monkeypatch)
    kept.settle(THING, lambda: ABSENT)
    ledger.note("reached", thing=THING)
    said = capsys.readouterr()
    assert said.out.endswith(f"got no sure answer: {SENTENCES[ABSENT]}\n")
    (line,) = said.err.splitlines()
    assert line.endswith("cannot be written: No space left on device: its account of this run has gaps")


def test_a_full_disk_does_not_trouble_the_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = earlier()
    kept.see(THING)
    fill_disk(monkeypatch)
    host._end()
    assert THING not in kept._open


def test_the_end_is_noted_whatever_happens_before_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Unanswered) -> None:
        raise RuntimeError

    monkeypatch.setattr(Unanswered, "end", fail)
    with pytest.raises(RuntimeError):
        host._end()
    assert json.loads(ledger.file_of(root, STACK).read_text().split("\n")[-1])["kind"] == "ended"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
LINES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["begin", "asked", "answered", "unanswered", "settled", "step", "ended"]),
        "run": st.sampled_from([RUN, NOW, "another"]),
        "at": st.text(),
    },
    optional=dict.fromkeys(
        ("call", "calls", "thing", "status", "sent", "came", "method", "path", "portal"), ANYTHING
    ),
)


@settings(deadline=None)
@given(st.lists(LINES | ANYTHING, max_size=8))
def test_whatever_stands_there_no_look_fails(lines: list[Any]) -> None:
    """A later version wrote it, or a person."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)))
        kept = Unanswered(ledger.Ledger(path, NOW))
        for thing in list(kept._open):
            kept.settle(thing, lambda: ABSENT)


@pytest.mark.parametrize(
    "odd", ["[" * 200_000, '{"kind": "settled", "run": "x", "at": "x", "calls": 5}', "\0"]
)
def test_a_line_of_another_shape_hides_no_other(root: Path, odd: str) -> None:
    write(root, begin(), odd, asked("a"), begin(NOW))
    earlier().settle(THING, lambda: ABSENT)
    assert f'"found": "{ABSENT}"' in ledger.file_of(root, STACK).read_text()


def test_signs_that_no_terminal_takes_are_written_out(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, begin(), asked("a", path="/REST/\x1b\udcff"), begin(NOW))
    earlier().settle(THING, lambda: ABSENT)
    assert r"PUT /REST/\x1b\udcff of the run of" in capsys.readouterr().out


def test_dossiers_that_wait_are_not_told_as_declared(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """R06: before the day of the merger nothing counts as left, and all is there."""
    monkeypatch.setenv(ledger.RUN, NOW)
    monkeypatch.setenv(ledger.STACK, STACK)
    root, provider = portal.database.parents[1], DossiersProvider()
    write(root, begin(), asked("a", thing=provider.identity(declared())), begin(NOW))
    portal.restart("2024-12-31")
    provider.check({}, declared())
    assert found(root) == []
    portal.set_clock(FREE)
    session.look_anew()
    provider.check({}, declared())
    assert found(root) == [OTHERWISE]


def test_dossiers_of_which_only_those_wait_that_are_handled_are_told(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R06: the rest has moved, and that is what was asked."""
    monkeypatch.setenv(ledger.RUN, NOW)
    monkeypatch.setenv(ledger.STACK, STACK)
    root, provider = portal.database.parents[1], DossiersProvider()
    provider.create(declared(HERNE))
    session.look_anew()
    write(root, begin(), asked("a", thing=provider.identity(declared(HERNE))), begin(NOW))
    checked = provider.check({}, declared(HERNE))
    assert "still being handled" in str(checked.inputs)
    assert found(root) == [AS_DECLARED]
