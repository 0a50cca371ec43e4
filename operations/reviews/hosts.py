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
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from providers.settings import LOOPBACK
from schemas.errors import FusionError

PER_PAGE = 20
"""Comments of a page: small enough for an answer full of the longest."""
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class NoHost(FusionError):
    """The environment does not say where to post."""


@dataclass(frozen=True)
class Request:
    """A pull request, as its host knows it.

    :param is_ours: its commits are in this repository; False for those of a fork.
    """

    head: str
    is_ours: bool


class Host(ABC):
    """A pull request at its host."""

    budget: int
    """Bytes of a comment."""
    names: Mapping[str, str]
    """The variables that must be there, by what they hold."""
    account: str
    """The login of a job's own account, where the host tells a job nothing about itself; "" where it does."""
    edit_method: str
    allowed: int
    """The most pages of comments that there can be."""
    number: str
    marker: str
    """The first line of our comment; nobody sees it."""

    def __init__(self, environment: Mapping[str, str], number: str | None, project: str) -> None:
        """
        :param number: the pull request's; "": what the environment says; None: of no certain one, see `of`.
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
        self._project = project
        if number is not None:
            self._choose(number or self.find_number(environment))

    def of(self, number: str) -> Host:
        """The same host, of this pull request."""
        found = copy(self)
        found._choose(number)
        return found

    def _choose(self, number: str) -> None:
        self.number = number
        if not _NUMBER.fullmatch(number):
            raise NoHost("which pull request this is cannot be told", "Give its number with `--request`")
        bound = f"{self.repository}\0{number}\0{self._project}"
        self._begin = f"<!-- fusion-review:v1:{hashlib.sha256(bound.encode()).hexdigest()[:32]}"
        self.marker = f"{self._begin} -->"

    def mark(self, head: str) -> str:
        """The marker of a whole review of this commit."""
        return f"{self._begin} of {head} -->"

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

    @property
    @abstractmethod
    def request(self) -> str:
        """The path of the pull request."""

    @property
    @abstractmethod
    def head_ref(self) -> str:
        """The ref that has its last commit, those of forks too."""

    @abstractmethod
    def open_requests(self, branch: str) -> str:
        """The path of those that are open to a branch, the oldest first."""

    @abstractmethod
    def number_of(self, answer: Mapping[str, Any]) -> str:
        """The number of one of them, "" where it has none."""

    @abstractmethod
    def read_request(self, answer: Mapping[str, Any]) -> Request | None:
        """What the host says of one; None where it does not say the commit, as of one that it has just got."""

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
        first = _first_line(comment)
        if first != self.marker and first != self.mark(self.reviewed_in(comment)):
            return False
        author = self.author(comment)
        return author.get("id") == user if user is not None else author.get("login") == self.account != ""

    def reviewed_in(self, comment: Mapping[str, Any]) -> str:
        """The commit that a comment is a whole review of, "" where its first line names none."""
        found = _first_line(comment).removeprefix(f"{self._begin} of ").removesuffix(" -->")
        return found if _COMMIT.fullmatch(found) else ""


def _first_line(comment: Mapping[str, Any]) -> str:
    body = comment.get("body")
    return body.partition("\n")[0].rstrip("\r") if isinstance(body, str) else ""


def _request(head: object, *, is_ours: bool) -> Request | None:
    return Request(head, is_ours) if isinstance(head, str) and _COMMIT.fullmatch(head) else None


class GitHub(Host):
    """A pull request's comments are those of the issue of the same number."""

    budget = 60_000
    """It says 65,536 characters, and does not say what it counts."""
    names = {"api": "GITHUB_API_URL", "repository": "GITHUB_REPOSITORY", "token": "GITHUB_TOKEN"}  # noqa: RUF012
    account = "github-actions[bot]"
    """No person can have brackets in a login, and each app has another one."""
    edit_method = "PATCH"
    allowed = 500

    @property
    def headers(self) -> dict[str, str]:
        return {**super().headers, "Accept": "application/vnd.github+json"}

    @property
    def _here(self) -> str:
        if not _REPOSITORY.fullmatch(self.repository):
            raise NoHost("GITHUB_REPOSITORY is no name of a repository")
        return f"/repos/{self.repository}"

    @property
    def comments(self) -> str:
        return f"{self._here}/issues/{self.number}/comments"

    def comment(self, key: int) -> str:
        return f"{self._here}/issues/comments/{key}"

    @property
    def request(self) -> str:
        return f"{self._here}/pulls/{self.number}"

    @property
    def head_ref(self) -> str:
        return f"refs/pull/{self.number}/head"

    def open_requests(self, branch: str) -> str:
        asked = {"state": "open", "base": branch, "sort": "created", "direction": "asc"}
        return f"{self._here}/pulls?{urlencode(asked)}"

    def number_of(self, answer: Mapping[str, Any]) -> str:
        return str(answer.get("number") or "")

    def read_request(self, answer: Mapping[str, Any]) -> Request | None:
        head = answer.get("head")
        if not isinstance(head, dict):
            return None
        source = head.get("repo")  # null where a fork is gone
        name = source.get("full_name") if isinstance(source, dict) else None
        is_ours = isinstance(name, str) and name.lower() == self.repository.lower()
        return _request(head.get("sha"), is_ours=is_ours)

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
    account = ""
    edit_method = "PUT"
    allowed = 250

    @property
    def _all(self) -> str:
        return f"/projects/{quote(self.repository, safe='')}/merge_requests"

    @property
    def comments(self) -> str:
        return f"{self.request}/notes"

    @property
    def request(self) -> str:
        return f"{self._all}/{self.number}"

    @property
    def head_ref(self) -> str:
        return f"refs/merge-requests/{self.number}/head"

    def open_requests(self, branch: str) -> str:
        asked = {"state": "opened", "target_branch": branch, "order_by": "created_at", "sort": "asc"}
        return f"{self._all}?{urlencode(asked)}"

    def number_of(self, answer: Mapping[str, Any]) -> str:
        return str(answer.get("iid") or "")

    def read_request(self, answer: Mapping[str, Any]) -> Request | None:
        source, target = answer.get("source_project_id"), answer.get("target_project_id")
        return _request(answer.get("sha"), is_ours=isinstance(source, int) and source == target)

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
