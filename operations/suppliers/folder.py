"""Which file of a folder is for which centre, and whether it can be a REST account's certificate: before any call that
writes.

A file is named by its centre: the enterprise number, with or without dots (`0212.212.343.cer`), or the name in lower case
with hyphens, with or without OCMW before it (`galmaarden.cer`, `ocmw-galmaarden.cer`). Only files that look like
certificates count. All else that lies there, such as keys, is left alone, and so are hidden files, such as the
`._galmaarden.cer` that macOS puts beside one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from operations.suppliers.desk import Delegation
from schemas import certificate_rules
from schemas.certificate_files import CertificateError
from schemas.certificates import Certificate, read_certificate
from schemas.declaration import slug
from schemas.errors import FusionError
from schemas.identifiers import IdentifierError, parse_enterprise_number

_LOOKS_LIKE_ONE = frozenset({".cer", ".crt", ".pem", ".der", ".p7b", ".p12", ".pfx"})
_OCMW = "ocmw-"


class WrongFile(FusionError):
    """A file cannot be what is uploaded; the message says why, with the rule."""


class UnknownCentre(WrongFile):
    """A file is named by no centre that this supplier knows."""


@dataclass(frozen=True)
class Sorted:
    """The files of a folder: by the centre's number those of each centre, and those of nobody, each with why."""

    of_centres: Mapping[str, list[Path]]
    of_nobody: Mapping[Path, WrongFile]


def sort_files(folder: Path, delegations: Iterable[Delegation]) -> Sorted:
    """:raises FusionError: where the folder cannot be read."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for one in delegations:
        names[slug(one.centre).removeprefix(_OCMW)].add(one.number)
    of_centres: defaultdict[str, list[Path]] = defaultdict(list)
    of_nobody: dict[Path, WrongFile] = {}
    for path in _files(folder):
        try:
            of_centres[_number(path.stem, names)].append(path)
        except WrongFile as error:
            of_nobody[path] = error
    return Sorted(of_centres, of_nobody)


def judge(path: Path, today: date) -> Certificate:
    """The certificate in a file, where a REST account may have it today.

    :raises WrongFile: with all the rules that it breaks (R37, R40-R46).
    """
    try:
        certificate = read_certificate(
            path
        )  # a link may lead anywhere: nobody reviews this folder as a declaration's
    except CertificateError as error:
        raise WrongFile(f"{error} ({error.rule})") from None
    judged = certificate_rules.judge(certificate, "rest", today, path.name)
    broken = [one for one in judged if one.result == certificate_rules.BROKEN]
    if broken:
        raise WrongFile("; ".join(f"{one.reason} ({one.rule})" for one in broken))
    return certificate


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if _looks_like_one(path.name))
    except OSError as error:
        raise FusionError(
            f"{folder}: {error.strerror}", "Name a folder with a .cer file for each centre"
        ) from None


def _looks_like_one(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in _LOOKS_LIKE_ONE


def _number(stem: str, names: Mapping[str, set[str]]) -> str:
    """The number of the centre that a file is named by."""
    if any(sign.isdigit() for sign in stem) and not any(sign.isalpha() for sign in stem.removeprefix("BE")):
        try:
            return parse_enterprise_number(stem)
        except IdentifierError as error:
            raise WrongFile(str(error)) from None
    found = names.get(slug(stem).removeprefix(_OCMW), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise WrongFile("several centres have this name", "Name the file by the enterprise number")
    raise UnknownCentre("no centre of yours has this name")
