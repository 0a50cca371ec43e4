"""`fusion fleet kubernetes`: a resource of the Pulumi Kubernetes Operator for each stack."""

from __future__ import annotations

from typing import Any

import click

from operations.commands.fleet_options import choice_options, choose
from operations.machines.kubernetes import Cluster, as_yaml, make_manifests
from operations.printing import say
from providers.settings import project_root
from schemas.counts import format_count


@click.command()
@choice_options
@click.option("--image", required=True, help="With the program and the engine: docs/ci/Containerfile.")
@click.option("--repository", metavar="URL", required=True, help="Of the declarations, with https://.")
@click.option("--branch", help="Is followed. One of this and --commit must be given.")
@click.option("--commit", help="Is looked at for good: all its 40 digits.")
@click.option("--namespace", default="fusion", show_default=True, help="Where the manifests belong.")
@click.option(
    "--secret",
    default="fusion",
    show_default=True,
    help="The Secret with PULUMI_BACKEND_URL, the passphrase and what signs in there, as variables.",
)
@click.option("--git-secret", help="The Secret whose key accessToken may read the repository.")
def kubernetes(
    image: str,
    repository: str,
    branch: str | None,
    commit: str | None,
    namespace: str,
    secret: str,
    git_secret: str | None,
    **chosen: Any,
) -> None:
    """Manifests for the Pulumi Kubernetes Operator (v2), which compares each stack with its portal.

    FUSIONS are stacks. Nothing is applied by them, and nothing destroyed with them. No secret stands in them: they name one
    Secret for all. docs/fleet.md says what the cluster must have.
    """
    if (branch is None) == (commit is None):
        raise click.UsageError("give one of --branch and --commit")
    cluster = Cluster(image, repository, branch, commit, namespace, secret, git_secret)
    stacks = choose(project_root(), chosen)
    say(format_count(len(stacks), "stack") if stacks else "no stack")
    if stacks:
        click.echo(as_yaml(make_manifests(stacks, cluster)), nl=False)
