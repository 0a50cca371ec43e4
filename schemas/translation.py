"""pydantic's errors as findings for people: a missing key, an unknown key, what a value should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from schemas.document import Document
from schemas.fields import takes_none
from schemas.findings import Finding, Path, in_words
from schemas.printable import LONGEST_QUOTED
from schemas.terms import current_term, folded, key_for, nearest

_EXPECTED = {
    "string_type": "text", "bool_type": "`true` or `false`", "int_type": "a whole number",
    "tuple_type": "a list", "list_type": "a list", "dict_type": "keys with values",
    "model_type": "keys with values", "model_attributes_type": "keys with values",
}  # fmt: skip

_NOT_HERE = {
    ("accounts", "ftp", "certificateManagement"): (
        "R38",
        "the FTP account's certificate is the OCMW's own and never delegated: write `certificate: certificates/….cer`",
    ),
}
"""Keys that exist elsewhere and that a rule forbids here."""


def translate(error: ValidationError, document: Document, model: type[BaseModel]) -> Iterator[Finding]:
    """The findings of a failed validation of the document's data by `model`. What a misspelt key was meant for is noted in
    the document: it is not missing."""
    errors = error.errors(include_url=False)
    for *around, key in (item["loc"] for item in errors if item["type"] == "extra_forbidden"):
        if meant := _meant_by(str(key), model_at(model, tuple(around))):
            document.misspelt.add((*around, meant))
    for item in errors:
        path: Path = tuple(item["loc"])
        kind, value = item["type"], item["input"]
        if value is None:
            continue  # an item without a value has its own finding
        if path[-1:] == ("[key]",):  # pydantic's word for a free key that is wrong itself
            yield document.finding(path[:-1], kind, item["msg"], at_key=True)
        elif kind == "missing":
            # What is there without a value, or misspelt, has its own finding.
            if path not in document.empty and path not in document.misspelt:
                where = f" in `{in_words(path[:-1])}`" if path[:-1] and not document.secret else ""
                title = _title(model, path)
                yield document.finding(path, "missing-key", f"`{path[-1]}`{title} is missing{where}")
        elif kind == "extra_forbidden":
            yield _unknown_key(document, model, path)
        else:
            rule, message = _about_value(path, kind, _shown(value, document), item.get("ctx", {}), value)
            yield document.finding(path, rule, message or item["msg"])


def _about_value(path: Path, kind: str, shown: str, context: dict[str, Any], value: Any) -> tuple[str, str]:
    """The rule and the message about one value; no message where the error brings its own, for people."""
    expected = _EXPECTED.get(kind)
    if kind == "literal_error":
        return "unknown-value", _unknown_value(value, shown, context["expected"])
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return "out-of-range", f"expected {bound}, found {shown}"
    if kind == "string_too_long":
        return "out-of-range", f"expected at most {context['max_length']} characters"
    if kind in ("string_too_short", "string_pattern_mismatch"):
        if not str(value).strip():
            return "empty", "this is blank: give it a value, or remove the key"
        is_website = path[-1] == "website"
        expected = "an address such as https://www.pajottegem.example" if is_website else "one line of text"
    if expected:
        return "wrong-type", f"expected {expected}, found {shown}"
    return kind, ""  # raised by schemas.fields: its type is the rule


def keys_of(model: type[BaseModel] | None) -> list[str]:
    """The keys that a section may have, as people write them."""
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes what stands at a path; None where that is no section."""
    annotation: Any = root
    for step in path:
        if isinstance(step, int):
            continue  # the model of a list's items is found through the list
        if get_origin(annotation) is dict:  # a free key, such as a domain's code
            annotation = get_args(annotation)[1]
            continue
        field = _field(_model_in(annotation), step)
        if field is None:
            return None
        annotation = field.annotation
    return _model_in(annotation)


def takes_none_at(root: type[BaseModel], path: Path) -> bool:
    """Whether the word `none` may stand at a path."""
    field = _field(model_at(root, path[:-1]), path[-1])
    return field is not None and takes_none(field)


def _field(model: type[BaseModel] | None, key: str | int) -> FieldInfo | None:
    """The field that people write under a key."""
    fields = model.model_fields.items() if model else ()
    return next((field for name, field in fields if (field.alias or name) == key), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := _model_in(inner))), None)


def _title(root: type[BaseModel], path: Path) -> str:
    field = _field(model_at(root, path[:-1]), path[-1])
    return f" ({field.title})" if field and field.title else ""


def _unknown_key(document: Document, root: type[BaseModel], path: Path) -> Finding:
    if path in _NOT_HERE:
        return document.finding(path, *_NOT_HERE[path], at_key=True)
    key, model = str(path[-1]), model_at(root, path[:-1])
    if meant := _key_by_term(key, model):
        term = current_term(key)
        old = f", the old term for {term}" if term else ""
        hint = f"this is `{meant}` here{old}"
    elif close := _meant_by(key, model):
        hint = f"did you mean `{close}`?"
    else:
        hint = f"known here: {', '.join(keys_of(model))}"
    word = document.quoted(key, "this key")
    return document.finding(path, "unknown-key", f"{word} is not known here; {hint}", at_key=True)


def _meant_by(key: str, model: type[BaseModel] | None) -> str | None:
    """The key that was most likely meant by one that is not known here."""
    return _key_by_term(key, model) or nearest(key, keys_of(model))


def _key_by_term(term: str, model: type[BaseModel] | None) -> str | None:
    """The key for a Dutch term, where the section has it."""
    key = _key_by_title(model, term) or key_for(term)
    return key if key in keys_of(model) else None


def _key_by_title(model: type[BaseModel] | None, term: str) -> str | None:
    """The key whose title on the portal is this term, `OCMW-configuratie: Mutaties` also without the screen's menu."""
    for name, field in model.model_fields.items() if model else ():
        if folded(term) in (
            folded(part) for part in ((field.title or "").rsplit(": ")[-1], field.title or "")
        ):
            return field.alias or name
    return None


def _unknown_value(value: Any, shown: str, expected: str) -> str:
    choices = expected.replace("'", "")
    close = nearest(str(value), choices.replace(" or ", ", ").split(", "))
    if close == str(value):
        return f"{shown} is not known here; write {close} without quotes"
    hint = f"did you mean `{close}`?" if close and isinstance(value, str) else f"expected {choices}"
    return f"{shown} is not known here; {hint}"


def _shown(value: Any, document: Document) -> str:
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list"
    if document.secret:
        return "something else"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int):
        return f"the number {value}"
    return f"the text `{value}`" if len(str(value)) <= LONGEST_QUOTED else "a long text"
