"""A program of dynamic resources that do nothing: what the engine itself costs for so many resources.

Shaped as the real program is, so that only the portal's part differs: as many resources, in as many groups, as large.
"""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider


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

    def __init__(self, number: int, opts: Any = None) -> None:
        super().__init__(NothingProvider(), f"nothing-{number}", {"value": f"nothing-{number}"}, opts)
