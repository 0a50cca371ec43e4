"""Which formats for programs there are, by the name that people give with `--format`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from operations.annotations.annotation import Annotated
from operations.annotations.github import write_github
from operations.annotations.gitlab import write_gitlab
from operations.annotations.junit import write_junit
from operations.annotations.sarif import write_sarif

WRITERS: Mapping[str, Callable[[Annotated], str]] = {
    "github": write_github,
    "gitlab": write_gitlab,
    "sarif": write_sarif,
    "junit": write_junit,
}
"""Each gives the text for standard output."""
