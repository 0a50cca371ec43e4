"""Makes a private key with its request or certificate, and puts both where nobody else finds them. R37, R38, R42.

A key never leaves its folder by us: it is in no state, no declaration, no output, and never where git would take it up. What
is there stays: a new pair lies beside the old one, under a new name. A key that a run left alone is used by the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from operations.certificates import making
from operations.certificates.declared import FOLDER, declared_path, declared_supplier, lines_for
from operations.certificates.making import Wanted
from operations.private_files import require_outside_git, write_new
from schemas.certificate_files import CertificateError
from schemas.certificate_rules import KEYS, Usage
from schemas.certificates import Certificate, read_any_certificate
from schemas.counts import format_count
from schemas.declaration import Fusion
from schemas.errors import FusionError, GuardRefused
from schemas.files import Unreadable, read_file
from schemas.validity import FAR

_MOST = 64 * 1024
"""Of a private key's file, in bytes."""


@dataclass(frozen=True)
class Pair:
    """A private key's file, and that of its request (`.csr`) or certificate (`.cer`)."""

    name: str
    usage: Usage
    key: Path
    other: Path

    def describe(self, declaration: Path) -> str:
        """What to do with both."""
        lines = [f"{self.key}: the private key. Keep it; it goes to nobody but the software that uses it"]
        beside = f"fusions/{FOLDER}/{self.name}.cer"
        if self.other.suffix == ".csr":
            lines += [
                f"{self.other}: the request. Send it to a global certificate authority (R42)",
                f"Put its answer into {beside}, and look at it:",
            ]
        else:
            lines += [
                f"{self.other}: the self-signed certificate",
                f"Copy it to {beside}, and look at it:",
            ]
        lines += [
            f"  fusion certificate inspect {beside} --usage {self.usage}",
            f"Then say in fusions/{declaration.name}:",
            *(f"  {line}" for line in lines_for(self.usage, self.name).splitlines()),
        ]
        return "\n".join(lines)


def default_folder(root: Path, fusion: Fusion) -> Path:
    """`.state/keys/<fusion>`, which git ignores."""
    return root / ".state" / "keys" / fusion.slug


def make_request(fusion: Fusion, usage: Usage, wanted: Wanted, day: date, folder: Path) -> Pair:
    """A private key and a request for a certificate of it."""
    pair = _choose(fusion, usage, day, folder, ".csr")
    _write(pair, wanted, lambda key: making.make_request(key, making.name_of(fusion), wanted))
    return pair


def make_self_signed(
    fusion: Fusion, usage: Usage, wanted: Wanted, first: date, days: int, folder: Path
) -> Pair:
    """A private key and a certificate that it signs itself. Raises `GuardRefused` for an FTP account (R42)."""
    if usage == "ftp":
        raise GuardRefused(
            "an FTP account's certificate is not self-signed (R42)",
            "`fusion certificate csr` makes the request to a global certificate authority",
        )
    pair = _choose(fusion, usage, first, folder, ".cer")
    name = making.name_of(fusion)
    _write(pair, wanted, lambda key: making.make_self_signed(key, name, wanted, first, days))
    return pair


def find_old(fusion: Fusion, declaration: Path, usage: Usage) -> Certificate:
    """The certificate that the declaration names. Raises `FusionError` where the centre has none to renew."""
    if usage == "rest" and (supplier := declared_supplier(fusion)):
        raise FusionError(
            f"{supplier} manages the certificate of the REST account (R34), and renews it",
            f"Ask {supplier} to",
        )
    named = declared_path(fusion, usage)
    if not named:
        make = "csr" if usage == "ftp" else "new"
        raise FusionError(
            f"fusions/{declaration.name} names no certificate for the {usage.upper()} account",
            f"`fusion certificate {make}` makes the first one",
        )
    try:
        return read_any_certificate(declaration.parent / named, declaration.parent)
    except CertificateError as error:
        raise FusionError(str(error), "Put it right, or make a new one without renewing") from None


def like(old: Certificate) -> str:
    """The kind of key that follows the old one: the same, where it is permitted (R40)."""
    return old.key if old.key in KEYS else making.DEFAULT_KEY


def describe_end(old: Certificate, day: date) -> str:
    """Until when the old one is valid, as of that day."""
    left = old.validity.days_left(day)
    more = f"{format_count(left, 'day')} more" if left >= 0 else f"it ended {format_count(-left, 'day')} ago"
    return f"the old one is valid until {old.validity.last}, {more}"


def is_due(old: Certificate, day: date) -> bool:
    """Whether its end is near, or past."""
    return old.validity.find_end(day) != FAR


def find_unanswered(fusion: Fusion, usage: Usage, old: Certificate, folder: Path) -> date | None:
    """The last day on which a key was made that should follow the old certificate's; None where there is none.

    Raises `FusionError` for a key that cannot be read.
    """
    begins, found = f"{fusion.slug}-{usage}-", []
    for path in folder.glob(f"{begins}*.key"):
        try:
            day = date.fromisoformat(path.stem.removeprefix(begins))
        except ValueError:  # somebody else's
            continue
        # An earlier one is that of a certificate before.
        if day >= old.validity.first and not making.belong_together(_read_key(path), old.der):
            found.append(day)
    return max(found, default=None)


def find_pair(fusion: Fusion, usage: Usage, day: date, folder: Path) -> Pair | None:
    """What was made on that day; None where the key is alone, or where there is none."""
    pairs = [_pair(fusion, usage, day, folder, suffix) for suffix in (".csr", ".cer")]
    return next((pair for pair in pairs if pair.key.exists() and pair.other.exists()), None)


def _pair(fusion: Fusion, usage: Usage, day: date, folder: Path, suffix: str) -> Pair:
    name = f"{fusion.slug}-{usage}-{day}"
    return Pair(name, usage, folder / f"{name}.key", folder / f"{name}{suffix}")


def _choose(fusion: Fusion, usage: Usage, day: date, folder: Path, suffix: str) -> Pair:
    """The two files: the second is not there yet, and both may be written. Raises `FusionError` before a key is made."""
    pair = _pair(fusion, usage, day, folder, suffix)
    require_outside_git(folder, "a private key", "without --out it goes to .state/keys")
    for path in (pair.key.with_name(f"{pair.name}{ending}") for ending in (".csr", ".cer")):
        if path.is_symlink() or path.exists():
            raise FusionError(
                f"{path} is there already, and is not overwritten",
                "Give --out another folder, or --on another day",
            )
    return pair


def _write(pair: Pair, wanted: Wanted, make_other: Callable[[making.PrivateKey], bytes]) -> None:
    """Both or none; where a key is there alone, as a run that was killed leaves it, what belongs to it."""
    if pair.key.is_symlink() or pair.key.exists():
        key = _read_key(pair.key)
        if making.kind_of(key) != wanted.key:
            raise FusionError(
                f"{pair.key} is there already, is {making.kind_of(key)} and not {wanted.key}, and is not overwritten",
                f"Give --key {making.kind_of(key)} to use it, --out another folder, or --on another day",
            )
        write_new(pair.other, make_other(key))
        return
    key = making.make_key(wanted.key)
    other = make_other(key)
    write_new(pair.key, making.format_key(key))
    try:
        write_new(pair.other, other)
    except BaseException:
        pair.key.unlink(missing_ok=True)
        raise


def _read_key(path: Path) -> making.PrivateKey:
    """Raises `FusionError` for what is not the whole key of one's own, and for its owner alone."""
    try:
        if path.is_symlink():
            raise Unreadable("this is a link")
        key = making.read_key(read_file(path, _MOST, private=True))
        if key is None:
            raise Unreadable("this is not a whole private key, as a run that was killed may leave it")
    except Unreadable as error:
        raise FusionError(f"{path}: {error}", "Put it right, or move it away") from None
    return key
