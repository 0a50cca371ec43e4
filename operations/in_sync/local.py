"""What of a stack is on this machine, by digest. Files are read as bytes, and understood only where they changed: many are
looked at in seconds. A secret setting costs a start of the engine for each stack."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from operations.approvals.basis import digest_program, hash_of, make_key, read_anew, version_of_engine
from operations.in_sync.evidence import Evidence, Files
from providers.secret_sources import find_source
from providers.settings import Settings, settings_from
from schemas.errors import FusionError
from schemas.files import declarations_in
from schemas.loading import load_declaration
from stacks.declared import declaration_path
from stacks.findings import StackFile
from stacks.settings_file import file_of
from stacks.state_folder import StateFolder

_EMULATOR = Path(__file__).parents[2] / "emulator"
_VARIABLES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_RUN_PROGRAM")
_VARIABLE_OF_FILE = "PULUMI_CONFIG_PASSPHRASE_FILE"


class NotKnown(FusionError):
    """What a stack is made from cannot be read this way."""


@dataclass(frozen=True)
class Local:
    """A stack, as it is here.

    :param numbers: the enterprise numbers of its centres.
    """

    settings: Settings
    files: Files
    numbers: tuple[str, ...]


class Checkout:
    """The stacks of the project in `root`, with their states where `pulumi` has them."""

    def __init__(self, root: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._root, self._environment = root, environment

    def read_anew(self) -> None:
        """What is the same for all stacks is read again."""
        read_anew()
        _digest_emulator.cache_clear()
        self.__dict__.pop("_others", None)

    def read(self, stack: str, kept: Evidence | None) -> Local:
        """A stack; its declaration is understood only where it is another than the one that is kept.

        :raises FusionError: for what cannot be known; whatever else reading settings, files and YAML may raise.
        """
        path, own = declaration_path(stack), self._root / file_of(stack)
        declaration, stated = path.read_bytes(), own.read_bytes()
        file = StackFile(Path("pulumi"), stack)
        settings = settings_from(file.get, file_of(stack))
        if kept and kept.files.declaration == hash_of(declaration):
            certificates, numbers = sorted(kept.files.certificates), tuple(kept.centres)
        else:
            fusion = load_declaration(path)
            certificates = sorted(set(fusion.accounts.certificate_files)) if fusion.accounts else []
            numbers = tuple(dict.fromkeys([fusion.ocmw.kbo, *(centre.kbo for centre in fusion.merging)]))
        key = make_key(settings)
        files = Files(
            declaration=hash_of(declaration),
            certificates={name: hash_of((path.parent / name).read_bytes()) for name in certificates},
            settings=_hmac_of(key, stated, *self._stated_elsewhere()),
            secrets=_hmac_of(key, find_source(file.get_plain).read_changes()),
            others=self._others,
            program=f"{digest_program()} {_digest_emulator() if settings.embedded else ''}".strip(),
            engine=version_of_engine(),
            state=hash_of(self._state_file(stack).read_bytes()),
        )
        if (path.read_bytes(), own.read_bytes()) != (declaration, stated):
            raise NotKnown(f"{path.name} or its settings were saved while they were read")
        return Local(settings, files, numbers)

    def read_resources(self, stack: str) -> list[Mapping[str, Any]]:
        """Of the stack's state, secrets as they lie there. Raises `NotKnown`."""
        return self.read_state(stack)[0]

    def read_state(self, stack: str) -> tuple[list[Mapping[str, Any]], datetime | None]:
        """The resources of the stack's state, and when the engine wrote it; None where it never did. Raises `NotKnown`."""
        try:
            state = json.loads(self._state_file(stack).read_bytes())
            latest = state["checkpoint"].get("latest") or {}
            found: list[Mapping[str, Any]] = latest.get("resources") or []
            written = (latest.get("manifest") or {}).get("time")
            return found, datetime.fromisoformat(written) if written else None
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            raise NotKnown(f"the state of {stack} cannot be read: {error}") from None

    def _stated_elsewhere(self) -> list[bytes]:
        """What else decides whether, and how, the engine runs: the project's file, the passphrase, the order."""
        said = [(self._root / "Pulumi.yaml").read_bytes()]
        said += [f"{name}={self._environment.get(name)}".encode() for name in _VARIABLES]
        file = self._environment.get(_VARIABLE_OF_FILE)
        return [*said, Path(file).read_bytes() if file else b""]

    @cached_property
    def _folder(self) -> StateFolder | None:
        return StateFolder.find(self._root, self._environment)

    @cached_property
    def _others(self) -> str:
        files = declarations_in(self._root / "fusions")
        return hash_of("".join(f"{path.name}\0{hash_of(path.read_bytes())}\n" for path in files).encode())

    def _state_file(self, stack: str) -> Path:
        """Only a folder's can be read without the engine: of another backend nothing is known."""
        if self._folder is None:
            raise NotKnown(f"the state of {stack} is in no folder of this machine")
        return self._folder.state(stack)


def _hmac_of(key: bytes, *contents: bytes) -> str:
    """Nobody without the client's key can search it: an INSZ has eleven digits."""
    return hmac.new(key, b"".join(b"%d:%b" % (len(one), one) for one in contents), "sha256").hexdigest()


@cache
def _digest_emulator() -> str:
    """An embedded portal is this checkout's own: an edit of it changes no tag."""
    files = sorted(path for path in _EMULATOR.rglob("*") if path.suffix in (".py", ".json"))
    return hash_of("".join(f"{path.name}\0{hash_of(path.read_bytes())}\n" for path in files).encode())
