"""Keys, requests and self-signed certificates of a centre: what openssl makes of them, and where they lie."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from operations import private_files
from operations.certificates import keeping, making
from operations.certificates.making import Wanted
from providers.contract import BELGIUM
from schemas.certificate_rules import BROKEN, KEYS, SIGNATURES, judge
from schemas.certificates import parse_certificate
from schemas.errors import FusionError
from schemas.loading import load_declaration
from tests.operations.conftest import FUSIONS, Fusion
from tests.support.certificate_making import by_openssl, key, openssl

DAY = "2026-11-29"
NAME = making.name_of(load_declaration(FUSIONS / "pajottegem.yaml"))


def keys_in(root: Path, fusion: str = "pajottegem") -> Path:
    return root / ".state" / "keys" / fusion


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


# -- openssl reads what we make --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS)
def test_r40_r41_openssl_reads_our_request_and_its_key(kind: str) -> None:
    private = key(kind)
    request = making.make_request(private, NAME, Wanted(kind))
    told = openssl("req", "-in", "csr", "-noout", "-verify", "-text", "-nameopt", "utf8", csr=request)
    assert told.returncode == 0, told.stderr.decode()
    text = told.stdout.decode() + told.stderr.decode()
    assert "verify OK" in text
    assert "CN = OCMW Pajottegem" in text.replace("CN=", "CN = ")
    assert "NTRBE-1010784738" in text
    assert "Digital Signature" in text
    checked = openssl("pkey", "-in", "key", "-check", "-noout", key=making.format_key(private))
    assert checked.returncode == 0, checked.stderr.decode()
    of_key = openssl("pkey", "-in", "key", "-pubout", key=making.format_key(private)).stdout
    assert openssl("req", "-in", "csr", "-noout", "-pubkey", csr=request).stdout == of_key


@pytest.mark.parametrize("digest", SIGNATURES)
@pytest.mark.parametrize("kind", ["RSA-2048", "P-521"])
def test_r46_openssl_reads_and_verifies_our_self_signed_certificate(kind: str, digest: str) -> None:
    made = making.make_self_signed(key(kind), NAME, Wanted(kind, digest), date(2026, 11, 29), 730)
    told = openssl("x509", "-in", "cer", "-inform", "DER", "-noout", "-text", cer=made)
    text = told.stdout.decode()
    assert digest.replace("-", "").lower() in text.lower()
    assert "Digital Signature" in text
    assert "CA:FALSE" in text
    pem = openssl("x509", "-in", "cer", "-inform", "DER", cer=made).stdout
    verified = openssl("verify", "-partial_chain", "-no_check_time", "-CAfile", "pem", "pem", pem=pem)
    assert verified.returncode == 0, verified.stderr.decode()
    ours = parse_certificate(made, "rest.cer")
    assert (ours.key, ours.signature, ours.self_signed) == (kind, digest, True)
    assert (ours.validity.first, ours.validity.last) == (date(2026, 11, 29), date(2028, 11, 27))
    assert [one for one in judge(ours, "rest", date(2026, 11, 29), "rest.cer") if one.result == BROKEN] == []


def test_r37_one_made_just_after_midnight_is_valid_at_once() -> None:
    """And until its last day is over, in Belgium too."""
    ours = parse_certificate(
        making.make_self_signed(key("P-384"), NAME, Wanted("P-384"), date(2026, 11, 29), 2), "rest.cer"
    )
    midnight = datetime(2026, 11, 29, tzinfo=BELGIUM)
    assert ours.not_before == midnight
    assert ours.not_after == midnight + timedelta(days=2, seconds=-1)
    assert (ours.validity.first, ours.validity.last, ours.days) == (date(2026, 11, 29), date(2026, 11, 30), 2)
    assert not ours.ends_during(date(2026, 11, 30))


# -- we read what openssl makes ---------------------------------------------------------------------------------------------


def test_we_read_the_certificate_that_openssl_makes_of_our_request() -> None:
    """R37–R46: the whole way of an FTP account's certificate, with openssl as the authority."""
    request = making.make_request(key("RSA-3072"), NAME, Wanted("RSA-3072"))
    authority = by_openssl("req", "-x509", "-key", "key", "-subj", "/CN=Authority", "-days", "9")
    signed = openssl(
        *(
            "x509",
            "-req",
            "-in",
            "csr",
            "-CA",
            "ca",
            "-CAkey",
            "key",
            "-CAcreateserial",
            "-days",
            "700",
            "-sha384",
        ),
        csr=request,
        ca=authority,
        key=making.format_key(key("RSA-2048")),
    )
    assert signed.returncode == 0, signed.stderr.decode()
    ours = parse_certificate(signed.stdout, "ftp.cer")
    assert (ours.key, ours.signature, ours.self_signed) == ("RSA-3072", "SHA-384", False)
    assert "OCMW Pajottegem" in ours.subject
    day = ours.validity.first
    assert [one.rule for one in judge(ours, "ftp", day, "ftp.cer") if one.result == BROKEN] == []


# -- where they lie ---------------------------------------------------------------------------------------------------------


def test_a_key_is_for_its_owner_alone_whatever_the_umask(
    fusion: Fusion, root: Path, loose_umask: None
) -> None:
    ran = fusion("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY)
    assert ran.code == 0, ran.err
    found = sorted(keys_in(root).iterdir())
    assert [path.name for path in found] == [f"pajottegem-ftp-{DAY}.csr", f"pajottegem-ftp-{DAY}.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert stat.S_IMODE(keys_in(root).stat().st_mode) == 0o700
    assert "PRIVATE KEY" not in ran.out + ran.err
    assert f"certificate: certificates/pajottegem-ftp-{DAY}.cer" in ran.out


def test_nothing_is_overwritten(fusion: Fusion, root: Path) -> None:
    arguments = ("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY)
    assert fusion(*arguments).code == 0
    before = {path: path.read_bytes() for path in keys_in(root).iterdir()}
    again = fusion(*arguments)
    assert again.code == 1
    assert "is not overwritten" in again.err
    assert {path: path.read_bytes() for path in keys_in(root).iterdir()} == before
    assert fusion(*arguments[:-1], "2026-11-30").code == 0


def test_a_link_in_its_place_is_not_followed(fusion: Fusion, root: Path) -> None:
    keys_in(root).mkdir(parents=True)
    elsewhere = root / "elsewhere"
    (keys_in(root) / f"pajottegem-ftp-{DAY}.key").symlink_to(elsewhere)
    assert fusion("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY).code == 1
    assert not elsewhere.exists()


def test_no_key_comes_where_git_would_take_it_up(fusion: Fusion, root: Path) -> None:
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("/.state/\n*.key\n")
    arguments = ("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY)
    refused = fusion(*arguments, "--out", "fusions/keys")
    assert refused.code == 4
    assert "private key inside a git working tree" in refused.err
    assert not (root / "fusions" / "keys").exists()
    assert fusion(*arguments).code == 0


def throw_state_away(root: Path) -> subprocess.CompletedProcess[str]:
    """By `make clean-state`, as people call it: not as a part of the `make` that runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "clean-state"], cwd=root, env=own, capture_output=True, text=True, check=True
    )


def test_a_key_outlives_the_state_of_a_rehearsal(tmp_path: Path) -> None:
    """Nobody can give it back."""
    shutil.copy(FUSIONS.parent / "Makefile", tmp_path)
    kept = keys_in(tmp_path) / "pajottegem-ftp.key"
    for path in (kept, tmp_path / ".state" / "portal.db", tmp_path / ".state" / ".pulumi" / "meta.yaml"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    ran = throw_state_away(tmp_path)
    assert ".state/keys stays" in ran.stdout
    assert [path.name for path in (tmp_path / ".state").iterdir()] == ["keys"]
    assert kept.read_text() == "mine"


def test_where_there_is_no_state_there_is_nothing_to_throw_away(tmp_path: Path) -> None:
    shutil.copy(FUSIONS.parent / "Makefile", tmp_path)
    ran = throw_state_away(tmp_path)
    assert (ran.stdout, ran.stderr) == ("", "")


# -- new and renew ----------------------------------------------------------------------------------------------------------


def test_r42_an_ftp_account_gets_no_self_signed_one(fusion: Fusion, root: Path) -> None:
    refused = fusion("certificate", "new", "pajottegem", "--usage", "ftp")
    assert refused.code == 4
    assert "R42" in refused.err
    assert not keys_in(root).exists()


def test_r44_a_self_signed_one_is_valid_as_long_as_is_said(fusion: Fusion, root: Path) -> None:
    arguments = ("--key", "P-384", "--days", "90", "--on", DAY)
    ran = fusion("certificate", "new", "lochristi", *arguments)
    assert ran.code == 0, ran.err
    cer = keys_in(root, "lochristi") / f"lochristi-rest-{DAY}.cer"
    found = parse_certificate(cer.read_bytes(), cer.name)
    assert (found.validity.last - found.validity.first).days == 89
    assert fusion("certificate", "inspect", str(cer), "--usage", "rest", "--on", DAY).code == 0
    late = fusion("certificate", "inspect", str(cer), "--usage", "rest", "--on", "2027-03-01")
    assert late.code == 1
    assert "1 rule broken: R37" in late.out


def test_r37_renewal_waits_until_it_is_due(fusion: Fusion, root: Path) -> None:
    """The rehearsal's certificate ends on 2027-10-01."""
    early = fusion("certificate", "renew", "pajottegem", "--usage", "ftp", "--on", "2025-01-01")
    assert (early.code, keys_in(root).exists()) == (0, False)
    assert early.out.startswith("not due: the old one is valid until 2027-10-01, 1003 days more")
    due = fusion("certificate", "renew", "pajottegem", "--usage", "ftp", "--on", "2027-09-20")
    assert due.code == 0, due.err
    assert "11 days more" in due.err
    made = keys_in(root) / "pajottegem-ftp-2027-09-20.csr"
    # The same kind of key as the old one has.
    assert b"P-384" in openssl("req", "-in", "csr", "-noout", "-text", csr=made.read_bytes()).stdout
    even_so = ("--even-so", "--key", "P-521", "--on", "2025-01-02")
    assert fusion("certificate", "renew", "pajottegem", "--usage", "ftp", *even_so).code == 0


def test_r37_what_follows_is_made_once(fusion: Fusion, root: Path) -> None:
    """An authority takes its days: until its answer is declared, each run says what was sent to it."""
    renew = ("certificate", "renew", "pajottegem", "--usage", "ftp")
    assert fusion(*renew, "--on", "2027-09-20").code == 0
    before = {path: path.read_bytes() for path in keys_in(root).iterdir()}
    again = fusion(*renew, "--on", "2027-09-23")
    assert again.code == 0, again.err
    assert again.out.startswith("already made on 2027-09-20\n")
    assert "pajottegem-ftp-2027-09-20.csr" in again.out
    assert {path: path.read_bytes() for path in keys_in(root).iterdir()} == before
    assert fusion(*renew, "--on", "2027-09-23", "--even-so").code == 0
    assert (keys_in(root) / "pajottegem-ftp-2027-09-23.csr").exists()


def test_r37_what_was_made_and_is_declared_is_renewed_in_its_turn(fusion: Fusion, root: Path) -> None:
    day = "2027-09-20"
    assert fusion("certificate", "new", "lochristi", "--key", "P-384", "--days", "90", "--on", day).code == 0
    name = f"lochristi-rest-{day}.cer"
    shutil.copy(keys_in(root, "lochristi") / name, root / "fusions" / "certificates" / name)
    old = parse_certificate((root / "fusions" / "certificates" / name).read_bytes(), name)
    merged = load_declaration(FUSIONS / "lochristi.yaml")
    assert keeping.find_unanswered(merged, "rest", old, keys_in(root, "lochristi")) is None


def test_a_key_that_a_killed_run_left_alone_is_taken_up(fusion: Fusion, root: Path) -> None:
    """The same day by `csr`, any day by `renew`."""
    arguments = ("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY)
    assert fusion(*arguments).code == 0
    key_file, request = (keys_in(root) / f"pajottegem-ftp-{DAY}.{ending}" for ending in ("key", "csr"))
    for again in (arguments, ("certificate", "renew", "pajottegem", "--usage", "ftp", "--on", "2027-09-20")):
        before = key_file.read_bytes()
        request.unlink()
        ran = fusion(*again)
        assert ran.code == 0, ran.err
        assert key_file.read_bytes() == before
        of_key = openssl("pkey", "-in", "key", "-pubout", key=before).stdout
        assert (
            openssl("req", "-in", "csr", "-noout", "-pubkey", csr=request.read_bytes()).stdout
            == of_key
            != b""
        )
        assert len([*keys_in(root).iterdir()]) == 2


def test_what_is_no_such_key_is_not_taken_up(fusion: Fusion, root: Path) -> None:
    arguments = ("certificate", "csr", "pajottegem", "--on", DAY)
    assert fusion(*arguments, "--key", "P-384").code == 0
    key_file, request = (keys_in(root) / f"pajottegem-ftp-{DAY}.{ending}" for ending in ("key", "csr"))
    request.unlink()
    other = fusion(*arguments, "--key", "P-521")
    assert other.code == 1
    assert "is P-384 and not P-521, and is not overwritten" in other.err
    key_file.chmod(0o640)
    assert "others on this machine may use the file" in fusion(*arguments, "--key", "P-384").err
    key_file.chmod(0o600)
    key_file.write_bytes(key_file.read_bytes()[:99])
    assert "this is not a whole private key" in fusion(*arguments, "--key", "P-384").err
    assert not request.exists()


def test_a_key_is_on_the_disk_before_its_request_is_made(
    fusion: Fusion, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    def note(descriptor: int) -> None:
        kept.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    monkeypatch.setattr(os, "fsync", note)
    assert fusion("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY).code == 0
    assert kept == ["file", "folder"] * 2


def test_r34_a_request_for_what_a_supplier_manages_says_so(fusion: Fusion, root: Path) -> None:
    """As `new` does."""
    ran = fusion("certificate", "csr", "pajottegem", "--usage", "rest", "--key", "P-384", "--on", DAY)
    assert ran.code == 0
    assert "has socius manage this certificate" in ran.err
    assert (keys_in(root) / f"pajottegem-rest-{DAY}.csr").exists()


def test_r34_what_a_supplier_manages_the_supplier_renews(fusion: Fusion) -> None:
    refused = fusion("certificate", "renew", "pajottegem", "--usage", "rest")
    assert refused.code == 1
    assert "socius" in refused.err


def test_without_a_certificate_there_is_none_to_renew(fusion: Fusion) -> None:
    refused = fusion("certificate", "renew", "lochristi", "--usage", "ftp")
    assert refused.code == 1
    assert "fusion certificate csr" in refused.err


def test_what_cannot_be_written_leaves_no_half(
    root: Path, monkeypatch: pytest.MonkeyPatch, fusion: Fusion
) -> None:
    write = private_files.write_new

    def fail_at_the_second(path: Path, content: bytes) -> None:
        if path.suffix != ".key":
            raise FusionError("the disk is full")
        write(path, content)

    monkeypatch.setattr("operations.certificates.keeping.write_new", fail_at_the_second)
    assert fusion("certificate", "csr", "pajottegem", "--key", "P-384", "--on", DAY).code == 1
    assert [*keys_in(root).iterdir()] == []
