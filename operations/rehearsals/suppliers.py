"""The fictitious suppliers of a rehearsal: each has a client of its own at the embedded portal, as a real one would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from operations.private_files import write_private
from operations.suppliers.settings import rehearsal_file, rehearsal_key
from providers.settings import EMBEDDED, Settings, embedded_database

if TYPE_CHECKING:
    from operations.suppliers.desk import Desk
    from schemas.certificates import Certificate


def let_in(root: Path, suppliers: Iterable[str]) -> Iterator[str]:
    """Give each supplier (by its code) a key, a file of settings, and a client at the portal, where they are missing. Yields
    what was made, and which supplier somebody registered with another key, a line each. What is registered stays."""
    from emulator import controls

    database = embedded_database(root)
    controls.open_portal(database)  # it may be of an earlier version
    known = {client["clientId"]: client["publicKey"] for client in controls.list_clients(database)}
    for supplier in sorted(set(suppliers)):
        settings = rehearsal_file(root, supplier)
        key = rehearsal_key(root, supplier)
        if not key.exists():
            write_private(key, _new_key())
        if not settings.exists():
            write_private(settings, _settings(supplier, key.relative_to(root)).encode())
        public = _public_half(key)
        if supplier not in known:
            controls.register_client(database, supplier, public, supplier=supplier)
            yield f"{settings.relative_to(root)}: the embedded portal knows the client of {supplier}"
        elif known[supplier] != public:
            yield (
                f"{settings.relative_to(root)}: the embedded portal has a client {supplier} with another key than "
                f"{key.relative_to(root)}. To put this one in its place, give its public half to "
                f"`fusion emulator clients add {supplier} KEY --supplier {supplier}`"
            )


def answer_as(
    root: Path,
    supplier: str,
    number: str,
    account: str,
    certificate: Certificate | None,
    reason: str | None = None,
) -> None:
    """Accept a centre's request with a certificate, as that supplier, or without one refuse it with the reason.

    :raises PortalError: where the portal does not do it.
    """
    with desk_of(root, supplier) as desk:
        seen = desk.look_at(number, account)
        if certificate is not None:
            desk.accept(seen, certificate)
        else:
            desk.refuse(seen, reason or "no reason given")


@contextmanager
def desk_of(root: Path, supplier: str) -> Iterator[Desk]:
    """The supplier's desk at the embedded portal of the project in `root`, where it is let in if it is not yet."""
    from emulator.embedded import transport
    from operations.suppliers.desk import Desk
    from providers.portal import Connection

    list(let_in(root, [supplier]))
    settings = Settings(EMBEDDED, supplier, None, rehearsal_key(root, supplier), deadline_seconds=60)
    connection = Connection(settings, transport(embedded_database(root)))
    try:
        yield Desk(supplier, connection)
    finally:
        connection.close()


def _settings(supplier: str, key: Path) -> str:
    return (
        f"# As {supplier}, a supplier of the rehearsal: fusion supplier inbox --settings <this file>\n"
        f"config:\n  fusion:supplier: {supplier}\n  fusion:clientKeyFile: {key}\n"
    )


def _new_key() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_half(key: Path) -> str:
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(key.read_bytes(), None)
    return (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
