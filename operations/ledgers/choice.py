"""Whose ledgers are read, without starting an engine: stacks have settings, and one that is gone still has its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from operations.plans.choice import NoStack
from providers.ledger import FOLDER, file_of
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
    """All, by name."""
    settings = [
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in (root / "stacks").glob("Pulumi.*.yaml")
    ]
    return sorted({*settings, *(path.stem for path in (root / FOLDER).glob("*.jsonl"))})
