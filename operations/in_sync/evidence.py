"""What is kept of a full look that found nothing to do, a file for each stack, for its owner only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.private_files import write_private

VERSION = 2
FOLDER = Path(".state") / "in-sync"


class Part(BaseModel):
    """Base of what is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Files(Part):
    """What is on this machine, by digest: each a SHA-256, of `settings` and `secrets` HMACs that nobody else can search.

    :param others: of all declarations: what must differ between two of them is asked of all.
    """

    declaration: str
    certificates: dict[str, str]
    settings: str
    secrets: str
    others: str
    program: str
    engine: str
    state: str


class CentreTags(Part):
    """A centre's change tags, by the name of the API, and their ETag."""

    etag: str
    systems: dict[str, str]


class Evidence(Part):
    """What a stack was in sync with.

    :param centres: the tags by enterprise number; `compared`: of which of these systems the stack compares anything.
    :param seen_on: the portal's day of the look; `until`: the first day on which something could change by itself.
    :param counts: the engine's own, of the look; `warnings`: what it warned of; `waits`: the stack's output of that name.
    """

    version: int = VERSION
    files: Files
    centres: dict[str, CentreTags]
    compared: dict[str, tuple[str, ...]]
    seen_on: date
    until: date | None
    counts: dict[str, int]
    warnings: tuple[str, ...] = ()
    waits: dict[str, dict[str, str]]


def read(root: Path, stack: str) -> Evidence | None:
    """What is kept of a stack; None where there is nothing, or nothing that this version understands."""
    try:
        found = Evidence.model_validate_json(_file(root, stack).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.version == VERSION else None


def keep(root: Path, stack: str, evidence: Evidence) -> None:
    """Keep this, whole or not at all."""
    write_private(_file(root, stack), evidence.model_dump_json().encode())


def forget(root: Path, stack: str) -> None:
    """Nothing is known of a stack any more."""
    _file(root, stack).unlink(missing_ok=True)


def _file(root: Path, stack: str) -> Path:
    return root / FOLDER / f"{stack.replace('/', '_')}.json"
