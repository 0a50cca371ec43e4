"""A program of dynamic resources that do nothing: what the engine itself costs for so many resources.

Shaped as the real program is, so that only the portal's part differs: as many resources, in as many groups. With
`inputs`, they carry what the real ones carry, secrets among them: then what the engine does with values (moving, comparing,
encrypting and logging them, in proportion to their number) is in the floor too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider

MARK = "4dabf18193072939515e22adb298388d"  # how an exported state marks a secret (the engine's own constant)


class NothingProvider(ResourceProvider):
    """Answers at once what it is given."""

    serialize_as_secret_always = False

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=olds.get("value") != news.get("value"))

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(str(props["value"]), _plain(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, _plain(props), _plain(props))


def _plain(props: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if name != "__provider"}


class Nothing(Resource, module="floor", name="Nothing"):
    """A resource that is nothing."""

    def __init__(self, number: int, inputs: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(
            NothingProvider(), f"nothing-{number}", {**inputs, "value": f"nothing-{number}"}, opts
        )


def register(resources: int, groups: int, inputs: Path | None = None) -> None:
    """The program: so many resources in so many groups, with the inputs of that JSON file where one is given."""
    given = json.loads(inputs.read_text()) if inputs else [{} for _ in range(resources)]
    parents = [pulumi.ComponentResource("floor:group:Group", f"group-{number}") for number in range(groups)]
    for number, one in enumerate(given):
        values = {name: _marked(value) for name, value in one.items()}
        Nothing(number, values, pulumi.ResourceOptions(parent=parents[number % groups]))


def _marked(value: Any) -> Any:
    """A value of an exported state with its secrets as secrets again."""
    if isinstance(value, dict):
        if MARK in value:
            return pulumi.Output.secret(json.loads(value["plaintext"]))
        return {name: _marked(each) for name, each in value.items()}
    return [_marked(each) for each in value] if isinstance(value, list) else value
