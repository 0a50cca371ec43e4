"""`fusion emulator delegation`, `token`, `clients`: who is at the other side, and who may sign in."""

from __future__ import annotations

import base64
from contextlib import suppress
from pathlib import Path

import click

from operations.commands.emulator.shared import CENTRE, FORMAT, opened, refusals, show
from providers.settings import REHEARSAL_SECRETS, project_root
from schemas.errors import DeclarationError, RehearsalError
from schemas.files import declarations_in
from schemas.identifiers import dotted


@click.command()
@CENTRE
@click.argument("account")
@click.option("--accept/--refuse", default=None, help="One of the two has to be said.")
@click.option("--reason", help="Of a refusal.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The supplier's own .cer. Default: that of the rehearsal's secrets, whose key is there too.",
)
@click.pass_obj
def delegation(
    database: Path, kbo: str, account: str, accept: bool | None, reason: str | None, certificate: Path | None
) -> None:
    """The supplier's answer to the delegation request for ACCOUNT of centre KBO (R36)."""
    from emulator import controls

    if accept is None:
        raise click.UsageError("say --accept or --refuse")
    if certificate is not None and not accept:
        raise click.UsageError("--certificate goes with --accept")
    own: tuple[str | None, str] | None = None
    if certificate is not None:
        own = (certificate.name, base64.b64encode(certificate.read_bytes()).decode())
    elif accept:
        own = _rehearsals(kbo)
    with refusals():
        request = controls.answer_delegation(opened(database), kbo, account, accept, reason, own)
    click.echo(f"{account}: {request['status']}")


def _rehearsals(kbo: str) -> tuple[None, str] | None:
    """The certificate of the pair that `fusion setup` made for whoever manages this centre's; None: the portal makes one."""
    from operations.rehearsals.certificates import uploaded
    from schemas.loading import load_declaration
    from schemas.secrets import load_secrets

    root = project_root()
    if not (root / REHEARSAL_SECRETS).exists():
        return None
    secrets = load_secrets(root / REHEARSAL_SECRETS)
    for path in declarations_in(root / "fusions"):
        with suppress(DeclarationError, KeyError):
            fusion = load_declaration(path, None)
            if fusion.ocmw.kbo == kbo:
                return None, uploaded(secrets.key(fusion.rest_key))
    return None


@click.command()
@CENTRE
@click.option("--days", type=click.IntRange(1, 365), required=True, help="So many days later than it would.")
@click.pass_obj
def postpone(database: Path, kbo: str, days: int) -> None:
    """Have the RSZ copy access to the merged centre KBO so many days later (R15, R27)."""
    from emulator import controls

    with refusals():
        moment = controls.postpone_copy(opened(database), kbo, days)
    click.echo(f"the RSZ copies access to {dotted(kbo)} at {moment}")


@click.command()
@CENTRE
@click.option(
    "--person", "key", help="Signed in as this person, by the key that declarations use: els.peeters."
)
@click.pass_obj
def token(database: Path, kbo: str, key: str | None) -> None:
    """A bearer token of the rehearsal's client, acting for centre KBO: for the API pages and curl."""
    from emulator.controls import rehearsal_ssin
    from emulator.embedded import transport
    from providers.portal import Connection
    from providers.settings import settings_from

    opened(database)
    connection = Connection(settings_from({"portalUrl": "embedded"}.get), transport(database))
    try:
        click.echo(connection.token(kbo) if key is None else connection.token_of(kbo, rehearsal_ssin(key)))
    finally:
        connection.close()


@click.group(invoke_without_command=True)
@FORMAT
@click.pass_context
def clients(context: click.Context, form: str) -> None:
    """Who can sign in, with which scopes. Without a command: lists them."""
    opened(context.obj)
    if context.invoked_subcommand is None:
        from emulator import controls

        found = controls.list_clients(context.obj)
        if form == "text":
            found = [{**one, "scopes": " ".join(one.get("scopes", ["all"]))} for one in found]
        show(found, ("clientId", "scopes"), form, ("supplier",))


@clients.command()
@click.argument("name")
@click.argument("key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--scope", "scopes", multiple=True, help="All that it may ever have; may be repeated. Default: all."
)
@click.option(
    "--supplier", metavar="CODE", help="The supplier that it answers for (R36), and for nobody else."
)
@click.pass_obj
def add(database: Path, name: str, key: Path, scopes: tuple[str, ...], supplier: str | None) -> None:
    """Let client NAME sign in with the private half of KEY, a file with an RSA public key in PEM.

    A client that is known gets this key and these scopes.
    """
    from emulator import controls

    try:
        controls.register_client(database, name, key.read_text(), " ".join(scopes) or None, supplier)
    except ValueError as error:
        raise RehearsalError(f"{name} cannot sign in with that: {error}") from None
    click.echo(f"{name}: {' '.join(scopes) or 'all'}")
