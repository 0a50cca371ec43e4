"""Files of secrets, as people have to keep them: for their owner only."""

from __future__ import annotations

from pathlib import Path

from operations import private_files


def write_private(path: Path, text: str) -> Path:
    """Write a file that nobody else may read; where it is."""
    private_files.write_private(path, text.encode())
    return path
