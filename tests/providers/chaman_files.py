"""Certificate files for ChaMan, as the program hands them to the provider classes."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.schemas.certificates import Wanted, make


@cache
def certificate(name: str, *, self_signed: bool = False) -> dict[str, Any]:
    """`content` (base64 of the file) and `sha256` of a good certificate; another name is another certificate."""
    made = make(Wanted(issuer=None if self_signed else f"CA of {name}"))
    content = base64.b64encode(made.public_bytes(Encoding.DER)).decode()
    return {"content": content, "sha256": made.fingerprint(SHA256()).hex()}
