"""From a file to a `Fusion`, or to every finding about it in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas import certificates, consistency, known, scenarios
from schemas.declaration import Draft, Fusion
from schemas.document import Document, parse, read
from schemas.errors import DeclarationError
from schemas.findings import Finding
from schemas.findings import Path as Place
from schemas.secrets import Secrets
from schemas.translation import translate


def load_declaration(path: Path | str, secrets: Secrets | None = None) -> Fusion:
    """The fusion in a file. Raises `DeclarationError` with all findings.

    Certificates are read relative to the file. Without `secrets`, people and passwords are not looked up.
    """
    fusion, findings = examine(read(Path(path)), Path(path).parent, secrets)
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion


def parse_declaration(
    text: str, name: str, directory: Path | None = None, secrets: Secrets | None = None
) -> Fusion:
    """The fusion in a text that findings call `name`; certificates are checked when a `directory` is given."""
    fusion, findings = examine(parse(text, name), directory, secrets)
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion


def examine(
    document: Document, directory: Path | None = None, secrets: Secrets | None = None
) -> tuple[Fusion | None, list[Finding]]:
    """Everything that is wrong with a document, sorted, and the fusion when its structure is sound."""
    findings = [*document.findings, *consistency.secrets_in(document)]
    if document.data is None:
        return None, sorted(set(findings))
    findings += document.drop_empty()
    secret_keys = {
        (finding.line, finding.column) for finding in findings if finding.rule == consistency.SECRET_RULE
    }
    fusion: Fusion | None = None
    try:
        draft: Draft = (fusion := Fusion.model_validate(document.data))
    except ValidationError as error:
        findings += [
            finding
            for finding in translate(error, document, Fusion)
            if (finding.line, finding.column) not in secret_keys
        ]
        draft = _draft(document.data, error)
    findings += _judged(draft, document, directory, secrets)
    return fusion, sorted(set(findings))


def _judged(
    draft: Draft, document: Document, directory: Path | None, secrets: Secrets | None
) -> list[Finding]:
    findings = list(known.check(draft, document))
    # What is known to be wrong is no ground to judge the rest by: it is reported, and not all that follows from it.
    wrong = {(finding.line, finding.column) for finding in findings}
    findings += scenarios.check(_without(draft, document, wrong), document)
    findings += consistency.check(draft, document)
    if directory is not None:
        findings += certificates.check(draft, document, directory)
    if secrets is not None:
        findings += secrets.check(draft, document)
    return findings


def _without(draft: Draft, document: Document, wrong: set[tuple[int, int]]) -> Draft:
    """The draft without its scenario, numbers and centres that stand at a wrong place."""

    def is_wrong(path: Place) -> bool:
        return any(document.values.get((*path, key)) in wrong for key in ("kbo", "nis", "name"))

    return draft.model_copy(
        update={
            "scenario": None if document.values.get(("scenario",)) in wrong else draft.scenario,
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


def _part(path: Place) -> Place:
    """The smallest part that can be left out of a draft and that holds this path."""
    if path[:1] == ("merging",):
        return path[:3] if path[2:3] == ("access",) else path[:2]
    return path[:2] if path[:1] == ("accounts",) else path[:1]


def _centre(centre: Any, path: Place, broken: set[Place]) -> Any:
    if path in broken:
        return None
    return {key: value for key, value in centre.items() if (*path, key) not in broken}
