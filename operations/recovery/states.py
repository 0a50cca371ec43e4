"""A stack's file of state in a folder: is it whole, and what can take its place?

A full disk, or a machine that goes down, leaves half a file or an empty one. With one such file the engine reads no stack at
all. Beside it lies the copy of before the last write. Since creates adopt and every `up` reads the portal first, that copy
harms nothing: what was done since is found. Where it is not whole either, people decide: the baselines of what is retained
(R05) stand in no other place.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from operations.private_files import write_private
from operations.state_folder import StateFolder
from schemas.errors import EngineError

_NOTE = ".attrs"
_HALF = "A state file is half written"
_LOST = "The state is lost"


class HalfWritten(EngineError):
    """States that are not whole, as the engine does not say it."""

    afterwards = "Nothing was done"

    def __init__(self, states: Sequence[Path], way_out: str) -> None:
        shown = ", ".join(map(str, states))
        super().__init__(
            f"{shown}: half written, so the engine reads no stack here: a run was cut off, or the disk was full",
            way_out,
        )


class LostState(EngineError):
    """A stack that was asked for has no state."""

    afterwards = "Nothing was done"

    def __init__(self, folder: StateFolder | None, stack: str) -> None:
        files = [folder.copy(stack), *folder.backups(stack)] if folder else []
        last = next((path for path in files if path.exists() and is_whole(path)), None)
        ways = f"`pulumi stack init {stack}` makes it; {_adopts(stack)}, {_LOST}"
        if folder and last:
            ways = (
                f"If it is lost, a copy keeps the baselines of what is retained (R05): `cp {last} {folder.state(stack)}`. "
                f"Otherwise {ways}"
            )
        super().__init__(f"there is no stack {stack}: nobody made it yet, or its state is lost", ways)


def find_half_written(folder: StateFolder) -> list[str]:
    """The stacks whose state is not whole."""
    return [path.stem for path in sorted(folder.states.glob("*.json")) if not is_whole(path)]


def is_whole(path: Path) -> bool:
    """Whether it is a JSON object from its beginning to its end; what is not there is not half there."""
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except FileNotFoundError:
        return True
    except ValueError:
        return False


def refuse_half_written(folder: StateFolder, stack: str, healer: str) -> None:
    """For a command that puts nothing right.

    :param healer: the command that does. :raises HalfWritten: with the way out.
    """
    if not is_whole(folder.state(stack)):
        copy = folder.copy(stack)
        healed = f"{healer} puts the engine's copy of before that in its place"
        whole = copy.exists() and is_whole(copy)
        raise HalfWritten([folder.state(stack)], healed if whole else _find_way_out(folder, stack))


def put_copy_in_place(folder: StateFolder, stack: str) -> str | None:
    """Put the copy of before the last write where half a state stands, which stays beside it under another name. What was
    done, in a line; None where the state is whole, also because somebody else was faster.

    :raises HalfWritten: where the copy is not whole either.
    """
    state, copy = folder.state(stack), folder.copy(stack)
    if is_whole(state):
        return None
    with _alone(state.parent):
        if is_whole(state):
            return None
        if not (copy.exists() and is_whole(copy)):
            raise HalfWritten([state], _find_way_out(folder, stack))
        aside = state.with_name(f"{state.name}.half-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        shutil.copy2(state, aside)
        write_private(state, copy.read_bytes())
    return (
        f"{state} was half written. The engine's copy of before that, of {_written(copy)}, is in its place now; the "
        f"half one is {aside.name}"
    )


def remove_empty_notes(folder: StateFolder, stack: str) -> str | None:
    """Remove the notes beside a state that a kill left empty: Pulumi reads none of them, and with an empty one it reads no
    state. What was done, in a line."""
    notes = [path.with_name(path.name + _NOTE) for path in (folder.state(stack), folder.copy(stack))]
    empty = [note for note in notes if not is_whole(note)]
    for note in empty:
        note.unlink(missing_ok=True)
    if not empty:
        return None
    shown = ", ".join(map(str, empty))
    return f"{shown} was empty, so the engine could not read the state: removed, nothing needs it"


def _find_way_out(folder: StateFolder, stack: str) -> str:
    state = folder.state(stack)
    anew = f"delete it and make the stack anew (`pulumi stack init {stack}`)"
    last = next((path for path in folder.backups(stack) if is_whole(path)), None)
    if last is None:
        return f"The copy beside it is not whole either, and no backup is: {anew}; {_adopts(stack)}, {_HALF}"
    return (
        f"The copy beside it is not whole either. Put the last backup in its place (`cp {last} {state}`), or {anew}; "
        f"{_adopts(stack)}, {_HALF}"
    )


def _adopts(stack: str) -> str:
    return f"then `fusion up {stack}` adopts what the portal has: docs/operating.md"


def _written(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(" ", "seconds")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of those who put states right one at a time; the engine writes none while it cannot read it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
