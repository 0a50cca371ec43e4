"""`fusion certificate new`, `csr` and `renew`: a private key, with a request or a self-signed certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from operations.printing import say
from providers.settings import project_root
from schemas.certificate_rules import KEYS, SIGNATURES, Usage

if TYPE_CHECKING:
    from schemas.declaration import Fusion

Command = TypeVar("Command", bound=Callable[..., Any])
_DAYS = 730
"""Of a self-signed certificate where nobody says otherwise: the manual leaves it to the software firms (R44)."""
_SHARED = (
    click.option("--key", type=click.Choice(KEYS), help="The kind of key. Default: RSA-3072."),
    click.option(
        "--digest", type=click.Choice(SIGNATURES), help="To sign with. Default: the usual one for the key."
    ),
    click.option(
        "--on",
        "day",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DAY",
        help="As if it were this day: of the files' name, of validity. Default: today, by this machine.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIRECTORY",
        help="Where the files go: not where git would take them up. Default: .state/keys/<fusion>.",
    ),
)
_USAGE = click.option(
    "--usage", type=click.Choice(["ftp", "rest"]), default="ftp", show_default=True, help="For which account."
)
_VALID_FOR = click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    default=_DAYS,
    show_default=True,
    help="How long a self-signed certificate is valid.",
)


def _shared(command: Command) -> Command:
    for option in reversed(_SHARED):
        command = option(command)
    return command


def _day(chosen: datetime | None) -> date:
    return chosen.date() if chosen else date.today()  # noqa: DTZ011 - the portal is not asked


def _tell_supplier(fusion: Fusion, declaration: Path, usage: Usage) -> None:
    from operations.certificates import declared

    if usage == "rest" and (supplier := declared.declared_supplier(fusion)):
        say(
            f"fusions/{declaration.name} has {supplier} manage this certificate: with the lines below the centre does"
        )


@click.command()
@click.argument("fusion")
@click.option(
    "--usage",
    type=click.Choice(["ftp", "rest"]),
    default="rest",
    show_default=True,
    help="For which account.",
)
@_VALID_FOR
@_shared
def new(
    fusion: str,
    usage: Usage,
    days: int,
    key: str | None,
    digest: str | None,
    day: datetime | None,
    out: Path | None,
) -> None:
    """Make a private key and a self-signed certificate for the REST account of FUSION, where the centre manages it.

    Its key usage is digital signature. An FTP account's is not self-signed: see `csr`. Nothing is overwritten.
    """
    from operations.certificates import declared, keeping
    from operations.certificates.making import DEFAULT_KEY, Wanted

    found, declaration = declared.load_fusion(fusion)
    _tell_supplier(found, declaration, usage)
    pair = keeping.make_self_signed(
        found,
        usage,
        Wanted(key or DEFAULT_KEY, digest or ""),
        _day(day),
        days,
        out or keeping.default_folder(project_root(), found),
    )
    click.echo(pair.describe(declaration))


@click.command()
@click.argument("fusion")
@_USAGE
@_shared
def csr(
    fusion: str,
    usage: Usage,
    key: str | None,
    digest: str | None,
    day: datetime | None,
    out: Path | None,
) -> None:
    """Make a private key and a request (CSR) for a certificate of FUSION's account, to send to a global authority.

    Nothing is overwritten.
    """
    from operations.certificates import declared, keeping
    from operations.certificates.making import DEFAULT_KEY, Wanted

    found, declaration = declared.load_fusion(fusion)
    _tell_supplier(found, declaration, usage)
    pair = keeping.make_request(
        found,
        usage,
        Wanted(key or DEFAULT_KEY, digest or ""),
        _day(day),
        out or keeping.default_folder(project_root(), found),
    )
    click.echo(pair.describe(declaration))


@click.command()
@click.argument("fusion")
@click.option("--usage", type=click.Choice(["ftp", "rest"]), required=True, help="Of which account.")
@click.option("--even-so", is_flag=True, help="Also where its end is not near, or one was made.")
@_VALID_FOR
@_shared
def renew(
    fusion: str,
    usage: Usage,
    even_so: bool,
    days: int,
    key: str | None,
    digest: str | None,
    day: datetime | None,
    out: Path | None,
) -> None:
    """Make what follows the certificate that FUSION declares: a new key, with a request or a self-signed certificate.

    It lies beside the old one, under a new name. Where the end of the old one is not near, or what follows it was made
    before, it says so, makes nothing and ends with 0. The kind of key stays, where it is permitted and --key says no other.
    """
    from operations.certificates import declared, keeping
    from operations.certificates.making import Wanted

    found, declaration = declared.load_fusion(fusion)
    old, today = keeping.find_old(found, declaration, usage), _day(day)
    if not keeping.is_due(old, today) and not even_so:
        click.echo(f"not due: {keeping.describe_end(old, today)}; `--even-so` renews it all the same")
        return
    wanted = Wanted(key or keeping.like(old), digest or "")
    folder = out or keeping.default_folder(project_root(), found)
    made = None if even_so else keeping.find_unanswered(found, usage, old, folder)
    if made and (pair := keeping.find_pair(found, usage, made, folder)):
        say(f"{keeping.describe_end(old, today)}; `--even-so` makes another one all the same")
        click.echo(f"already made on {made}\n{pair.describe(declaration)}")
        return
    today = made or today  # of a key that was left alone
    if usage == "rest" and old.self_signed:
        pair = keeping.make_self_signed(found, usage, wanted, today, days, folder)
    else:
        pair = keeping.make_request(found, usage, wanted, today, folder)
    say(
        f"{keeping.describe_end(old, today)}; leave its file where it is until `pulumi up` went well with the new one"
    )
    click.echo(pair.describe(declaration))
