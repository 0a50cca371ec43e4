"""Reading and ordering versions; the pins agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.versions import OLDEST_ENGINE, Version, needed_go, parse, pinned_engine, pinned_requirement
from tests.engine.conftest import CHECKOUT, PINNED


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.250.0", Version(3, 250, 0)),
        ("go1.26.8", Version(1, 26, 8)),
        ("go1.26", Version(1, 26, 0)),
        ("go1.27rc1", Version(1, 27, 0, final=False)),
        ("uv 0.13.9 (x86_64-unknown-linux-gnu)", Version(0, 13, 9)),
        ("v3.251.0-alpha.1+dirty", Version(3, 251, 0, final=False)),
        ("", None),
        (None, None),
        ("pyenv: pulumi: command not found", None),
    ],
)
def test_a_version_is_found_in_what_programs_print(text: str | None, version: Version | None) -> None:
    assert parse(text) == version


def test_versions_are_ordered_as_numbers_and_a_prerelease_comes_before_its_release() -> None:
    texts = ["v3.79.0", "v3.250.0-alpha.1", "v3.250.0", "v3.251.0-beta", "v3.251.0"]
    versions = [version for text in texts if (version := parse(text))]
    assert versions == sorted(versions)
    assert len(set(versions)) == len(texts)


def test_the_sdk_is_of_the_engines_major_version_and_not_newer() -> None:
    """Nor than the oldest engine that is taken instead of the pinned one."""
    dependencies = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["dependencies"]
    (pin,) = [found[1] for one in dependencies if (found := re.fullmatch(r"pulumi==(\S+)", one))]
    sdk = parse(pin)
    assert sdk is not None
    assert sdk <= OLDEST_ENGINE <= PINNED
    assert sdk.major == OLDEST_ENGINE.major == PINNED.major


def test_the_pinned_go_builds_both_modules() -> None:
    pinned = pinned_requirement(CHECKOUT / "engine" / "requirements" / "go.txt")
    assert pinned >= needed_go(CHECKOUT / "engine")


def test_a_module_without_a_pin_is_named(tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "go.mod").write_text("module empty\n")
    with pytest.raises(ValueError, match=r"cli/go\.mod: nothing in it looks like"):
        pinned_engine(tmp_path)
