"""All declarations at once: the findings of each file, of the JSON Schema, and about contradictions between files. A stack's
own file is read beside the others too, so that no run takes a centre that is another fusion's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath

from schemas.declaration import Fusion, slug
from schemas.document import MAX_BYTES, Document, read
from schemas.errors import DeclarationError
from schemas.files import Unreadable, declarations_in, read_file
from schemas.findings import Finding, Path, in_order
from schemas.identifiers import dotted
from schemas.loading import examine
from schemas.reference import reference
from schemas.safety import TWO_FUSIONS, cite
from schemas.secrets import Secrets


def validate(paths: Iterable[FilePath | str], secrets: Secrets | None = None) -> list[Finding]:
    """Every finding in the files, sorted. A directory stands for the declarations in it."""
    from schemas.jsonschema import structural_findings

    findings: list[Finding] = []
    sound: list[tuple[Document, Fusion]] = []
    for path in _files(paths):
        document = read(path, within=path.parent)
        fusion, found = examine(document, path.parent, secrets)
        reported = {finding.path for finding in found}
        found += [one for one in structural_findings(document) if not _is_reported(one, reported)]
        findings += found
        if fusion is not None:
            sound.append((document, fusion))
    # What a file's own findings say of a value is not said twice.
    places = {(finding.file, finding.path) for finding in findings}
    findings += [one for one in _across(sound) if (one.file, one.path) not in places]
    return in_order(findings)


def load_beside_others(path: FilePath, secrets: Secrets | None = None) -> Fusion:
    """The fusion in a file, as `load_declaration` reads it, with the findings in it about what a file beside it has too."""
    document = read(path, within=path.parent)
    fusion, findings = examine(document, path.parent, secrets)
    if fusion is not None and not findings:
        values = {value for (_, value), _ in _claims(document, fusion)}
        sound: list[tuple[Document, Fusion]] = []
        for other in declarations_in(path.parent):
            if other.name == path.name:
                sound.append((document, fusion))
            elif _mentions(other, values):
                beside = read(other, within=other.parent)
                theirs, _ = examine(beside)
                sound += [(beside, theirs)] if theirs else []
        findings = [one for one in _across(sound) if one.file == document.name]
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion


def _mentions(path: FilePath, values: Iterable[str]) -> bool:
    """Whether one of these values may be in a file: each `pulumi` asks, so most files are not taken apart."""
    try:
        text = read_file(path, MAX_BYTES, path.parent).decode(errors="replace")
    except Unreadable:
        return False
    squeezed = re.sub(r"[.\s]", "", text).lower()
    return any(value in squeezed for value in values)


def _is_reported(structural: Finding, reported: set[Path | None]) -> bool:
    """Whether the models have a finding about the same value, or about the section that it belongs in."""
    return structural.path is not None and not reported.isdisjoint((structural.path, structural.path[:-1]))


def _files(paths: Iterable[FilePath | str]) -> Iterator[FilePath]:
    for path in map(FilePath, paths):
        if path.is_dir():
            yield from declarations_in(path)
        else:
            yield path


@dataclass(frozen=True)
class _Claim:
    """A value that one file has for itself: a centre's number, or an FTP user name.

    :param known: it is this merger's, by what is known of mergers (R01).
    :param goes_on: the centre keeps the number: it may merge again, later.
    :param new: the number is a new one, and was nobody's before.
    """

    document: Document
    path: Path
    what: str
    takes_effect: date
    known: bool = False
    goes_on: bool = False
    new: bool = False

    def leaves_room_for(self, later: _Claim) -> bool:
        return self.goes_on and not later.new and self.takes_effect < later.takes_effect


def _across(sound: list[tuple[Document, Fusion]]) -> Iterator[Finding]:
    """What two files have that only one can: the same centre, or the same FTP user name. It is reported in the file that is
    likelier wrong: not where the number is known to belong, else in the later merger's, else in the later one given."""
    claims: dict[tuple[str, str], list[_Claim]] = {}
    for document, fusion in sound:
        for value, claim in _claims(document, fusion):
            claims.setdefault(value, []).append(claim)
    for together in claims.values():
        together.sort(key=lambda claim: (claim.takes_effect, not claim.known))
        for position, claim in enumerate(together):
            others = (one for one in together[:position] if one.document.name != claim.document.name)
            if owner := next((one for one in others if not one.leaves_room_for(claim)), None):
                rule = f" ({cite(TWO_FUSIONS)})" if claim.path[-1] == "kbo" else ""
                yield claim.document.finding(
                    claim.path, "twice", f"{claim.what} is in {owner.document.name} already{rule}"
                )


def _claims(document: Document, fusion: Fusion) -> Iterator[tuple[tuple[str, str], _Claim]]:
    named = [known for known in reference().fusions if slug(known.name) == fusion.slug]
    places: list[tuple[str, str, Path]] = [("merged", fusion.ocmw.kbo, ("ocmw", "kbo"))]
    places += [("merging", one.kbo, ("merging", index, "kbo")) for index, one in enumerate(fusion.merging)]
    for role, number, path in places:
        yield (
            ("number", number),
            _Claim(
                document,
                path,
                f"the {role} OCMW {dotted(number)}",
                fusion.takes_effect,
                known=any(number in one.numbers for one in named),
                goes_on=number == fusion.ocmw.kbo,
                new=role == "merged" and fusion.keeper is None,
            ),
        )
    if fusion.accounts and fusion.accounts.ftp:
        # User names are unique over the portal, whatever their case.
        username = fusion.accounts.ftp.username.lower()
        path = ("accounts", "ftp", "username")
        yield ("user name", username), _Claim(document, path, "this FTP user name", fusion.takes_effect)
