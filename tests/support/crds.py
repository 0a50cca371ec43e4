"""Holds the manifests of `fusion fleet kubernetes`, and our schema of them, against the operator's own definitions:

    python -m tests.support.crds FOLDER

FOLDER has `pulumi.com_stacks.yaml` of a release (`deploy/crds` in the operator's repository). They are 1.5 MB and somebody
else's, so that they are not here, and no test can want them: the tests hold the manifests to our schema.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from operations.machines import kubernetes
from operations.machines.kubernetes import Cluster, make_manifests

FILE = "pulumi.com_stacks.yaml"
OURS = Path(kubernetes.__file__).with_name("stack.schema.json")
STACKS = (
    "hasselt",
    "pajottegem.production",
    "beveren-kruibeke-zwijndrecht.production",
    "beveren-kruibeke-zwijndrecht-melsele.production",
    "2031.production",
)
CLUSTERS = (
    Cluster("registry.example/fusion:1", "https://git.example/fusions.git", "main", None, "fusion", "fusion"),
    Cluster("registry.example/fusion:1", "https://git.example/f.git", None, "0" * 40, "ocmw", "own", "git"),
)
_LIMIT = re.compile(r"size\(self\.metadata\.name\) <= (\d+)")


def examples() -> list[dict[str, Any]]:
    """Manifests of every kind that there is."""
    return [manifest for cluster in CLUSTERS for manifest in make_manifests(STACKS, cluster)]


def read_ours() -> dict[str, Any]:
    """Our schema, its references filled in."""
    schema: dict[str, Any] = json.loads(OURS.read_text("utf-8"))
    return {**_resolved(schema, schema["$defs"]), "$defs": {}}


def _resolved(node: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            return _resolved(named[node["$ref"].rpartition("/")[2]], named)
        return {key: _resolved(value, named) for key, value in node.items()}
    return [_resolved(one, named) for one in node] if isinstance(node, list) else node


def read_definition(folder: Path) -> dict[str, Any]:
    """The operator's schema of a Stack of `pulumi.com/v1`, in which no field may stand that it does not name."""
    definition = yaml.safe_load((folder / FILE).read_text("utf-8"))
    (version,) = [one for one in definition["spec"]["versions"] if one["name"] == "v1"]
    schema: dict[str, Any] = deepcopy(version["schema"]["openAPIV3Schema"])
    _close(schema)
    # Kubernetes itself says what these may hold; the rule of the operator's is another part of the definition.
    schema["properties"]["metadata"] = {"type": "object"}
    for rule in version["schema"]["openAPIV3Schema"].get("x-kubernetes-validations", []):
        if found := _LIMIT.search(rule["rule"]):
            schema["properties"]["metadata"]["properties"] = {"name": {"maxLength": int(found[1])}}
    return schema


def _close(node: Any) -> None:
    """Kubernetes drops a field that is not named without a word; here it is an error."""
    if isinstance(node, dict):
        for value in node.values():
            _close(value)
        if "properties" in node and "additionalProperties" not in node:
            node["additionalProperties"] = bool(node.get("x-kubernetes-preserve-unknown-fields"))
    elif isinstance(node, list):
        for one in node:
            _close(one)


def find_misfits(manifests: list[dict[str, Any]], schema: Mapping[str, Any]) -> list[str]:
    """What of manifests a schema does not allow, with its place."""
    return [
        f"{manifest['metadata']['name']}: {error.json_path}: {error.message[:200]}"
        for manifest in manifests
        for error in Draft202012Validator(schema).iter_errors(manifest)
    ]


def find_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any], place: str = "$") -> Iterator[str]:
    """Fields of our schema that theirs does not have, or has with another type or other values."""
    kind = theirs.get("type")
    if "type" in ours and kind is not None and ours["type"] != kind:
        yield f"{place}: {ours['type']} is {kind} there"
    if "enum" in theirs and ours.get("const") not in theirs["enum"]:
        yield f"{place}: {ours.get('const')} is none of {', '.join(theirs['enum'])} there"
    for name, field in ours.get("properties", {}).items():
        if name in theirs.get("properties", {}):
            yield from find_differences(field, theirs["properties"][name], f"{place}.{name}")
        elif theirs.get("additionalProperties") is False:
            yield f"{place}.{name}: there is no such field there"
    if "items" in ours and "items" in theirs:
        yield from find_differences(ours["items"], theirs["items"], f"{place}[]")
    missing = {*theirs.get("required", [])} - {*ours.get("required", [])}
    if missing:
        yield f"{place}: {', '.join(sorted(missing))} is required there"


def main(folder: Path) -> int:
    """Print what does not fit; the exit code."""
    definition, manifests = read_definition(folder), examples()
    found = [*find_misfits(manifests, definition), *find_differences(read_ours(), definition)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"{len(manifests)} manifests and our schema, by {FILE}: {len(found)} misfits\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
