"""What a certificate of ChaMan's accounts says of itself, read from its file. Which rules it keeps: `certificate_rules`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from schemas.certificate_files import FILE, MAX_BYTES, CertificateError, load_one
from schemas.files import Outside, Unreadable, read_file
from schemas.validity import BELGIUM, Validity

if TYPE_CHECKING:
    from cryptography import x509

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_UNKNOWN = "of a kind that cannot be read"


@dataclass(frozen=True)
class Certificate:
    """The contents of a certificate. Times are UTC; `sha256` is the fingerprint in hex; `der` is the certificate itself.

    `key` and `signature` as the manual has them (`RSA-2048`, `SHA-256`); `key_usage` by the names of RFC 5280 in words,
    empty where none is said.
    """

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    self_signed: bool
    key_usage: tuple[str, ...]
    sha256: str
    der: bytes

    @property
    def validity(self) -> Validity:
        return Validity.between(self.not_before, self.not_after)

    @property
    def days(self) -> int:
        """How long it is valid: every day that has begun counts as one (R45)."""
        return -(-(self.not_after - self.not_before) // timedelta(days=1))

    def ends_during(self, day: date) -> bool:
        """Whether it ends before that day is over in Belgium: for a part of the day the portal refuses it (R37)."""
        begins = datetime.combine(day, time(), BELGIUM)
        return self.not_after - begins < timedelta(days=1, seconds=-1)

    @property
    def digital_signature(self) -> bool:
        return "digital signature" in self.key_usage


def read_certificate(path: FilePath, within: FilePath | None = None) -> Certificate:
    """The certificate in a `.cer` file, DER or PEM; `within` is the folder that a link must not lead out of.

    Raises `CertificateError`.
    """
    if path.suffix.lower() != ".cer":
        raise CertificateError("R43", f"{path.name} is not a .cer file")
    return read_any_certificate(path, within)


def read_any_certificate(path: FilePath, within: FilePath | None = None) -> Certificate:
    """The same, whatever the file is called."""
    try:
        content = read_file(path, MAX_BYTES + 1, within)
    except Outside as error:
        raise CertificateError("certificate-path", f"{path.name}: {error}") from None
    except Unreadable as error:
        raise CertificateError(FILE, f"{path.name}: {error}") from None
    return parse_certificate(content, path.name)


def parse_certificate(content: bytes, name: str) -> Certificate:
    """The one certificate in a file's bytes, DER or PEM. Raises `CertificateError`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate = load_one(content, name)
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=_key(certificate),
        signature=_signature(certificate),
        self_signed=_is_self_signed(certificate),
        key_usage=_key_usage(certificate),
        sha256=certificate.fingerprint(SHA256()).hex(),
        der=certificate.public_bytes(Encoding.DER),
    )


def _key(certificate: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return _UNKNOWN
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name)
    return type(key).__name__.lstrip("_").removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return _UNKNOWN
    return algorithm.name.upper().replace("SHA", "SHA-", 1) if algorithm else "no hash of its own"


def _is_self_signed(certificate: x509.Certificate) -> bool:
    """By its own key, whatever the names say: an issuer may have several keys, and anybody may write another's name."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        return _verify_by_own_key(certificate)
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm):
        # Of a kind that nobody here can check: its own word counts.
        return certificate.subject == certificate.issuer


def _verify_by_own_key(certificate: x509.Certificate) -> bool:
    """False where the key is of another kind than the signature. Raises `InvalidSignature`, or `UnsupportedAlgorithm` or
    `ValueError` for what cannot be checked."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
    from cryptography.x509.oid import SignatureAlgorithmOID as Oid

    key, how = certificate.public_key(), certificate.signature_algorithm_parameters
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    match how, key:
        case ((padding.PKCS1v15() | padding.PSS()), rsa.RSAPublicKey()):
            digest = certificate.signature_hash_algorithm
            assert digest is not None, "RSA signs a hash"
            key.verify(signature, signed, how, digest)
        case ec.ECDSA(), ec.EllipticCurvePublicKey():
            key.verify(signature, signed, how)
        case None, _ if certificate.signature_algorithm_oid not in (Oid.ED25519, Oid.ED448):
            raise UnsupportedAlgorithm("the signature's")
        case None, ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            key.verify(signature, signed)
        case _:
            return False
    return True


def _key_usage(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    said = {
        "digital signature": usage.digital_signature,
        "content commitment": usage.content_commitment,
        "key encipherment": usage.key_encipherment,
        "data encipherment": usage.data_encipherment,
        "key agreement": usage.key_agreement,
        "certificate signing": usage.key_cert_sign,
        "CRL signing": usage.crl_sign,
    }
    return tuple(name for name, is_said in said.items() if is_said)
