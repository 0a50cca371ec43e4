"""`fusion review --open`: every open pull request gets the review of its last commit, once, and none has a say in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.reviews.hosts import HOSTS, NoHost
from operations.reviews.repository import read_merge
from operations.reviews.requests import list_open
from tests.operations.conftest import Ran
from tests.operations.plans.conftest import document
from tests.operations.reviews.conftest import Repository, appended, replaced
from tests.operations.reviews.host_double import TOKEN, HostDouble, serve

UNTICKED = replaced("pajottegem", "    - nationality\n", "")
MISSPELT = replaced("hasselt", "person: sara.knapen", "person: sarah.knapen")


@pytest.fixture(params=["github", "gitlab"])
def double(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostDouble]:
    with serve(HostDouble(request.param)) as served:
        for name, text in served.environment.items():
            if name != "CI_MERGE_REQUEST_IID":
                monkeypatch.setenv(name, text)
        yield served


@pytest.fixture
def remote(repository: Repository, double: HostDouble, tmp_path: Path) -> Path:
    """`origin`, as the host keeps it: each last commit is under the host's own ref, and not yet in the checkout."""
    bare = tmp_path / "origin.git"
    repository.git("clone", "-q", "--bare", str(repository.root), str(bare))
    repository.git("remote", "add", "origin", str(bare))
    return bare


def opened(repository: Repository, double: HostDouble, number: int, head: str, *, fork: bool = False) -> None:
    kind = "pull" if double.kind == "github" else "merge-requests"
    repository.git("push", "-q", "-f", "origin", f"{head}:refs/{kind}/{number}/head")
    double.push(head, number, fork=fork)


def review(repository: Repository, double: HostDouble, *options: str) -> Ran:
    return repository.fusion("review", "--base", "main", "--open", "main", "--post", double.kind, *options)


def test_each_is_reviewed_once(repository: Repository, double: HostDouble, remote: Path) -> None:
    repository.preview("pajottegem", document("edits"))
    good, bad = repository.pull(UNTICKED), repository.pull(MISSPELT)
    opened(repository, double, 7, good)
    opened(repository, double, 8, bad)
    double.push("f" * 40, 9, branch="another")
    out = repository.root / ".state" / "out"
    ran = review(repository, double, "--out", str(out))
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert TOKEN not in ran.err
    (one,), (other,) = double.own_of(7), double.own_of(8)
    assert "--approved sha256:" in one
    assert f"commit `{good[:12]}`" in one
    assert "unknown-person" in other
    assert double.own_of(9) == []
    assert (out / "7" / "comment.md").read_text() == one
    assert (out / "8" / "comment.md").read_text() == other

    planned = repository.previewed
    assert review(repository, double).err == ""
    assert repository.previewed == planned

    newer = repository.pull(appended("tielt", "# x\n"))
    opened(repository, double, 8, newer)
    ran = review(repository, double)
    assert ran.err.count("reviewed") == 1
    (other,) = double.own_of(8)
    assert f"commit `{newer[:12]}`" in other
    assert double.own_of(7) == [one]


def test_a_forks_is_validated_and_not_planned(
    repository: Repository, double: HostDouble, remote: Path
) -> None:
    opened(repository, double, 7, repository.pull(UNTICKED), fork=True)
    assert review(repository, double).code == 0
    assert "validated, and not planned" in double.own[0]
    assert repository.previewed == []


def test_what_failed_is_tried_again(repository: Repository, double: HostDouble, remote: Path) -> None:
    """A portal that was away; commits that cannot be fetched. Neither stops the others."""
    repository.preview("pajottegem", document("edits"))
    repository.fail("pajottegem", "the portal does not answer")
    opened(repository, double, 7, repository.pull(UNTICKED))
    double.push("f" * 40, 8)
    opened(repository, double, 9, repository.pull(MISSPELT))
    ran = review(repository, double)
    assert ran.code == 5
    assert "pull request 8: git cannot fetch" in ran.err
    assert "could not be planned" in double.own[0]
    assert "unknown-person" in double.own_of(9)[0]
    (repository.previews / "pajottegem.fails").unlink()
    assert review(repository, double).code == 5
    assert "--approved sha256:" in double.own[0]


def test_one_that_breaks_the_program_stops_no_other(
    repository: Repository, double: HostDouble, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repository.pull(UNTICKED)
    opened(repository, double, 7, first)
    opened(repository, double, 8, repository.pull(MISSPELT))
    monkeypatch.setattr(
        "operations.reviews.review.read_merge",
        lambda *given: 1 / 0 if given[2] == first else read_merge(*given),
    )
    ran = review(repository, double)
    assert ran.code == 5
    assert "pull request 7: ZeroDivisionError, in the program itself" in ran.err
    assert "out of date" in double.own[0]
    assert "unknown-person" in double.own_of(8)[0]


def test_all_pages_are_read(double: HostDouble) -> None:
    for number in range(1, 46):
        double.push(f"{number:040x}", number)
    host = HOSTS[double.kind](double.environment, None, "")
    assert list_open(host, "main") == [str(number) for number in range(1, 46)]


def test_a_number_that_is_none_leads_nowhere(double: HostDouble) -> None:
    host = HOSTS[double.kind](double.environment, None, "")
    with pytest.raises(NoHost):
        host.of("7/../8")


@pytest.mark.parametrize(
    "options",
    [
        ("--head", "main", "--open", "main", "--post", "gitlab"),
        ("--open", "main"),
        (),
        ("--open", "main", "--post", "gitlab", "--request", "7"),
    ],
)
def test_it_is_one_or_all(repository: Repository, options: tuple[str, ...]) -> None:
    ran = repository.fusion("review", "--base", "main", *options)
    assert ran.code == 1
    assert "give --head, or --open with --post" in ran.err
