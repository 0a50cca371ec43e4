"""Plans that may be approved, by their digest, below the project's state: so that an `up` can say what differs from one.

Readable for their owner only. `fusion plan` keeps each that it makes; a plan from elsewhere is given as a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import time

from pydantic import ValidationError

from operations.approvals.digest import PREFIX, digest_of
from operations.plans.model import Plan
from operations.private_files import make_private_folder, write_whole
from schemas.errors import FusionError, GuardRefused

KEPT = 50
"""How many plans are kept: the newest."""
_STALE_SECONDS = 86_400.0
"""After which what a killed `up` left is cleared."""


def keep(root: Path, plan: Plan) -> None:
    """Keep a plan that may be approved; others do not count. Raises `FusionError` where it cannot be written."""
    if not plan.digest:
        return
    folder = _folder(root)
    write_whole(folder / _name(plan.digest), json.dumps(plan.as_json(), ensure_ascii=False))
    plans = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in plans[:-KEPT]:
        old.unlink(missing_ok=True)


def find(root: Path, digest: str, file: Path | None) -> Plan | None:
    """The plan of this digest, kept here or in a file; None where it is not kept.

    :raises FusionError: for a file that is no plan. :raises GuardRefused: for one that has another digest.
    """
    if file is not None:
        return _read(file, digest)
    try:
        return _read(_folder(root) / _name(digest), digest)
    except FusionError:
        return None  # not there, or of another version of the program, which the comparison would tell


def _read(path: Path, digest: str) -> Plan:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FusionError(f"{path} cannot be read: {why}") from None
    try:
        plan = Plan.model_validate_json(text, by_alias=True)
    except ValidationError:
        raise FusionError(
            f"{path} is no plan of this version", "Make one with `fusion plan --format json`"
        ) from None
    if digest_of(plan) != digest:
        raise GuardRefused(
            f"{path} is another plan than the approved one: its digest is {digest_of(plan)}",
            "Give the file that `fusion plan --format json` wrote when it said the approved digest",
        )
    return plan


@contextmanager
def open_folder(root: Path) -> Iterator[Path]:
    """A folder for the engine's own plans, gone afterwards; what killed runs left long ago goes too."""
    folder = _folder(root)
    make_private_folder(folder)
    for left in folder.glob("up-*"):
        if time() - left.stat().st_mtime > _STALE_SECONDS:
            rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=folder, prefix="up-") as made:
        yield Path(made)


def _folder(root: Path) -> Path:
    return root / ".state" / "plans"


def _name(digest: str) -> str:
    return f"{digest.removeprefix(PREFIX)}.json"
