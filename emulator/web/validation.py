"""From the bytes of a body to checked, canonical JSON, or to every issue at once.

Imported at the first write: pydantic is not needed to read the portal.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pydantic
import pydantic_core
from pydantic_core import ErrorDetails

from emulator.core.models import REFUSAL, find_model
from emulator.core.operation import Call
from emulator.core.problems import Issue, bad_request

_KINDS = {"missing": "requiredInput", "extra_forbidden": "unknownInput"}
_SNAKE = re.compile(r"_([a-z])")
# Beyond it, a float no longer tells one whole number from the next.
_EXACT = 2**53
_RANGES = ("greater_than", "less_than", "too_long", "too_short", "string_too")


def parse(name: str, raw: bytes, call: Call | None) -> dict[str, Any]:
    """The body as its model `name` takes it, names in lowerCamelCase, without nulls.

    :param call: what rules that look at the store need; None where there are none.
    :raises Problem: 400 with all issues.
    """
    try:
        sent = pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise bad_request([Issue("schemaViolation", "the body is not JSON", "")]) from None
    _refuse_names_that_stand_twice(raw)
    sent = _whole_numbers(sent)
    if not isinstance(sent, dict):
        raise bad_request([Issue("schemaViolation", "the body must be a JSON object", "")])
    try:
        checked = find_model(name).model_validate(sent, context=call)
    except pydantic.ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise bad_request([_issue(detail) for detail in found]) from None
    dumped: dict[str, Any] = checked.model_dump(by_alias=True, exclude_none=True)
    return dumped


def _refuse_names_that_stand_twice(raw: bytes) -> None:
    """Of two values under one name one would be lost, and nobody knows which.

    :param raw: JSON that was read before, and so is not too deep.
    :raises Problem: 400 with an issue for each such name.
    """
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> None:
        counted = Counter(name for name, _ in pairs)
        twice.extend(name for name, count in counted.items() if count > 1)

    json.loads(raw, object_pairs_hook=members, parse_int=float)
    if twice:
        raise bad_request(
            [Issue("invalidStructure", "stands twice in an object", _field([name])) for name in twice]
        )


def _whole_numbers(node: Any) -> Any:
    """JSON has one kind of number: `3.0` is as much an integer as `3`, whatever Python makes of it."""
    if isinstance(node, float) and node.is_integer() and abs(node) < _EXACT:
        return int(node)
    if isinstance(node, list):
        return [_whole_numbers(item) for item in node]
    if isinstance(node, dict):
        return {name: _whole_numbers(value) for name, value in node.items()}
    return node


def _issue(error: ErrorDetails) -> Issue:
    name = _field(error["loc"])
    context = error.get("ctx", {})
    if error["type"].startswith(REFUSAL):
        # Of a field that was left out pydantic gives the attribute's name and not the field's.
        name = _SNAKE.sub(lambda match: match[1].upper(), name)
        return Issue(error["type"].removeprefix(REFUSAL), context["message"], name, rule=context.get("rule"))
    kind = _KINDS.get(error["type"])
    if kind is None:
        kind = "outOfRange" if error["type"].startswith(_RANGES) else "schemaViolation"
    return Issue(kind, _sentence(error), name)


def _sentence(error: ErrorDetails) -> str:
    """Pydantic's messages are about the model, not about the value; with `include_input=False` its contexts are too."""
    if error["type"] == "missing":
        return "this field is needed"
    if error["type"] == "extra_forbidden":
        return "no such field here"
    return error["msg"][:1].lower() + error["msg"][1:]


_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _field(location: Sequence[int | str]) -> str:
    """`accounts[0].ssin`. A name that the client made up is only repeated when it is a plain word."""
    name = ""
    for part in location:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            word = part if _PLAIN.fullmatch(part) else "?"
            name += f".{word}" if name else word
    return name
