"""Which systems of which centres a stack compares, by what its state holds: changes in others do not concern it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from providers import paths
from providers.retained import KINDS

ACCESS, CHAMAN, CONFIGURATION, INTEGRATIONS, E_BOX, REPORT, ONLINE = (
    paths.name_of(api)
    for api in (
        paths.ACCESS,
        paths.CHAMAN,
        paths.CONFIGURATION,
        paths.INTEGRATIONS,
        paths.E_BOX,
        paths.UNIQUE_REPORT,
        paths.OCMW_ONLINE,
    )
)
ALL = frozenset({ACCESS, CHAMAN, CONFIGURATION, INTEGRATIONS, E_BOX, REPORT, ONLINE})
_TYPES = "pulumi-python:dynamic/"
_BY_MODULE = {
    "access": ACCESS,
    "chaman": CHAMAN,
    "configuration": CONFIGURATION,
    "integrations": INTEGRATIONS,
    "online": ONLINE,
}
_BY_TYPE = {"retained:UniqueReport": REPORT, "retained:Review": ACCESS}


def find_compared(resources: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """By enterprise number, the names of the APIs.

    :param resources: of the stack's state.
    """
    found: dict[str, set[str]] = {}
    for resource in resources:
        for number, systems in _of(resource):
            found.setdefault(number, set()).update(systems)
    return {number: frozenset(systems) for number, systems in found.items()}


def _of(resource: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    inputs = resource.get("inputs") or {}
    kind = str(resource.get("type", "")).rpartition("$")[2]
    if not kind.startswith(_TYPES) or "organization" not in inputs:
        return
    name = kind.removeprefix(_TYPES)
    module = name.partition(":")[0]
    retained = KINDS.get(str(inputs.get("kind"))) if module == "retained" else None
    system = _BY_TYPE.get(name) or (paths.name_of(retained.api) if retained else _BY_MODULE.get(module))
    # A type that nobody knows may be of any system. Each needs access management: the right to act is there.
    yield str(inputs["organization"]), frozenset({system, ACCESS}) if system else ALL
    if "successor" in inputs:  # forms are entered again there
        yield str(inputs["successor"]), frozenset({INTEGRATIONS})
