"""A stack without the engine: the lives of all resources of a fusion, led in the engine's order, on the embedded portal.

Every operation is a process of its own, as a provider host is: refresh, then check, diff and what follows from it in the
plan's order, then what left the program, in the opposite one. What fails holds up what depends on it and all removals.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import ResourceProvider

from providers.retained import NO_CHANGE, UNCHANGED, Retained
from schemas.errors import FusionError
from stacks.planned import Planned
from tests.providers.resource_harness import Props, ResourceHarness, begin_operation

REFUSED = "refused"
SAME = "same"


@dataclass
class Kept:
    """What the state has of one resource: its life, and what its last program said of it."""

    life: ResourceHarness
    secrets: frozenset[str]
    kept_on_destroy: bool


@dataclass(frozen=True)
class Step:
    """What a preview shows of one resource. `olds` are the inputs as the last look found them, `news` those that `check`
    made; what is to be deleted has none, and what the state has of it. `kind` is the class without "Provider"."""

    name: str
    step: str
    kind: str
    olds: Props
    news: Props


@dataclass
class Stack:
    """The state: by name, in the order of creation; and what was replaced and waits for a run without errors to go."""

    kept: dict[str, Kept] = field(default_factory=dict)
    replaced: list[ResourceHarness] = field(default_factory=list)

    def copy(self) -> Stack:
        return copy.deepcopy(self)

    def changes(self, planned: list[Planned]) -> list[str]:
        """What a preview shows: `update pajottegem-sender`, and everything that is no `same`."""
        return [f"{one.step} {one.name}" for one in self.preview(planned) if one.step != SAME]

    def preview(self, planned: list[Planned]) -> list[Step]:
        """All of it, with what is `same`. Nothing is kept of it."""
        return list(self.copy()._preview(planned))

    def _preview(self, planned: list[Planned]) -> Iterator[Step]:
        self.refresh()
        for item in planned:
            kept = self.kept.get(item.name)
            life = kept.life if kept else ResourceHarness(make_provider(item), in_run=True)
            step, news = life.plan(inputs_of(item))
            yield Step(item.name, step, _kind(life), life.inputs, news)
        for name in self.kept.keys() - {item.name for item in planned}:
            life = self.kept[name].life
            yield Step(name, "delete", _kind(life), life.outs | life.inputs, {})

    def up(self, planned: list[Planned]) -> list[str]:
        """Apply; the errors with which it ends, as people would see them."""
        try:
            self.refresh()
        except FusionError as error:
            return [str(error)]
        errors: dict[str, str] = {}
        replaced: list[ResourceHarness] = []
        for item in planned:
            if any(name in errors for name in item.after):
                errors[item.name] = "waits for what failed"
                continue
            try:
                replaced += self._apply(item)
            except (FusionError, AssertionError) as error:
                errors[item.name] = str(error)
        errors |= self._reported(planned)
        self.replaced += replaced
        if not errors:
            self._remove({item.name for item in planned})
        return [f"{name}: {error}" for name, error in errors.items()]

    def refresh(self) -> None:
        begin_operation()
        for name, kept in list(self.kept.items()):
            kept.life.refresh()
            if kept.life.gone:
                del self.kept[name]

    def _apply(self, item: Planned) -> list[ResourceHarness]:
        """Create, update or replace; what is to be deleted at the end, being replaced."""
        props = inputs_of(item)
        kept = self.kept.get(item.name)
        if kept is None:
            kept = Kept(ResourceHarness(make_provider(item), in_run=True), item.secrets, item.kept_on_destroy)
            kept.life.create(props)
            self.kept[item.name] = kept
            return []
        kept.secrets, kept.kept_on_destroy = item.secrets, item.kept_on_destroy
        step, _ = kept.life.plan(props)
        if step == "update":
            kept.life.update(props)
        if step != "replace":
            return []
        old = copy.deepcopy(kept.life)
        if kept.life.diff(props).delete_before_replace:
            old.delete(same_operation=True)
            kept.life.create(props)
            return []
        kept.life.create(props)
        return [old]

    def _reported(self, planned: list[Planned]) -> dict[str, str]:
        """What the program itself ends with (stacks/report.py)."""
        found = {}
        for item in planned:
            outs = self.kept[item.name].life.outs if item.name in self.kept else {}
            if outs.get("status") == REFUSED:
                found[item.name] = REFUSED
            if issubclass(item.resource, Retained) and outs.get("observed", UNCHANGED) not in NO_CHANGE:
                found[item.name] = f"retained: {outs['observed']}"
        return found

    def _remove(self, declared_names: set[str]) -> None:
        while self.replaced:
            self.replaced.pop().delete(same_operation=True)
        for name in reversed([name for name in self.kept if name not in declared_names]):
            kept = self.kept.pop(name)
            if not kept.kept_on_destroy:
                kept.life.delete(same_operation=True)


def inputs_of(item: Planned) -> Props:
    """The inputs as the program registers them."""
    props = {name: value for name, value in item.props.items() if value is not None}
    if issubclass(item.resource, Retained):
        return {"status": UNCHANGED, **props}
    return props


def make_provider(item: Planned) -> ResourceProvider:
    return item.resource.provider_class()


def _kind(life: ResourceHarness) -> str:
    return type(life.provider).__name__.removesuffix("Provider")


def convert_quickly(value: Any) -> Any:
    """What `tests.providers.resource_harness.on_the_wire` does to the plain values of a plan, in a tenth of the time."""
    if isinstance(value, dict):
        return {name: convert_quickly(item) for name, item in sorted(value.items()) if item is not None}
    if isinstance(value, list | tuple):
        return [convert_quickly(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
