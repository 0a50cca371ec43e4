"""Of which stacks a run is: those that are named, all, those that changed, or those whose name fits a pattern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from operations.plans.choice import FOLDER, NoStack, choose_all, choose_changed, choose_named
from schemas.errors import FusionError


@dataclass(frozen=True)
class Choice:
    """What people asked for; exactly one of these is given.

    :param names: stacks by name. :param every: all. :param revision: those whose declaration differs from this git revision.
    :param pattern: those whose name this glob matches, such as `*.production`.
    """

    names: Sequence[str] = ()
    every: bool = False
    revision: str | None = None
    pattern: str | None = None

    @property
    def is_one(self) -> bool:
        """Whether exactly one is given."""
        return sum([bool(self.names), self.every, self.revision is not None, self.pattern is not None]) == 1

    def find_stacks(self, root: Path, list_all: Callable[[Path], list[str]] = choose_all) -> list[str]:
        """The stacks, each once. Raises `FusionError` for what is no stack's name, before anything starts.

        :param list_all: gives every stack; the engine is asked where nobody else is.
        """
        if self.names:
            return choose_named(root, self.names, list_all)
        present = list_all(root)
        if self.pattern is not None:
            return _choose_matching(present, self.pattern)
        if self.revision is None:
            return present
        # A declaration that is gone, and has no stack any more, leaves nothing to do.
        changed = [
            stack
            for stack in choose_changed(root, self.revision, present)
            if stack in present or (root / FOLDER / f"{stack}.yaml").exists()
        ]
        if without := [stack for stack in changed if stack not in present]:
            raise NoStack(root, without, present)
        return changed


def _choose_matching(present: Sequence[str], pattern: str) -> list[str]:
    matching = [stack for stack in present if fnmatchcase(stack, pattern)]
    if not matching:
        raise FusionError(f"no stack fits {pattern}", f"There are {', '.join(present)}")
    return matching
