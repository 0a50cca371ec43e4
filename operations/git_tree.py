"""What is about people stays out of git: a place that git would take up is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

from schemas.errors import GuardRefused


def refuse(path: Path, what: str, way_out: str = "") -> None:
    """:raises GuardRefused: when the file or folder lies in a git working tree that does not ignore it."""
    file = path.resolve()
    if not any((folder / ".git").exists() for folder in file.parents):
        return
    there = next(folder for folder in file.parents if folder.is_dir())
    try:
        command = ["git", "-C", str(there), "check-ignore", "--quiet", "--", str(file)]
        ignored = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        ignored = False
    if not ignored:
        raise GuardRefused(
            f"{path} would hold {what} inside a git working tree that does not ignore it: choose a place outside, as "
            f"~/{path.name}, or one that .gitignore names{way_out}"
        )
