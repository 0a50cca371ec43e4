"""Versions, and what they are compared with: the pins, and the oldest engine of a person's own that does.

The engine and its Python SDK are of one major version, and the SDK is not newer than the engine: `make setup` never makes
another pair. The engine's pin is the one in engine/cli/go.mod, the SDK's the one in pyproject.toml.
"""

import re
from pathlib import Path
from typing import NamedTuple

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?([-a-z]\S*)?")
_GO_DIRECTIVE = re.compile(r"^go (\S+)$", re.MULTILINE)
_ENGINE = re.compile(r"^require github\.com/pulumi/pulumi/pkg/v3 v(\S+)$", re.MULTILINE)
_REQUIREMENT = re.compile(r"^[\w-]+==(\S+)", re.MULTILINE)


class Version(NamedTuple):
    """Ordered as releases are: 3.276.0-alpha.1 comes before 3.276.0."""

    major: int
    minor: int
    patch: int = 0
    final: bool = True

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{'' if self.final else ' (a prerelease)'}"


# Not older than the SDK; and 3.260 still prints the secrets of a resource that violates its plan (`up --plan`).
OLDEST_ENGINE = Version(3, 274)


def parse(text: str | None) -> Version | None:
    """The first version in a text such as `v3.276.0`, `go1.26rc1` or `uv 0.13.9 (…)`; None when there is none."""
    match = _VERSION.search(text or "")
    if match is None:
        return None
    major, minor, patch, prerelease = match.groups()
    return Version(int(major), int(minor), int(patch or 0), prerelease is None)


def pinned_engine(folder: Path) -> Version:
    """The Pulumi release that the tools module in `folder`/cli pins."""
    return _pin(_ENGINE, folder / "cli" / "go.mod")


def needed_go(folder: Path) -> Version:
    """The oldest Go that builds both tools modules."""
    return max(_pin(_GO_DIRECTIVE, folder / module / "go.mod") for module in ("cli", "python-host"))


def pinned_requirement(file: Path) -> Version:
    """The version in a requirements file of one package."""
    return _pin(_REQUIREMENT, file)


def _pin(pattern: re.Pattern[str], file: Path) -> Version:
    match = pattern.search(file.read_text())
    version = parse(match[1]) if match else None
    if version is None:
        raise ValueError(f"{file}: nothing in it looks like {pattern.pattern}")
    return version
