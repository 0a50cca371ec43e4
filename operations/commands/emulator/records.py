"""`fusion emulator journal`, `mails`, `mutations`, `folders`, `request`: what happened at the emulated portal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.commands.emulator.shared import CENTRE, FORMAT, KBO, opened, refusals, show
from schemas.errors import RehearsalError


@click.command()
@click.option("--writes", is_flag=True, help="Only calls that can change something.")
@KBO
@click.option("--since", help="Only calls from this portal moment on.")
@click.option("--path", help="Only calls whose path this glob matches.")
@click.option("--status", help="Only calls answered so: 409, or 4xx.")
@click.option("--expect-none", is_flag=True, help="End with 1 when there is any such call.")
@FORMAT
@click.pass_obj
def journal(
    database: Path,
    writes: bool,
    kbo: str | None,
    since: str | None,
    path: str | None,
    status: str | None,
    expect_none: bool,
    form: str,
) -> None:
    """The calls that the portal got, oldest first.

    Was anything written under a number? `journal --writes --kbo 0212.212.343 --expect-none`. With --writes only the writes
    that were made count there, and a refused one does not.
    """
    from emulator import controls

    with refusals():
        try:
            calls = controls.journal(opened(database), writes, kbo, since, path, status)
        except controls.ClockError:
            raise
        except ValueError as error:
            raise RehearsalError(f"--status: {error}") from None
    told = ("outcome",) if any(call["status"] != call.get("outcome") for call in calls) else ()
    show(calls, ("at", "method", "path", "actingFor", "client", "status"), form, (*told, "person", "fault"))
    counted = [call for call in calls if not writes or controls.was_made(call)]
    if expect_none and counted:
        click.echo(f"{len(counted)} calls where none was expected", err=True)
        sys.exit(exit_codes.of_findings(counted))


@click.command()
@KBO
@FORMAT
@click.pass_obj
def mails(database: Path, kbo: str | None, form: str) -> None:
    """The mails that OCMW Online sent to centres (R55, R56), oldest first."""
    from emulator import controls

    show(
        controls.list_mails(opened(database), kbo),
        ("at", "organization", "kind", "recipient", "subject"),
        form,
    )


@click.command()
@KBO
@FORMAT
@click.pass_obj
def mutations(database: Path, kbo: str | None, form: str) -> None:
    """How many mutations were sent to centres, and how many arrived: ticked, and with an account to take them (R48)."""
    from emulator import controls

    rows = controls.list_mutations(opened(database), kbo)
    show(rows, ("organization", "type", "outcome", "count"), form)


@click.command()
@KBO
@FORMAT
@click.pass_obj
def folders(database: Path, kbo: str | None, form: str) -> None:
    """What lies in the folders of FTP accounts, and when it was fetched."""
    from emulator import controls

    columns = ("organization", "account", "name", "kind", "size", "receivedAt")
    show(controls.list_folder_files(opened(database), kbo), columns, form, ("fetchedAt",))


@click.command()
@CENTRE
@click.option("--subject", help="What is asked for; by default one of the usual things.")
@click.pass_obj
def request(database: Path, kbo: str, subject: str | None) -> None:
    """Have a citizen ask centre KBO for help through OCMW Online; the receiving centre is told (R55)."""
    from emulator import controls

    with refusals():
        made = controls.add_aid_request(opened(database), kbo, subject)
    click.echo(f"{made['id']}: {made['subject']}")
