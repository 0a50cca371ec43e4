"""What a stack's file of settings says, read without the engine: whether there is a portal, and who operates the stack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from providers.settings import EMBEDDED, NO_PORTAL
from schemas.errors import FusionError
from stacks.settings_file import file_of


def has_portal(root: Path, stack: str) -> bool:
    """Whether the stack has a portal to ask. Without a file of settings there is no stack, and none to ask."""
    settings = _settings(root, stack)
    return settings is not None and _portal(settings) != NO_PORTAL


def is_by_hand(root: Path, stack: str) -> bool:
    """Whether the settings say that there is no portal (`portalUrl: none`). A file that
    cannot be read counts as no: the engine says why."""
    try:
        settings = _settings(root, stack)
    except FusionError:
        return False
    return settings is not None and _portal(settings) == NO_PORTAL


def operator_of(root: Path, stack: str) -> str:
    """Who operates the stack; "" where its settings do not say."""
    return str((_settings(root, stack) or {}).get("fusion:operator") or "")


def _portal(settings: Mapping[str, object]) -> str:
    return str(settings.get("fusion:portalUrl") or EMBEDDED)


def _settings(root: Path, stack: str) -> Mapping[str, object] | None:
    """What a stack's file says; None where there is none. A secret setting is not read."""
    path = root / file_of(stack)
    if not path.exists():
        return None
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise FusionError(f"{file_of(stack)} cannot be read as settings") from None
    found = (read or {}).get("config") if isinstance(read, Mapping) or read is None else None
    return found if isinstance(found, Mapping) else {}
