"""Whose ledgers are read, without starting an engine: stacks have settings, and one that is gone still has its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from operations.plans.choice import NoStack
from providers.ledger import FOLDER, FRAME, file_of
from providers.unanswered import read_lines
from stacks.settings_file import file_of as settings_of


def choose(root: Path, names: Sequence[str]) -> list[str]:
    """The named stacks, each once, else all. Raises `NoStack` for a name that has neither settings nor ledger."""
    present = find_stacks(root)
    asked = list(dict.fromkeys(names)) or present
    unknown = [
        name for name in asked if not ((root / settings_of(name)).exists() or file_of(root, name).exists())
    ]
    if unknown:
        raise NoStack(root, unknown, present)
    return asked


def find_stacks(root: Path) -> list[str]:
    """All, by name; not a name that was mistyped once, for which a run began and never worked."""
    settings = [
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in (root / "stacks").glob("Pulumi.*.yaml")
    ]
    others = {path.stem: path for path in (root / FOLDER).glob("*.jsonl") if path.stem not in settings}
    return sorted({*settings, *(stack for stack, path in others.items() if _has_worked(path))})


def _has_worked(path: Path) -> bool:
    """Also where it cannot be read: then that is told of it."""
    try:
        return any(line is None or line["kind"] not in FRAME for line in read_lines(path))
    except OSError:
        return True
