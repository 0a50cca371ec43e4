"""Plays a scene, then looks for all that is planted in all that it printed and left; what stands where it may not."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.leaks.places import ALLOWED, name_file
from tests.torture.leaks.planted import TOKEN, Secret
from tests.torture.leaks.scenes import SCENES, name_line
from tests.torture.leaks.search import Finding, Search
from tests.torture.leaks.stage import Printed, Stage

_NOT_A_COMMAND = re.compile(
    rb"unknown (?:flag|command|shorthand)|No such (?:option|command)|^Usage: ", re.MULTILINE
)


_IN_THE_OPEN = {"stacks", "fusions", "Pulumi.yaml"}


@dataclass
class Look:
    """What one scene came to: `leaks` and what else is wrong, in words; `allowed` are the places where something stands on
    purpose, `searched` how many bytes were."""

    scene: str
    places: set[str] = field(default_factory=set)
    leaks: list[Finding] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    searched: int = 0


def look_at(name: str, stage: Stage) -> Look:
    """Play the scene on this stage, which it spoils."""
    scene, look = SCENES[name], Look(name)
    with scene.set_up(stage):
        for line in scene.lines:
            printed = stage.call(line.lstrip("!? "))
            stage.contents.append((name_line(line), printed.output))
            look.wrong += _misplayed(name, line, printed)
            if "emulator token" in line and printed.status == 0:
                stage.seen.add(Secret(TOKEN, "that was asked for", printed.output.decode().strip()))
    look_through(stage, look)
    return look


def look_at_copy(name: str, applied: Path, folder: Path) -> Look:
    """The same on a copy of a stage."""
    return look_at(name, Stage(applied).go_on(folder))


def look_through(stage: Stage, look: Look) -> None:
    """Search all that was printed and all files, and look at the files' modes."""
    search = Search(stage.secrets_there())
    for place, content in stage.contents:
        _note(look, f"{look.scene}/{place}", search.find(place, content), None, len(content))
    for name, path in stage.files():
        content = path.read_bytes()
        _note(look, name_file(name), search.find(name, content), path, len(content))
    look.places.add("modes")
    look.wrong += open_to_others(stage.root / ".state")


def _note(look: Look, place: str, findings: list[Finding], file: Path | None, size: int) -> None:
    look.places.add(place)
    look.searched += size
    allowing = [name for name in (place, f"{look.scene}/{place}") if name in ALLOWED]
    for one in findings:
        reasons = [name for name in allowing if ALLOWED[name].names & {one.kind, one.secret}]
        look.allowed |= {*reasons}
        if not reasons:
            look.leaks.append(Finding(f"{look.scene}: {one.place}", one.kind, one.secret, one.form))
    if findings and file is not None and place in ALLOWED:
        look.wrong += open_to_others(file)


def _misplayed(scene: str, line: str, printed: Printed) -> Iterator[str]:
    """A line that did not do what it stands there for shows nothing."""
    if _NOT_A_COMMAND.search(printed.output) and "schema" not in line:
        yield f"{scene}: {name_line(line)}: is no such command"
    if not line.startswith("?") and (printed.status != 0) != line.startswith("!"):
        yield f"{scene}: {name_line(line)}: ended with {printed.status}"


def open_to_others(below: Path) -> list[str]:
    """What others than its owner may read or enter; links, and the program and declarations of kept projects, aside."""
    found = [below, *below.rglob("*")]
    return [
        f"{path.name} is open to others: mode {stat.S_IMODE(path.stat().st_mode):04o}"
        for path in found
        if not path.is_symlink()
        and not path.is_socket()
        and path.stat().st_mode & 0o077
        and not {*path.relative_to(below).parts} & _IN_THE_OPEN
    ]
