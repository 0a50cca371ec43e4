"""No test can hang: planted ones, run by a pytest of their own, are ended with the stacks of all threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = "from tests.conftest import *\n"
HANGS = """
import threading

def waiting_thread():
    threading.Event().wait()

def test_that_hangs():
    threading.Thread(target=waiting_thread, daemon=True).start()
    threading.Event().wait()

def test_after_it():
    pass
"""
HANGS_AGAIN = """
def test_that_hangs_again_in_its_clean_up():
    try:
        threading.Event().wait()
    finally:
        threading.Event().wait()
"""
LEAVES_A_THREAD = """
def test_that_leaves_a_thread_behind():
    threading.Thread(target=waiting_thread).start()
"""


def run_planted(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of its own, with the limits of this one: a second for each test, and five more for its process."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_planted.py").write_text(text)
    quick = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-c", os.devnull, "--rootdir", folder)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *quick, "-o", "timeout=1", *options, folder],
        cwd=ROOT,
        env={**os.environ, "TEST_GRACE_SECONDS": "5"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_that_hangs_fails_with_all_stacks_and_a_thread_that_nobody_joins_ends_with_the_process(
    tmp_path: Path,
) -> None:
    done = run_planted(tmp_path, HANGS + LEAVES_A_THREAD)
    assert done.returncode == 1, done
    assert "1 failed, 2 passed" in done.stdout
    assert "longer than its limit of 1 s" in done.stdout
    for function in ("test_that_hangs", "waiting_thread"):
        assert f"in {function}" in done.stdout
    assert "Timeout (" in done.stderr
    assert "in _shutdown" in done.stderr


def test_a_worker_that_goes_on_hanging_is_replaced_and_says_where_it_was(tmp_path: Path) -> None:
    done = run_planted(tmp_path, HANGS + HANGS_AGAIN, "-n", "1")
    assert "2 failed, 1 passed" in done.stdout, done
    assert "longer than its limit of 1 s" in done.stdout
    assert "Timeout (" in done.stderr
    assert "in test_that_hangs_again_in_its_clean_up" in done.stderr


def test_only_a_test_with_the_marker_starts_the_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="starts the engine: it needs the marker `engine`"):
        subprocess.run(["pulumi", "version"], check=True)
    stand_in = tmp_path / "pulumi"
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    subprocess.run(["pulumi", "version"], check=True)


@pytest.mark.engine
def test_one_that_has_it_does() -> None:
    subprocess.run(["pulumi", "version"], check=True, stdout=subprocess.DEVNULL)
