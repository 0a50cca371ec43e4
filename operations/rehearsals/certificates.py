"""Makes the rehearsal's certificates anew: `python -m operations.rehearsals.certificates`.

An illustrative authority signs one FTP certificate for each fusion of scenario 1. Only certificates are written: every
private key, the authority's too, is forgotten when this ends. Real certificates come from a real authority.
"""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from schemas.declaration import slug
from schemas.reference import reference

AUTHORITY = "OCMW rehearsal CA (illustrative)"
NOT_BEFORE = datetime(2024, 10, 1, tzinfo=UTC)
NOT_AFTER = datetime(2027, 10, 1, tzinfo=UTC)
AUTHORITY_NOT_AFTER = datetime(2034, 10, 1, tzinfo=UTC)
DIRECTORY = Path(__file__).parents[2] / "fusions" / "certificates"


def write_certificates(directory: Path, names: list[str]) -> list[Path]:
    """Writes `rehearsal-ca.cer` and `<name>-ftp.cer` for each name, in DER; returns their paths."""
    authority_key = ec.generate_private_key(ec.SECP384R1())
    authority = _authority(authority_key)
    directory.mkdir(parents=True, exist_ok=True)
    written = [_write(directory / "rehearsal-ca.cer", authority)]
    for name in names:
        certificate = _ftp(name, NOT_AFTER, authority, authority_key)
        written.append(_write(directory / f"{name}-ftp.cer", certificate))
    return written


def write_certificate(path: Path, name: str, not_after: datetime) -> Path:
    """Writes one certificate for an FTP account, of an authority that is made for it and forgotten."""
    key = ec.generate_private_key(ec.SECP384R1())
    return _write(path, _ftp(name, not_after, _authority(key), key))


def certificate_and_key(name: str) -> str:
    """A supplier's self-signed certificate for the REST account of this fusion, and its private key, both in PEM (R42,
    R46)."""
    key = ec.generate_private_key(ec.SECP384R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"rest.{name}.example")])
    certificate = (
        _builder(f"rest.{name}.example", subject, NOT_AFTER)
        .public_key(key.public_key())
        .add_extension(_usage(certificates=False), critical=True)
        .sign(key, SHA384())
    )
    pem = certificate.public_bytes(Encoding.PEM) + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    return pem.decode()


def uploaded(pem: str) -> str:
    """What a supplier uploads of such a pair: the certificate alone, in base64."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _ftp(
    name: str, not_after: datetime, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP384R1())
    return (
        _builder(f"ftp.{name}.example", authority.subject, not_after)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .sign(authority_key, SHA384())
    )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY)])
    return (
        _builder(AUTHORITY, name, AUTHORITY_NOT_AFTER)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, SHA384())
    )


def _builder(common_name: str, issuer: x509.Name, not_after: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(not_after)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, certificate: x509.Certificate) -> Path:
    path.write_bytes(certificate.public_bytes(Encoding.DER))
    return path


def main() -> None:
    """Writes the certificates of the known fusions of scenario 1 into fusions/certificates."""
    names = [slug(fusion.name) for fusion in reference().fusions if fusion.scenario == 1]
    for path in write_certificates(DIRECTORY, names):
        sys.stdout.write(f"{path.relative_to(DIRECTORY.parents[1])}\n")


if __name__ == "__main__":
    main()
