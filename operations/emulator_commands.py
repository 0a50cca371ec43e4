"""`fusion emulator`: serve the emulated portal, and the rehearsal's controls over it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import click

from operations.tables import table
from providers.settings import embedded_database
from schemas.errors import RehearsalError


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        click.echo(table(columns, [["" if row.get(c) is None else row[c] for c in columns] for row in rows]))
    else:
        click.echo("none", err=True)


FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


@click.group(invoke_without_command=True)
@click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The portal's file; by default the one that the embedded portal of this checkout uses.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one."
)
@click.option(
    "--sftp-port",
    type=click.IntRange(0, 65535),
    default=8022,
    show_default=True,
    help="Of the FTP accounts' folders; 0 takes a free one.",
)
@click.pass_context
def emulator(context: click.Context, database: Path | None, host: str, port: int, sftp_port: int) -> None:
    """The emulated portal. Without a command: serve it over HTTP, with OpenAPI and docs pages, and the FTP accounts'
    folders over SFTP.

    Embedded and served are the same portal when they use the same file. To use the served one:
    `pulumi config set portalUrl http://127.0.0.1:8080 -s STACK`.
    """
    context.obj = database or embedded_database()
    if context.invoked_subcommand is None:
        from emulator.serve import serve

        try:
            serve(context.obj, host, port, sftp_port)
        except OSError as error:
            option = "--port" if error.filename == f"{host}:{port}" else "--sftp-port"
            reason = f"{error.filename} cannot be used ({error.strerror}); choose another with {option}, 0 takes a free one"
            raise RehearsalError(reason) from None


@emulator.command()
@click.option("--set", "moment", help="Move forward to a date or an RFC 3339 moment.")
@click.option("--advance", "days", type=int, help="Move forward by so many days.")
@click.pass_obj
def clock(database: Path, moment: str | None, days: int | None) -> None:
    """The portal's clock. What falls due on the way happens in order. It never goes back: `reset --at` starts anew."""
    from emulator import controls

    _opened(database)
    events: list[str] = []
    try:
        if moment is not None:
            events = controls.set_clock(database, moment)
        if days is not None:
            events += controls.advance_clock(database, days)
    except controls.ClockError as error:
        raise RehearsalError(str(error)) from None
    for event in events:
        click.echo(event, err=True)
    click.echo(controls.get_clock(database))


@emulator.command()
@click.option("--writes", is_flag=True, help="Only calls that can change something.")
@click.option("--kbo", help="Only calls under this enterprise number.")
@click.option("--since", help="Only calls from this portal moment on.")
@FORMAT
@click.pass_obj
def journal(database: Path, writes: bool, kbo: str | None, since: str | None, form: str) -> None:
    """The calls that the portal got, oldest first."""
    from emulator import controls

    _opened(database)
    try:
        calls = controls.journal(database, writes=writes, kbo=kbo, since=since)
    except controls.ClockError as error:
        raise RehearsalError(str(error)) from None
    _show(calls, ("at", "method", "path", "actingFor", "client", "status"), form)


@emulator.command()
@click.option("--status", type=click.Choice(["429", "500", "503", "504"]), help="Answer this instead.")
@click.option("--kind", type=click.Choice(["status", "latency", "reset", "cutOff"]), default="status")
@click.option(
    "--share", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Of the calls that match."
)
@click.option("--method", help="Only this method.")
@click.option("--path", "pattern", help="Only paths of this glob.")
@click.option("--retry-after", type=int, help="Seconds, sent as Retry-After.")
@click.option("--after-write", is_flag=True, help="The call is carried out first, then answered like this.")
@click.option("--delay-ms", type=int, default=0)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed fails the same calls.")
@click.option("--max-count", type=int, help="Fail no more calls than this.")
@click.option("--clear", is_flag=True, help="Take all faults away.")
@FORMAT
@click.pass_obj
def faults(
    database: Path,
    status: str | None,
    kind: str,
    share: float,
    method: str | None,
    pattern: str | None,
    retry_after: int | None,
    after_write: bool,
    delay_ms: int,
    seed: int,
    max_count: int | None,
    clear: bool,
    form: str,
) -> None:
    """Make the portal fail, or list and clear its faults: `faults --status 503 --share 0.33`."""
    from emulator import controls

    _opened(database)
    if clear:
        controls.clear_faults(database)
    if status is not None or kind != "status":
        rule = controls.Rule(
            kind=kind,  # type: ignore[arg-type]
            share=share,
            method=method,
            path_pattern=pattern,
            status=int(status or 503),
            retry_after_seconds=retry_after,
            after_write=after_write,
            delay_ms=delay_ms,
            seed=seed,
            max_count=max_count,
        )
        controls.add_fault(database, rule)
    rows = [
        {"id": f["id"], "rule": str(f["rule"]), "met": f["met"], "made": f["made"]}
        for f in controls.list_faults(database)
    ]
    _show(rows, ("id", "met", "made", "rule"), form)


@emulator.command()
@click.argument("kbo")
@click.argument("account")
@click.option("--accept/--refuse", default=None, help="One of the two has to be said.")
@click.option("--reason")
@click.pass_obj
def delegation(database: Path, kbo: str, account: str, accept: bool | None, reason: str | None) -> None:
    """The supplier's answer to the delegation request for ACCOUNT of centre KBO (R36)."""
    from emulator import controls
    from emulator.problems import Problem

    if accept is None:
        raise click.UsageError("say --accept or --refuse")
    _opened(database)
    try:
        request = controls.answer_delegation(database, kbo.replace(".", ""), account, accept, reason)
    except Problem as problem:
        raise RehearsalError(str(problem)) from None
    click.echo(f"{account}: {request['status']}")


@emulator.command()
@click.argument("kbo")
@click.pass_obj
def token(database: Path, kbo: str) -> None:
    """A bearer token of the rehearsal's client, acting for centre KBO: for the API pages and curl."""
    from emulator.embedded import transport
    from providers.portal import Connection
    from providers.settings import settings_from

    _opened(database)
    connection = Connection(settings_from({"portalUrl": "embedded"}.get), transport(database))
    try:
        click.echo(connection.token(kbo.replace(".", "")))
    finally:
        connection.close()


@emulator.command()
@click.option("--at", "moment", help="The clock's first moment, a date or RFC 3339.")
@click.confirmation_option(prompt="Forget everything that this emulated portal holds?")
@click.pass_obj
def reset(database: Path, moment: str | None) -> None:
    """Start the emulated portal anew. Clients' keys stay."""
    from emulator import controls

    try:
        controls.reset(database, moment) if moment else controls.reset(database)
    except controls.ClockError as error:
        raise RehearsalError(str(error)) from None
    click.echo(controls.get_clock(database))


def _opened(database: Path) -> None:
    """Make and seed the portal where there is none yet, as its first call would."""
    from emulator.migrations import OtherLayoutError
    from emulator.seed import open_portal

    try:
        open_portal(database)
    except (OtherLayoutError, sqlite3.DatabaseError) as error:
        raise RehearsalError(
            f"{database} is no emulated portal that this version can read ({error}); `fusion emulator reset` starts anew"
        ) from None
