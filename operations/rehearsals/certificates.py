"""Makes the rehearsal's certificates.

`python -m operations.rehearsals.certificates` makes those of all known fusions of scenario 1 anew, and
with the names of fusions behind it only those that their declarations name.

Each is valid around the day of its merger, so that it can be rehearsed. Only certificates are written: every private key,
that of the illustrative authority too, is forgotten when this ends. Real certificates come from a real authority.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from schemas.certificates import Certificate, parse_certificate
from schemas.declaration import slug
from schemas.loading import parse_declaration
from schemas.reference import reference

Valid = tuple[datetime, datetime]
"""From when to when a certificate is valid."""

AUTHORITY = "OCMW rehearsal CA (illustrative)"
# Around the day of the merger: at most as long as R45 has it, and begun before the first step of a rehearsal (R37).
BEGINS, ENDS, AUTHORITY_ENDS = timedelta(days=-92), timedelta(days=1003), timedelta(days=3560)
DIRECTORY = Path(__file__).parents[2] / "fusions" / "certificates"


def begins_on(day: date) -> date:
    """From when on what is made for a merger on `day` is valid."""
    return day + BEGINS


def write_certificates(directory: Path, days: Mapping[str, date]) -> list[Path]:
    """Writes `rehearsal-ca.cer` and `<name>-ftp.cer` for each name, in DER; returns their paths.

    :param days: the day of each fusion's merger, by its name.
    """
    authority_key = ec.generate_private_key(ec.SECP384R1())
    authority = _authority(authority_key, min(days.values()), max(days.values()))
    directory.mkdir(parents=True, exist_ok=True)
    written = [_write(directory / "rehearsal-ca.cer", authority)]
    for name, day in days.items():
        valid = _midnight(day + BEGINS), _midnight(day + ENDS)
        certificate = _ftp(name, valid, authority, authority_key)
        written.append(_write(directory / f"{name}-ftp.cer", certificate))
    return written


def write_certificate(
    path: Path, name: str, day: date, not_after: datetime | None = None, begins: date | None = None
) -> Path:
    """Writes one certificate for an FTP account, of an authority that is made for it and forgotten.

    :param day: of the merger; the certificate is valid around it, until `not_after` and from `begins` on where these
        are given.
    """
    key = ec.generate_private_key(ec.SECP384R1())
    valid = _midnight(begins or begins_on(day)), not_after or _midnight(day + ENDS)
    return _write(path, _ftp(name, valid, _authority(key, day, begins or day), key))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def certificate_and_key(name: str, day: date) -> str:
    """A supplier's self-signed certificate for the REST account of this fusion, whose merger is on `day`, and its private
    key, both in PEM (R42, R46)."""
    key = ec.generate_private_key(ec.SECP384R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"rest.{name}.example")])
    certificate = (
        _builder(f"rest.{name}.example", subject, (_midnight(day + BEGINS), _midnight(day + ENDS)))
        .public_key(key.public_key())
        .add_extension(_usage(certificates=False), critical=True)
        .sign(key, SHA384())
    )
    pem = certificate.public_bytes(Encoding.PEM) + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    return pem.decode()


def certificate_of(pem: str) -> Certificate:
    """What a supplier uploads of such a pair: the certificate alone."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return parse_certificate(certificate.public_bytes(Encoding.DER), "the supplier's certificate")


def uploaded(pem: str) -> str:
    """The same in base64."""
    return base64.b64encode(certificate_of(pem).der).decode()


def _ftp(
    name: str, valid: Valid, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP384R1())
    return (
        _builder(f"ftp.{name}.example", authority.subject, valid)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .sign(authority_key, SHA384())
    )


def _authority(key: ec.EllipticCurvePrivateKey, first: date, last: date) -> x509.Certificate:
    """Valid for certificates of mergers from the `first` day to the `last`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY)])
    return (
        _builder(AUTHORITY, name, (_midnight(first + BEGINS), _midnight(last + AUTHORITY_ENDS)))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, SHA384())
    )


def _builder(common_name: str, issuer: x509.Name, valid: Valid) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
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
    """Writes into fusions/certificates those of the named fusions, or anew those of all known ones of scenario 1."""
    if sys.argv[1:]:
        written = [path for name in sys.argv[1:] for path in _of_declaration(name)]
    else:
        days = {
            slug(fusion.name): fusion.takes_effect for fusion in reference().fusions if fusion.scenario == 1
        }
        written = write_certificates(DIRECTORY, days)
    for path in written:
        sys.stdout.write(f"{path.relative_to(DIRECTORY.parent.parent)}\n")


def _of_declaration(name: str) -> list[Path]:
    """The certificate that the FTP account of a declaration names, which may not be there yet; none without an account."""
    file = DIRECTORY.parent / f"{name}.yaml"
    fusion = parse_declaration(file.read_text("utf-8"), str(file))
    ftp = fusion.accounts.ftp if fusion.accounts else None
    if ftp is None:
        return []
    path = DIRECTORY.parent / ftp.certificate
    path.parent.mkdir(parents=True, exist_ok=True)
    return [write_certificate(path, name, fusion.takes_effect)]


if __name__ == "__main__":
    main()
