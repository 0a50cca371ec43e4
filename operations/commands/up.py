"""`fusion up`: apply the plan that was approved, and no other."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations import exit_codes
from providers.settings import project_root
from schemas.counts import format_count

DIGEST = "sha256:[0-9a-f]{64}"

if TYPE_CHECKING:
    from operations.plans.model import Plan


def _require_digest(_context: click.Context, _option: click.Parameter, given: str) -> str:
    if not re.fullmatch(DIGEST, given):
        raise click.BadParameter("it is no digest: `fusion plan` ends with one, sha256: and 64 signs")
    return given


@click.command()
@click.argument("fusions", nargs=-1, required=True, metavar="FUSION...")
@click.option(
    "--approved",
    required=True,
    metavar="DIGEST",
    callback=_require_digest,
    help="The digest that `fusion plan` said.",
)
@click.option(
    "--plan",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The approved plan as JSON, where it was made elsewhere: to say what differs.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def up(fusions: tuple[str, ...], approved: str, file: Path | None, yes: bool) -> None:
    """Apply what was approved: plan again, compare, and apply exactly that plan.

    FUSIONS are the stacks of the approved plan. Where anything differs that counts, nothing is written: it says what, and
    ends with 4. Ends with 0 when all went well, 5 when some did, 1 when none did or one could not be planned.
    """
    from operations.approvals.applying import apply

    def agree(plan: Plan) -> None:
        if not yes:
            changes = format_count(sum(fusion.changes for fusion in plan.fusions), "change")
            click.confirm(f"{approved} is what would be done now: {changes}. Apply?", abort=True, err=True)

    stacks = list(dict.fromkeys(fusions))
    passed = apply(project_root(), stacks, approved, file, lambda line: click.echo(line, err=True), agree)
    sys.exit(exit_codes.of_runs(passed))
