"""`fusion supplier accept` and `refuse`: the answer to a delegation request (R36)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations import exit_codes
from operations.commands.supplier.options import ACCOUNT, SETTINGS, centres, desk_of
from schemas.errors import FusionError, PortalError
from schemas.identifiers import dotted

if TYPE_CHECKING:
    from operations.suppliers.answering import Verdict
    from operations.suppliers.desk import Delegation


@click.command()
@centres(required=True)
@ACCOUNT
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Your .cer for the account, without its key.",
)
@SETTINGS
def accept(numbers: tuple[str, ...], account: str | None, certificate: Path, settings: Path | None) -> None:
    """Accept the delegation request of a centre: your certificate is uploaded, and the account made (R36).

    The file is judged before any call that writes. What was accepted with this certificate before is left as it is. What
    the centre changed meanwhile is not accepted. To renew, use `fusion supplier upload`.
    """
    from operations.suppliers.answering import Step, carry_out
    from operations.suppliers.desk import Standing
    from operations.suppliers.folder import judge

    if len(numbers) > 1:
        raise click.UsageError("one centre at a time: `fusion supplier upload` is for many")
    with desk_of(settings) as desk:
        delegation = _choose(desk.list_delegations(), numbers[0], account)
        read = judge(certificate, desk.today)
        held = delegation.certificate
        if delegation.standing is Standing.MANAGED and held and held.sha256 != read.sha256:
            raise FusionError(
                f"{_name(delegation)} was accepted before, with another certificate",
                "To renew it: fusion supplier upload",
            )
        verdict = carry_out(desk, delegation, read)
    _tell(
        delegation, verdict, {Step.ACCEPT: "accepted", Step.NOTHING: "accepted before, with this certificate"}
    )


@click.command()
@centres(required=True)
@ACCOUNT
@click.option("--reason", required=True, help="For the centre, which sees it in ChaMan and in its plan.")
@SETTINGS
def refuse(numbers: tuple[str, ...], account: str | None, reason: str, settings: Path | None) -> None:
    """Refuse the delegation request of a centre, or of several, with the reason (R36). The centre can ask again.

    No centre stops another. Ends with 0 when nothing is left, 5 when a part is, 1 when all is.
    """
    from operations.suppliers.answering import Step
    from operations.suppliers.answering import refuse as refuse_request

    passed = []
    words = {Step.REFUSE: "refused", Step.NOTHING: "refused before"}
    with desk_of(settings) as desk:
        found = desk.list_delegations()
        for delegation in [_choose(found, number, account) for number in numbers]:
            try:
                verdict = refuse_request(desk, delegation, reason)
            except PortalError as error:
                passed.append(False)
                click.echo(f"{_name(delegation)}: {error.for_reading()}")
                continue
            passed.append(verdict.step in words)
            click.echo(f"{_name(delegation)}: {words.get(verdict.step, verdict.reason)}")
    sys.exit(exit_codes.of_runs(passed))


def _choose(delegations: list[Delegation], number: str, account: str | None) -> Delegation:
    from operations.suppliers.answering import choose

    try:
        return choose(delegations, number, account)
    except LookupError as error:
        raise FusionError(str(error), "`fusion supplier inbox` shows what is there") from None


def _tell(delegation: Delegation, verdict: Verdict, words: dict[str, str]) -> None:
    """:raises FusionError: where nothing was done, and nothing had to be."""
    said = words.get(verdict.step)
    if said is None:
        raise FusionError(f"{_name(delegation)}: {verdict.reason}")
    click.echo(f"{_name(delegation)}: {said}")


def _name(delegation: Delegation) -> str:
    return f"{delegation.centre} ({dotted(delegation.number)}), {delegation.shown_account}"
