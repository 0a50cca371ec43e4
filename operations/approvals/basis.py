"""What a plan is made from beside the portal's answers: files, secrets, program, engine, target. No secret is shown.

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
from subprocess import SubprocessError

from yaml import YAMLError

from operations import engine
from operations.plans.model import Basis
from providers import secret_sources
from providers.settings import Settings, project_root, settings_from
from schemas.declaration import Fusion
from schemas.errors import FusionError
from schemas.loading import load_declaration
from schemas.secrets import Secrets
from stacks.declared import declaration_path
from stacks.findings import StackFile
from stacks.settings_file import file_of

_PROGRAM = Path(__file__).parents[2]
_PARTS = ("Pulumi.yaml", "uv.lock", "engine", "operations", "providers", "schemas", "stacks")
"""The program: what decides what is planned and written. The emulated portal is no part of it, nor are stacks' settings."""
_SETTINGS = "Pulumi.*.yaml"
_PURPOSE = b"fusion: the secrets of a plan"


class NoBasis(FusionError):
    """What a plan is made from cannot be read, so there is nothing to hold it to."""

    def __init__(self, stack: str, error: Exception) -> None:
        why = (
            str(error)
            if isinstance(error, FusionError)
            else f"{type(error).__name__} in its settings or files"
        )
        super().__init__(f"{stack}: what its plan is made from cannot be read: {why}")


def read_basis(stack: str) -> Basis:
    """Of one stack. Raises `NoBasis`."""
    try:
        return _read(stack)
    except (FusionError, OSError, SubprocessError, UnicodeError, YAMLError, AttributeError) as error:
        raise NoBasis(stack, error) from None


def _read(stack: str) -> Basis:
    file = StackFile(Path("pulumi"), stack)
    settings = settings_from(file.get, file_of(stack))
    operator = file.get("operator") or ""
    path, secrets = declaration_path(stack), secret_sources.read_secrets(file.get)
    content = path.read_bytes()
    fusion = load_declaration(path, secrets)
    if path.read_bytes() != content:
        raise FusionError(f"{path.name} was saved while it was read")
    named = _canonical(fusion, secrets, operator)
    return Basis(
        declaration=hash_of(content),
        certificates=dict(_digests(path.parent, fusion)),
        secrets=hmac.new(make_key(settings), named, "sha256").hexdigest(),
        program=digest_program(),
        engine=version_of_engine(),
        target={
            "stack": stack,
            "portal": settings.portal_url,
            "client": settings.client_id,
            "operator": operator,
        },
    )


def read_anew() -> None:
    """The next one reads the program, and asks for the engine's version and for a command's secrets, again."""
    secret_sources.ask_anew()
    digest_program.cache_clear()
    version_of_engine.cache_clear()


@cache
def digest_program() -> str:
    """Over the files' names and contents, so that where the checkout lies, and its history, are of no account."""
    total = hashlib.sha256()
    for path in sorted(_files()):
        total.update(f"{path.relative_to(_PROGRAM).as_posix()}\0{hash_of(path.read_bytes())}\n".encode())
    return total.hexdigest()


def _files() -> Iterator[Path]:
    for part in _PARTS:
        place = _PROGRAM / part
        found = [place] if place.is_file() else place.rglob("*")
        yield from (path for path in found if path.is_file() and _counts(path))


def _counts(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(_PROGRAM).parts)
    return not hidden and not (path.parent.name == "stacks" and path.match(_SETTINGS))


@cache
def version_of_engine() -> str:
    """As the engine says it."""
    return engine.run_pulumi(project_root(), "version").strip()


def _digests(folder: Path, fusion: Fusion) -> Iterator[tuple[str, str]]:
    accounts = fusion.accounts
    if accounts is None:
        return
    for name in sorted(set(accounts.certificate_files)):
        yield name, hash_of((folder / name).read_bytes())


def _canonical(fusion: Fusion, secrets: Secrets, operator: str) -> bytes:
    """Of the secrets what the declaration names, and the operator. Whoever else is in the file gives people their names in
    plans, and no more."""
    keys = {key for _, access in fusion.accesses() for _, key in access.people()}
    keys |= {operator} & {*secrets.people()}
    people = {key: secrets.person(key).model_dump(mode="json") for key in sorted(keys)}
    has_ftp = fusion.accounts is not None and fusion.accounts.ftp is not None
    passwords = {fusion.ftp_password_key: secrets.password(fusion.ftp_password_key)} if has_ftp else {}
    return json.dumps({"people": people, "passwords": passwords}, sort_keys=True).encode()


def make_key(settings: Settings) -> bytes:
    """For this purpose only: the client's key cannot be told from it."""
    file = settings.client_key_file
    return _make_key(settings, b"" if settings.client_key or not file.exists() else file.read_bytes())


@cache
def _make_key(settings: Settings, _content: bytes) -> bytes:
    """:param _content: of the key's file; another one gives another key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from providers.assertion import signer_of

    private = signer_of(settings).key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return HKDF(SHA256(), 32, None, _PURPOSE).derive(private)


def hash_of(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
