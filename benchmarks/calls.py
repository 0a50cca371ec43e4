"""`make bench`: how many calls the portal gets of a run of the largest fusion, by kind of path; sign-ins count too.

Before a run remembered what it had read, these were 98 for a first preview, 305 for an `up` from nothing, and 135 each for a
preview and an `up` in which nothing changed; 132 before the portal told its identity. `tests/e2e/test_calls.py` holds the
number of a preview.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.__main__ import LARGEST, Project, fusion_project
from benchmarks.results import Recorder, Result
from emulator import controls
from providers import paths

BEFORE, AIM = 132, 44
"""Calls of a preview in which nothing changed: what they were, and a third of it."""
RUNS = {
    "first preview": ("preview",),
    "up from nothing": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
}
"""In this order; before the last two nothing changed."""


def kind_of(call: Mapping[str, Any]) -> str:
    """What a call of the journal is about, without whose it is: `GET chaman contents`."""
    if call["path"] == paths.SIGN_IN:
        return "sign-in"
    api, what = paths.name_of(call["path"]), paths.behind(call["path"]).partition("/")[0]
    return " ".join(filter(None, (call["method"], api, what)))


def count(project: Project) -> dict[str, Counter[str]]:
    """The calls of each of `RUNS`, by kind."""
    database = project.folder / ".state" / "portal.db"
    counts, seen = {}, len(controls.journal(database))
    for name, arguments in RUNS.items():
        project.run(*arguments)
        journal = controls.journal(database)
        counts[name], seen = Counter(map(kind_of, journal[seen:])), len(journal)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    Recorder.add_option(parser)
    recorder = Recorder.of(parser.parse_args())
    with tempfile.TemporaryDirectory() as temporary:
        counts = count(fusion_project(Path(temporary)))
    kinds = sorted({kind for one in counts.values() for kind in one})
    width = max(map(len, kinds))
    print(f"calls of {LARGEST}: {', '.join(counts)}")
    for kind in kinds:
        print(f"{kind:{width}}", *(f"{one[kind]:4}" for one in counts.values()))
    print(f"{'all':{width}}", *(f"{one.total():4}" for one in counts.values()))
    ratio = counts["preview"].total() / BEFORE
    what = f"calls of a preview of {LARGEST} / the {BEFORE} of before"
    recorder.tell(Result(what, ratio, round(AIM / BEFORE, 2)))


if __name__ == "__main__":
    main()
