"""SARIF 2.1.0, the standard for what tools find in files: for code scanning, editors and whoever collects findings."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePosixPath
from urllib.parse import quote

from operations.annotations.annotation import Annotated, Annotation
from operations.printing import format_json
from schemas.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What every relative path begins at: the repository, wherever its files lie."""


def write_sarif(annotated: Annotated) -> str:
    """One run, which is told apart from those of other commands by its `automationDetails`."""
    rules = sorted({one.rule for one in annotated.annotations})
    run = {
        "tool": {
            "driver": {
                "name": "fusion",
                "version": version("ocmw-fusion"),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"{annotated.command.replace(' ', '-')}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules.index(one.rule)) for one in annotated.annotations],
    }
    return format_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: str) -> dict[str, object]:
    meaning = RULES.get(rule)
    return {"id": rule} | ({"shortDescription": {"text": _plain(meaning)}} if meaning else {})


def _result(annotation: Annotation, rule_index: int) -> dict[str, object]:
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": _artifact(annotation.file),
            "region": {"startLine": annotation.line, "startColumn": annotation.column},
        }
    }
    if annotation.place:
        location["logicalLocations"] = [{"fullyQualifiedName": annotation.place}]
    return {
        "ruleId": annotation.rule,
        "ruleIndex": rule_index,
        "level": annotation.severity.value.sarif,
        "message": {"text": _plain(annotation.message)},
        "locations": [location],
        "partialFingerprints": {"finding/v1": annotation.fingerprint},
    }


def _artifact(file: str) -> dict[str, str]:
    if PurePosixPath(file).is_absolute():
        return {"uri": f"file://{quote(file)}"}
    return {"uri": quote(file), "uriBaseId": ROOT}


def _plain(text: str) -> str:
    """A text in which SARIF sees no placeholder (`{0}`) and no link (`[here](…)`)."""
    text = text.replace("{", "{{").replace("}", "}}")
    if "](" not in text:
        return text
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
