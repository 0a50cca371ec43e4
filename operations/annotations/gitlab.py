"""GitLab's Code Quality report: a JSON array, which is `[]` when there is nothing to tell.

GitLab compares two reports by their fingerprints, and drops one of two that are the same.
"""

from __future__ import annotations

from operations.annotations.annotation import Annotated, Annotation
from operations.printing import format_json


def write_gitlab(annotated: Annotated) -> str:
    """The report as a file of the job's `artifacts: reports: codequality` has it."""
    return format_json([_entry(one) for one in annotated.annotations])


def _entry(annotation: Annotation) -> dict[str, object]:
    return {
        "description": f"{annotation.rule}: {annotation.message}",
        "check_name": annotation.rule,
        "fingerprint": annotation.fingerprint,
        "severity": annotation.severity.value.gitlab,
        "location": {"path": annotation.file, "lines": {"begin": annotation.line}},
    }
