"""`fusion fleet matrix`: stacks dealt out to the jobs of a CI host."""

from __future__ import annotations

from typing import Any

import click

from operations.commands.fleet_options import choice_options, choose
from operations.machines.matrix import HOSTS
from operations.machines.shards import deal
from operations.printing import say
from providers.settings import project_root
from schemas.counts import format_count


@click.command()
@choice_options
@click.option("--format", "form", type=click.Choice([*HOSTS]), required=True, help="For which CI host.")
@click.option(
    "--shards",
    "count",
    type=click.IntRange(min=1),
    help="Into so many jobs. Default: one for each stack, as far as the host goes.",
)
def matrix(form: str, count: int | None, **chosen: Any) -> None:
    """The jobs of a CI host, each with its share of the stacks.

    FUSIONS are stacks. For GitHub it is JSON for `fromJSON` in `strategy.matrix`, for GitLab the jobs of a child pipeline.
    The same stacks give the same jobs. docs/ci has workflows that take it.
    """
    host = HOSTS[form]
    if count is not None and count > host.most:
        raise click.BadParameter(
            f"{host.title} runs at most {host.most} jobs of one matrix", param_hint="--shards"
        )
    shards = deal(choose(project_root(), chosen), count or host.most)
    stacks = sum(len(shard.stacks) for shard in shards)
    say(f"{format_count(stacks, 'stack')} in {format_count(len(shards), 'shard')}" if shards else "no stack")
    click.echo(host.write(shards))
