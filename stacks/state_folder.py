"""Where the engine keeps stacks in a folder of this machine: states, copies, locks and backups. Of another backend nothing
is known without the engine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_SCHEME = "file://"


@dataclass(frozen=True)
class StateFolder:
    """A folder backend; stacks are named as `pulumi -s` has them.

    :param path: the folder with `.pulumi` in it. :param project: by its name in Pulumi.yaml.
    """

    path: Path
    project: str

    @classmethod
    def find(cls, root: Path, environment: Mapping[str, str] = os.environ) -> StateFolder | None:
        """That of the project in `root`, as the engine finds it; None where its states are elsewhere, and where there is no
        project: the engine says what is wrong with it."""
        import yaml  # who knows a state's file already does without

        try:
            project = yaml.safe_load((root / "Pulumi.yaml").read_text("utf-8"))
            name, url = str(project["name"]), str(project["backend"]["url"])
        except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
            return None
        place, _, _ = (environment.get("PULUMI_BACKEND_URL") or url).partition("?")
        if not place.startswith(_SCHEME):
            return None
        return cls(root / Path(unquote(place.removeprefix(_SCHEME))).expanduser(), name)

    @property
    def states(self) -> Path:
        """The folder with a state for each stack."""
        return self.path / ".pulumi" / "stacks" / self.project

    def list_stacks(self) -> list[str]:
        """The stacks that have a state here, whole or not, by name."""
        return sorted(path.stem for path in self.states.glob("*.json"))

    def state(self, stack: str) -> Path:
        """The file with a stack's state."""
        return self.states / f"{_own(stack)}.json"

    def copy(self, stack: str) -> Path:
        """The copy beside it, of before the engine wrote it last."""
        return self.states / f"{_own(stack)}.json.bak"

    def locks(self, stack: str) -> Path:
        """The folder in which whoever works on a stack has a file."""
        return self.path / ".pulumi" / "locks" / "organization" / self.project / _own(stack)

    def backups(self, stack: str) -> list[Path]:
        """The copies that the engine made at the end of each run, the last one first.

        They are named after the moment, in nanoseconds: `tielt.1795938115032824917.json`.
        """
        found = (self.path / ".pulumi" / "backups" / self.project / _own(stack)).glob("*.json")
        return sorted(found, key=lambda path: path.name, reverse=True)


def read_outputs(state: Path) -> Mapping[str, Any]:
    """The stack's outputs in this file, secrets as they lie there; {} before the first run. Raises OSError where there is no
    file, and ValueError for what is no state as the engine writes it today."""
    try:
        resources = (json.loads(state.read_bytes())["checkpoint"].get("latest") or {}).get("resources") or []
        stacks = [resource for resource in resources if resource["type"] == "pulumi:pulumi:Stack"]
        outputs: Mapping[str, Any] = (stacks[0].get("outputs") or {}) if stacks else {}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{state} is no state: {error!r}") from None
    return outputs


def _own(stack: str) -> str:
    """Of `organization/fusion/tielt`, `tielt`."""
    return stack.rpartition("/")[2]
