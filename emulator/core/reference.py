"""The lists that people choose from (`/refData/...`) and the portal's settings: `reference.json`, illustrative.

The file can be replaced without touching code. Nothing here is the real portal's: the real lists are not public.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("reference.json")


@cache
def data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def items(name: str) -> list[dict[str, Any]]:
    """The entries of a list, each with a `code`."""
    listed: list[dict[str, Any]] = data()["lists"][name]
    return listed


@cache
def codes(name: str) -> frozenset[str]:
    return frozenset(item["code"] for item in items(name))


@cache
def ocmw_online_authorizations() -> frozenset[str]:
    """The REST authorizations that belong to OCMW Online (R33)."""
    return frozenset(item["code"] for item in items("restAuthorizations") if item.get("ocmwOnline"))


def scopes_of(authorizations: Iterable[str]) -> frozenset[str]:
    """The scopes that REST authorizations open to the software behind an account."""
    scopes = {item["code"]: item.get("scope") for item in items("restAuthorizations")}
    return frozenset(scope for code in authorizations if (scope := scopes.get(code)))


@cache
def delegatable_suppliers() -> frozenset[str]:
    """Who can manage a certificate for others: software suppliers, not Smals (R34)."""
    return frozenset(item["code"] for item in items("suppliers") if item.get("delegatable", True))


@cache
def attestation_codes() -> frozenset[str]:
    """The quality codes of which there are multifunctional attestations (R11)."""
    return frozenset(item["code"] for item in items("qualityCodes") if item["attestation"])


def setting(name: str) -> Any:
    """A setting by its name in the file."""
    return data()["settings"][name]


def ftp_certificate_max_days() -> int:
    """How long a certificate of an FTP account may be valid at most (R45)."""
    return int(data()["settings"]["ftpCertificateMaxDays"])
