"""What a plan is made from beside the portal's answers: files, secrets, program, engine, target. All read here, none of it
shown.

A plain digest of an INSZ could be searched: it has eleven digits. So secrets go in as an HMAC, with a key that is made from
the client's own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from operations import engine
from operations.plans.model import Basis
from providers.settings import Settings, project_root, read_secrets, settings_from
from schemas.declaration import Fusion
from schemas.errors import DeclarationError, LoginRefused, SettingError
from schemas.loading import load_declaration
from schemas.secrets import Secrets
from stacks.declared import declaration_path
from stacks.findings import StackFile
from stacks.settings_file import file_of

_PROGRAM = Path(__file__).parents[2]
_PARTS = ("Pulumi.yaml", "uv.lock", "engine", "operations", "providers", "schemas", "stacks")
"""The program: what decides what is planned and written. The emulated portal is no part of it."""
_SUFFIXES = frozenset({".py", ".yaml", ".lock", ".sh", ".mod", ".po", ".json", ".jinja"})
_PURPOSE = b"fusion: the secrets of a plan"


def read_basis(stack: str) -> Basis | None:
    """Of one stack; None where what it is made from cannot be read: the plan then says why, since the engine read it too."""
    try:
        file = StackFile(Path("pulumi"), stack)
        settings = settings_from(file.get, file_of(stack))
        path, secrets = declaration_path(stack), read_secrets(file.get)
        fusion = load_declaration(path, secrets)
        content = path.read_bytes()
        certificates = dict(_digests(path.parent, fusion))
        key = _make_key(settings)
    except (DeclarationError, SettingError, LoginRefused, OSError):
        return None
    return Basis(
        declaration=_digest(content),
        certificates=certificates,
        secrets=hmac.new(key, _canonical(fusion, secrets), "sha256").hexdigest(),
        program=digest_program(),
        engine=_version(),
        target={
            "stack": stack,
            "portal": settings.portal_url,
            "client": settings.client_id,
            "operator": file.get("operator") or "",
        },
    )


def forget() -> None:
    """Read the program and ask for the engine's version again."""
    digest_program.cache_clear()
    _version.cache_clear()


@cache
def digest_program() -> str:
    """Over the files' names and contents, so that where the checkout lies, and its history, are of no account."""
    total = hashlib.sha256()
    for path in sorted(_files()):
        total.update(f"{path.relative_to(_PROGRAM).as_posix()}\0{_digest(path.read_bytes())}\n".encode())
    return total.hexdigest()


def _files() -> Iterator[Path]:
    for part in _PARTS:
        place = _PROGRAM / part
        found = [place] if place.is_file() else place.rglob("*")
        yield from (path for path in found if path.suffix in _SUFFIXES and path.is_file())


@cache
def _version() -> str:
    return engine.run_pulumi(project_root(), "version").strip()


def _digests(folder: Path, fusion: Fusion) -> Iterator[tuple[str, str]]:
    accounts = fusion.accounts
    if accounts is None:
        return
    for name in sorted(set(accounts.certificate_files)):
        yield name, _digest((folder / name).read_bytes())


def _canonical(fusion: Fusion, secrets: Secrets) -> bytes:
    """Of the secrets what the declaration names: that somebody else is added to the file changes no plan."""
    keys = {key for _, access in fusion.accesses() for _, key in access.people()}
    people = {key: secrets.person(key).model_dump(mode="json") for key in sorted(keys)}
    has_ftp = fusion.accounts is not None and fusion.accounts.ftp is not None
    passwords = {fusion.ftp_password_key: secrets.password(fusion.ftp_password_key)} if has_ftp else {}
    return json.dumps({"people": people, "passwords": passwords}, sort_keys=True).encode()


def _make_key(settings: Settings) -> bytes:
    """For this purpose only: the client's key cannot be told from it."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from providers.assertion import signer_of

    private = signer_of(settings).key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return HKDF(SHA256(), 32, None, _PURPOSE).derive(private)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
