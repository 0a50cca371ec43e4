"""Which SFTP host keys are trusted: what people write as `sftpHostKey`, by the fingerprints and kinds of key in it.

Understood are fingerprints, what `ssh-keygen -lf` prints, lines of `known_hosts`, and several of these. A server has a key
of each kind and shows one: the kind that a fingerprint is of is asked for, and where it does not say, each in turn.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.errors import FusionError

KINDS = {
    "ED25519": ("ssh-ed25519",),
    "ECDSA": ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "RSA": ("rsa-sha2-512", "rsa-sha2-256"),
}
"""Kinds of key as `ssh-keygen` names them, with the algorithms that ask for one."""
_KIND_OF_TYPE = {"ssh-rsa": "RSA"} | {name: kind for kind in ("ED25519", "ECDSA") for name in KINDS[kind]}
_BEGINNING = re.compile(r"sha256:", re.IGNORECASE)
_FINGERPRINT = re.compile(r"sha256:([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/=])", re.IGNORECASE)


class MalformedHostKey(FusionError):
    """A text that names no host key."""

    way_out = "Give a fingerprint (SHA256: and 43 signs), a line of `ssh-keygen -lf`, or one of known_hosts; or several"


@dataclass(frozen=True)
class HostKey:
    """A key by its fingerprint, as `ssh` shows it; `kind` is one of `KINDS`, None where only the fingerprint is known."""

    fingerprint: str
    kind: str | None = None


def parse(text: str) -> list[HostKey]:
    """The keys that a setting names; none for an empty one, and for no other.

    :raises MalformedHostKey: for a line that names none, one that cannot be read, or comments alone.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [key for line in lines if line and not line.startswith("#") for key in _keys(line)]
    if text and not found:
        raise MalformedHostKey("it has blanks or comments only, and no key")
    return found


def _keys(line: str) -> Iterator[HostKey]:
    words = line.split()
    types = [place for place, word in enumerate(words[:-1]) if word in _KIND_OF_TYPE]
    if words[0].startswith("@"):
        raise MalformedHostKey(f"{words[0][:20]} of known_hosts is not understood")
    if types:
        yield _of_public_key(words[types[0]], words[types[0] + 1])
        return
    found = list(_FINGERPRINT.finditer(line))
    if not found or len(found) < len(_BEGINNING.findall(line)):
        raise MalformedHostKey(f"{line[:60]!r} cannot be read")
    for one, following in zip(found, [*found[1:], None], strict=True):
        after = line[one.end() : following.start() if following else len(line)]
        kinds = [kind for kind in KINDS if f"({kind})" in after]
        yield HostKey(f"SHA256:{one[1]}", kinds[0] if kinds else None)


def _of_public_key(name: str, encoded: str) -> HostKey:
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    parts = _parts(blob)
    if not parts or parts[0] != name.encode():
        raise MalformedHostKey(f"the key after {name} is cut off or changed")
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return HostKey(f"SHA256:{digest}", _KIND_OF_TYPE[name])


def _parts(blob: bytes) -> list[bytes]:
    """A public key's parts, its type first, each behind its length (RFC 4253, section 6.6); none where it is cut off."""
    parts = []
    while blob:
        end = 4 + int.from_bytes(blob[:4], "big")
        if len(blob) < end:
            return []
        parts.append(blob[4:end])
        blob = blob[end:]
    return parts


def algorithms(trusted: Sequence[HostKey]) -> list[tuple[str, ...]]:
    """What to ask the server for, one after the other, until it shows a key that is trusted."""
    kinds = {key.kind for key in trusted}
    return [names for kind, names in KINDS.items() if kind in kinds or None in kinds]
