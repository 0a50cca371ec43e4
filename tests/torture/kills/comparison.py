"""What must be as if nothing had happened: the portal, the stack's state, and what the journal says of the disappearing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emulator import controls
from emulator.rehearsal import differences
from operations.rehearsals.projects import RETAINED_TYPE
from providers.baseline import items_to_compare
from providers.canonical import same
from schemas.declaration import Fusion
from stacks.write_policy import unexpected_writes
from tests.support import portal_tables

# What the portal calls the certificates of suppliers (R36).
_SUPPLIERS = re.compile(r"[a-z]+-\d{10}(-[0-9a-f]{8})?\.cer")
_FETCHED = "boxFiles"
# What the state knows of a retained thing since its adoption (R05).
_KNOWN = ("adopted", "baseline", "acceptedOn", "observed")
# What the run that is in the state found to do: after a kill, less. And what only a refresh notes among the inputs: it is
# compared among the outputs.
_FOUND_TO_DO = frozenset({"__provider", "found", "leaving", "loses", "toStop", "toEnter", "waits", *_KNOWN})


def compare_portals(expected: Path, found: Path, *, checked: bool = False) -> list[str]:
    """What differs between two portals beside numbers that are given once, and what is there twice.

    :param checked: somebody ran a `fusion check` in one of them, and the portal notes which files that fetched.
    """
    with portal_tables.connected(expected) as old, portal_tables.connected(found) as new:
        lines = [
            f"{one.name} {one.what} {one.key} {one.change}: {', '.join(field.name for field in fields)}"
            for one in differences.compare(old, new)
            for fields in [[field for field in one.fields if not _same(one, field)]]
            if (fields or not one.fields) and not (checked and one.what == _FETCHED)
        ]
    forms = [portal_tables.count_equal_forms(portal) for portal in (expected, found)]
    lines += [f"form lost: {row}" for row in (forms[0] - forms[1])]
    lines += [f"form too many: {row}" for row in (forms[1] - forms[0])]
    lines += portal_tables.find_broken_links(found)
    lines += portal_tables.find_duplicates(found)
    return lines


def _same(one: differences.Difference, field: differences.Field) -> bool:
    """Lists are sets; a password is salted, so the same one looks different each time that it is set; and a supplier that
    accepts a delegation request makes a key for the occasion."""
    if field.name == "password" or (field.name == "sha256" and _SUPPLIERS.fullmatch(one.key)):
        return True
    return field.old is not None and same(field.old, field.new)


def find_forbidden_writes(portal: Path, fusion: Fusion) -> list[str]:
    """Writing calls under the numbers of disappearing centres that nobody declared (R05)."""
    calls = controls.journal(portal, writes=True)
    return [
        f"{centre.name}: {call['method']} {call['path']}" for centre, call in unexpected_writes(fusion, calls)
    ]


def compare_states(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    """What differs between two stacks' resources: which there are, under which ids, with which inputs, and what is known of
    those that are retained."""
    own, others = ({one["urn"]: one for one in side if one["custom"]} for side in (expected, found))
    return list(_states(own, others))


def _states(expected: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """:param expected: by URN, like `found`."""
    for urn in expected.keys() ^ found.keys():
        yield f"state: {urn} is {'missing' if urn in expected else 'too many'}"
    for urn in expected.keys() & found.keys():
        one, other = expected[urn], found[urn]
        if ":providers:" in urn:
            continue  # where the portal is, and a number of the engine's own
        if one["id"] != other["id"]:
            yield f"state: {urn} is {other['id']}, not {one['id']}"
        for name in sorted((one["inputs"].keys() | other["inputs"].keys()) - _FOUND_TO_DO):
            if not same(one["inputs"].get(name), other["inputs"].get(name)):
                yield f"state: {urn}: the input {name} differs"
        if RETAINED_TYPE in one["type"] and "kind" in one["inputs"]:
            for name in _KNOWN:
                if _known(one, name) != _known(other, name):
                    yield f"state: {urn}: the output {name} differs"


def _known(resource: dict[str, Any], name: str) -> Any:
    """An output; of a baseline the items that are compared. Of users whom the run itself makes it has ids only, and these
    only where they were made before it looked."""
    value = resource["outputs"].get(name)
    if name != "baseline":
        return value
    items = value if isinstance(value, list) else [value] if value is not None else []
    return list(items_to_compare({str(place): item for place, item in enumerate(items)}, {}).values())
