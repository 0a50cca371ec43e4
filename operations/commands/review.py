"""`fusion review`: what a pull request would change, for those who approve it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json, echo_utf8
from providers.settings import project_root

FORMATS = ("markdown", "json", "github", "gitlab")


@click.command()
@click.option(
    "--base", required=True, metavar="REV", help="The branch that it goes to; this checkout is of it."
)
@click.option("--head", required=True, metavar="REV", help="The pull request's last commit.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="markdown",
    help="What is printed: the comment, the review for a program, or its findings in a host's form.",
)
@click.option(
    "--language",
    type=click.Choice(["nl", "fr", "en"]),
    default="en",
    help="Of the comment and the page. Default: en.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Writes the whole plan, the comment and the findings into this folder.",
)
@click.option(
    "--post",
    "host_name",
    type=click.Choice(["github", "gitlab"]),
    help="Puts the comment at the pull request, in the place of its last one.",
)
@click.option("--request", default="", metavar="NUMBER", help="Which pull request. Default: the job's.")
@click.option("--no-plan", is_flag=True, help="Only validates: the portal is not asked. For forks.")
def review(
    base: str,
    head: str,
    form: str,
    language: str,
    out: Path | None,
    host_name: str | None,
    request: str,
    no_plan: bool,
) -> None:
    """What would a pull request change? Its files of fusions/, merged into the base, validated and planned by this
    checkout's program, which must be the base's.

    One comment for all fusions. Nothing is written at the portal. Ends with 0 when there is nothing to put right and all
    could be planned, 5 when some could, 1 when none could or there are findings, 4 in a checkout of another program.
    """
    from operations.annotations.github import write_with_summary
    from operations.annotations.gitlab import write_gitlab
    from operations.approvals import store
    from operations.plans.forms import require_libraries
    from operations.reviews.comment import Place, write_comment
    from operations.reviews.files import IN_SUMMARY, annotated, append_summary, write_files
    from operations.reviews.hosts import HOSTS, GitHub, address_of_run
    from operations.reviews.repository import prefix_of
    from operations.reviews.review import make_review
    from operations.reviews.telling import Teller

    require_libraries("html" if out else "markdown", language)
    root, run = project_root(), address_of_run()
    host = HOSTS[host_name](os.environ, request, prefix_of(root)) if host_name else None
    place = Place(host.marker if host else "", run, host.budget if host else GitHub.budget)
    with Teller(host, head, language, place) as teller:
        made = make_review(root, base, head, lambda line: click.echo(line, err=True), planning=not no_plan)
        store.keep(root, made.plan)
        comment = write_comment(made, language, place)
        if out:
            write_files(out, made, comment, root, language)
        summary = write_comment(made, language, Place("", run, IN_SUMMARY))
        if form == "github":
            echo_utf8(write_with_summary(annotated(made, root), f"{summary}\n"))
        else:
            append_summary(f"{summary}\n")
        if form == "json":
            echo_json(made.as_json())
        elif form == "markdown":
            echo_utf8(comment)
        elif form == "gitlab":
            echo_utf8(write_gitlab(annotated(made, root)))
        teller.tell(comment)
    sys.exit(exit_codes.of_runs(made.passed))
