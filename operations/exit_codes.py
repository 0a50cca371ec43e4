"""With which code a `fusion` command ends; docs/commands.md lists them. Which one means what is decided here alone.

A command that just returns is done. So is a portal that was served and is told to stop: that is its regular end.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import click

from schemas.errors import FusionError, GuardRefused, LoginRefused, PortalRefused, PortalUnreachable

if TYPE_CHECKING:
    from operations.checks.results import Result


class ExitCode(IntEnum):
    """Pulumi's own codes are another matter."""

    DONE = 0
    FAILED = 1
    PENDING = 2
    UNREACHABLE = 3
    REFUSED = 4
    PARTLY = 5
    INTERRUPTED = 130


_OF_ERRORS: tuple[tuple[type[Exception], ExitCode], ...] = (
    (LoginRefused, ExitCode.UNREACHABLE),
    (PortalUnreachable, ExitCode.UNREACHABLE),
    (PortalRefused, ExitCode.REFUSED),
    (GuardRefused, ExitCode.REFUSED),
    (FusionError, ExitCode.FAILED),
    (click.exceptions.NoArgsIsHelpError, ExitCode.DONE),
    (click.ClickException, ExitCode.FAILED),
    (click.Abort, ExitCode.INTERRUPTED),
)
"""The first that fits counts. click makes an `Abort` of Ctrl-C, and of a question that nobody answers."""


def of_error(error: FusionError | click.ClickException | click.Abort) -> ExitCode:
    """The code for an error that ends a command."""
    return next(code for kind, code in _OF_ERRORS if isinstance(error, kind))


def of_findings(findings: Collection[Any]) -> ExitCode:
    """The code for a command that looks for faults or differences, and found these."""
    return ExitCode.FAILED if findings else ExitCode.DONE


def of_checks(results: Collection[Result], *, strict: bool) -> ExitCode:
    """The code for `fusion check`.

    :param strict: what is still to be done or waits counts too.
    """
    from operations.checks.results import FAILED, TODO, UNKNOWN, WAITING  # brings the engine's SDK along

    if _is_kept_out(results):
        return ExitCode.UNREACHABLE
    bad = {FAILED, UNKNOWN} | ({TODO, WAITING} if strict else set())
    return ExitCode.PARTLY if bad & {result.result for result in results} else ExitCode.DONE


def _is_kept_out(results: Collection[Result]) -> bool:
    """Whether the portal let nobody in anywhere, and so nothing was looked at."""
    from operations.checks.results import UNKNOWN
    from operations.checks.sign_in import CHECK

    signing_in = [result for result in results if result.check == CHECK]
    return (
        bool(signing_in)
        and all(map(_was_kept_out, signing_in))
        and all(result.result == UNKNOWN or _was_kept_out(result) for result in results)
    )


def _was_kept_out(result: Result) -> bool:
    return result.cause is not None and of_error(result.cause) is ExitCode.UNREACHABLE


def of_certificates(ends: Collection[str], failures: Collection[FusionError], *, looked: bool) -> ExitCode:
    """The code for a list of certificates.

    :param ends: what is said of the end of each that is in use. :param failures: why some could not be read.
    :param looked: whether any could.
    """
    from schemas.validity import FAR, SOON

    if failures and not looked and all(of_error(one) is ExitCode.UNREACHABLE for one in failures):
        return ExitCode.UNREACHABLE
    if failures or set(ends) - {SOON, FAR}:
        return ExitCode.PARTLY
    return ExitCode.PENDING if SOON in ends else ExitCode.DONE


def of_plan(passed: Collection[bool], *, pending: int, interrupted: bool = False) -> ExitCode:
    """The code for plans of which nobody expects a change.

    :param pending: how many changes there are all the same.
    """
    code = of_runs(passed, interrupted=interrupted)
    return ExitCode.PENDING if code is ExitCode.DONE and pending else code


def of_runs(passed: Collection[bool], *, interrupted: bool = False) -> ExitCode:
    """The code for several runs, of which each passed or not; `interrupted`: somebody ended one early."""
    if interrupted:
        return ExitCode.INTERRUPTED
    if all(passed):
        return ExitCode.DONE
    return ExitCode.PARTLY if any(passed) else ExitCode.FAILED
