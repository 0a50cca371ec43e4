"""`fusion fleet kubernetes`: Stacks that look, and never write. They are held to our schema; `python -m tests.support.crds`
holds that to the operator's."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import STACKS, PlayedEngine
from tests.support.crds import examples, find_differences, find_misfits, read_ours

IMAGE = ("--image", "registry.example/fusion:1")
GIT = ("--repository", "https://git.example/fusions.git")
SHARED = (*IMAGE, *GIT, "--branch", "main")


@pytest.fixture(autouse=True)
def there(engine: PlayedEngine) -> None:
    """The stacks that the engine lists."""


def manifests(text: str) -> list[dict[str, Any]]:
    return [*yaml.safe_load_all(text)]


def test_each_stack_has_one_and_they_fit(fusion: Fusion) -> None:
    ran = fusion("fleet", "kubernetes", "--all", *SHARED)
    assert (ran.code, ran.err) == (0, "5 stacks\n")
    made = manifests(ran.out)
    assert [one["spec"]["stack"] for one in made] == sorted(STACKS)
    assert len({one["metadata"]["name"] for one in made}) == len(STACKS)
    assert find_misfits(made, read_ours()) == []
    assert "&" not in ran.out, "each is whole by itself"


def test_it_looks_and_leaves_nothing_behind(fusion: Fusion) -> None:
    (one,) = manifests(fusion("fleet", "kubernetes", "--stacks", "paj*.production", *SHARED).out)
    spec = one["spec"]
    assert (spec["preview"], spec["refresh"], spec["destroyOnFinalize"]) == (True, True, False)
    assert spec["updateTemplate"]["spec"]["expectNoChanges"], "else a look that finds changes has succeeded"
    assert spec["workspaceReclaimPolicy"] == "Delete"
    resources = spec["workspaceTemplate"]["spec"]["resources"]
    assert "ephemeral-storage" in resources["requests"], (
        "else a full disk evicts it in the middle of its work"
    )
    assert one["metadata"]["labels"] == {
        "app.kubernetes.io/name": "fusion",
        "app.kubernetes.io/instance": "pajottegem-production",
        "fusion": "pajottegem",
        "environment": "production",
    }


def test_secrets_are_named_and_never_said(fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "postgres://fusion:sup3r-s3cret@db.example/fusion")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "sup3r-s3cret")
    more = ("--namespace", "ocmw", "--secret", "state", "--git-secret", "git")
    ran = fusion("fleet", "kubernetes", "--all", *SHARED, *more)
    assert "s3cret" not in ran.out + ran.err
    assert "db.example" not in ran.out
    for one in manifests(ran.out):
        assert one["metadata"]["namespace"] == "ocmw"
        assert one["spec"]["workspaceTemplate"]["spec"]["envFrom"] == [{"secretRef": {"name": "state"}}]
        assert one["spec"]["gitAuth"]["accessToken"]["secret"]["name"] == "git"


def test_a_commit_is_another_source_than_a_branch(fusion: Fusion) -> None:
    (one,) = manifests(fusion("fleet", "kubernetes", "tielt", *IMAGE, *GIT, "--commit", "a" * 40).out)
    assert one["spec"]["commit"] == "a" * 40
    assert "branch" not in one["spec"]
    for neither in ((), ("--branch", "main", "--commit", "a" * 40)):
        refused = fusion("fleet", "kubernetes", "tielt", *IMAGE, *GIT, *neither)
        assert (refused.code, refused.out) == (1, "")
        assert "give one of --branch and --commit" in refused.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((*IMAGE, "--repository", "https://x:sup3r-s3cret@git.example/f.git"), "a user or a password"),
        ((*IMAGE, "--repository", "https://sup3r-s3cret@git.example/f.git"), "a user or a password"),
        ((*IMAGE, "--repository", "ssh://git:sup3r-s3cret@git.example/f.git"), "no URL with https"),
        ((*IMAGE, "--repository", "ssh://git@git.example/f.git", "--git-secret", "git"), "no URL with https"),
        ((*IMAGE, "--repository", "../sup3r-s3cret"), "no URL with https"),
        (("--image", "two words", *GIT), "the image's name has a space"),
        ((*IMAGE, *GIT, "--namespace", "Not_One"), "Not_One is no namespace"),
        ((*IMAGE, *GIT, "--secret", "a b"), "a b is no name of a Secret"),
    ],
)
def test_what_cannot_stand_in_a_manifest_is_refused(
    fusion: Fusion, options: tuple[str, ...], why: str
) -> None:
    refused = fusion("fleet", "kubernetes", "tielt", "--branch", "main", *options)
    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
    assert "s3cret" not in refused.err


def test_no_stack_is_said_and_no_manifest_printed(fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.plans.choice.find_changed", lambda root, revision: set())
    ran = fusion("fleet", "kubernetes", "--changed-since", "main", *SHARED)
    assert (ran.code, ran.out, ran.err) == (0, "", "no stack\n")


# -- what our schema would notice ----------------------------------------------------------------------------------


def spoil(place: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        *way, last = place.split("/")
        for step in way:
            manifest = manifest[step]
        manifest[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        spoil("metadata/name", "x" * 43),
        spoil("metadata/name", "pajottegem.production"),
        spoil("spec/preview", False),
        spoil("spec/updateTemplate/spec/expectNoChanges", False),
        spoil("spec/destroyOnFinalize", True),
        spoil("spec/backend", "s3://bucket"),
        spoil("spec/workspaceReclaimPolicy", "Retain"),
        spoil("spec/commit", "a" * 40),
        spoil("spec/workspaceTemplate/spec/resources/requests", {"cpu": "1"}),
        spoil("spec/workspaceTemplate/spec/env", [{"name": "PULUMI_CONFIG_PASSPHRASE", "value": "x"}]),
    ],
)
def test_a_manifest_that_does_not_fit_is_noticed(change: Callable[[dict[str, Any]], None]) -> None:
    manifest = deepcopy(examples()[0])
    assert find_misfits([manifest], read_ours()) == []
    change(manifest)
    assert find_misfits([manifest], read_ours())


def test_where_the_operator_has_another_field_than_we_is_noticed() -> None:
    """`find_differences`, which `python -m tests.support.crds` asks about the operator's own definition."""
    ours = read_ours()
    assert [*find_differences(ours, deepcopy(ours))] == []
    theirs = deepcopy(ours)
    spec = theirs["properties"]["spec"]
    del spec["properties"]["preview"]
    spec["properties"]["refresh"]["type"] = "string"
    spec["properties"]["workspaceReclaimPolicy"]["enum"] = ["Keep"]
    spec["required"].append("targets")
    assert sorted(find_differences(ours, theirs)) == [
        "$.spec.preview: there is no such field there",
        "$.spec.refresh: boolean is string there",
        "$.spec.workspaceReclaimPolicy: Delete is none of Keep there",
        "$.spec: targets is required there",
    ]
