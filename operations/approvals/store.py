"""Plans that may be approved, by their digest, below the project's state: so that an `up` can say what differs from one.

Readable for their owner only. `fusion plan` keeps each that it makes; a plan from elsewhere is given as a file.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from operations.approvals.digest import PREFIX, digest_of
from operations.plans.model import Plan
from operations.private_files import write_private
from schemas.errors import FusionError, GuardRefused

KEPT = 50
"""How many plans are kept: the newest."""


def keep(root: Path, plan: Plan) -> None:
    """Keep a plan that may be approved; others do not count."""
    if not plan.digest:
        return
    folder = _folder(root)
    write_private(folder / _name(plan.digest), json.dumps(plan.as_json(), ensure_ascii=False).encode())
    plans = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in plans[:-KEPT]:
        old.unlink(missing_ok=True)


def find(root: Path, digest: str, file: Path | None) -> Plan | None:
    """The plan of this digest, kept here or in a file; None where it is not kept.

    :raises FusionError: for a file that is no plan. :raises GuardRefused: for one that has another digest.
    """
    path = file or _folder(root) / _name(digest)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        if file is None:
            return None
        raise FusionError(f"{file} is not there") from None
    except (OSError, UnicodeError) as error:
        raise FusionError(f"{path} cannot be read: {error}") from None
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


def _folder(root: Path) -> Path:
    return root / ".state" / "plans"


def _name(digest: str) -> str:
    return f"{digest.removeprefix(PREFIX)}.json"
