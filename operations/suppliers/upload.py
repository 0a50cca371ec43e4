"""A folder of certificates for many centres: first what each asks for, then one after the other, none stopped by another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from operations.suppliers.answering import Step, Verdict, carry_out, choose, decide
from operations.suppliers.desk import Delegation, Desk, Standing
from operations.suppliers.folder import UnknownCentre, WrongFile, judge, sort_files
from providers.problems import readable
from schemas.certificates import Certificate
from schemas.errors import PortalError
from schemas.identifiers import dotted

DONE = {Step.ACCEPT: "accepted", Step.RENEW: "renewed"}
FAILED, NO_FILE = "failed", "no file"


@dataclass(frozen=True)
class Line:
    """What of one centre is to be done, or came of it.

    :param result: while it is a plan: `accept`, `renew`; afterwards: `accepted`, `renewed`; and in both: `already there`,
        `wrong`, `not asked`, `no file`, `changed`, `failed`.
    :param delegation: as it was seen; None where there is none. :param number: the centre's, ten digits, where it is known.
    """

    result: str
    delegation: Delegation | None = None
    number: str = ""
    file: str = ""
    reason: str = ""
    certificate: Certificate | None = None

    @property
    def to_do(self) -> bool:
        return self.result in (Step.ACCEPT, Step.RENEW)

    @property
    def passed(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.result in (*DONE.values(), Step.NOTHING)

    @property
    def centre(self) -> str:
        return self.delegation.centre if self.delegation else ""

    def as_json(self) -> dict[str, Any]:
        """`{centre, kbo, account, file, result, reason}`."""
        return {
            "centre": self.centre,
            "kbo": dotted(self.number) if self.number else "",
            "account": self.delegation.shown_account if self.delegation else "",
            "file": readable(self.file),
            "result": str(self.result),
            "reason": self.reason,
        }


def plan(desk: Desk, folder: Path, numbers: Collection[str], account: str | None) -> list[Line]:
    """What is to be done, a line for each file and each centre that waits for one. Only looks.

    :param numbers: only these centres; none: all. One that is named needs a file.
    :param account: which one, where a centre has several.
    :raises FusionError: where the folder cannot be read. :raises PortalError: where the portal cannot be.
    """
    delegations = desk.list_delegations()
    files = sort_files(folder, delegations)
    lines = [
        _of_centre(desk, delegations, number, files.of_centres.get(number, []), account)
        for number in dict.fromkeys(numbers or files.of_centres)
    ]
    if numbers:
        return lines
    without = [
        replace(_line(one), result=NO_FILE, reason="it waits for your answer")
        for one in delegations
        if one.standing is Standing.ASKED and one.number not in files.of_centres
    ]
    return [*lines, *without, *(_of_nobody(path, why) for path, why in files.of_nobody.items())]


def carry_on(desk: Desk, lines: Collection[Line], tell: Callable[[Line], None]) -> list[Line]:
    """Do what the plan says, and `tell` each line when it is done. The lines as they then are."""
    return list(_carry_on(desk, lines, tell))


def _carry_on(desk: Desk, lines: Collection[Line], tell: Callable[[Line], None]) -> Iterator[Line]:
    for line in lines:
        if not line.to_do:
            yield line
            continue
        done = _do(desk, line)
        tell(done)
        yield done


def _do(desk: Desk, line: Line) -> Line:
    assert line.delegation is not None, "only what was asked is to be done"
    assert line.certificate is not None, "only what was judged is to be done"
    try:
        verdict = carry_out(desk, line.delegation, line.certificate)
    except PortalError as error:
        return replace(line, result=FAILED, reason=error.for_reading())
    return replace(line, result=DONE.get(verdict.step, verdict.step), reason=verdict.reason)


def _of_nobody(path: Path, why: WrongFile) -> Line:
    result = Step.NOT_ASKED if isinstance(why, UnknownCentre) else Step.WRONG
    return Line(result, file=path.name, reason=str(why))


def _of_centre(
    desk: Desk, delegations: list[Delegation], number: str, files: list[Path], account: str | None
) -> Line:
    names = ", ".join(path.name for path in files)
    try:
        delegation = choose(delegations, number, account)
    except LookupError as error:
        return Line(Step.NOT_ASKED, number=number, file=names, reason=str(error))
    line = replace(_line(delegation), file=names)
    if not files:
        return replace(line, result=Step.WRONG, reason="the folder has no file for it")
    if len(files) > 1:
        return replace(line, result=Step.WRONG, reason="several files are for it: leave one")
    try:
        certificate = judge(files[0], desk.today)
    except WrongFile as error:
        return replace(line, result=Step.WRONG, reason=str(error))
    verdict: Verdict = decide(delegation, certificate)
    return replace(line, result=verdict.step, reason=verdict.reason, certificate=certificate)


def _line(delegation: Delegation) -> Line:
    return Line("", delegation, delegation.number)
