"""Reads a file as a `Fusion`, or gives every finding about it in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from schemas import certificate_rules, consistency, known, scenarios
from schemas.declaration import Draft, Fusion
from schemas.document import Document, parse, read
from schemas.errors import DeclarationError, UnknownFusion
from schemas.files import OTHER_ENDING, declarations_in, has_other_ending
from schemas.findings import Finding, Path, in_order
from schemas.secrets import Secrets
from schemas.translation import takes_none_at, translate


def find_declarations(folder: FilePath, named: Sequence[str] = ()) -> dict[str, FilePath]:
    """The declarations in a folder by fusion, sorted.

    Raises `UnknownFusion` when a named one is not among them, `DeclarationError` for a file that no stack would find.
    """
    files = declarations_in(folder)
    if others := [path for path in files if has_other_ending(path.name)]:
        raise DeclarationError(
            Document(str(path)).finding_at((1, 1), "file-name", OTHER_ENDING) for path in others
        )
    found = {path.stem: path for path in files}
    if unknown := [name for name in named if name not in found]:
        raise UnknownFusion(unknown, list(found))
    return found


def load_declaration(path: FilePath | str, secrets: Secrets | None = None) -> Fusion:
    """The fusion in a file. Raises `DeclarationError` with all findings.

    Certificates are read relative to the file. Without `secrets`, people and passwords are not looked up.
    """
    path = FilePath(path)
    fusion, findings = examine(read(path, within=path.parent), path.parent, secrets)
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion


def parse_declaration(
    text: str, name: str, directory: FilePath | None = None, secrets: Secrets | None = None
) -> Fusion:
    """The fusion in a text that findings call `name`; certificates are checked when a `directory` is given."""
    fusion, findings = examine(parse(text, name), directory, secrets)
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion


def examine(
    document: Document, directory: FilePath | None = None, secrets: Secrets | None = None
) -> tuple[Fusion | None, list[Finding]]:
    """The fusion, when the document's structure is sound, and all findings, sorted."""
    findings = [*document.findings, *consistency.secrets_in(document)]
    if document.data is None:
        return None, in_order(findings)
    findings += document.drop_empty(lambda path: takes_none_at(Fusion, path))
    secret = {finding.path for finding in findings if finding.rule == consistency.SECRET_RULE}
    fusion: Fusion | None = None
    try:
        draft: Draft = (fusion := Fusion.model_validate(document.data))
    except ValidationError as error:
        findings += [one for one in translate(error, document, Fusion) if one.path not in secret]
        draft = _draft(document.data, error)
    findings += _judged(draft, document, directory, secrets)
    return fusion, in_order(findings)


def _judged(
    draft: Draft, document: Document, directory: FilePath | None, secrets: Secrets | None
) -> list[Finding]:
    findings = list(known.check(draft, document))
    # A number that is known to be wrong is reported once; what would follow from it is not.
    findings += scenarios.check(_without(draft, {finding.path for finding in findings}), document)
    findings += consistency.check(draft, document)
    if directory is not None:
        findings += certificate_rules.check(draft, document, directory)
    if secrets is not None:
        findings += secrets.check(draft, document)
    return findings


def _without(draft: Draft, wrong: set[Path | None]) -> Draft:
    """The draft without its scenario, its numbers and its centres, where they are wrong."""

    def is_wrong(path: Path) -> bool:
        return any((*path, key) in wrong for key in ("kbo", "nis", "name"))

    return draft.model_copy(
        update={
            "scenario": None if ("scenario",) in wrong else draft.scenario,
            "ocmw": None if is_wrong(("ocmw",)) else draft.ocmw,
            "merging": tuple(
                None if is_wrong(("merging", index)) else centre for index, centre in enumerate(draft.merging)
            ),
        }
    )


def _draft(data: dict[str, Any], error: ValidationError) -> Draft:
    """What is left of the data without the parts that the errors are in."""
    broken = {_part(tuple(item["loc"])) for item in error.errors(include_url=False, include_input=False)}
    sound = {key: value for key, value in data.items() if (key,) not in broken}
    if isinstance(sound.get("accounts"), dict):
        sound["accounts"] = {
            key: value for key, value in sound["accounts"].items() if ("accounts", key) not in broken
        }
    if isinstance(sound.get("merging"), list):
        sound["merging"] = [
            _centre(centre, ("merging", index), broken) for index, centre in enumerate(sound["merging"])
        ]
    return Draft.model_validate(sound)


def _part(path: Path) -> Path:
    """The smallest part that can be left out of a draft and that holds this path."""
    if path[:1] == ("merging",):
        return path[:3] if path[2:3] == ("access",) else path[:2]
    return path[:2] if path[:1] == ("accounts",) else path[:1]


def _centre(centre: Any, path: Path, broken: set[Path]) -> Any:
    if path in broken:
        return None
    return {key: value for key, value in centre.items() if (*path, key) not in broken}
