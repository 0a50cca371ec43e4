"""`fusion up`: apply the plan that was approved, and no other; or, without one, many stacks at once."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from operations import exit_codes
from operations.commands.fleet_options import Fleet, fleet_options, require_somebody
from operations.commands.turn_options import Patient, make_ready, wait_option
from operations.fleet.results import Operation
from operations.printing import say
from providers.settings import project_root
from schemas.counts import format_count

DIGEST = "sha256:[0-9a-f]{64}"

if TYPE_CHECKING:
    from operations.plans.model import Plan


_OF_MANY = ("every", "revision", "pattern", "jobs", "metrics", "skipped")
"""Options that do not go with --approved."""


def _require_digest(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    if given is not None and not re.fullmatch(DIGEST, given):
        raise click.BadParameter("it is no digest: `fusion plan` ends with one, sha256: and 64 signs")
    return given


@click.command(cls=Patient)
@fleet_options
@wait_option
@click.option(
    "--approved",
    metavar="DIGEST",
    callback=_require_digest,
    help="Apply the plan of this digest, which `fusion plan` said, and no other.",
)
@click.option(
    "--plan",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The approved plan as JSON, where it was made elsewhere: to say what differs.",
)
@click.option(
    "--skip-preview", "skipped", is_flag=True, help="With --yes: apply without a preview before it."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def up(approved: str | None, file: Path | None, skipped: bool, yes: bool, **options: Any) -> None:
    """`pulumi up` of many stacks, several at once: it previews, asks once, and applies what could be previewed. With
    --approved: apply what was approved, that is plan again, compare, and apply exactly that plan.

    FUSIONS are stacks, with --approved those of the approved plan. Where that differs in anything that counts, nothing is
    written: it says what, and ends with 4. Ends with 0 when all went well, 5 when some did, 1 when none did or one of an
    approved plan could not be planned, 130 when nobody agreed or it was interrupted.
    """
    if approved is not None:
        _refuse_options_of_many({**options, "skipped": skipped})
        stacks = list(dict.fromkeys(options["fusions"]))
        _apply_approved(stacks, approved, file, options["patience"], yes=yes)
    if file is not None:
        raise click.UsageError("--plan is the approved plan: give its digest with --approved")
    if skipped and not yes:
        raise click.UsageError("--skip-preview goes with --yes: who is asked must see what it is about")
    require_somebody(yes=yes)
    operations = (Operation.UP,) if skipped else (Operation.PREVIEW, Operation.UP)
    Fleet(**options).write(*operations, preview=Operation.PREVIEW, question="Apply", yes=yes)


def _refuse_options_of_many(options: dict[str, Any]) -> None:
    if any(options[name] for name in _OF_MANY) or options["form"] != "text":
        raise click.UsageError("with --approved only FUSION…, --plan, --wait and --yes may be given")
    if not options["fusions"]:
        raise click.UsageError("with --approved name the stacks of the approved plan")


def _apply_approved(
    stacks: list[str], approved: str, file: Path | None, patience: int, *, yes: bool
) -> NoReturn:
    from operations.approvals.applying import apply

    def agree(plan: Plan) -> None:
        if not yes:
            changes = format_count(sum(fusion.changes for fusion in plan.fusions), "change")
            click.confirm(f"{approved} is what would be done now: {changes}. Apply?", abort=True, err=True)

    def begin() -> list[str]:
        return make_ready(stacks, Operation.UP, patience)

    passed = apply(project_root(), stacks, approved, file, say, begin, agree)
    sys.exit(exit_codes.of_runs(passed))
