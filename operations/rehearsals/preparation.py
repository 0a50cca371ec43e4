"""What a checkout needs beside its programs: the clients' keys, the rehearsal's secrets, the stacks. All outside git.

Everything is made once and then left alone: a second run, or a file that a person has put there, changes nothing.
"""

from __future__ import annotations

import json
import os
import secrets as randomness
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from operations.engine import list_stacks, run_pulumi
from operations.private_files import close_to_others, make_private_folder, write_private
from operations.recovery.states import find_half_written, refuse_half_written
from operations.rehearsals.suppliers import let_in
from providers.settings import REHEARSAL_CLIENT_KEY, REHEARSAL_SECRETS, embedded_database
from schemas.declaration import Fusion
from schemas.document import read
from schemas.loading import find_declarations, load_declaration
from schemas.secrets import Secrets, load_secrets
from stacks.state_folder import StateFolder

# One of each class that R31 asks for, and none that a shell or YAML could take for something else.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
_SPECIAL = "=+*-_."


def prepare(root: Path, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Make what is missing below `root`, a folder with Pulumi.yaml and fusions/. Yields what was made, a line each.

    `environment` is what the engine runs in. Raises `DeclarationError` for declarations with findings, `EngineError` when
    the engine fails or a state is half written.
    """
    declarations = find_declarations(root / "fusions")
    fusions = {name: load_declaration(path, None) for name, path in declarations.items()}
    first = min((fusion.takes_effect for fusion in fusions.values()), default=None)
    close_to_others(root / ".state")
    yield from _client_key(root, first)
    yield from let_in(root, (fusion.rest_supplier for fusion in fusions.values() if fusion.rest_supplier))
    yield from _secrets(root, fusions)
    yield from _stacks(root, list(fusions), environment)


def _client_key(root: Path, first: date | None) -> Iterator[str]:
    """The client's key, and a portal that knows it, a month after the `first` day that declarations are about."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from emulator.controls import open_portal, register_client, usual_moment

    path, database = root / REHEARSAL_CLIENT_KEY, embedded_database(root)
    made = [file for file in (path, database) if not file.exists()]
    if path in made:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(path, pem)
        yield f"{path.relative_to(root)}: the rehearsal's client key"
    if made:
        open_portal(database, usual_moment(first))
        private = serialization.load_pem_private_key(path.read_bytes(), None)
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        register_client(database, "rehearsal", public.decode())
        yield f"{database.relative_to(root)}: the embedded portal knows the rehearsal's client"


def _secrets(root: Path, fusions: dict[str, Fusion]) -> Iterator[str]:
    """The people and passwords that the declarations name and the file does not have yet, and what suppliers to whom they
    delegate would have."""
    from emulator.controls import rehearsal_ssin
    from operations.rehearsals.certificates import certificate_and_key

    path = root / REHEARSAL_SECRETS
    kept = _read_secrets(path) if path.exists() else {}
    people, passwords, keys = (dict(kept.get(name) or {}) for name in ("people", "passwords", "keys"))
    new_people = sorted(
        {key for f in fusions.values() for _, access in f.accesses() for _, key in access.people()}
        - people.keys()
    )
    new_passwords = sorted(
        {f.ftp_password_key for f in fusions.values() if f.accounts and f.accounts.ftp} - passwords.keys()
    )
    of_the_portal = {key: value for key, value in _seeded(fusions).items() if key not in passwords}
    delegated = {f.rest_key: f for f in fusions.values() if f.rest_supplier and f.rest_key not in keys}
    if not (new_people or new_passwords or of_the_portal or delegated):
        return
    for key in new_people:
        people[key] = {
            "insz": rehearsal_ssin(key),
            "name": key.replace(".", " ").title(),
            "email": f"{key}@ocmw.example",
            "language": "nl",
        }
    passwords |= {key: _password() for key in new_passwords} | of_the_portal
    keys |= {key: certificate_and_key(fusion.slug, fusion.takes_effect) for key, fusion in delegated.items()}
    _write_secrets(path, {"people": people, "passwords": passwords, "keys": keys})
    yield (
        f"{path.relative_to(root)}: {len(new_people)} generated people, {len(new_passwords)} FTP passwords and "
        f"{len(of_the_portal)} of merging centres' accounts at the emulated portal, {len(delegated)} suppliers' keys"
    )


def renew(root: Path, fusion: Fusion, secret: Literal["ftpPassword", "restKey"], day: date) -> Secrets:
    """Put another FTP password, or another key and certificate of the REST account, into the rehearsal's secrets.

    :param day: the certificate is valid around it.
    :raises DeclarationError: where the secrets have findings.
    """
    from operations.rehearsals.certificates import certificate_and_key

    path = root / REHEARSAL_SECRETS
    kept = _read_secrets(path)
    if secret == "ftpPassword":  # noqa: S105 - its name
        within, key, new = "passwords", fusion.ftp_password_key, _password()
    else:
        within, key, new = "keys", fusion.rest_key, certificate_and_key(fusion.slug, day)
    _write_secrets(path, {**kept, within: {**(kept.get(within) or {}), key: new}})
    return load_secrets(path)


def _read_secrets(path: Path) -> Mapping[str, Any]:
    """What stands there. A file with findings is a person's to put right, not ours to overwrite.

    :raises DeclarationError: with these findings.
    """
    load_secrets(path)
    return read(path).data or {}


def _write_secrets(path: Path, document: Mapping[str, Any]) -> None:
    text = (
        "# People, passwords and keys of the rehearsal: generated, of nobody. Never commit a file like this.\n"
        # JSON is YAML, with every value quoted.
        + json.dumps(document, indent=2, sort_keys=True)
        + "\n"
    )
    write_private(path, text.encode())


def _seeded(fusions: dict[str, Fusion]) -> dict[str, str]:
    """The passwords of the merging centres' own accounts, which the emulated portal does not hide: for `fusion check`."""
    from emulator.controls import list_seeded_ftp_passwords

    known = list_seeded_ftp_passwords()
    return {
        fusion.ftp_password_key_of(centre.name): known[centre.kbo]
        for fusion in fusions.values()
        for centre in fusion.merging
        if centre.kbo in known
    }


def _password() -> str:
    letters = [randomness.choice(_LETTERS) for _ in range(11)]
    return "".join([*letters[:6], randomness.choice(_SPECIAL), *letters[6:], randomness.choice(_SPECIAL)])


def _refuse_half_written(root: Path, environment: Mapping[str, str]) -> None:
    """With one such file no command of the engine lists any stack, and what it says does not name the file.

    :raises HalfWritten: with the first and the way out.
    """
    folder = StateFolder.find(root, environment)
    if folder is not None:
        for stack in find_half_written(folder):
            refuse_half_written(folder, stack, f"`fusion up {stack}`")


def _stacks(root: Path, names: list[str], environment: Mapping[str, str]) -> Iterator[str]:
    folder = root / ".state" / ".pulumi" / "stacks" / "fusion"
    if "PULUMI_BACKEND_URL" not in environment:  # else the state is elsewhere, and what lies here is not read
        _refuse_half_written(root, environment)
        if all((folder / f"{name}.json").exists() for name in names):
            return
    make_private_folder(root / ".state")  # the file backend wants its folder to be there
    present = list_stacks(root, environment)
    for name in names:
        if name not in present:
            run_pulumi(root, "stack", "init", name, "--no-select", environment=environment)
            yield f"stack {name}"
