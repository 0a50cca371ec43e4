"""Stacks as resources of the Pulumi Kubernetes Operator (v2): each looks at one stack, and writes nothing.

The image has the program's modules, the repository what the engine begins with (`Pulumi.yaml`, `stacks/__main__.py`), the
declarations and the stacks' settings. Where the state is, the passphrase and whatever signs in there come from one Secret,
key by key as environment variables: a manifest has no secret value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from operations.machines.names import name_stacks
from schemas.errors import FusionError

DAY = 86_400
"""Seconds from a look that found nothing to change to the next, and between two questions to git what the branch has. Of a
look that failed the operator decides itself: it tries again within minutes, and after three times no more.
"""
CHECKOUT = "/share/workspace"
"""Where the operator puts the repository in a pod. `FUSION_ROOT` says so to the program, which the image has elsewhere."""
RESOURCES: Mapping[str, Mapping[str, str]] = {
    "requests": {"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "3Gi"},
    "limits": {"memory": "1Gi", "ephemeral-storage": "4Gi"},
}
"""Of one pod. Without a request for ephemeral storage a full disk has Kubernetes evict it, in the middle of its look."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DNS = re.compile(rf"(?=.{{1,253}}$){_LABEL.pattern}(\.{_LABEL.pattern})*")


class NoManifest(FusionError):
    """What cannot stand in a manifest."""


@dataclass(frozen=True)
class Cluster:
    """What all manifests share.

    :param image: with the program and the engine. :param repository: of the declarations; https.
    :param branch: followed, or :param commit: for good; one of the two. :param secret: the Secret of all stacks.
    :param git_secret: the Secret whose key `accessToken` reads the repository, where not everybody may.
    """

    image: str
    repository: str
    branch: str | None
    commit: str | None
    namespace: str
    secret: str
    git_secret: str | None = None

    def __post_init__(self) -> None:
        """Raises `NoManifest`; what may be a secret is not repeated."""
        if re.search(r"\s", self.image) or not self.image:
            raise NoManifest("the image's name has a space, or is empty")
        parts = urlsplit(self.repository)
        if parts.scheme != "https" or not parts.hostname:
            # Over ssh the operator would want a key and the host's, and its image knows no host.
            raise NoManifest(
                "the repository is no URL with https://",
                "Give that one; --git-secret names a Secret with a token that may read it",
            )
        if parts.password is not None or parts.username:
            raise NoManifest(
                "the repository's URL has a user or a password, which everybody who reads the manifest would see",
                "Leave them out, and name a Secret with --git-secret",
            )
        if self.commit is not None and not re.fullmatch(r"[0-9a-f]{40}", self.commit):
            raise NoManifest("--commit takes all 40 hexadecimal digits of a commit")
        if not _LABEL.fullmatch(self.namespace):
            raise NoManifest(f"{self.namespace} is no namespace of Kubernetes")
        for name in (self.secret, self.git_secret):
            if name is not None and not _DNS.fullmatch(name):
                raise NoManifest(f"{name} is no name of a Secret")


def make_manifests(stacks: Sequence[str], cluster: Cluster) -> list[dict[str, Any]]:
    """A Stack for each of these, in their order."""
    names = name_stacks(stacks)
    return [_make(stack, names[stack], cluster) for stack in stacks]


def as_yaml(manifests: Sequence[Mapping[str, Any]]) -> str:
    """All of them in one text, for `kubectl apply`."""
    return yaml.dump_all(manifests, Dumper=_Plain, sort_keys=False, width=10_000, explicit_start=True)


class _Plain(yaml.SafeDumper):
    """Without anchors: what two manifests share is written out in each."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _make(stack: str, name: str, cluster: Cluster) -> dict[str, Any]:
    labels = _label(stack, name)
    source = {"branch": cluster.branch} if cluster.commit is None else {"commit": cluster.commit}
    token = {"type": "Secret", "secret": {"name": cluster.git_secret, "key": "accessToken"}}
    return {
        "apiVersion": "pulumi.com/v1",
        "kind": "Stack",
        "metadata": {"name": name, "namespace": cluster.namespace, "labels": labels},
        "spec": {
            "stack": stack,
            "projectRepo": cluster.repository,
            **source,
            **({"gitAuth": {"accessToken": token}} if cluster.git_secret else {}),
            # It looks, and an `up` is somebody else's: the operator asks nobody.
            "preview": True,
            "refresh": True,
            "destroyOnFinalize": False,
            "useLocalStackOnly": True,
            "continueResyncOnCommitMatch": True,
            "resyncFrequencySeconds": DAY,
            # What differs makes the look a failed one; else it would end as one that found nothing.
            "updateTemplate": {"spec": {"expectNoChanges": True}},
            # Else each pod stays, day and night. That of a look that failed stays nevertheless.
            "workspaceReclaimPolicy": "Delete",
            "workspaceTemplate": {
                "metadata": {"labels": labels},
                "spec": {
                    "image": cluster.image,
                    "securityProfile": "restricted",
                    "env": [{"name": "FUSION_ROOT", "value": CHECKOUT}],
                    "envFrom": [{"secretRef": {"name": cluster.secret}}],
                    "resources": {kind: dict(amounts) for kind, amounts in RESOURCES.items()},
                },
            },
        },
    }


def _label(stack: str, name: str) -> dict[str, str]:
    """By which people find it: `kubectl get stacks -l fusion=pajottegem`. The name has the environment in it."""
    fusion, _, environment = stack.partition(".")
    labels = {
        "app.kubernetes.io/name": "fusion",
        "app.kubernetes.io/instance": name,
        "fusion": name_stacks([fusion])[fusion],
    }
    if environment:
        labels["environment"] = name_stacks([environment])[environment]
    return labels
