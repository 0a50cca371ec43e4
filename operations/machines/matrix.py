"""Shards as the jobs of a CI host: within its limits, in its own form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import yaml

from operations.machines.shards import Shard

JOB = ".shard"
"""What GitLab's jobs extend: the template that docs/ci/gitlab/shard.yml has."""


@dataclass(frozen=True)
class Host:
    """A CI host.

    :param title: its name. :param most: how many jobs it runs of one matrix. :param write: the jobs of these shards.
    """

    title: str
    most: int
    write: Callable[[Sequence[Shard]], str]


def _for_github(shards: Sequence[Shard]) -> str:
    """One line, for `fromJSON` in `strategy.matrix`. The stacks are one text: a list would make jobs of its own."""
    jobs = [{"shard": shard.name, "stacks": " ".join(shard.stacks)} for shard in shards]
    return json.dumps({"include": jobs}, separators=(",", ":"))


def _for_gitlab(shards: Sequence[Shard]) -> str:
    """The jobs of a child pipeline. Not `parallel: matrix`: that writes all values into a job's name, which has 255 signs. A
    pipeline without a job would fail, so that no stack is a job too, which says so."""
    jobs: Mapping[str, object] = {
        f"shard {shard.name}": {"extends": JOB, "variables": {"STACKS": " ".join(shard.stacks)}}
        for shard in shards
    } or {"no stack": {"before_script": [], "script": ["echo no stack"]}}
    return yaml.safe_dump(jobs, sort_keys=False, width=10_000).rstrip()


HOSTS: Mapping[str, Host] = {
    "github": Host("GitHub", 256, _for_github),
    "gitlab": Host("GitLab", 200, _for_gitlab),
}
