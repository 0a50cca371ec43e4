"""What of a stack is on this machine, by digest: read as bytes, since six hundred of them are looked at in seconds."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from operations.approvals.basis import digest_program, make_key, version_of_engine
from operations.in_sync.evidence import Evidence, Files
from providers.settings import REHEARSAL_SECRETS, Settings, settings_from
from schemas.errors import FusionError
from schemas.files import declarations_in
from schemas.loading import load_declaration
from stacks.declared import declaration_path
from stacks.findings import StackFile
from stacks.settings_file import file_of

_FOLDER = "file://"


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

    def read(self, stack: str, kept: Evidence | None) -> Local:
        """A stack; its declaration is understood only where it is another than the one that is kept.

        :raises FusionError: for what cannot be known; also `OSError` and what is no text or no YAML.
        """
        file = StackFile(Path("pulumi"), stack)
        settings = settings_from(file.get, file_of(stack))
        path = declaration_path(stack)
        content = path.read_bytes()
        if kept and kept.files.declaration == digest_of(content):
            certificates, numbers = sorted(kept.files.certificates), tuple(kept.centres)
        else:
            fusion = load_declaration(path)
            certificates = sorted(set(fusion.accounts.certificate_files)) if fusion.accounts else []
            numbers = tuple(dict.fromkeys([fusion.ocmw.kbo, *(centre.kbo for centre in fusion.merging)]))
        files = Files(
            declaration=digest_of(content),
            certificates={name: digest_of((path.parent / name).read_bytes()) for name in certificates},
            settings=digest_of((self._root / file_of(stack)).read_bytes()),
            secrets=self._hmac_of(self._root / (file.get("secretsFile") or REHEARSAL_SECRETS), settings),
            others=self._others,
            program=digest_program(),
            engine=version_of_engine(),
            state=digest_of(self._state_file(stack).read_bytes()),
        )
        return Local(settings, files, numbers)

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
    def _project(self) -> tuple[str, str]:
        """The project's name, and the URL of its backend."""
        project = yaml.safe_load((self._root / "Pulumi.yaml").read_text("utf-8"))
        return str(project["name"]), str(project["backend"]["url"])

    @cached_property
    def _others(self) -> str:
        files = declarations_in(self._root / "fusions")
        return digest_of("".join(f"{path.name}\0{digest_of(path.read_bytes())}\n" for path in files).encode())

    def _hmac_of(self, path: Path, settings: Settings) -> str:
        content = path.read_bytes() if path.exists() else b""
        return hmac.new(make_key(settings), content, "sha256").hexdigest()

    def _state_file(self, stack: str) -> Path:
        """Only a folder's can be read without the engine: of another backend nothing is known."""
        name, url = self._project
        place, _, _ = (self._environment.get("PULUMI_BACKEND_URL") or url).partition("?")
        if not place.startswith(_FOLDER):
            raise NotKnown(f"the state of {stack} is in no folder of this machine")
        folder = self._root / unquote(place.removeprefix(_FOLDER))
        return folder / ".pulumi" / "stacks" / name / f"{stack.rpartition('/')[2]}.json"


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
