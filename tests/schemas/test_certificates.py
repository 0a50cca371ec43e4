"""R37–R46: what a certificate must be, for which account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from operations.rehearsals.certificates import write_certificates
from schemas.certificate_files import CertificateError
from schemas.certificate_rules import Usage, broken_rules
from schemas.certificates import Certificate, read_certificate

THE_DAY = date(2025, 1, 1)


def broken(certificate: Certificate, usage: Usage, takes_effect: date) -> list[str]:
    return [one.rule for one in broken_rules(certificate, usage, takes_effect)]


@pytest.mark.parametrize(
    ("name", "ftp", "rest"),
    [
        ("good", [], []),
        ("good-pem", [], []),
        ("rsa-2048", [], []),
        ("p-521", [], []),
        ("p-256", ["R40"], ["R40"]),
        ("rsa-1024", ["R40"], ["R40"]),
        ("ed25519", ["R40", "R41", "R42"], ["R40", "R41"]),
        ("sha-224", ["R41"], ["R41"]),
        ("self-signed", ["R42"], []),
        ("self-signed-long", ["R42", "R45"], []),  # R44: for REST as long as the supplier likes
        ("self-signed-other-usage", ["R42", "R46"], ["R46"]),
        ("self-signed-no-usage", ["R42", "R46"], ["R46"]),
        ("own-name-other-key", [], []),  # its issuer is somebody else, who has the same name,
        ("ended", ["R37"], ["R37"]),
        ("too-long", ["R45"], []),
    ],
)
def test_rules_of_an_account(directory: Path, name: str, ftp: list[str], rest: list[str]) -> None:
    certificate = read_certificate(directory / "certificates" / f"{name}.cer")
    assert broken(certificate, "ftp", THE_DAY) == ftp
    assert broken(certificate, "rest", THE_DAY) == rest


@pytest.mark.parametrize("takes_effect", [date(2024, 9, 30), date(2025, 1, 1), date(2026, 9, 30)])
def test_a_later_day_may_make_it_right(directory: Path, takes_effect: date) -> None:
    """R37: of a renewal that begins after the merger. Whether it is valid today, a preview asks the portal."""
    certificate = read_certificate(directory / "certificates" / "good.cer")
    assert broken(certificate, "ftp", takes_effect) == []


def test_no_later_day_makes_right_what_ends_before_the_merger(directory: Path) -> None:
    certificate = read_certificate(directory / "certificates" / "good.cer")
    assert broken(certificate, "ftp", date(2026, 10, 2)) == ["R37"]


def test_what_a_certificate_says(directory: Path) -> None:
    path = directory / "certificates" / "good.cer"
    certificate = read_certificate(path)
    assert certificate.subject == "CN=ftp.testdorp.example"
    assert certificate.issuer == "CN=Test CA"
    assert certificate.not_before == datetime(2024, 10, 1, tzinfo=UTC)
    assert certificate.not_after == datetime(2026, 10, 1, tzinfo=UTC)
    assert (certificate.key, certificate.signature, certificate.self_signed) == ("P-384", "SHA-384", False)
    assert certificate.der == path.read_bytes()
    assert certificate.sha256 == x509.load_der_x509_certificate(path.read_bytes()).fingerprint(SHA256()).hex()


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("nowhere.cer", "certificate-file", "no such file"),
        ("private-key.cer", "certificate-file", "private key"),
        ("two.cer", "certificate-file", "2 certificates"),
        ("negative-serial.cer", "certificate-file", "serial number is not positive"),
        ("no-certificate.cer", "certificate-file", "not a certificate"),
        ("binary.cer", "certificate-file", "not a certificate"),
        ("large.cer", "certificate-file", "too large"),
        ("empty.cer", "certificate-file", "not a certificate"),
        ("good.pfx", "R43", ".cer"),
    ],
)
def test_what_is_no_certificate_file(directory: Path, name: str, rule: str, words: str) -> None:
    with pytest.raises(CertificateError, match=words) as raised:
        read_certificate(directory / "certificates" / name)
    assert raised.value.rule == rule


def test_the_rehearsals_certificates_can_be_made_anew(tmp_path: Path) -> None:
    paths = write_certificates(tmp_path / "certificates", {"testdorp": THE_DAY, "later": date(2031, 1, 1)})
    assert [path.name for path in paths] == ["rehearsal-ca.cer", "testdorp-ftp.cer", "later-ftp.cer"]
    assert broken(read_certificate(paths[1]), "ftp", THE_DAY) == []
    assert broken(read_certificate(paths[2]), "ftp", date(2031, 1, 1)) == []
    authority = read_certificate(paths[0])
    assert authority.not_before.year == 2024
    assert authority.not_after.year == 2040
