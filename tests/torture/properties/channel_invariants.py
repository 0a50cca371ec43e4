"""What is true of passwords, certificates and the REST account after every `up` (R31, R33-R40), from the portal's tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.core import passwords
from providers.canonical import same
from schemas.accounts import RestAccount
from tests.support import portal_tables
from tests.torture.properties.world import World


def find_channel_breaches(world: World) -> Iterator[str]:
    """Nothing where the number has no ChaMan yet (R12, R27, R28)."""
    accounts, number = world.fusion.accounts, world.number("")
    ready = portal_tables.read_access_status(world.database, number) == ("active", False)
    ready = ready and bool(portal_tables.read_keys(world.database, number, "sender", limit=1))
    if not ready or accounts is None:
        return
    if accounts.ftp:
        yield from _certificate(world, accounts.ftp.certificate, "ftp")
        body, secret = _saved(world, "ftpAccount", accounts.ftp.name) or ({}, None)
        if body.get("certificate") != Path(accounts.ftp.certificate).name:
            yield f"the FTP account has the certificate {body.get('certificate')!r}"
        password = world.secrets.password(world.fusion.ftp_password_key)
        if not secret or not passwords.matches(password, secret):
            yield "the FTP account has another password than the secrets"
    if accounts.rest:
        yield from _rest(world, accounts.rest)


def _rest(world: World, declared: RestAccount) -> Iterator[str]:
    account = _saved(world, "restAccount", declared.name)
    request = _saved(world, "delegationRequest", declared.name)
    wanted: dict[str, Any] = {"authorizations": list(declared.authorizations)}
    managed = declared.certificate_management
    if managed.external:
        # The request rules until it is accepted, then the account: authorizations are changed there from then on.
        wanted["supplier"] = managed.external.supplier
        found = account or request
        if account:
            wanted["management"] = "external"
    else:
        assert managed.own
        yield from _certificate(world, managed.own.certificate, "rest")
        wanted |= {"management": "own", "certificate": Path(managed.own.certificate).name}
        found = account
    for name, value in wanted.items():
        there = found[0].get(name) if found else None
        if not same(there, value):
            yield f"the REST account's {name} is {there!r}, not {value!r}"


def _certificate(world: World, path: str, usage: str) -> Iterator[str]:
    file = world.path.parent / path
    content = file.read_bytes()
    load = x509.load_pem_x509_certificate if content.startswith(b"-----") else x509.load_der_x509_certificate
    wanted = {"usage": usage, "sha256": load(content).fingerprint(SHA256()).hex()}
    body, _ = _saved(world, "certificate", file.name) or ({}, None)
    for name, value in wanted.items():
        if body.get(name) != value:
            yield f"the certificate {file.name}: {name} is {body.get(name)!r}, not {value!r}"


def _saved(world: World, kind: str, key: str) -> tuple[dict[str, Any], str | None] | None:
    return portal_tables.read_resource(world.database, world.number(""), kind, key)
