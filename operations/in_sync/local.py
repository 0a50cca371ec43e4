"""What of a stack is on this machine, by digest: read as bytes, since six hundred of them are looked at in seconds."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from operations.approvals.basis import digest_program, make_key, version_of_engine
from operations.in_sync.evidence import Files
from providers.settings import REHEARSAL_SECRETS, Settings
from schemas.errors import FusionError
from schemas.files import declarations_in
from stacks.declared import declaration_path
from stacks.settings_file import file_of

_PLAIN = "file://"


class NotKnown(FusionError):
    """What a stack is made from cannot be read this way."""


class Checkout:
    """The project in `root`, and what is the same for all its stacks.

    :param backend: where the states are, as `pulumi` has it.
    """

    def __init__(self, root: Path, backend: str) -> None:
        self._root, self._backend = root, backend

    def read(self, stack: str, settings: Settings, secrets_file: str, certificates: Sequence[str]) -> Files:
        """Raises `NotKnown` for what cannot be read.

        :param secrets_file: as the stack's settings name it, "" for the rehearsal's.
        :param certificates: the files that its declaration names.
        """
        declaration = declaration_path(stack)
        try:
            return Files(
                declaration=digest_of(declaration.read_bytes()),
                certificates={
                    name: digest_of((declaration.parent / name).read_bytes()) for name in certificates
                },
                settings=digest_of((self._root / file_of(stack)).read_bytes()),
                secrets=self._hmac_of(self._root / (secrets_file or REHEARSAL_SECRETS), settings),
                others=self._others,
                program=digest_program(),
                engine=version_of_engine(),
                state=digest_of(self._state_file(stack).read_bytes()),
            )
        except OSError as error:
            raise NotKnown(f"{error.filename} cannot be read: {error.strerror}") from None

    def read_resources(self, stack: str) -> list[Mapping[str, Any]]:
        """Of the stack's state, secrets as they lie there. Raises `NotKnown`."""
        try:
            state = json.loads(self._state_file(stack).read_bytes())
        except (OSError, ValueError) as error:
            raise NotKnown(f"the state of {stack} cannot be read: {error}") from None
        found: list[Mapping[str, Any]] = (state.get("checkpoint", {}).get("latest") or {}).get(
            "resources"
        ) or []
        return found

    @cached_property
    def _others(self) -> str:
        files = declarations_in(self._root / "fusions")
        return digest_of("".join(f"{path.name}\0{digest_of(path.read_bytes())}\n" for path in files).encode())

    def _hmac_of(self, path: Path, settings: Settings) -> str:
        content = path.read_bytes() if path.exists() else b""
        return hmac.new(make_key(settings), content, "sha256").hexdigest()

    def _state_file(self, stack: str) -> Path:
        """Only a folder's can be read without the engine: of another backend nothing is known."""
        place, _, _ = self._backend.partition("?")
        if not place.startswith(_PLAIN):
            raise NotKnown(f"the state of {stack} is in no folder of this machine")
        folder = self._root / place.removeprefix(_PLAIN)
        return folder / ".pulumi" / "stacks" / _project(self._root) / f"{stack.rpartition('/')[2]}.json"


def _project(root: Path) -> str:
    for line in (root / "Pulumi.yaml").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == "name":
            return value.strip()
    raise NotKnown("Pulumi.yaml has no name")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
