"""The shipped workflows, without either host: by their published schemas, by zizmor, and by what they must never do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.cli import fusion

CI = Path(__file__).parents[3] / "docs" / "ci"
GITHUB = sorted((CI / "github").glob("*.yml"))
GITLAB = CI / "gitlab" / ".gitlab-ci.yml"
BIN = Path(sys.executable).parent
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
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").replace("\non:", "\n'on':"))
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each `fusion …` of a workflow, as words; GitLab's too."""
    for path in (*GITHUB, GITLAB):
        for line in re.findall(r"(?:run:|&&|-|^)\s+(fusion .*)$", path.read_text(), re.MULTILINE):
            yield path.name, shlex.split(line)[1:]


def test_they_fit_the_published_schemas() -> None:
    checked = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, GITHUB))
    assert checked.returncode == 0, checked.stdout
    checked = run(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform",
        "gitlab-ci",
        str(GITLAB),
    )
    assert checked.returncode == 0, checked.stdout


def test_a_workflow_that_does_not_fit_is_noticed(tmp_path: Path) -> None:
    planted = tmp_path / "planted.yml"
    planted.write_text((CI / "github" / "apply.yml").read_text().replace("runs-on:", "runs-at:"))
    assert (
        run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(planted)).returncode == 1
    )


def test_zizmor_finds_nothing() -> None:
    found = run("zizmor", "--offline", "--no-progress", "--persona", "auditor", *map(str, GITHUB))
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
        allowed = job["permissions"]
        assert allowed.pop("contents") == "read"
        assert allowed == ({"pull-requests": "write"} if path.name == "review.yml" else {}), name
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
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for job in review["jobs"].values():
        if "secrets." in str(job) or "environment" in job:
            assert job["if"] == same
        else:
            assert "--no-plan" in str(job)


def test_who_applies_is_asked_first() -> None:
    (job,) = read(CI / "github" / "apply.yml")["jobs"].values()
    assert job["environment"] == "apply"
    assert [*read(CI / "github" / "apply.yml")["on"]] == ["workflow_dispatch"]
    assert read(GITLAB)["apply"]["environment"] == {"name": "apply"}


def test_in_a_merge_requests_own_pipeline_nothing_is_run() -> None:
    pipeline = read(GITLAB)
    own = [name for name, job in pipeline.items() if "merge_request_event" in str(job) and name != "workflow"]
    assert own == ["review"]
    assert "script" not in pipeline["review"]
    for name, job in pipeline.items():
        if isinstance(job, dict) and "script" in job:
            assert "merge_request_event" not in str(job["rules"]), name
            assert job["environment"], name


def test_they_call_commands_and_options_that_there_are() -> None:
    called = [*commands()]
    assert {words[0] for _, words in called} == {"review", "up", "plan", "check"}
    for file, (name, *words) in called:
        options = {option for parameter in fusion.commands[name].params for option in parameter.opts}
        used = {word for word in words if word.startswith("--")}
        assert used <= options, (file, name, used - options)


@pytest.mark.parametrize("path", [CI / "github" / "CODEOWNERS", CI / "gitlab" / "CODEOWNERS"], ids=str)
def test_owners_are_named_for_the_program_and_for_declarations(path: Path) -> None:
    lines = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    patterns = [words[0] for words in lines]
    assert "*" in patterns
    assert "/fusions/" in patterns
    assert patterns.index("*") < patterns.index("/fusions/"), "the last line that fits counts"
