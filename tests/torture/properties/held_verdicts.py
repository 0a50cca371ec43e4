"""Verdicts without the engine, held to what a full look finds: who is said to be in sync has nothing to do, and what a look
says is word for word what it said before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from emulator import controls
from operations.approvals.basis import hash_of
from operations.in_sync.evidence import Evidence, Files
from operations.in_sync.judging import Judge
from operations.in_sync.local import Local
from schemas.errors import FusionError
from stacks.planned import Planned
from tests.torture.properties.actions import Action
from tests.torture.properties.in_process_world import InProcessWorld, settings_of
from tests.torture.properties.simulated_engine import SAME, Step
from tests.torture.properties.world import OUR_CLIENT, World


class WorldPlace:
    """A world as `operations.in_sync.local.Checkout` has a checkout."""

    def __init__(self, world: InProcessWorld) -> None:
        self._world = world

    def read(self, stack: str, kept: Evidence | None) -> Local:
        fusion = self._world.fusion
        numbers = dict.fromkeys([fusion.ocmw.kbo, *(centre.kbo for centre in fusion.merging)])
        files = Files(
            declaration=hash_of(self._world.path.read_bytes()),
            certificates={},
            settings="",
            secrets=hash_of(repr(self._world.secrets.people()).encode() + self._password().encode()),
            others="",
            program="",
            engine="",
            state=hash_of(repr(self.read_resources(stack)).encode()),
        )
        return Local(settings_of(OUR_CLIENT), files, tuple(numbers))

    def read_resources(self, stack: str) -> Sequence[Mapping[str, Any]]:
        types = {item.name: type_of(item) for item in self._world.planned()}
        kept = self._world.stack.kept
        return [
            {"type": "pulumi:pulumi:Stack", "outputs": {"waits": waits_of(self._world.outputs())}},
            *(
                {"type": types.get(name, "gone"), "inputs": one.life.inputs, "outputs": one.life.outs}
                for name, one in kept.items()
            ),
        ]

    def read_anew(self) -> None:
        """Nothing is remembered here."""

    def _password(self) -> str:
        key = self._world.fusion.ftp_password_key
        return str(self._world.secrets.password(key))


class HeldVerdicts:
    """The verdicts over one world, from a full look on."""

    def __init__(self, world: InProcessWorld) -> None:
        self._world, self._stack = world, world.path.stem
        self._root = world.path.parents[1]
        self._said: dict[str, Any] = {}
        self._judge = self._begin()

    def _begin(self) -> Judge:
        """A judge before a full look, which it keeps where that finds nothing to do."""
        judge = Judge(self._root, WorldPlace(self._world))
        judge.judge([self._stack])
        steps = self._look()
        if steps is not None and not _changes(steps):
            self._said = self._found()
            judge.keep(self._stack, {"same": len(steps)}, (), {"waits": waits_of(self._said)})
        return judge

    def hold(self, counts: Counter[str]) -> None:
        """A new verdict, and a new full look."""
        controls.clear_faults(self._world.database)
        verdict = Judge(self._root, WorldPlace(self._world)).judge([self._stack])[self._stack]
        counts["in sync" if verdict.in_sync else "not in sync"] += 1
        steps = self._look()
        if verdict.in_sync:
            assert steps is not None, "a look is refused"
            assert _changes(steps) == []
            assert self._found() == self._said
        self._begin()

    def _look(self) -> list[Step] | None:
        """The steps; None where the plan is refused."""
        try:
            return self._world.stack.preview(self._world.planned())
        except (AssertionError, FusionError):
            return None

    def _found(self) -> dict[str, Any]:
        """What a refresh finds of each thing, what it waits for included."""
        stack = self._world.stack.copy()
        stack.refresh()
        return {name: kept.life.outs for name, kept in stack.kept.items()}


class Follower:
    """`apply` for a search: an action, then a verdict that is held to a full look."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._held: WeakKeyDictionary[World, HeldVerdicts] = WeakKeyDictionary()

    def apply(self, action: Action, world: World) -> None:
        assert isinstance(world, InProcessWorld)
        held = self._held.get(world) or HeldVerdicts(world)
        self._held[world] = held
        held.hold(self.counts)
        action.apply(world)
        held.hold(self.counts)


def _changes(steps: Sequence[Step]) -> list[str]:
    return [f"{one.step} {one.name}" for one in steps if one.step != SAME]


def waits_of(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What waits, by resource."""
    return {name: outs["waiting"] for name, outs in outputs.items() if outs.get("waiting")}


def type_of(item: Planned) -> str:
    """As the engine has it in a state."""
    return f"pulumi-python:{item.resource._resource_type_name}"
