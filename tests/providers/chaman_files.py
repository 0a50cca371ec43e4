"""Certificate files for ChaMan, as the program hands them to the provider classes."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.schemas.certificates import Wanted, make


@cache
def certificate(
    name: str, *, self_signed: bool = False, begins: str = "2024-10-01", ends: str = "2026-10-01"
) -> dict[str, Any]:
    """`content` (base64 of the file) of a good certificate, and what it says; another name is another certificate."""
    issuer = None if self_signed else f"CA of {name}"
    made = make(Wanted(issuer=issuer, not_before=begins, not_after=ends))
    return {
        "content": base64.b64encode(made.public_bytes(Encoding.DER)).decode(),
        "sha256": made.fingerprint(SHA256()).hex(),
        "subject": made.subject.rfc4514_string(),
        "notBefore": made.not_valid_before_utc.isoformat(),
        "notAfter": made.not_valid_after_utc.isoformat(),
    }
