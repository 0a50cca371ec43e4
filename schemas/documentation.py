"""The generated parts of docs/declaration.md, from the models and the rules: `python -m schemas.documentation`.

A part stands between `<!-- generated: name -->` and `<!-- end -->`; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from schemas.jsonschema import generate
from schemas.rules import LANGUAGE, MANUAL
from schemas.safety import SAFETY_RULES

PAGE = Path(__file__).parent.parent / "docs" / "declaration.md"
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """The page with its generated parts made anew. Raises KeyError for a part that nobody makes."""
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "fields": _fields,
        "manual": _manual,
        "language": _language,
        "safety": _safety,
    }
    return _PART.sub(lambda part: part[1] + "\n".join(parts[part[2]]()) + "\n" + part[3], text)


def _fields() -> Iterator[str]:
    """A table per section, in the order in which a reader meets them."""
    schema = generate()
    waiting, shown = ["Fusion"], set()
    while waiting:
        name = waiting.pop(0)
        if name in shown:
            continue
        shown.add(name)
        section = schema if name == "Fusion" else schema["$defs"][name]
        required = section.get("required", [])
        yield f"\n### {name}\n\n{section['description']}\n"
        yield "| key | on the portal | value | needed | |"
        yield "|---|---|---|---|---|"
        for key, field in section["properties"].items():
            waiting += re.findall(r"#/\$defs/(\w+)", repr(field))
            need = "yes" if key in required else ""
            yield f"| `{key}` | {field['title']} | {_value(field)} | {need} | {field.get('description', '')} |"
    yield ""


def _value(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        kinds = " or ".join(dict.fromkeys(_value(alternative) for alternative in field["anyOf"]))
    elif "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    elif field["type"] in ("array", "object"):
        listed = field["type"] == "array"
        return (
            f"list of {_value(field['items'])}"
            if listed
            else f"{_value(field['additionalProperties'])} by code"
        )
    else:
        kinds = {"string": "text", "integer": "number", "boolean": "`true`, `false`"}[field["type"]]
    return f"{kinds}, as `{field['examples'][0]}`" if "examples" in field else kinds


def _manual() -> Iterator[str]:
    yield from _rules(MANUAL)


def _language() -> Iterator[str]:
    yield from _rules(LANGUAGE)


def _safety() -> Iterator[str]:
    yield "\n| rule | what it keeps a run from | what lets it through | decided in |\n|---|---|---|---|"
    for name, rule in SAFETY_RULES.items():
        yield f"| `{name}` | {rule.guards} | {rule.override} | {rule.decided} |"
    yield ""


def _rules(rules: dict[str, str]) -> Iterator[str]:
    yield "\n| rule | what it says |\n|---|---|"
    for rule, meaning in rules.items():
        yield f"| `{rule}` | {meaning} |"
    yield ""


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
