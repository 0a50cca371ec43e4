"""Breaks each rule of `broken_rules` in a copy of the portal and runs the tests that cite it: one must fail.

`python -m tests.emulator.rules_proof [R16 ...]`, or `make rules-proof`; ends non-zero when a broken rule goes unnoticed.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import rules_index
from tests.emulator.broken_rules import BROKEN, Broken

ROOT = Path(__file__).parents[2]
COPIED = ("emulator", "tests")
SECONDS = 300
KILLED = "killed"
# Random deeds come by most rules sooner or later; what is proved is that a rule's own tests notice.
RANDOM = "tests/emulator/test_stateful.py"


def applied(broken: Broken, root: Path = ROOT) -> str:
    """The file's text with the rule broken.

    :raises ValueError: when the change no longer applies.
    """
    text = (root / "emulator" / broken.file).read_text("utf-8")
    if text.count(broken.old) != 1:
        raise ValueError(
            f"{broken.rule}: {broken.old!r} stands {text.count(broken.old)} times in {broken.file}"
        )
    return text.replace(broken.old, broken.new)


def workspace(folder: Path) -> Path:
    """The project with copies of what is changed and run, and links to the rest."""
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name in COPIED:
            shutil.copytree(entry, folder / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry)
    return folder


def run(folder: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run tests on the copy."""
    # Two versions of a file within a second look alike to the cache of compiled code.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=no", *tests]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def verdict(folder: Path, broken: Broken) -> str:
    """`killed`, with the test that noticed, or what is wrong."""
    tests = [name for name in rules_index.emulator_tests(broken.rule) if not name.startswith(RANDOM)]
    try:
        text = applied(broken, folder)
    except ValueError as error:
        return f"NO LONGER APPLIES: {error}"
    if not tests:
        return "NO TEST cites it"
    file = folder / "emulator" / broken.file
    before = file.read_text("utf-8")
    file.write_text(text, "utf-8")
    try:
        done = run(folder, tests)
    except subprocess.TimeoutExpired:
        return "NO END: the tests did not come to an end"
    finally:
        file.write_text(before, "utf-8")
    failed = re.search(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    if done.returncode == 1 and failed:
        return f"{KILLED} by {failed[1].removeprefix(rules_index.EMULATOR)}"
    return "SURVIVED" if done.returncode == 0 else f"NO RESULT: {done.stdout[-300:]}{done.stderr[-300:]}"


def prove(chosen: Sequence[Broken]) -> int:
    """Break each rule in turn; how many went unnoticed."""
    with tempfile.TemporaryDirectory() as temporary:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        workers = os.cpu_count() or 1
        for number in range(workers):
            folders.put(workspace(Path(temporary) / str(number)))

        def one(broken: Broken) -> str:
            folder = folders.get()
            try:
                return verdict(folder, broken)
            finally:
                folders.put(folder)

        missed = 0
        with ThreadPoolExecutor(workers) as pool:
            for broken, found in zip(chosen, pool.map(one, chosen), strict=True):
                missed += not found.startswith(KILLED)
                change = f"{broken.file}: {' '.join(broken.old.split())} -> {' '.join(broken.new.split())}"
                print(f"{broken.rule} {change}\n    {found}", flush=True)  # noqa: T201 - the output
    print(f"{len(chosen) - missed} of {len(chosen)} broken rules were noticed")  # noqa: T201
    return missed


def main() -> None:
    names = set(sys.argv[1:])
    chosen = [broken for broken in BROKEN if not names or broken.rule in names]
    raise SystemExit(1 if prove(chosen) else 0)


if __name__ == "__main__":
    main()
