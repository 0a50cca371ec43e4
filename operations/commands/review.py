"""`fusion review`: what a pull request would change, for those who approve it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json, echo_utf8, say
from providers.settings import project_root

FORMATS = ("markdown", "json", "github", "gitlab")


@click.command()
@click.option(
    "--base", required=True, metavar="REV", help="The branch that it goes to; this checkout is of it."
)
@click.option("--head", default="", metavar="REV", help="The pull request's last commit.")
@click.option(
    "--open",
    "branch",
    default="",
    metavar="BRANCH",
    help="Instead of one: all that are open to this branch and have no review of their last commit. With --post.",
)
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
    branch: str,
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
    could be planned, 5 when some could, 1 when none could or there are findings, 4 in a checkout of another program or
    where the pull request is of another commit. With --open: 0 when all that had to be were reviewed and told, 5 when some.
    """
    from operations.annotations.github import write_with_summary
    from operations.annotations.gitlab import write_gitlab
    from operations.plans.forms import require_libraries
    from operations.reviews.files import annotated, append_summary
    from operations.reviews.hosts import HOSTS, Host, Request, address_of_run
    from operations.reviews.job import Job
    from operations.reviews.opened import review_open
    from operations.reviews.repository import prefix_of
    from operations.reviews.review import Review

    if bool(head) == bool(branch) or (branch and (not host_name or request)):
        raise click.UsageError("give --head, or --open with --post and without --request")
    require_libraries("html" if out else "markdown", language)
    root = project_root()
    number = None if branch else request
    host = HOSTS[host_name](os.environ, number, prefix_of(root)) if host_name else None
    job = Job(root, base, language, address_of_run(), say, planning=not no_plan)

    def show(made: Review, comment: str, summary: str) -> None:
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

    def review_one(one: Host, found: Request) -> None:
        """Nothing is printed of it: several answers are none. A fork's is not planned."""
        folder = out / one.number if out else None
        replace(job, planning=job.planning and found.is_ours).review(found.head, one, folder, lambda *_: None)

    if host and branch:
        passed = review_open(root, host, branch, review_one, say)
    else:
        passed = job.review(head, host, out, show).passed
    sys.exit(exit_codes.of_runs(passed))
