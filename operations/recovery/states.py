"""A stack's file of state in a folder: is it whole, and what can take its place?

A full disk, or a machine that goes down, leaves half a file or an empty one. With one such file the engine lists no stack at
all. Since creates adopt and every `up` reads the portal first, an older state harms nothing: what was done since is found.
But the baselines of what is retained (R05) stand in no other place, and a thing without one gets that of today. So the
newest whole copy takes the place of half a state only where it has the retained things; else people decide.
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
from operations.recovery.copies import Copy, find_copies, name_retained
from schemas.errors import EngineError
from stacks.state_folder import StateFolder

_NOTE = ".attrs"
_HALF = "A state file is half written"
_LOST = "The state is lost"


class HalfWritten(EngineError):
    """States that are not whole, as the engine does not say it."""

    afterwards = "Nothing was done"

    def __init__(self, states: Sequence[Path], way_out: str) -> None:
        shown = ", ".join(map(str, states))
        super().__init__(
            f"{shown}: half written, so the engine cannot list stacks here: a run was cut off, or the disk was full",
            way_out,
        )


class LostState(EngineError):
    """A stack that was asked for has no state."""

    afterwards = "Nothing was done"

    def __init__(self, folder: StateFolder | None, stack: str) -> None:
        kept = next((copy for copy in find_copies(folder, stack) if copy.retained), None) if folder else None
        ways = f"`pulumi stack init {stack}` makes it; {_adopts(stack)}, {_LOST}"
        if folder and kept:
            ways = (
                f"If it is lost, {kept} keeps the baselines of what is retained (R05): "
                f"`cp {kept.path} {folder.state(stack)}`. Otherwise {ways}"
            )
        super().__init__(f"there is no stack {stack}: nobody made it yet, or its state is lost", ways)


def find_half_written(folder: StateFolder) -> list[str]:
    """The stacks whose state is not whole."""
    return [stack for stack in folder.list_stacks() if not is_whole(folder.state(stack))]


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
        healed = f"{healer} puts the newest copy that the engine keeps in its place"
        safe = _find_safe(folder, stack)
        raise HalfWritten([folder.state(stack)], healed if safe else _find_way_out(folder, stack))


def put_copy_in_place(folder: StateFolder, stack: str) -> str | None:
    """Put the newest whole copy where half a state stands, which stays beside it under another name. What was done, in a
    line; None where the state is whole, also because somebody else was faster.

    :raises HalfWritten: where no copy is whole, or the newest lacks retained things (R05).
    """
    state = folder.state(stack)
    if is_whole(state):
        return None
    with _alone(state.parent):
        if is_whole(state):
            return None
        copy = _find_safe(folder, stack)
        if copy is None:
            raise HalfWritten([state], _find_way_out(folder, stack))
        aside = state.with_name(f"{state.name}.half-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        shutil.copy2(state, aside)
        write_private(state, copy.path.read_bytes())
    return (
        f"{state} was half written. The newest copy that the engine keeps, {copy}, is in its place now; the half one is "
        f"{aside.name}"
    )


def _find_safe(folder: StateFolder, stack: str) -> Copy | None:
    """The newest whole copy, where no baseline is lost by it: it has retained things, and all that the half state still
    names."""
    newest = next(iter(find_copies(folder, stack)), None)
    if newest is None or not newest.retained or name_retained(folder.state(stack)) - newest.retained:
        return None
    return newest


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
    state, copies = folder.state(stack), find_copies(folder, stack)
    named = name_retained(state)
    anew = f"delete it and make the stack anew (`pulumi stack init {stack}`); {_adopts(stack)}, {_HALF}"
    if not copies:
        return f"No copy that the engine keeps is whole: {anew}"
    # The first of the best is the newest of them.
    best = max(copies, key=lambda copy: (len(named & copy.retained), bool(copy.retained)))
    if not best.retained:
        return f"No copy that the engine keeps has anything that is retained (R05), so no baseline is left: {anew}"
    if lacking := ", ".join(sorted(named - best.retained)):
        lacking = f", but not of {lacking}: these would get that of today"
    return (
        "The newest copy that the engine keeps lacks retained things, so nothing is put right without you. "
        f"`cp {best.path} {state}` keeps the baselines (R05) that {best} has{lacking}. Or {anew}"
    )


def _adopts(stack: str) -> str:
    return f"then `fusion up {stack}` adopts what the portal has: docs/operating.md"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of those who put states right one at a time; the engine writes none while it cannot read it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
