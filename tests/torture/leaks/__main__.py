"""`make leaks`: every scene and every planted leak; what stands where it may not, and the figures of docs/reliability.md."""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.support.figures import write_figures
from tests.torture.leaks.forms import write_in_all_forms
from tests.torture.leaks.looking import Look, look_at_copy
from tests.torture.leaks.places import ALLOWED, FILES, list_places
from tests.torture.leaks.planted import AWKWARD_PASSWORD
from tests.torture.leaks.planted_leaks import PLANTED_LEAKS, is_noticed_on_copy
from tests.torture.leaks.scenes import SCENES
from tests.torture.leaks.stage import Stage

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
_LONGEST_FIRST = ("rehearsed", "a spoilt secrets file", "applied")


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="leaks-"))
    began = time.monotonic()
    looks, missed = play(folder, options.scene or [*SCENES], [] if options.scene else [*PLANTED_LEAKS])
    wrong = [line for look in looks for line in (*map(str, look.leaks), *look.wrong)]
    wrong += [f"not noticed: {name}" for name in missed]
    if not options.scene:
        wrong += find_needless(looks)
    for line in wrong:
        _say(line)
    figures = tell_figures(looks, len(PLANTED_LEAKS) - len(missed), wrong)
    _say(f"{figures}\nin {time.monotonic() - began:.0f} s")
    if options.keep or wrong:
        _say(f"the folders stay: {folder}")
    else:
        shutil.rmtree(folder)
    if not wrong and not options.scene:
        write_figures(PAGE, "make leaks", figures)
    return 1 if wrong else 0


def play(folder: Path, scenes: Sequence[str], leaks: Sequence[str]) -> tuple[list[Look], list[str]]:
    """All of them, in two processes: the looks, and the planted leaks that nobody noticed."""
    _say(f"{len(scenes)} scenes, {len(leaks)} planted leaks; setting the stage")
    applied, bare = folder / "applied", folder / "bare"
    Stage.begin(applied)
    Stage.without_engine(bare)
    looks = []
    # Each from scratch: a stage starts threads of its own, which a fork would lose.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        order = sorted(scenes, key=lambda name: name not in _LONGEST_FIRST)
        playing = [
            pool.submit(look_at_copy, name, applied, folder / f"scene-{number}")
            for number, name in enumerate(order)
        ]
        planting = {
            pool.submit(is_noticed_on_copy, name, applied, bare, folder / f"leak-{number}"): name
            for number, name in enumerate(leaks)
        }
        for done in as_completed(playing):
            look = done.result()
            looks.append(look)
            _say(
                f"[{len(looks)}/{len(scenes)}] {look.scene}: {len({*look.leaks}) + len(look.wrong) or 'nothing'}"
            )
        missed = [planting[planted] for planted in as_completed(planting) if not planted.result()]
    return looks, missed


def find_needless(looks: Sequence[Look]) -> list[str]:
    """What was allowed for nothing, and lines that were not looked at; of a kind of files there may be none."""
    allowed = {place for look in looks for place in look.allowed}
    seen = {place for look in looks for place in look.places}
    found = [f"{place}: nothing stands there that is allowed to" for place in ALLOWED if place not in allowed]
    return found + [f"{place}: was not looked at" for place in list_places() if place not in {*seen, *FILES}]


def tell_figures(looks: Sequence[Look], noticed: int, wrong: Sequence[str]) -> str:
    searched = sum(look.searched for look in looks)
    return (
        "| | |\n|---|---|\n"
        f"| places: what commands print, in each form, when all is well and when it fails; and kinds of files | "
        f"{len([*list_places()])} |\n"
        f"| of these with secrets on purpose, each for a reason | {len(ALLOWED)} |\n"
        f"| forms in which a password is looked for, in each packing | {len(write_in_all_forms(AWKWARD_PASSWORD))} |\n"
        f"| searched | {searched // 2**20} MiB |\n"
        f"| secrets elsewhere, and files that others may read | {len(wrong)} |\n"
        f"| leaks made on purpose | {len(PLANTED_LEAKS)} |\n"
        f"| of these noticed | {noticed} |\n"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.leaks", description=__doc__)
    parser.add_argument(
        "--scene", action="append", choices=[*SCENES], help="only this one; may be repeated", metavar="NAME"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folders, to look at")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
