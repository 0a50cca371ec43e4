"""Stacks that an earlier version applied go on with this one (states/README.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from tests.support.workspace import Workspace

FOLDERS = sorted(Path(__file__).with_name("states").glob("*/*/"))
BEFORE = "before"
WAITING = re.compile(r"^( +)~ waiting *: \{\n(?:\1   .*\n)*\1  \}\n", re.MULTILINE)


@dataclass(frozen=True)
class Kept:
    """What a stack must still have, and what is tried on it.

    `retained`: the numbers of the centres whose things are retained. `waits`: rules of what waits. `edit`: a change of the
    declaration. `updated`: the one resource that it changes. `next_day`: when `up` goes on with something that waited.
    """

    retained: Sequence[str]
    waits: Sequence[str]
    edit: tuple[str, str]
    updated: str
    next_day: str


KEPT = {
    "pajottegem": Kept(
        retained=("0212212343", "0212214026", "0212218182"),
        waits=("(R35)", "(R59)", "(R61)", "(R62)"),
        edit=("    - nationality\n", "    - nationality\n    - personnelFile\n"),
        updated="configuration:Mutations pajottegem-mutations update",
        next_day="2025-01-13",
    ),
    "bilzen-hoeselt": Kept(
        retained=("0212219667",),
        waits=("(R62)", "(R70)"),
        edit=("applications: [Integraties raadplegen, E-Box Onderneming]", "applications: [Integraties raadplegen]"),
        updated="access:User bilzen-hoeselt-maatschappelijkWelzijn-mia.cleuren update",
        next_day="2025-03-03",
    ),
    "antwerpen": Kept(
        retained=("0212242928",),
        waits=("(R62)",),
        edit=("applications: [Integraties raadplegen, E-Box Onderneming]", "applications: [Integraties raadplegen]"),
        updated="access:User antwerpen-maatschappelijkWelzijn-jef.wuyts update",
        next_day="2025-03-03",
    ),
}  # fmt: skip


@pytest.fixture(scope="session", params=FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def restored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Workspace]:
    """A stack and its portal as the earlier version left them."""
    folder: Path = request.param
    workspace = Workspace.restore(tmp_path_factory.mktemp("states") / folder.name, folder)
    controls.make_checkpoint(workspace.database, BEFORE)
    return folder.name, workspace


@pytest.fixture(scope="session")
def updated(restored: tuple[str, Workspace], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After its first `up` with this version, which makes what only remembers (`access:DeclaredPeople`), and writes
    nothing."""
    stack, template = restored
    workspace = template.copy(tmp_path_factory.mktemp("updated") / stack)
    calls = workspace.journal(writes=True)
    planned = json.loads(workspace.preview(stack, "--json"))["steps"]
    changed = [step for step in planned if step["op"] not in ("same", "read", "refresh")]
    assert {(step["op"], step["urn"].rsplit("::", 2)[1].rsplit("$", 1)[-1]) for step in changed} <= {
        ("create", "pulumi-python:dynamic/access:DeclaredPeople")
    }
    workspace.up(stack)
    assert workspace.journal(writes=True) == calls
    return workspace


@pytest.fixture
def old(
    restored: tuple[str, Workspace], updated: Workspace, tmp_path: Path
) -> Iterator[tuple[str, Workspace]]:
    """A copy of it."""
    stack, _ = restored
    workspace = updated.copy(tmp_path / "project")
    yield stack, workspace
    workspace.close()


def by_thing(outputs: dict[str, Any]) -> dict[str, Any]:
    """A stack's outputs, also those of an earlier version, which had lists of what waits."""
    if isinstance(outputs["waiting"], list):
        outputs["waiting"] = dict(line.split(": ", 1) for line in outputs["waiting"])
        waits = outputs.get("waits", [])
        outputs |= {"waits": {f"{one['centre']}, {one['thing']}": one for one in waits}} if waits else {}
    return outputs


def writes(workspace: Workspace, stack: str) -> list[dict[str, Any]]:
    """All writing calls under the numbers of the centres whose things are retained."""
    return [call for kbo in KEPT[stack].retained for call in workspace.journal(writes=True, kbo=kbo)]


def test_every_kept_stack_is_tried() -> None:
    assert {folder.name for folder in FOLDERS} == KEPT.keys()


def test_nothing_changes_by_itself(restored: tuple[str, Workspace], old: tuple[str, Workspace]) -> None:
    """Neither what a preview, a refresh and an `up` say nor what they leave."""
    (stack, before), (_, workspace) = restored, old
    outputs, calls = by_thing(before.outputs(stack)), before.journal(writes=True)
    waiting = outputs["waiting"].values()
    assert [rule for rule in KEPT[stack].waits if not any(rule in line for line in waiting)] == []
    assert outputs["summary"]["waiting"] == len(outputs["waiting"])
    assert outputs["summary"]["retained"] > 10 * len(KEPT[stack].retained)

    workspace.in_sync(stack)
    # A first refresh after an `up` may call a resource updated without one property that differs; and it writes how
    # something waits in the words of today.
    refreshed = workspace.pulumi("refresh", "-s", stack, "--yes", "--skip-preview", "--diff")
    assert re.findall(r"^ +[~+-] \w+ *:.*", WAITING.sub("", refreshed), re.MULTILINE) == []
    applied = workspace.up(stack)
    summaries = re.findall(r"^Resources:\n((?: .+\n)+)", applied, re.MULTILINE)
    assert {re.sub(r"\d+", "n", one) for one in summaries} == {"    n unchanged\n"}
    now = workspace.outputs(stack)
    assert {name: now.get(name) for name in outputs} == outputs  # a later version may have more
    assert workspace.journal(writes=True) == calls
    assert controls.compare(workspace.database, BEFORE) == []


def test_it_goes_on_and_ends(old: tuple[str, Workspace]) -> None:
    """An edit is one update, what waited goes on when its day comes, and a destroy leaves what is retained."""
    stack, workspace = old
    kept = KEPT[stack]
    calls, waiting = writes(workspace, stack), workspace.waiting(stack)

    workspace.edit(stack, lambda text: text.replace(*kept.edit))
    plan = workspace.preview(stack)
    assert kept.updated in plan
    assert "~ 1 to update" in plan
    workspace.set_clock(kept.next_day)
    workspace.up(stack)
    assert set(waiting) - set(workspace.waiting(stack)), "something that waited went on"
    workspace.in_sync(stack)

    controls.make_checkpoint(workspace.database, BEFORE)
    workspace.pulumi("destroy", "-s", stack, "--yes", "--skip-preview")
    assert [one for one in workspace.resources(stack) if one["type"] != "pulumi:pulumi:Stack"] == []
    assert writes(workspace, stack) == calls
    changed = {one.organization for one in controls.compare(workspace.database, BEFORE)}
    assert changed.isdisjoint(kept.retained)
