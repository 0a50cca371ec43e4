"""With which code a `fusion` command ends; docs/commands.md lists them. Which one means what is decided here alone."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Any

from schemas.errors import FusionError, GuardRefused, LoginRefused, PortalRefused, PortalUnreachable


class ExitCode(IntEnum):
    """2 is kept for "changes are pending"; Pulumi's own codes are another matter."""

    DONE = 0
    FAILED = 1
    UNREACHABLE = 3
    REFUSED = 4
    PARTLY = 5
    INTERRUPTED = 130


_OF_ERRORS: tuple[tuple[type[FusionError], ExitCode], ...] = (
    (LoginRefused, ExitCode.UNREACHABLE),
    (PortalUnreachable, ExitCode.UNREACHABLE),
    (PortalRefused, ExitCode.REFUSED),
    (GuardRefused, ExitCode.REFUSED),
    (FusionError, ExitCode.FAILED),
)


def of_error(error: FusionError) -> ExitCode:
    """The code for an error that ends a command."""
    return next(code for kind, code in _OF_ERRORS if isinstance(error, kind))


def of_findings(findings: Collection[Any]) -> ExitCode:
    """The code for a command that looks for faults or differences, and found these."""
    return ExitCode.FAILED if findings else ExitCode.DONE


def of_checks(results: Collection[str], *, kept_out: bool, strict: bool) -> ExitCode:
    """The code for `fusion check`.

    :param results: the word of each line, such as `ok` or `failed`.
    :param kept_out: the portal let nobody in, and so nothing was looked at.
    :param strict: what is still to be done or waits counts too.
    """
    from operations.checks.results import FAILED, TODO, UNKNOWN, WAITING  # brings the engine's SDK along

    if kept_out:
        return ExitCode.UNREACHABLE
    bad = {FAILED, UNKNOWN} | ({TODO, WAITING} if strict else set())
    return ExitCode.PARTLY if bad & {*results} else ExitCode.DONE


def of_runs(passed: Collection[bool]) -> ExitCode:
    """The code for several runs, of which each passed or not."""
    if all(passed):
        return ExitCode.DONE
    return ExitCode.PARTLY if any(passed) else ExitCode.FAILED
