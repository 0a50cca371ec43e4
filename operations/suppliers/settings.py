"""As which supplier one works, at which portal and with which key: a file in the form of a stack's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from providers.settings import REHEARSAL_CLIENT_KEY, Settings, project_root, settings_from
from schemas.errors import FusionError, SettingError
from schemas.files import Unreadable, read_file
from schemas.visible import visible

VARIABLE = "FUSION_SUPPLIER"
KEYS = ("supplier", "portalUrl", "clientId", "clientKeyFile", "deadlineSeconds")
"""All settings that there are; `supplier` is the supplier's code, and all else is as in a stack's file."""
_REHEARSAL = ".state/rehearsal/suppliers"
_MOST = 100_000
"""Bytes of a file of settings."""


@dataclass(frozen=True)
class SupplierSettings:
    """The supplier's code, and how its own client reaches the portal."""

    supplier: str
    portal: Settings


def rehearsal_file(root: Path, supplier: str) -> Path:
    """Where `fusion setup` writes the settings of a fictitious supplier."""
    return root / _REHEARSAL / f"{supplier}.yaml"


def rehearsal_key(root: Path, supplier: str) -> Path:
    """Where the key of its client is, beside the rehearsal's own."""
    own = root / REHEARSAL_CLIENT_KEY
    return own.with_name(f"{own.stem}-{supplier}{own.suffix}")


def read_settings(file: Path | None, environment: Mapping[str, str] = os.environ) -> SupplierSettings:
    """Read `file`, or the one that the environment names, or the rehearsal's where there is one supplier.

    :raises SettingError: with all that cannot be, also a rehearsal's key at a real portal.
    :raises FusionError: where it is not said which supplier it is.
    """
    from stacks.rehearsal_values import find_portal_faults

    path = file or (Path(named) if (named := environment.get(VARIABLE)) else _only_one(project_root()))
    settings = _read(path)
    wrong = [f"{visible(key)}: there are {_list_keys()}" for key in settings if key not in _full_keys()]
    supplier = settings.get("fusion:supplier")
    if not isinstance(supplier, str) or not supplier:
        wrong.append("fusion:supplier is missing: the supplier's code, as centres choose it (R34)")
    if wrong or not isinstance(supplier, str):
        raise SettingError(wrong, str(path))
    portal = settings_from(lambda key: settings.get(f"fusion:{key}"), str(path))
    if not settings.get("fusion:clientId"):
        portal = replace(portal, client_id=supplier)
    if faults := find_portal_faults(portal, "set fusion:clientKeyFile"):
        url = visible(portal.portal_url)
        raise SettingError([f"{url} is not a portal on this machine, and {one}" for one in faults], str(path))
    return SupplierSettings(supplier, portal)


def _only_one(root: Path) -> Path:
    found = sorted((root / _REHEARSAL).glob("*.yaml"))
    if len(found) == 1:
        return found[0]
    known = ", ".join(str(path.relative_to(root)) for path in found)
    raise FusionError(
        "it is not said which supplier you are",
        f"Name the file of settings with --settings or {VARIABLE}"
        + (
            f": of the rehearsal there are {known}"
            if found
            else "; `fusion setup` makes those of a rehearsal"
        ),
    )


def _read(path: Path) -> Mapping[str, object]:
    try:
        read = yaml.safe_load(read_file(path, _MOST).decode())
    except Unreadable as error:
        raise SettingError([str(error)], str(path)) from None
    except (ValueError, yaml.YAMLError):
        raise SettingError(["it cannot be read as settings"], str(path)) from None
    found = read.get("config") if isinstance(read, Mapping) else None
    if not isinstance(found, Mapping):
        raise SettingError(["`config:` is missing, with the settings below it"], str(path))
    return {str(key): value for key, value in found.items()}


def _full_keys() -> tuple[str, ...]:
    return tuple(f"fusion:{key}" for key in KEYS)


def _list_keys() -> str:
    return ", ".join(_full_keys())
