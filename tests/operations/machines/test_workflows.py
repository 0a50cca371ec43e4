"""The shipped workflows over many stacks: who may start them, and what each machine does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.operations.machines.test_matrix import CI, read

GITLAB = CI / "gitlab"
ON_MAIN = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && "


def test_gitlab_starts_shards_by_schedule_or_by_hand_on_the_default_branch() -> None:
    """As all jobs there: a merge request, and a fork, starts none and hands over nothing."""
    jobs = read(GITLAB / "fleet.yml")
    for name, job in jobs.items():
        assert all(rule["if"].startswith(ON_MAIN) for rule in job["rules"]), name
        if "up" in str(job["rules"]):
            assert '$CI_PIPELINE_SOURCE == "web"' in job["rules"][-1]["if"], name
        if "trigger" in job:
            assert job["trigger"]["forward"] == {"pipeline_variables": False}, name
    assert {name for name, job in jobs.items() if "trigger" in job} == {"preview shards", "apply shards"}
    (rule,) = read(GITLAB / "shard.yml")["workflow"]["rules"]
    assert rule["if"] == (
        ON_MAIN + '$CI_COMMIT_REF_PROTECTED == "true" && $CI_PIPELINE_SOURCE == "parent_pipeline"'
    )


def test_gitlabs_pipeline_takes_the_file_where_it_lies() -> None:
    pipeline = read(GITLAB / ".gitlab-ci.yml")
    (included,) = pipeline["include"]
    assert included["local"] == "/docs/ci/gitlab/fleet.yml"
    jobs = read(GITLAB / "fleet.yml")
    assert {job["stage"] for job in jobs.values()} <= {*pipeline["stages"]}
    inputs, _ = yaml.safe_load_all((GITLAB / ".gitlab-ci.yml").read_text())
    asked = {rule["if"].rsplit('"', 2)[1] for job in jobs.values() for rule in job["rules"]}
    assert asked <= {*inputs["spec"]["inputs"]["job"]["options"]}
    template, _ = yaml.safe_load_all((GITLAB / "shard.yml").read_text())
    for job in (jobs["preview shards"], jobs["apply shards"]):
        local, artifact = job["trigger"]["include"]
        assert local["local"] == "/docs/ci/gitlab/shard.yml"
        for name, value in local["inputs"].items():
            assert value in template["spec"]["inputs"][name]["options"], name
        assert artifact["artifact"] in jobs[artifact["job"]]["artifacts"]["paths"]


def test_only_whoever_may_apply_is_asked_applies() -> None:
    template, jobs = read(CI / "github" / "fleet.yml"), read(GITLAB / "fleet.yml")
    assert template["jobs"]["shard"]["environment"] == "${{ inputs.operation == 'up' && 'apply' || 'plan' }}"
    for step in template["jobs"]["shard"]["steps"]:
        if "fusion up" in step.get("run", ""):
            assert step["if"] == "inputs.operation == 'up'", "a schedule has no inputs"
    given = jobs["apply shards"]["trigger"]["include"][0]["inputs"]
    assert (given["command"], given["environment"]) == ("up --yes", "apply")


def scripts() -> list[str]:
    """What each host's machines do with `$STACKS`."""
    steps = read(CI / "github" / "fleet.yml")["jobs"]["shard"]["steps"]
    found = [step["run"].replace(". ./activate\n", "") for step in steps if "STACKS" in str(step)]
    lines = "\n".join(read(GITLAB / "shard.yml")[".shard"]["script"])
    jobs = read(GITLAB / "fleet.yml")
    for job in (jobs["preview shards"], jobs["apply shards"]):
        command = job["trigger"]["include"][0]["inputs"]["command"]
        found.append(lines.replace("$[[ inputs.command ]]", command))
    return found


@pytest.mark.parametrize("script", scripts())
def test_a_machine_runs_its_stacks_and_nothing_that_a_name_could_say(tmp_path: Path, script: str) -> None:
    program = tmp_path / "fusion"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/called"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "STACKS": "tielt * --yes $(id)"}
    subprocess.run(["bash", "-eu", "-c", script], env=environment, cwd=tmp_path, check=True, timeout=20)
    called = (tmp_path / "called").read_text().splitlines()
    assert called[called.index("--") + 1 :] == ["tielt", "*", "--yes", "$(id)"]
    assert called[0] in ("preview", "up")


SIGNS_IN = ("PGPASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.mark.parametrize("path", sorted((CI / "github").glob("*.yml")), ids=lambda path: path.stem)
def test_whoever_reads_the_state_can_sign_in_where_it_is(path: Path, tmp_path: Path) -> None:
    """GitHub hands a step the secrets that it names: those of both kinds of backend stand behind a comment mark."""
    unmarked = tmp_path / path.name
    unmarked.write_text(re.sub(rf"# (?=({'|'.join(SIGNS_IN)}):)", "", path.read_text()))
    given = [step["env"] for job in read(unmarked)["jobs"].values() for step in job["steps"] if "env" in step]
    asking = [env for env in given if "PULUMI_BACKEND_URL" in env]
    assert asking
    for env in asking:
        assert {name: env.get(name) for name in SIGNS_IN} == {
            name: f"${{{{ secrets.{name} }}}}" for name in SIGNS_IN
        }
