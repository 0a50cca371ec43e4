"""GitHub and GitLab: what a job's environment says of a pull request, and how each host's comments are called.

The host's address is the one that its own jobs have in their environment, and no other is ever called: a next page is asked
for by its number, not by an address in an answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from providers.settings import LOOPBACK
from schemas.errors import FusionError

PER_PAGE = 20
"""Comments of a page: small enough for an answer full of the longest."""
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


class NoHost(FusionError):
    """The environment does not say where to post."""


class Host(ABC):
    """A pull request at its host."""

    budget: int
    """Bytes of a comment."""
    names: Mapping[str, str]
    """The variables that must be there, by what they hold."""
    edit_method: str
    allowed: int
    """The most pages of comments that there can be."""

    def __init__(self, environment: Mapping[str, str], number: str, project: str) -> None:
        """
        :param number: the pull request's; "": what the environment says.
        :param project: the project's place in the repository.
        :raises NoHost: where something is missing.
        """
        values = {what: environment.get(name, "") for what, name in self.names.items()}
        missing = [self.names[what] for what, value in values.items() if not value]
        if missing:
            raise NoHost(
                f"the environment lacks {', '.join(missing)}",
                "A job of the host has these, the token apart, which the pipeline gives it (docs/pull-requests.md)",
            )
        self.api = values["api"].rstrip("/")
        self.token = values["token"]
        self.repository = values["repository"]
        self._require_safe()
        self.number = number or self.find_number(environment)
        if not _NUMBER.fullmatch(self.number):
            raise NoHost("which pull request this is cannot be told", "Give its number with `--request`")
        bound = f"{self.repository}\0{self.number}\0{project}"
        self.marker = f"<!-- fusion-review:v1:{hashlib.sha256(bound.encode()).hexdigest()[:32]} -->"

    def _require_safe(self) -> None:
        """The token goes to a host's own address, encrypted or on this machine.

        :raises NoHost: where it would not.
        """
        name, address = self.names["api"], urlsplit(self.api)
        on_this_machine = address.hostname in LOOPBACK
        if not address.hostname or address.scheme not in ("https", *(("http",) if on_this_machine else ())):
            raise NoHost(f"{name} is no https address: the token stays here", "Let the host's own job set it")
        self.on_this_machine = on_this_machine

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    @abstractmethod
    def comments(self) -> str:
        """The path of the comments."""

    @abstractmethod
    def comment(self, key: int) -> str:
        """The path of one comment."""

    @abstractmethod
    def find_number(self, environment: Mapping[str, str]) -> str:
        """The pull request of this job, "" where it has none."""

    @abstractmethod
    def has_next(self, headers: Mapping[str, str]) -> bool:
        """Whether there is a page after this answer's."""

    @abstractmethod
    def author(self, comment: Mapping[str, Any]) -> Mapping[str, Any]:
        """Who wrote a comment."""

    def is_own(self, comment: Mapping[str, Any], user: int | None) -> bool:
        """Whether we wrote it: the marker alone is anybody's to copy.

        :param user: who we are, None where the host does not tell.
        """
        body = comment.get("body")
        if not isinstance(body, str) or body.partition("\n")[0].rstrip("\r") != self.marker:
            return False
        author = self.author(comment)
        return author.get("id") == user if user is not None else author.get("type") == "Bot"


class GitHub(Host):
    """A pull request's comments are those of the issue of the same number."""

    budget = 60_000
    """It says 65,536 characters, and does not say what it counts."""
    names = {"api": "GITHUB_API_URL", "repository": "GITHUB_REPOSITORY", "token": "GITHUB_TOKEN"}  # noqa: RUF012
    edit_method = "PATCH"
    allowed = 500

    @property
    def headers(self) -> dict[str, str]:
        return {**super().headers, "Accept": "application/vnd.github+json"}

    @property
    def _issues(self) -> str:
        if not _REPOSITORY.fullmatch(self.repository):
            raise NoHost("GITHUB_REPOSITORY is no name of a repository")
        return f"/repos/{self.repository}/issues"

    @property
    def comments(self) -> str:
        return f"{self._issues}/{self.number}/comments"

    def comment(self, key: int) -> str:
        return f"{self._issues}/comments/{key}"

    def find_number(self, environment: Mapping[str, str]) -> str:
        try:
            event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text("utf-8"))
            return str(event["pull_request"]["number"])
        except (KeyError, OSError, TypeError, ValueError):
            return ""

    def has_next(self, headers: Mapping[str, str]) -> bool:
        return 'rel="next"' in headers.get("Link", "")

    def author(self, comment: Mapping[str, Any]) -> Mapping[str, Any]:
        found = comment.get("user")
        return found if isinstance(found, dict) else {}


class GitLab(Host):
    """A merge request's comments are its notes."""

    budget = 200_000
    """It takes 1,000,000; nobody reads so much."""
    names = {"api": "CI_API_V4_URL", "repository": "CI_PROJECT_ID", "token": "GITLAB_TOKEN"}  # noqa: RUF012
    edit_method = "PUT"
    allowed = 250

    @property
    def comments(self) -> str:
        return f"/projects/{quote(self.repository, safe='')}/merge_requests/{self.number}/notes"

    def comment(self, key: int) -> str:
        return f"{self.comments}/{key}"

    def find_number(self, environment: Mapping[str, str]) -> str:
        return environment.get("CI_MERGE_REQUEST_IID", "")

    def has_next(self, headers: Mapping[str, str]) -> bool:
        return bool(headers.get("X-Next-Page", "").strip())

    def author(self, comment: Mapping[str, Any]) -> Mapping[str, Any]:
        found = comment.get("author")
        return found if isinstance(found, dict) else {}


HOSTS: Mapping[str, type[Host]] = {"github": GitHub, "gitlab": GitLab}


def address_of_run(environment: Mapping[str, str] = os.environ) -> str:
    """Where the files of the job that runs here are, "" outside of one."""
    if server := environment.get("GITHUB_SERVER_URL"):
        repository, run = environment.get("GITHUB_REPOSITORY", ""), environment.get("GITHUB_RUN_ID", "")
        return f"{server}/{repository}/actions/runs/{run}" if repository and run else ""
    return environment.get("CI_JOB_URL", "")
