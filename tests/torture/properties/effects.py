"""Which actions have an effect: `python -m tests.torture.properties.effects 100` counts them by kind, for each fusion.

A kind that hardly ever does anything tests nothing: its weight in `sequences`, or when it comes, is wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from tests.providers import resource_harness
from tests.support import portal_tables
from tests.torture.properties.actions import Action
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.search import ANTWERPEN, HASSELT_BEYOND, PAJOTTEGEM, Subject, search
from tests.torture.properties.simulated_engine import convert_quickly
from tests.torture.properties.world import World

Counts = Counter[str]


def main(examples: int) -> None:
    tried, effective = Counts(), Counts()
    for subject in (PAJOTTEGEM, HASSELT_BEYOND, ANTWERPEN):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.object(resource_harness, "on_the_wire", convert_quickly),
        ):
            _count(subject, Path(folder), examples, tried, effective)
    for kind in sorted(tried):
        print(f"{kind:45} {tried[kind]:5} {effective[kind]:5} {effective[kind] / tried[kind]:5.0%}")  # noqa: T201


def _count(subject: Subject, folder: Path, examples: int, tried: Counts, effective: Counts) -> None:
    template = Template(folder / subject.fusion, subject.fusion, "2024-11-01", beyond=subject.beyond)

    def count(action: Action, world: World) -> None:
        before = _mark(world)
        action.apply(world)
        for kind in {type(action).__name__, _label(action)}:
            tried[kind] += 1
            effective[kind] += _mark(world) != before

    search(subject, template.open_copy, examples, lengths=(0, 6), apply=count)


def _mark(world: World) -> tuple[object, ...]:
    """Something else whenever declaration, secrets, portal or state are."""
    portal = portal_tables.summarise(world.database)
    password = world.secrets.password(world.fusion.ftp_password_key)
    return (*map(str, portal), world.path.read_text(), password, len(world.outputs()))


def _label(action: Action) -> str:
    """`Say contact.phone`, `Section accounts False`, `ByHand sender`."""
    name, fields = type(action).__name__, vars(action)
    if name in ("RetainedByHand", "OneMore", "PutRight"):
        return f"{name} {fields['kind']}"
    if name not in ("Say", "Section", "ByHand"):
        return name
    place = fields.get("place")
    shown = [".".join(map(str, place))] if place else [str(value) for value in fields.values() if value != {}]
    return " ".join([name, *shown])[:45]


if __name__ == "__main__":
    main(int(sys.argv[1]))
