"""Which engine is used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.choice import Candidate, choose, engines_on, refusal
from engine.versions import OLDEST_ENGINE, Version
from tests.engine.conftest import CHECKOUT, PINNED

OLDEST = Version(3, 274)
FITS = Candidate(Path("/opt/pulumi/pulumi"), PINNED, has_host=True)


@pytest.mark.parametrize("version", [OLDEST_ENGINE, PINNED, OLDEST_ENGINE._replace(patch=1), Version(3, 300)])
def test_an_engine_that_is_not_older_than_the_oldest_fits(version: Version) -> None:
    assert refusal(Candidate(Path("/usr/bin/pulumi"), version, has_host=True)) is None


@pytest.mark.parametrize(
    ("version", "has_host", "reason"),
    [
        (Version(3, 273, 9), True, "it is 3.273.9, older than 3.274.0"),
        (Version(3, 274, 0, final=False), True, "it is 3.274.0 (a prerelease), older than 3.274.0"),
        (Version(4, 0), True, "it is 4.0.0, and its major version must be 3"),
        (None, True, "`pulumi version` gives no version"),
        (PINNED, False, "pulumi-language-python is neither beside it nor on PATH"),
    ],
)
def test_an_engine_that_does_not_fit_is_refused_with_the_reason(
    version: Version | None, has_host: bool, reason: str
) -> None:
    assert refusal(Candidate(Path("/usr/bin/pulumi"), version, has_host), OLDEST) == reason


def test_the_first_that_fits_is_chosen_and_the_others_are_explained() -> None:
    old = Candidate(Path("/usr/bin/pulumi"), Version(3, 10), has_host=True)
    assert choose(iter([old, FITS])) == (FITS, [f"/usr/bin/pulumi: it is 3.10.0, older than {OLDEST_ENGINE}"])


def test_no_engine_is_no_error() -> None:
    assert choose(iter([])) == (None, [])


def test_engines_are_asked_for_their_version_and_their_host_is_looked_for(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    complete = program("complete/pulumi", f"echo v{PINNED}")
    program("complete/pulumi-language-python", "")
    broken = program("broken/pulumi", "echo 'pyenv: pulumi: command not found' >&2; exit 127")
    path = f"{tmp_path}/nothing:{broken.parent}:{complete.parent}"
    assert list(engines_on(path)) == [
        Candidate(broken, None, has_host=True),
        Candidate(complete, PINNED, has_host=True),
    ]
    (alone,) = engines_on(str(program("alone/pulumi", f"echo v{PINNED}").parent))
    assert alone.has_host is False


def test_the_wrapper_and_the_built_engine_of_any_checkout_are_passed_over(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    wrapper = tmp_path / "venv-bin" / "pulumi"
    wrapper.parent.mkdir()
    wrapper.symlink_to(CHECKOUT / "engine" / "pulumi.sh")
    built = program("built/pulumi", f"echo v{PINNED}")
    program("built/pulumi-language-python", "")
    (built.parent / "stamp.json").write_text("{}")
    assert list(engines_on(f"{wrapper.parent}:{built.parent}")) == []
    # Nor does another engine count on the host that was built for ours.
    own = program("own/pulumi", f"echo v{PINNED}")
    assert [engine.has_host for engine in engines_on(f"{own.parent}:{built.parent}")] == [False]
