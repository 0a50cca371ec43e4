"""The stacks that a command is about, and what each is before anything is asked of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from operations import engine
from operations.plans.choice import choose_all, choose_named
from providers.secret_sources import read_secrets
from schemas.declaration import Fusion
from schemas.errors import FusionError
from schemas.loading import load_declaration
from schemas.secrets import Secrets
from stacks.declared import declaration_path
from stacks.program import read_settings, refuse_rehearsal_values, refuse_unknown_settings


@dataclass(frozen=True)
class Configuration:
    """A stack's settings, asked for as `pulumi.Config` is."""

    values: Mapping[str, str]

    def get(self, key: str, /) -> str | None:
        return self.values.get(key)


@dataclass(frozen=True)
class LoadedStack:
    """What a stack is, before anything is asked of the portal."""

    stack: str
    config: Configuration
    fusion: Fusion
    secrets: Secrets


def choose_stacks(root: Path, names: Sequence[str]) -> list[str]:
    """The named stacks, all without names. Raises `FusionError` for a name that is no stack's, and where there are none."""
    return choose_named(root, names) if names else choose_all(root)


def load_stack(root: Path, stack: str) -> LoadedStack:
    """Raises `FusionError` where its settings or its state cannot be read, `DeclarationError` with all findings."""
    config = read_configuration(root, stack)
    path, secrets = declaration_path(stack), read_secrets(config.get)
    return LoadedStack(stack, config, load_declaration(path, secrets), secrets)


def read_configuration(root: Path, stack: str) -> Configuration:
    """A stack's settings, for whoever needs no secrets. Raises `FusionError` where they cannot be read, or cannot be."""
    config = Configuration(engine.read_settings(root, stack))
    try:
        refuse_unknown_settings(config.values, stack)
        refuse_rehearsal_values(config, read_settings(config, stack))
    except pulumi.RunError as error:
        raise FusionError(str(error)) from None
    return config
