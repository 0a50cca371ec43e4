"""Whether a first preview said of each thing what its `up` then did: made, adopted, changed, left waiting, retained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from emulator import controls
from providers.access import UserProvider
from providers.canonical import whole_numbers
from providers.first_look import ADOPTED, BASELINE, CHANGED, MADE, WAITS
from providers.kinds import describe_baseline
from providers.resource import PortalProvider
from providers.retained import KINDS
from tests.torture.properties.in_process_world import InProcessWorld
from tests.torture.properties.simulated_engine import Kept, Step

_ORIGINS = {MADE: "created", ADOPTED: "adopted", CHANGED: "adopted", WAITS: "waiting"}


def read_writes(database: Path) -> list[tuple[str, str]]:
    """Method and path of each write that the portal took, since the beginning."""
    return [
        (call["method"], call["path"])
        for call in controls.journal(database, writes=True)
        if call.get("outcome", call["status"]) < 300
    ]


def find_unlike(
    steps: Iterable[Step], kept: Mapping[str, Kept], writes: list[tuple[str, str]]
) -> Iterator[str]:
    """What became of a new thing otherwise than its preview said.

    :param steps: of the preview.
    :param kept: the state after the `up`, which ended without an error.
    :param writes: those of the `up`.
    """
    for step in steps:
        said = step.news.get("found")
        if said is None:
            continue
        life = kept[step.name].life
        for what, expected, happened in _compare(said, life.inputs, life.outs, life.provider, writes):
            if expected != happened:
                yield f"{step.name}: the preview said {said['says']}, {what} {expected!r}; it is {happened!r}"


def _compare(
    said: Mapping[str, Any],
    inputs: Mapping[str, Any],
    outs: Mapping[str, Any],
    provider: Any,
    writes: list[tuple[str, str]],
) -> Iterator[tuple[str, Any, Any]]:
    outcome = said["outcome"]
    yield "seen again", said, inputs.get("found")
    yield "waiting", bool(said.get("waiting")), bool(outs.get("waiting"))
    if outcome == BASELINE:
        kind = KINDS[outs["kind"]]
        if not kind.per_domain:  # of access there may be more by then, which this run made
            kept = whole_numbers(outs.get("baseline"))
            yield "baseline", said["baseline"], list(describe_baseline(kind, kept))
    if isinstance(provider, PortalProvider):
        yield "origin", _ORIGINS[outcome], outs["origin"]
        path = unquote(provider.path(dict(outs)))
        places = {path, path.replace("/delegationRequests/", "/restAccounts/")}
        if isinstance(provider, UserProvider):
            written = ("POST", path) in writes if outcome == MADE else False
            written = written or any(one == f"{path}/{outs.get('portalId')}" for _, one in writes)
        else:
            written = any(one.partition("?")[0] in places for _, one in writes)
        yield "written", outcome in (MADE, CHANGED), written


def preview_and_apply(world: InProcessWorld, counts: Counter[str]) -> None:
    """The first preview of a stack without a state, held to its `up`."""
    planned, before = world.planned(), len(read_writes(world.database))
    try:
        steps = world.stack.preview(planned)
    except AssertionError:  # what `check` refuses
        counts["refused plans"] += 1
        return
    assert len(read_writes(world.database)) == before, "a preview wrote something"
    errors = world.up()
    if errors:
        counts["ups with errors"] += 1
        return
    wrong = list(find_unlike(steps, world.stack.kept, read_writes(world.database)[before:]))
    assert wrong == [], wrong
    assert world.changes() == []
    counts["plans"] += 1
    counts.update(step.news["found"]["outcome"] for step in steps if "found" in step.news)
