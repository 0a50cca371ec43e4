"""What a pull request changes of fusions, and what else: which are concerned, which came, went or have another name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.plans.choice import FOLDER, find_concerned, is_declaration
from operations.reviews.repository import Change


@dataclass(frozen=True)
class Changes:
    """By name, sorted. A fusion with another name is in `renamed`, as (before, after), and in `changed` by the latter.

    :param changed: their declaration is there after the merge, and it or a certificate that it names is another.
    :param added: those of them that are new.
    :param gone: the declaration is not there any more, under no name.
    :param files: changed files below `fusions/`, by their path in the project.
    :param outside: changed files that are not below `fusions/`, by their path in the repository.
    """

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    files: frozenset[str] = frozenset()
    outside: tuple[str, ...] = ()


def find(changes: Sequence[Change], prefix: str, folder: Path, names: Collection[str]) -> Changes:
    """What these changes of files mean.

    :param prefix: the project's place in the repository.
    :param folder: where the files of `fusions/` are as after the merge; `names` are the declarations there.
    """
    within = f"{prefix}{FOLDER}/"
    touched = {path for change in changes for path in (change.path, change.old) if path}
    ours = {path.removeprefix(prefix) for path in touched if path.startswith(within)}
    concerned = find_concerned(folder, ours)
    moved = {
        _name(change.old, prefix): _name(change.path, prefix) for change in changes if change.status == "R"
    }
    renamed = {old: new for old, new in moved.items() if old and new}
    new = {_name(change.path, prefix) for change in changes if change.status in "AC"}
    changed = concerned & set(names)
    return Changes(
        changed=tuple(sorted(changed)),
        added=tuple(sorted(changed & new)),
        gone=tuple(sorted(concerned - set(names) - renamed.keys())),
        renamed=tuple(sorted(renamed.items())),
        unchanged=len(set(names) - concerned),
        files=frozenset(ours),
        outside=tuple(sorted(path for path in touched if not path.startswith(within))),
    )


def _name(path: str, prefix: str) -> str:
    """The fusion whose declaration this is; "" for another file."""
    below = path.removeprefix(prefix)
    return Path(below).stem if path.startswith(prefix) and is_declaration(below) else ""
