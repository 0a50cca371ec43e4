"""`fusion review` as a job runs it: what is posted, what is kept, and how it ends."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import logs
from operations.reviews import calls
from tests.operations.conftest import Ran
from tests.operations.plans.conftest import document
from tests.operations.reviews.conftest import Repository, appended, replaced
from tests.operations.reviews.host_double import OURS, TOKEN, HostDouble, serve

UNTICKED = replaced("pajottegem", "    - nationality\n", "")
MISSPELT = replaced("hasselt", "person: sara.knapen", "person: sarah.knapen")


@pytest.fixture(params=["github", "gitlab"])
def double(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostDouble]:
    with serve(HostDouble(request.param)) as served:
        yield served


@pytest.fixture
def job(repository: Repository, double: HostDouble, monkeypatch: pytest.MonkeyPatch) -> HostDouble:
    """The environment of a job of pull request 7."""
    for name, text in double.environment.items():
        monkeypatch.setenv(name, text)
    if double.kind == "github":
        event = repository.previews / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}))
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
        monkeypatch.setenv("GITHUB_RUN_ID", "9")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository.previews / "summary.md"))
    return double


def posted(repository: Repository, job: HostDouble, head: str, *options: str) -> Ran:
    """The job of the pull request's last commit."""
    job.push(head)
    return repository.review(head, "--post", job.kind, *options)


def test_one_comment_goes_with_the_pull_request(repository: Repository, job: HostDouble) -> None:
    for number in range(45):
        job.add(f"a remark {number}")
    repository.preview("pajottegem", document("edits"))
    first = repository.pull(UNTICKED)
    assert posted(repository, job, first).code == 0
    (body,) = job.own
    assert "--approved sha256:" in body
    assert f"commit `{first[:12]}`" in body

    second = repository.pull(MISSPELT)
    assert posted(repository, job, second).code == 1
    (body,) = job.own
    assert f"commit `{second[:12]}`" in body
    assert "sha256" not in body

    nowhere = "e" * 40
    ran = posted(repository, job, nowhere)
    assert ran.code == 1
    (body,) = job.own
    assert f"The review of `{nowhere[:12]}` failed" in body
    assert f"{nowhere} is no commit that this checkout has" in body
    assert TOKEN not in ran.out + ran.err + body


def test_a_commit_of_another_pull_request_is_neither_reviewed_nor_posted(
    repository: Repository, job: HostDouble
) -> None:
    """It would stand there with its own plan and digest."""
    mine, theirs = repository.pull(UNTICKED), repository.pull(appended("tielt", "# x\n"))
    posted(repository, job, mine)
    before = job.own
    repository.preview("tielt", document("edits"))
    for other in (theirs, "HEAD", "nowhere"):
        ran = repository.review(other, "--post", job.kind)
        assert ran.code == 4, ran.err
        assert f"is not the last commit of pull request 7, which is {mine}" in ran.err
    assert job.own == before
    assert {stack for stack, _, _ in repository.previewed} == {"pajottegem"}


def test_a_host_that_says_no_commit_gets_no_comment(repository: Repository, job: HostDouble) -> None:
    job.push(None)
    ran = repository.review(repository.pull(UNTICKED), "--post", job.kind)
    assert ran.code == 1
    assert "does not say of which commit it is" in ran.err
    assert job.own == []
    assert repository.previewed == []


def test_why_a_review_failed_is_told_although_the_host_takes_nothing(
    repository: Repository, job: HostDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first error decides how it ends, and is not hidden by the second."""
    monkeypatch.setattr(calls, "SECONDS", 1.0)
    head = repository.pull(UNTICKED)
    (repository.root / "stacks" / "program.py").write_text("import os\n")
    for _ in range(99):
        job.fail("POST", 503)
    ran = posted(repository, job, head)
    assert ran.code == 4
    assert "this checkout's program is not that of" in ran.err
    assert "answered 503" in ran.err


@pytest.mark.parametrize("form", ["github", "markdown"])
def test_a_finding_stands_once_in_the_steps_summary(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    ran = repository.review(repository.pull(MISSPELT), "--format", form)
    assert ran.code == 1
    assert ran.out.startswith("::error ") is (form == "github")
    assert summary.read_text().count("unknown-person") == 1


def test_what_is_posted_is_what_is_printed_and_kept(repository: Repository, job: HostDouble) -> None:
    repository.preview("pajottegem", document("edits"))
    out = repository.root / ".state" / "out"
    ran = posted(repository, job, repository.pull(UNTICKED), "--out", str(out), "--language", "nl")
    (body,) = job.own
    assert ran.out == body == (out / "comment.md").read_text()
    assert "te wijzigen" in body
    assert 'lang="nl"' in (out / "plan.html").read_text()
    if job.kind == "github":
        assert "](https://github.example/o/r/actions/runs/9)" in body
        summary = (repository.previews / "summary.md").read_text()
        assert body.partition("\n")[2].strip() in summary


@pytest.mark.parametrize("why", ["the engine", "a fault in the program"])
def test_a_run_that_fails_takes_the_old_plan_back(
    repository: Repository, job: HostDouble, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.preview("pajottegem", document("edits"))
    head = repository.pull(UNTICKED)
    posted(repository, job, head)
    if why == "the engine":
        monkeypatch.setenv("PATH", "/usr/bin:/bin")
        assert posted(repository, job, head).code == 1
    else:
        monkeypatch.setattr("operations.reviews.comment.make_view", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            posted(repository, job, head)
    (body,) = job.own
    assert "out of date: there is no plan to approve" in body
    assert "sha256" not in body


def test_what_the_host_does_not_take_is_an_error_and_a_comment(
    repository: Repository, job: HostDouble
) -> None:
    """A job that succeeds without a comment is a complaint about others."""
    repository.preview("pajottegem", document("edits"))
    job.longest = 900
    ran = posted(repository, job, repository.pull(UNTICKED))
    assert ran.code == 1
    assert "too long" in ran.err
    assert "The comment there says so" in ran.err
    (body,) = job.own
    assert "does not take it as a comment" in body
    assert "sha256" not in body


def test_a_host_that_takes_nothing_makes_the_job_fail(
    repository: Repository, job: HostDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "SECONDS", 1.0)
    for _ in range(99):
        job.fail("POST", 503)
    out = repository.root / ".state" / "out"
    ran = posted(repository, job, repository.pull(UNTICKED), "--out", str(out))
    assert ran.code == 1
    assert "answered 503" in ran.err
    assert (out / "plan.json").exists(), "the review is kept all the same"


def test_findings_come_in_the_hosts_form(repository: Repository, job: HostDouble) -> None:
    ran = repository.review(repository.pull(MISSPELT), "--format", job.kind)
    assert ran.code == 1
    if job.kind == "github":
        assert ran.out.startswith("::error file=fusions/hasselt.yaml,line=")
    else:
        (entry,) = json.loads(ran.out)
        assert entry["location"]["path"] == "fusions/hasselt.yaml"


def test_messages_as_json_on_request(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", sys.stderr)  # put back afterwards
    monkeypatch.setenv(logs.VARIABLE, "json")
    head = repository.pull(UNTICKED)
    ran = repository.review(head)
    told = [json.loads(line) for line in ran.err.splitlines()]
    assert [one["level"] for one in told] == ["info", "info"]
    assert re.fullmatch(r"pajottegem: \d+ s \(1 of 1\)", told[1]["message"])
    assert ran.out.startswith("## Review")
    ran = repository.review("nowhere")
    (one,) = [json.loads(line) for line in ran.err.splitlines()]
    assert (one["level"], one["message"][:27]) == ("error", "error: nowhere is no commit")
    assert set(one) == {"at", "level", "message"}


def test_the_job_itself_is_not_found_by_others_comments(repository: Repository, job: HostDouble) -> None:
    job.add("a bot's remark", OURS)
    posted(repository, job, repository.pull())
    assert len(job.own) == 2


def test_what_was_approved_is_what_is_planned_after_the_merge_and_not_before(repository: Repository) -> None:
    repository.preview("pajottegem", document("edits"))
    head = repository.pull(UNTICKED)
    digest = repository.review(head, "--format", "json").json["plan"]["digest"]
    ran = repository.fusion("up", "pajottegem", "--approved", digest, "--yes")
    assert ran.code == 4
    assert "declaration has changed" in ran.err
    repository.git("merge", "-q", "--no-edit", head)
    assert repository.fusion("plan", "pajottegem", "--format", "json").json["digest"] == digest
