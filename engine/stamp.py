"""What the engine's folder says of itself, so that a new pin is built and an old one is not built twice."""

import hashlib
import json
import os
from pathlib import Path

STAMP = "stamp.json"
PROGRAMS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)
_SOURCES = ("cli/go.mod", "cli/go.sum", "python-host/go.mod", "python-host/go.sum")


def sources_digest(sources: Path) -> str:
    """The SHA-256 of all that decides what gets built."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update(hashlib.sha256((sources / name).read_bytes()).digest())
    return digest.hexdigest()


def is_current(folder: Path, digest: str) -> bool:
    """Whether the folder holds all the programs that these sources ask for."""
    try:
        stamp = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return False
    complete = all(os.access(folder / program, os.X_OK) for program in PROGRAMS)
    return complete and isinstance(stamp, dict) and stamp.get("sources") == digest


def move_in(made: Path, folder: Path, digest: str, how: str) -> None:
    """Move the programs from `made` into the engine's folder, the stamp last.

    One by one and by renaming: an engine that is running keeps its file, and whatever interrupts this leaves no stamp
    that fits.
    """
    (folder / STAMP).unlink(missing_ok=True)
    for program in made.iterdir():
        program.chmod(0o755)
        program.replace(folder / program.name)
    part = folder / f"{STAMP}.part"
    part.write_text(json.dumps({"sources": digest, "how": how}, indent=2) + "\n")
    part.replace(folder / STAMP)
