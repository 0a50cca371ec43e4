"""What a check is, and the result lines that come of it.

`ok`: it works. `todo`: a person has something to do. `waiting`: the calendar, the portal or a supplier has. `failed`: it
does not work. `unknown`: it could not be looked at, which never counts as nothing found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from providers.waiting import waiting_for
from schemas.errors import FusionError, NotFound, NotYetAvailable
from schemas.privacy import masked
from schemas.systems import System
from stacks.planned import Centre

OK, TODO, WAITING, FAILED, UNKNOWN = "ok", "todo", "waiting", "failed", "unknown"
RESULTS = (OK, TODO, WAITING, FAILED, UNKNOWN)


@dataclass(frozen=True)
class Verdict:
    """What came out: `part` names one of several things that a check is about, `rule` another rule than its own,
    `cause` the error that it is about."""

    result: str
    detail: str
    part: str = ""
    rule: str = ""
    cause: FusionError | None = None


@dataclass(frozen=True)
class Check:
    """Something to be looked at, at one centre; `judge` may give several verdicts, and may raise."""

    centre: Centre
    system: System | None
    name: str
    judge: Callable[[], Iterable[Verdict]]
    rule: str = ""


@dataclass(frozen=True)
class Result:
    """A line of the report; `cause` is the error that kept it from being looked at. Of a whole stack that could not be
    looked at there is no centre, and `kbo` is ""."""

    fusion: str
    centre: str
    kbo: str
    system: System | None
    check: str
    result: str
    detail: str
    rule: str
    cause: FusionError | None = field(default=None, compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        names = ("fusion", "centre", "kbo", "system", "check", "result", "detail", "rule")
        return {name: getattr(self, name) for name in names} | {"system": application_name(self.system)}


def application_name(system: System | None) -> str:
    """The application of the portal that a system is of; "" for none."""
    return system.application.value if system else ""


def run_check(fusion: str, check: Check) -> Iterator[Result]:
    """A check's results, at least one. What goes wrong with one check stays with it, whatever it is."""

    def line(verdict: Verdict) -> Result:
        return Result(
            fusion,
            check.centre.name,
            check.centre.kbo,
            check.system,
            f"{check.name} {verdict.part}" if verdict.part else check.name,
            verdict.result,
            masked(verdict.detail),
            verdict.rule or check.rule,
            verdict.cause,
        )

    count = 0
    try:
        for verdict in check.judge():
            count += 1
            yield line(verdict)
        if not count:
            yield line(Verdict(UNKNOWN, "not looked at: nothing came out"))
    except NotYetAvailable as error:
        yield line(Verdict(WAITING, waiting_for(error).brief, cause=error))
    except NotFound as error:
        yield line(Verdict(FAILED, error.for_reading(), cause=error))
    except FusionError as error:
        yield line(Verdict(UNKNOWN, not_looked_at(error), cause=error))
    except Exception as error:  # whatever it is, it is of this check, and the others are told
        # Its text could repeat what it stumbled over, which may be about a person.
        kind = type(error).__name__
        yield line(
            Verdict(UNKNOWN, f"not looked at: something else than expected came ({kind}); report this")
        )


def stack_not_looked_at(stack: str, error: FusionError) -> Result:
    """The line of a stack of which nothing is known: no declaration, or no way to its settings."""
    detail = masked(not_looked_at(error))
    return Result(stack, "", "", None, "stack", UNKNOWN, detail, "", error)


def not_looked_at(error: FusionError) -> str:
    """What kept something from being looked at, and the way out."""
    return f"not looked at: {error.for_reading()}"
