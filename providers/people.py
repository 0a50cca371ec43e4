"""What somebody is called whom the declaration does not name where the portal has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from providers import session
from providers.secret_sources import read_secrets
from schemas.errors import FusionError

PORTAL = "portal:"
Person = dict[str, Any]
"""A person as the portal tells of one: with `ssin` and `personId`."""


def portal_name(person: Person) -> str:
    """The key of the secrets, where they know the person; else `portal:` and the start of the portal's own number."""
    return session.known_people().get(person["ssin"]) or f"{PORTAL}{person['personId'][:8]}"


def read_known_people(get: Callable[[str], object]) -> Mapping[str, str]:
    """Each person's key in a stack's secrets, by INSZ. Secrets with findings, and those that cannot be
    read, name nobody: whatever needs them says so."""
    try:
        return read_secrets(get).keys_by_insz()
    except FusionError:
        return {}
