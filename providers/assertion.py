"""What a client signs in with: its private key, and the assertion that it signs (contract, section 2; RFC 7523).

A registered client signs with its RSA key. The software behind a REST account signs with the key of the account's
certificate, and brings the certificate along (`x5c`).
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from providers import paths
from providers.settings import Settings
from schemas.errors import FusionError, LoginRefused
from schemas.files import Unreadable, read_file

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_ASSERTION_SECONDS = 300
_MOST_BYTES = 64 * 1024
"""Of a key in PEM, with much beside it."""
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)
# By the curve's name; RSA keys sign with RS256 (R40 has no others).
_EC_ALGORITHMS = {"secp384r1": "ES384", "secp521r1": "ES512"}
_NOT_TAKEN = "the key is of a kind that the portal does not take (R40)"
_OTHER_KEY = "Give a pair with an RSA key of 2048, 3072 or 4096 bits, or one on P-384 or P-521"


class NoPair(FusionError):
    """A text that is not a certificate and its private key; the message says what is wrong, and repeats nothing of it."""

    way_out = "Give one certificate and the private key that belongs to it, both in PEM, without a passphrase"


@dataclass(frozen=True)
class Signer:
    """A private key, how it signs, and what an assertion's header has besides; never shown."""

    key: Any
    algorithm: str
    header: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Signer({self.algorithm})"

    def assertion(self, client: str, audience: str, **claims: str) -> str:
        """A fresh assertion of `client` for the token URL `audience`."""
        now = int(time())
        standard = {
            "iss": client,
            "sub": client,
            "aud": audience,
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        return jwt.encode(
            {**standard, **claims}, self.key, algorithm=self.algorithm, headers=dict(self.header)
        )


@dataclass(frozen=True)
class Pair:
    """A certificate with its private key: who holds it can sign in as the REST account that has the certificate.

    :param sha256: the certificate's fingerprint, as ChaMan shows it.
    """

    signer: Signer
    sha256: str


def signer_of(settings: Settings) -> Signer:
    """A registered client's, by its key. Raises `LoginRefused` with what is wrong with that."""
    try:
        pem = settings.client_key or read_file(settings.client_key_file, _MOST_BYTES, private=True).decode()
        key = load_pem_private_key(pem.encode(), password=None)
        if isinstance(key, RSAPrivateKey):
            return Signer(key, "RS256", {})
        raise TypeError("another kind of key")
    except Unreadable as error:
        wrong = f"the client's key {settings.client_key_file} cannot be read ({error})"
    except (TypeError, ValueError, UnsupportedAlgorithm):
        source = "the secret fusion:clientKey" if settings.client_key else settings.client_key_file
        wrong = f"{source} is not an RSA private key in PEM without a passphrase"
    raise LoginRefused(
        method="POST",
        path=paths.SIGN_IN,
        detail=f"{wrong}; run `make setup`, or set fusion:clientKeyFile or the secret fusion:clientKey",
    )


def pair_of(text: str) -> Pair:
    """A REST account's certificate and private key, both in PEM, in any order; certificates of others, such as its
    authority's, may stand beside them. Raises `NoPair`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates, key = _certificates_and_key(text)
    own = next((one for one in certificates if _public_key(one) == key.public_key()), None)
    if own is None:
        whose = "another certificate" if len(certificates) == 1 else "none of the certificates"
        raise NoPair(f"the private key belongs to {whose}")
    algorithm = (
        "RS256" if isinstance(key, RSAPrivateKey) else _EC_ALGORITHMS.get(getattr(key.curve, "name", ""))
    )
    if algorithm is None:
        raise NoPair(_NOT_TAKEN, _OTHER_KEY)
    content = base64.b64encode(own.public_bytes(Encoding.DER)).decode()
    return Pair(Signer(key, algorithm, {"x5c": [content]}), own.fingerprint(SHA256()).hex())


def _certificates_and_key(text: str) -> tuple[list[Certificate], Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    blocks = [(found[1], found[0].encode()) for found in _BLOCK.finditer(text)]
    certificates = [block for name, block in blocks if name.endswith("CERTIFICATE")]
    keys = [block for name, block in blocks if name.endswith("PRIVATE KEY")]
    missing = [what for what, there in (("certificate", certificates), ("private key", keys)) if not there]
    if missing:
        raise NoPair(f"it has no {' and no '.join(missing)} in PEM")
    if len(keys) > 1:
        raise NoPair(f"it has {len(keys)} private keys", "Leave the one of the account's certificate")
    try:
        key = load_pem_private_key(keys[0], password=None)
        read = [x509.load_pem_x509_certificate(block) for block in certificates]
    except UnsupportedAlgorithm:
        raise NoPair(_NOT_TAKEN, _OTHER_KEY) from None
    except (TypeError, ValueError):
        raise NoPair("it cannot be read") from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise NoPair(_NOT_TAKEN, _OTHER_KEY)
    return read, key


def _public_key(certificate: Certificate) -> Any:
    """None where it is of a kind that cannot be read: the key of the account is another."""
    try:
        return certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None
