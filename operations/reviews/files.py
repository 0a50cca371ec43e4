"""What a review leaves for a job to keep: the whole plan as a page and as JSON, the comment, the findings for GitLab; and
for GitHub the step's summary."""

from __future__ import annotations

from pathlib import Path

from operations.annotations.annotation import Annotated, Severity, annotate
from operations.annotations.formats import WRITERS
from operations.annotations.github import append_to_summary
from operations.plans.forms import render
from operations.printing import format_json
from operations.private_files import write_whole
from operations.reviews.review import Review
from schemas.counts import format_count
from schemas.errors import FusionError

IN_SUMMARY = 400_000
"""Bytes of the review in a step's summary. GitHub refuses one over 1 MiB, and others of the step write to it too."""


def write_files(folder: Path, review: Review, comment: str, root: Path, language: str) -> None:
    """All of them, each whole or not at all, for their owner only."""
    write_whole(folder / "review.json", format_json(review.as_json()))
    write_whole(folder / "plan.json", render(review.plan, "json", "en"))
    write_whole(folder / "plan.html", render(review.plan, "html", language))
    write_whole(folder / "comment.md", comment)
    write_whole(folder / "code-quality.json", WRITERS["gitlab"](annotated(review, root)))


def annotated(review: Review, root: Path) -> Annotated:
    """The findings, for other programs' formats; their files as the repository calls them."""
    found = [(Severity.ERROR, one._replace(file=str(root / one.file))) for one in review.findings]
    count = len(found)
    summary = format_count(count, "finding") if count else "no findings"
    files = [str(root / "fusions" / f"{name}.yaml") for name in review.changes.changed]
    return annotate("fusion review", summary, files, found)


def append_summary(text: str) -> None:
    """To the step's summary, where GitHub has one. Raises `FusionError`."""
    try:
        append_to_summary(text)
    except OSError as error:
        raise FusionError(f"the step's summary cannot be written: {error.strerror}") from None
