"""`fusion plan`: what an `up` would do, for people who read no Pulumi, and for programs."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_utf8, say
from providers.settings import project_root
from schemas.errors import FusionError


@click.command()
@click.argument("fusions", nargs=-1, metavar="[FUSION]...")
@click.option("--all", "every", is_flag=True, help="Every stack.")
@click.option(
    "--changed-since",
    "revision",
    metavar="REV",
    help="The stacks whose declaration, or a certificate that it names, differs from this git revision.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text")
@click.option(
    "--language",
    type=click.Choice(["nl", "fr", "en"]),
    help="Of text, Markdown and HTML; JSON is in English. Default: en.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file instead of printing.",
)
@click.option(
    "--expect-no-changes", "expected", is_flag=True, help="End with 2 where an `up` would change something."
)
def plan(
    fusions: tuple[str, ...],
    every: bool,
    revision: str | None,
    form: str,
    language: str | None,
    out: Path | None,
    expected: bool,
) -> None:
    """What would `pulumi up` do? By centre and system in the manual's order, in the words of the screens.

    FUSIONS are stacks. The engine previews each that has a portal; nothing is written there. Ends with 0 when all could be
    planned, with changes or without, or have no portal, 5 when some could, 1 when none could.
    """
    from operations.approvals import store
    from operations.approvals.planning import plan_with_digest
    from operations.engine import list_stacks
    from operations.plans.choice import choose_all, choose_changed, choose_named
    from operations.plans.forms import render, require_libraries
    from operations.private_files import write_whole

    if sum([bool(fusions), every, revision is not None]) != 1:
        raise click.UsageError("give one of FUSION…, --all and --changed-since REV")
    if form == "json" and language not in (None, "en"):
        raise click.UsageError("JSON is in English: give --language with another --format")
    require_libraries(form, language or "en")
    root = project_root()
    if every:
        stacks = choose_all(root)
    elif revision is not None:
        stacks = choose_changed(root, revision, list_stacks(root))
    else:
        stacks = choose_named(root, fusions)
    with ThreadPoolExecutor(
        1
    ) as meanwhile:  # what counts the steps takes a while to import: the engine takes longer
        counting = meanwhile.submit(import_module, "operations.runbooks.counting")
        planned = plan_with_digest(root, stacks, say)
    planned = counting.result().with_steps(planned, say)
    text = render(planned, form, language or "en")
    if out is None:
        # What a terminal shows is in its encoding; all else says that it is UTF-8, or is taken for it.
        click.echo(text, nl=False) if form == "text" else echo_utf8(text)
    else:
        write_whole(out, text)
        click.echo(f"wrote {out}", err=True)
    if planned.digest:
        try:
            store.keep(root, planned)
        except FusionError as error:
            click.echo(
                f"the plan is not kept, so `fusion up` cannot say what differs from it: {error}", err=True
            )
        click.echo(
            f"to apply this and nothing else: fusion up {' '.join(planned.with_portal.stacks)} --approved {planned.digest}",
            err=True,
        )
    pending = sum(fusion.changes for fusion in planned.fusions) if expected else 0
    sys.exit(exit_codes.of_plan(planned.passed, pending=pending))
