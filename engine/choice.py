"""Which engine to use: one of the person's own that fits, or ours."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.commands import ask, programs
from engine.stamp import STAMP
from engine.versions import OLDEST_ENGINE, Version, parse

HOST = "pulumi-language-python"
WRAPPER = "pulumi.sh"


@dataclass(frozen=True)
class Candidate:
    """An engine found on PATH, and what is known of it."""

    program: Path
    version: Version | None
    has_host: bool


def refusal(candidate: Candidate, oldest: Version = OLDEST_ENGINE) -> str | None:
    """Why this engine does not fit; None when it does: it is of the major version of `oldest`, and not older."""
    if candidate.version is None:
        return "`pulumi version` gives no version"
    if candidate.version.major != oldest.major:
        return f"it is {candidate.version}, and its major version must be {oldest.major}"
    if candidate.version < oldest:
        return f"it is {candidate.version}, older than {oldest}"
    if not candidate.has_host:
        return f"{HOST} is neither beside it nor on PATH"
    return None


def choose(candidates: Iterator[Candidate]) -> tuple[Candidate | None, list[str]]:
    """The first engine that fits, and for each one before it why it does not."""
    refused: list[str] = []
    for candidate in candidates:
        reason = refusal(candidate)
        if reason is None:
            return candidate, refused
        refused.append(f"{candidate.program}: {reason}")
    return None, refused


def is_ours(program: Path) -> bool:
    """Whether this is the wrapper or the built engine of a checkout, this one or another."""
    return program.resolve().name == WRAPPER or (program.parent / STAMP).exists()


def engines_on(path: str, version_of: Callable[[Path], Version | None] | None = None) -> Iterator[Candidate]:
    """The engines along PATH that are not ours, in order; each is started only when it is looked at."""
    find_version = version_of or _version
    for program in programs("pulumi", path):
        if not is_ours(program):
            folder_first = os.pathsep.join([str(program.parent), path])
            host = next((host for host in programs(HOST, folder_first) if not is_ours(host)), None)
            yield Candidate(program, find_version(program), host is not None)


def _version(program: Path) -> Version | None:
    return parse(ask([program, "version"], env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}))
