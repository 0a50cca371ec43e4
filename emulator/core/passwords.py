"""How passwords are kept: salted and hashed with scrypt, never as they were written."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# 4 MiB and some 10 ms a hash: slow enough to be no table look-up, quick enough for a rehearsal of 600 centres.
_COST = {"n": 2**12, "r": 8, "p": 1}


def digest(password: str) -> str:
    """What is kept of a password: `scrypt$<salt>$<hash>`, both in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"


def matches(password: str, kept: str) -> bool:
    """Whether this is the password; case counts (R31)."""
    _, salt, expected = kept.split("$")
    found = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_COST).hex()
    return hmac.compare_digest(found, expected)
