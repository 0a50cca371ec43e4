"""How a platform calls a file: by its path in the repository, wherever the command ran and however the file was named.

A platform puts nothing beside a path that it does not know: not `./fusions/x.yaml`, and not `../checkout/fusions/x.yaml`.
"""

from __future__ import annotations

import os
from pathlib import Path


def path_in_repository(file: str) -> str:
    """Relative to the repository that the file is in, else to where people stand, else the whole path.

    The folder's links are followed, the file's own is not: a link is a file of the repository.
    """
    folder, name = os.path.split(file)
    path = Path(os.path.realpath(folder), name)
    root = next((parent for parent in path.parents if os.path.lexists(parent / ".git")), Path.cwd())
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
