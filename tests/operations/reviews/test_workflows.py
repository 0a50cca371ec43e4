"""The shipped workflows, without either host: by their published schemas, by zizmor, and by what they must never do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from operations.cli import fusion

CI = Path(__file__).parents[3] / "docs" / "ci"
GITHUB = sorted((CI / "github").glob("*.yml"))
GITLAB = CI / "gitlab" / ".gitlab-ci.yml"
GITLAB_FILES = sorted((CI / "gitlab").glob("*.yml"))
BIN = Path(sys.executable).parent
ALLOWED = {
    "apply.yml": {"contents": "read", "actions": "read"},
    "drift.yml": {"contents": "read"},
    "fleet.yml": {"contents": "read"},
    "review.yml": {"contents": "read", "pull-requests": "write"},
}
FULL_COMMIT = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=CI.parents[1],
    )


def read(path: Path) -> dict[str, Any]:
    """What it does; of GitLab's the part below its inputs."""
    *_, found = documents(path)
    return found


def documents(path: Path) -> list[dict[str, Any]]:
    return [*yaml.safe_load_all(path.read_text("utf-8").replace("\non:", "\n'on':"))]


def jobs() -> dict[str, dict[str, Any]]:
    """GitLab's."""
    return {name: job for name, job in read(GITLAB).items() if isinstance(job, dict) and "script" in job}


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each `fusion …` of a workflow, as words; GitLab's too."""
    for path in (*GITHUB, *GITLAB_FILES):
        for line in re.findall(
            r"(?:run:|&&|-|^|=\$\()\s*(fusion [a-z].*?)\)?$", path.read_text(), re.MULTILINE
        ):
            yield path.name, shlex.split(line)[1:]
        # The one of a shard is an input, which is one of few.
        for line in re.findall(r"command: ([^,}]+)", path.read_text()):
            yield path.name, shlex.split(line)


def test_they_fit_the_published_schemas(tmp_path: Path) -> None:
    checked = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, GITHUB))
    assert checked.returncode == 0, checked.stdout
    for path in GITLAB_FILES:
        assert fits_gitlab(path, tmp_path) == [0, 0], path.name
    planted = tmp_path / "planted.yml"
    planted.write_text(GITLAB.read_text().replace("inputs:", "inpus:").replace("script:", "scribt:"))
    assert fits_gitlab(planted, tmp_path) == [1, 1]


def fits_gitlab(path: Path, folder: Path) -> list[int]:
    """How the check of each part ends: it takes files of one part only."""
    ended = []
    for number, part in enumerate(path.read_text().split("\n---\n")):
        one = folder / f"part{number}.yml"
        one.write_text(part + "\n")
        checked = run(
            "check-jsonschema",
            "--builtin-schema",
            "vendor.gitlab-ci",
            "--data-transform",
            "gitlab-ci",
            str(one),
        )
        ended.append(checked.returncode)
    return ended


def test_a_workflow_that_does_not_fit_is_noticed(tmp_path: Path) -> None:
    planted = tmp_path / "planted.yml"
    planted.write_text((CI / "github" / "apply.yml").read_text().replace("runs-on:", "runs-at:"))
    assert (
        run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(planted)).returncode == 1
    )


def test_zizmor_finds_nothing() -> None:
    # Where CI is set in the environment, it would be in colour.
    quiet = ("--offline", "--no-progress", "--color=never")
    found = run("zizmor", *quiet, "--persona", "auditor", *map(str, GITHUB))
    assert found.returncode == 0, found.stdout + found.stderr
    # The one that is ignored is the trigger of review.yml, which says there why.
    assert "(1 ignored)" in found.stdout + found.stderr


def test_zizmor_would_find_what_it_should(tmp_path: Path) -> None:
    planted = tmp_path / "planted.yml"
    text = (CI / "github" / "apply.yml").read_text()
    planted.write_text(
        text.replace('read -ra stacks <<< "$FUSIONS"', "read -ra stacks <<< ${{ inputs.fusions }}")
    )
    assert run("zizmor", "--offline", "--no-progress", str(planted)).returncode > 0


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_actions_are_pinned_and_little_is_allowed(path: Path) -> None:
    uses = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert all(FULL_COMMIT.search(line) for line in uses)
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == ({} if name == "reviewed" else ALLOWED[path.name]), name
        assert job["timeout-minutes"] <= 120


def test_the_head_is_never_checked_out_nor_secrets_given_to_a_fork() -> None:
    review = read(CI / "github" / "review.yml")
    assert [*review["on"]] == ["pull_request_target"]
    for step in steps(CI / "github" / "review.yml"):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["ref"] == "${{ github.event.pull_request.base.ref }}"
            assert step["with"]["persist-credentials"] is False
        assert "${{" not in step.get("run", ""), "what others wrote is no part of a script"
        assert not re.search(r"git (checkout|switch|merge|pull)\b", step.get("run", ""))
    is_open = "github.event.pull_request.state == 'open'"
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for job in review["jobs"].values():
        if "secrets." in str(job) or "environment" in job:
            assert job["if"] == f"{is_open} && {same}"
        elif "checkout" in str(job):
            assert "--no-plan" in str(job)


def test_the_check_that_is_required_passes_only_where_a_review_did() -> None:
    """A job that is skipped is a check that passed: a fork's pull request would need no validation."""
    found = read(CI / "github" / "review.yml")["jobs"]
    required = found.pop("reviewed")
    assert required["needs"] == [*found]
    assert required["if"] == "always()", "whatever else it says, it could be skipped"
    assert required["name"] == "reviewed"
    page = (CI.parent / "pull-requests.md").read_text()
    assert "required status check `reviewed`" in page
    (step,) = required["steps"]
    assert step["env"] == {"PLAN": "${{ needs.plan.result }}", "VALIDATE": "${{ needs.validate.result }}"}
    for plan in ("success", "failure", "skipped", "cancelled"):
        for validate in ("success", "failure", "skipped", "cancelled"):
            ended = subprocess.run(
                ["bash", "-e", "-c", step["run"]], env={"PLAN": plan, "VALIDATE": validate}, check=False
            )
            assert (ended.returncode == 0) is ("success" in (plan, validate)), (plan, validate)


def test_a_pull_request_that_goes_to_another_branch_by_now_is_reviewed() -> None:
    (event,) = read(CI / "github" / "review.yml")["on"].values()
    assert {*event["types"]} == {"opened", "synchronize", "reopened", "edited"}
    for name, job in read(CI / "github" / "review.yml")["jobs"].items():
        if name != "reviewed":
            assert job["if"].startswith("github.event.pull_request.state == 'open' && "), (
                "a closed one is edited too"
            )


def test_who_applies_is_asked_first() -> None:
    (job,) = read(CI / "github" / "apply.yml")["jobs"].values()
    assert job["environment"] == "apply"
    assert [*read(CI / "github" / "apply.yml")["on"]] == ["workflow_dispatch"]
    assert read(GITLAB)["apply"]["environment"] == {"name": "apply"}


def test_a_merge_request_starts_nothing_and_hands_over_nothing() -> None:
    """It writes its own copy of this file. What could start a job with credentials from there would carry its variables."""
    pipeline = read(GITLAB)
    for rule in pipeline["workflow"]["rules"]:
        assert rule["if"].startswith(
            '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_COMMIT_REF_PROTECTED == "true" && '
        )
        assert rule["if"].rsplit(" ", 1)[-1] in ('"schedule"', '"web"')
    for name, job in pipeline.items():
        if isinstance(job, dict) and name != "default":
            assert "trigger" not in job, name
            for call in ("merge_request_event", '"pipeline"', '"trigger"', "/trigger/", "/pipeline"):
                assert call not in str(job), name
    for name, job in jobs().items():
        assert job["environment"], name
        for rule in job["rules"]:
            assert rule["if"].startswith("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && "), name
    assert "**No one allowed**" in (CI.parent / "pull-requests.md").read_text()


def test_what_is_started_by_hand_is_checked_text() -> None:
    """Inputs become part of the file: what could end a text there, or begin an option, is none."""
    inputs = documents(GITLAB)[0]["spec"]["inputs"]
    for name, one in inputs.items():
        assert one.get("options") or one["regex"], name
        assert one["default"] in one.get("options", [""]), name
        for evil in ('"; id', "$(id)", "a\nb", "--yes", "$X", "'"):
            if "regex" in one and not (name == "fusions" and evil == "--yes"):
                assert not re.search(one["regex"].replace("$", r"\Z"), evil), (name, evil)
    used = re.findall(r"\$\[\[ inputs\.(\w+) \]\]", GITLAB.read_text())
    assert {*used} == {*inputs}


def test_what_people_type_is_never_an_option() -> None:
    """`--` stands before it."""
    for path in (*GITHUB, GITLAB):
        for line in re.findall(r"fusion (?:up|preview) .*$", path.read_text(), re.MULTILINE):
            words = shlex.split(line)
            assert words[-2:] == ["--", "${stacks[@]}"], path.name
    download = next(
        step for step in steps(CI / "github" / "apply.yml") if "gh run download" in step.get("run", "")
    )
    assert shlex.split(download["run"])[-2:] == ["--", "$RUN"]


def applying() -> Iterator[tuple[str, str]]:
    """The shell of both hosts' `apply`, without what sets it up."""
    (step,) = [step for step in steps(CI / "github" / "apply.yml") if "fusion up" in step.get("run", "")]
    yield "github", step["run"].replace(". ./activate\n", "")
    (script,) = read(GITLAB)["apply"]["script"]
    yield "gitlab", script


@pytest.mark.parametrize(("kind", "script"), [*applying()], ids=["github", "gitlab"])
@pytest.mark.parametrize("fetched", [True, False])
def test_it_applies_with_the_plan_that_was_fetched(
    tmp_path: Path, kind: str, script: str, *, fetched: bool
) -> None:
    """So that a fresh machine can say what differs from it."""
    for name in ("fusion", "curl"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@" >> "{tmp_path}/called"\n')
        program.chmod(0o755)
    given = (
        {"REVIEW": "12", "REQUEST": "7", "RUN": "12"} if fetched else {"REVIEW": "", "REQUEST": "", "RUN": ""}
    )
    environment = {
        **given, "PATH": f"{tmp_path}:/usr/bin:/bin", "FUSIONS": "pajottegem --approved=x *", "DIGEST": "sha256:0",
        "CI_API_V4_URL": "https://x/api/v4", "CI_PROJECT_ID": "42", "CI_JOB_TOKEN": "t",
    }  # fmt: skip
    subprocess.run(["bash", "-eu", "-c", script], env=environment, cwd=tmp_path, check=True, timeout=20)
    called = (tmp_path / "called").read_text().splitlines()
    up = called[called.index("fusion") :]
    plan = ["--plan", ".state/approved/plan.json"] if fetched else []
    assert up == [
        "fusion",
        "up",
        "--approved",
        "sha256:0",
        *plan,
        "--yes",
        "--",
        "pajottegem",
        "--approved=x",
        "*",
    ]
    if kind == "gitlab":
        address = "https://x/api/v4/projects/42/jobs/12/artifacts/review/7/plan.json"
        assert (address in called) is fetched


def test_they_call_commands_and_options_that_there_are() -> None:
    called = [*commands()]
    assert {words[0] for _, words in called} == {"review", "up", "plan", "check", "preview", "fleet"}
    for file, (name, *words) in called:
        command = fusion.commands[name]
        if isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        used = {word for word in words if word.startswith("--") and word != "--"}
        assert used <= options, (file, name, used - options)


@pytest.mark.parametrize("path", [CI / "github" / "CODEOWNERS", CI / "gitlab" / "CODEOWNERS"], ids=str)
def test_owners_are_named_for_the_program_and_for_declarations(path: Path) -> None:
    lines = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    patterns = [words[0] for words in lines]
    assert "*" in patterns
    assert "/fusions/" in patterns
    assert patterns.index("*") < patterns.index("/fusions/"), "the last line that fits counts"
