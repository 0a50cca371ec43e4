"""All declarations at once: the findings of each file, of the JSON Schema, and about contradictions between files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath

from schemas.declaration import Fusion
from schemas.document import Document, read
from schemas.files import declarations_in
from schemas.findings import Finding, Path, in_order
from schemas.identifiers import dotted
from schemas.loading import examine
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
    findings += _across(sound)
    return in_order(findings)


def _is_reported(structural: Finding, reported: set[Path | None]) -> bool:
    """Whether the models have a finding about the same value, or about the section that it belongs in."""
    return structural.path is not None and not reported.isdisjoint((structural.path, structural.path[:-1]))


def _files(paths: Iterable[FilePath | str]) -> Iterator[FilePath]:
    for path in map(FilePath, paths):
        if path.is_dir():
            yield from declarations_in(path)
        else:
            yield path


def _across(sound: list[tuple[Document, Fusion]]) -> Iterator[Finding]:
    """The same centre merged twice, or the same FTP user name, in two files; reported in the later one."""
    owners: dict[tuple[str, str], str] = {}
    for document, fusion in sound:
        for kind, value, path in _claims(fusion):
            owner = owners.setdefault((kind, value), document.name)
            if owner != document.name:
                yield document.finding(path, "twice", f"{kind} is in {owner} already")


def _claims(fusion: Fusion) -> Iterator[tuple[str, str, Path]]:
    yield f"the merged OCMW {dotted(fusion.ocmw.kbo)}", fusion.ocmw.kbo, ("ocmw", "kbo")
    for index, centre in enumerate(fusion.merging):
        yield f"the merging OCMW {dotted(centre.kbo)}", centre.kbo, ("merging", index, "kbo")
    if fusion.accounts and fusion.accounts.ftp:
        username = fusion.accounts.ftp.username
        # User names are unique over the portal, whatever their case.
        yield "this FTP user name", username.lower(), ("accounts", "ftp", "username")
