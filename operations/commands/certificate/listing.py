"""`fusion certificate list`: all certificates of the stacks' centres, by the days that are left."""

from __future__ import annotations

import sys

import click

from operations import exit_codes
from operations.printing import echo_json, echo_utf8, say
from providers.settings import project_root


@click.command("list")
@click.argument("fusions", nargs=-1, metavar="[FUSION]...")
@click.option("--all", "every", is_flag=True, help="Every stack, as without any name.")
@click.option(
    "--stacks", "pattern", metavar="PATTERN", help="The stacks whose name this fits: `*.production`."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "ics"]), default="text")
def list_certificates(fusions: tuple[str, ...], every: bool, pattern: str | None, form: str) -> None:
    """Until when is each certificate valid, who uses it, and who renews it? As the portal has them, at every centre.

    FUSIONS are stacks; without any, all that there are. Nothing is written. Ends with 0 when nothing ends soon, with 2 when
    something does, with 5 when something has expired, is not valid yet, is gone or could not be read, with 3 when no portal
    lets anybody in.
    """
    from operations.certificates.holdings import read_fleet
    from operations.fleet.choice import Choice
    from operations.plans.forms import require_libraries

    every = every or not (fusions or pattern is not None)
    choice = Choice(fusions, every, None, pattern)
    if not choice.is_one:
        raise click.UsageError("give one of FUSION…, --all and --stacks PATTERN")
    require_libraries(form, "en")
    root = project_root()
    fleet = read_fleet(root, choice.find_stacks(root))
    if form == "json":
        from operations.certificates.report import as_json

        echo_json(as_json(fleet))
    elif form == "ics":
        from operations.certificates.report import as_calendar

        echo_utf8(as_calendar(fleet))
        for one in fleet.not_read:
            say(f"{one.stack} {one.centre}: {'waits' if one.waits else 'not read'}: {one.why}")
    else:
        from operations.certificates.report import as_text

        click.echo(as_text(fleet))
    sys.exit(
        exit_codes.of_certificates([one.end for one in fleet.needed], fleet.failures, looked=fleet.looked)
    )
