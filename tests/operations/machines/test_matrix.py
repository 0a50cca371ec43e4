"""`fusion fleet matrix`: what a CI host runs, within its limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.machines.matrix import HOSTS, JOB
from operations.machines.shards import deal
from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import STACKS, PlayedEngine

CI = Path(__file__).parents[3] / "docs" / "ci"
MANY = [f"centre-{number:03}.production" for number in range(600)]


@pytest.fixture(autouse=True)
def there(engine: PlayedEngine) -> None:
    """The stacks that the engine lists."""


def stacks_of(form: str, text: str) -> list[list[str]]:
    """Of each job."""
    if form == "github":
        return [job["stacks"].split() for job in json.loads(text)["include"]]
    return [job["variables"]["STACKS"].split() for job in yaml.safe_load(text).values()]


@pytest.mark.parametrize("form", HOSTS)
def test_without_a_number_each_stack_has_a_job(fusion: Fusion, form: str) -> None:
    ran = fusion("fleet", "matrix", "--format", form, "--all")
    assert ran.code == 0
    assert stacks_of(form, ran.out) == [[stack] for stack in sorted(STACKS)]
    assert ran.err == "5 stacks in 5 shards\n"


@pytest.mark.parametrize("form", HOSTS)
def test_stacks_are_chosen_as_for_any_run(fusion: Fusion, form: str) -> None:
    ran = fusion("fleet", "matrix", "--format", form, "--stacks", "*.production", "--shards", "1")
    assert stacks_of(form, ran.out) == [["hasselt.production", "pajottegem.production"]]
    assert fusion("fleet", "matrix", "--format", form, "--all", "--stacks", "*").code == 1
    assert "give one of FUSION…" in fusion("fleet", "matrix", "--format", form).err
    assert "no stack nowhere" in fusion("fleet", "matrix", "--format", form, "nowhere").err


@pytest.mark.parametrize(("form", "most"), [("github", 256), ("gitlab", 200)])
def test_beyond_what_a_host_runs_jobs_have_several_stacks(form: str, most: int) -> None:
    host = HOSTS[form]
    jobs = stacks_of(form, host.write(deal(MANY, host.most)))
    assert len(jobs) == most
    assert {len(job) for job in jobs} == {600 // most, 600 // most + 1} - ({4} if most == 200 else set())
    assert sorted(stack for job in jobs for stack in job) == MANY


@pytest.mark.parametrize(("form", "most"), [("github", 256), ("gitlab", 200)])
def test_more_shards_than_a_host_runs_are_refused(fusion: Fusion, form: str, most: int) -> None:
    refused = fusion("fleet", "matrix", "--format", form, "--all", "--shards", str(most + 1))
    assert refused.code == 1
    assert f"{HOSTS[form].title} runs at most {most} jobs of one matrix" in refused.err
    assert fusion("fleet", "matrix", "--format", form, "--all", "--shards", str(most)).code == 0


@pytest.fixture
def unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.plans.choice.find_changed", lambda root, revision: set())


@pytest.mark.usefixtures("unchanged")
def test_no_stack_is_said_and_is_no_failure(fusion: Fusion) -> None:
    """On GitHub a matrix without a job is an error, which the workflow must spare itself; on GitLab so is a pipeline."""
    ran = fusion("fleet", "matrix", "--format", "github", "--changed-since", "main")
    assert (ran.code, ran.err) == (0, "no stack\n")
    condition = f"needs.shards.outputs.matrix != '{ran.out.strip()}'"
    assert read(CI / "github" / "fleet.yml")["jobs"]["shard"]["if"] == condition
    ran = fusion("fleet", "matrix", "--format", "gitlab", "--changed-since", "main")
    assert (ran.code, ran.err) == (0, "no stack\n")
    (job,) = yaml.safe_load(ran.out).values()
    assert job["script"] == ["echo no stack"]


def read(path: Path) -> dict[str, Any]:
    *_, found = yaml.safe_load_all(path.read_text("utf-8").replace("\non:", "\n'on':"))
    return dict(found)


def test_github_has_it_on_one_line(fusion: Fusion) -> None:
    """It goes through `$GITHUB_OUTPUT`, a line for each value."""
    assert fusion("fleet", "matrix", "--format", "github", "--all").out.count("\n") == 1


def test_gitlabs_jobs_are_those_of_the_template(fusion: Fusion) -> None:
    ran = fusion("fleet", "matrix", "--format", "gitlab", "--all", "--shards", "2")
    assert all(job["extends"] == JOB for job in yaml.safe_load(ran.out).values())
    assert JOB in read(CI / "gitlab" / "shard.yml")
    assert all(len(name) <= 255 for name in yaml.safe_load(HOSTS["gitlab"].write(deal(MANY, 1))))
