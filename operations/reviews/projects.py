"""A project apart: this checkout's program, state and settings, with the files of `fusions/` that a pull request brings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from operations.plans.choice import FOLDER
from operations.private_files import make_private_folder
from operations.rehearsals.projects import backend, set_variables

_SETTINGS = "stacks"
"""The engine writes there: the settings of a new stack."""
_NOT_LINKED = frozenset({FOLDER, _SETTINGS, ".git"})


@contextmanager
def project_with(root: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Such a project; meanwhile this process's own functions, and the engines that it starts, work in it.

    All but `fusions/` are links to what `root` has, so that every path of a stack's settings leads where it does there.
    The stacks' settings are copies.
    """
    folder = root / ".state" / "reviews"
    make_private_folder(folder)
    with TemporaryDirectory(dir=folder) as made:
        project = Path(made)
        _link(root, project)
        (project / _SETTINGS).mkdir()
        _link(root / _SETTINGS, project / _SETTINGS)
        (project / FOLDER).mkdir()
        for name, content in files.items():
            path = project / FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with set_variables(_environment(root, project)):
            yield project


def _link(folder: Path, within: Path) -> None:
    for entry in folder.iterdir():
        if entry.match("Pulumi.*.yaml"):
            shutil.copy2(entry, within)
        elif entry.name not in _NOT_LINKED:
            (within / entry.name).symlink_to(entry.resolve())


def _environment(root: Path, project: Path) -> dict[str, str]:
    """State of one's own machine is that of `root`, where the engine would look below the project."""
    variables = {"FUSION_ROOT": str(project)}
    if "PULUMI_BACKEND_URL" not in os.environ and _keeps_state_here(root):
        variables["PULUMI_BACKEND_URL"] = backend(root)
    return variables


def _keeps_state_here(root: Path) -> bool:
    try:
        settings = yaml.safe_load((root / "Pulumi.yaml").read_text("utf-8"))
        return str(settings["backend"]["url"]).startswith("file://./.state")
    except (OSError, KeyError, TypeError, yaml.YAMLError):
        return False
