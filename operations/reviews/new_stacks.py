"""Stacks of fusions that have none yet: empty, in a state of the review's own, so that their first plan can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from operations import engine
from operations.plans.preview import Say
from operations.private_files import make_private_folder
from operations.rehearsals.projects import set_variables
from schemas.errors import EngineError
from stacks.settings_file import file_of

_FOLDER = "new-stacks"


@contextmanager
def with_new_stacks(project: Path, names: Sequence[str], say: Say) -> Iterator[None]:
    """Meanwhile the engine knows these stacks of the project, and no others. They go with the project.

    Each has the settings that the base has for it, else those of `Pulumi.yaml`. Of one that cannot be made it is said why;
    its plan fails.
    """
    state = project / _FOLDER
    make_private_folder(state)
    with set_variables({"PULUMI_BACKEND_URL": f"file://{quote(str(state))}?metadata=skip"}):
        for name in names:
            try:
                engine.run_pulumi(project, "stack", "init", name, "--no-select")
            except EngineError as error:
                say(str(error))
        yield


def settings_of(project: Path, name: str) -> str:
    """The file that has the settings of a stack that is not made yet."""
    file = file_of(name)
    return file if (project / file).exists() else "Pulumi.yaml"
