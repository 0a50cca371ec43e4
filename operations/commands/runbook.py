"""`fusion runbook`: the plan as steps for a person, and who did which."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_utf8, say
from providers.settings import project_root


@click.command()
@click.argument("fusion")
@click.option("--format", "form", type=click.Choice(["markdown", "html", "ics"]), help="Default: markdown.")
@click.option("--language", type=click.Choice(["nl", "fr", "en"]), help="Default: en.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file instead of printing.",
)
@click.option(
    "--done",
    "steps",
    metavar="STEP",
    multiple=True,
    help="Note this step as done, instead of printing. Repeatable.",
)
@click.option("--by", metavar="KEY", help="Who did it, by key. Default: the stack's operator.")
def runbook(
    fusion: str,
    form: str | None,
    language: str | None,
    out: Path | None,
    steps: tuple[str, ...],
    by: str | None,
) -> None:
    """What does a person do on which screen, as whom, and by when? With the manual's own labels and the values to type.

    FUSION is a stack. Its portal says what is done, by the engine's preview; where it has none (`portalUrl: none`, or no
    stack yet), people note that with --done. Ends with 0; with 5 where the portal could not be looked at.
    """
    from operations.plans.forms import require_libraries
    from operations.plans.preview import plan_stacks
    from operations.private_files import write_whole
    from operations.runbooks.making import find_forgotten, make_runbook, note_done, render

    if steps:
        if form or language or out:
            raise click.UsageError(
                "--done notes and prints no runbook: give it without --format, --language and --out"
            )
        noted = note_done(fusion, steps, by, say)
        click.echo(f"noted in {noted}: {', '.join(steps)}")
        return
    if by is not None:
        raise click.UsageError("--by says who did a step: give --done STEP too")
    form, language = form or "markdown", language or "en"
    require_libraries(form, language)
    made = make_runbook(fusion, lambda stack: plan_stacks(project_root(), [stack], say).fusions[0])
    for line in find_forgotten(fusion, made):
        say(line)
    text = render(made, form, language)
    if out is None:
        echo_utf8(text)
    else:
        write_whole(out, text)
        say(f"wrote {out}")
    # The page is there all the same: what may have failed is the look at the portal.
    sys.exit(exit_codes.of_runs([True, not (made.preview and made.preview.failed)]))
