"""The types of fields that the models share: what one value may look like, for pydantic and for the JSON Schema.

An error raised here has the finding's rule as its type and a sentence for people as its message: `schemas.translation`
passes both on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from schemas import identifiers
from schemas.printable import UNSEEN, code_point, is_blank

LONGEST_USERNAME = 10
"""Of an FTP account (R30)."""
_USERNAME = rf"^[A-Za-z0-9]{{1,{LONGEST_USERNAME}}}$"
LONGEST_NAME = 100
"""The most that the portal takes in a path."""
_NAME = rf"^(?!\.{{1,2}}$)[^\s/\\](?:[^\t\r\n/\\]{{0,{LONGEST_NAME - 2}}}[^\s/\\])?$"
NONE = "none"
"""The word that empties a list on the portal."""


class Section(BaseModel):
    """A part of a declaration: keys in camelCase, no unknown ones; types are not guessed; nothing changes after reading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


def problem(rule: str, message: str) -> PydanticCustomError:
    """The error to raise in a validator: a finding's rule and its message."""
    return PydanticCustomError(rule, "{message}", {"message": message})


def _identifier(parse: Callable[[str], str]) -> BeforeValidator:
    def validate(value: Any) -> Any:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            return value
        try:
            return parse(text)
        except identifiers.IdentifierError as error:
            raise problem(error.rule, str(error)) from None

    return BeforeValidator(validate)


def _text_or_number(pattern: str, minimum: int, maximum: int, example: str) -> WithJsonSchema:
    """For what people write without quotes too: other readers of YAML make a number of it, and lose a zero in front."""
    return WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": pattern},
                {"type": "integer", "minimum": minimum, "maximum": maximum},
            ],
            "examples": [example],
        }
    )


def _iso_date(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise problem("wrong-type", "expected a date such as 2025-01-01")


def _username(text: str) -> str:
    if not re.fullmatch(_USERNAME, text):
        raise problem(
            "R30",
            f"an FTP user name has at most {LONGEST_USERNAME} characters, only digits and letters a-z, no spaces",
        )
    return text


def name_problem(text: str) -> str:
    """Why a text cannot be the name of a thing on the portal, which is a part of a path there; empty where it can.

    The portal tells names apart by every sign: what nobody sees would make another thing of it.
    """
    if len(text) > LONGEST_NAME:
        return f"has at most {LONGEST_NAME} characters, this one has {len(text)}"
    if text != text.strip():
        return "has no space at its ends"
    if found := UNSEEN.search(text) or re.search(r"[^\S ]", text):
        return f"has no sign that cannot be seen ({code_point(found[0])})"
    if "/" in text or "\\" in text:
        return "has no slash"
    if text in (".", ".."):
        return "is more than dots"
    return ""


def _account_name(text: str) -> str:
    if reason := name_problem(text):
        raise problem("account-name", f"an account's name {reason}")
    return text


def _visible(text: str) -> str:
    if is_blank(text):
        raise problem("empty", "this is blank: give it a value, or remove the key")
    return text


def _certificate_path(text: str) -> str:
    if text.lower().endswith((".pfx", ".p12")):
        raise problem(
            "R43", "a .pfx holds a private key and is refused: export the certificate alone, as .cer"
        )
    if not text.lower().endswith(".cer"):
        raise problem("R43", "a certificate's file name ends in .cer")
    # Each file has one path, or a change of it would be found under the other.
    if text.startswith(("/", "~")) or "\\" in text or {"", ".", ".."} & {*text.split("/")}:
        raise problem(
            "certificate-path",
            "a certificate lies beside the declarations: a path such as certificates/pajottegem-ftp.cer",
        )
    if reason := name_problem(text.rsplit("/", 1)[-1]):
        raise problem("certificate-path", f"a certificate's file name {reason}")
    return text


EnterpriseNumber = Annotated[
    str,
    _identifier(identifiers.parse_enterprise_number),
    _text_or_number(
        r"^\s*([Bb][Ee])?[\s.\-/]*[01]([\s.\-/]*\d){9}\s*$", 100_000_000, 1_999_999_999, "0212.212.343"
    ),
]
"""Ten digits, dots and spaces left out."""

NisCode = Annotated[
    str, _identifier(identifiers.parse_nis_code), _text_or_number(r"^[1-9]\d{4}$", 10000, 99999, "23106")
]
Postcode = Annotated[
    str, _identifier(identifiers.parse_postcode), _text_or_number(r"^[1-9]\d{3}$", 1000, 9999, "1570")
]
Ssin = Annotated[str, _identifier(identifiers.parse_ssin), WithJsonSchema({"type": "string"})]
"""Eleven digits; an error never shows the value."""

Email = Annotated[
    str,
    _identifier(identifiers.parse_email),
    WithJsonSchema({"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$"}),
]
Phone = Annotated[
    str,
    _identifier(identifiers.parse_phone),
    _text_or_number(r"^\+?[\d\s./()\-]{6,25}$", 10**6, 10**15, "+32 2 787 58 27"),
]
"""E.164, `+3227875827`."""

PersonKey = Annotated[
    str,
    _identifier(identifiers.parse_person_key),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[a-z][a-z0-9]*([.-][a-z0-9]+)+$", "examples": ["els.peeters"]}
    ),
]
"""The key of a person in the secrets file, `els.peeters`."""

IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2025-01-01"]}),
]

Text = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[^\t\r\n]*\S[^\t\r\n]*$"),
    AfterValidator(_visible),
]
"""One line, not blank."""

AccountName = Annotated[
    Text, AfterValidator(_account_name), WithJsonSchema({"type": "string", "pattern": _NAME})
]
"""What the portal knows an account by."""

Username = Annotated[
    str, BeforeValidator(lambda value: _username(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "pattern": _USERNAME}),
]  # fmt: skip
CertificatePath = Annotated[
    str, BeforeValidator(lambda value: _certificate_path(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "pattern": r"^[^/~\\].*\.[cC][eE][rR]$", "examples": ["certificates/x-ftp.cer"]}),
]  # fmt: skip


def non_empty_list(rule: str, what: str) -> Any:
    """Annotations of a list with at least one item, which `what` names; an empty list breaks `rule`."""

    def validate(value: Any) -> Any:
        if isinstance(value, list | tuple) and not value:
            raise problem(rule, f"this list needs at least one {what}")
        return value

    # The loader gives lists, the models keep tuples: only the container is lenient, its items stay strict.
    return Field(strict=False, json_schema_extra={"minItems": 1}), BeforeValidator(validate)


def list_or_none_word(rule: str) -> Any:
    """Annotations of a list, or of the word `none`, which empties the portal's; `[]` may be a slip and breaks `rule`."""

    def validate(value: Any) -> Any:
        if value == NONE:
            return ()
        if isinstance(value, list | tuple) and not value:
            raise problem(
                rule, "an empty list could be a slip: write `none` to empty it, or leave the key out"
            )
        return value

    return Field(strict=False, json_schema_extra=_or_the_word_none), BeforeValidator(validate)


def takes_none(field: FieldInfo) -> bool:
    """Whether the word `none` may stand in a list's place."""
    return field.json_schema_extra is _or_the_word_none


def _or_the_word_none(schema: dict[str, Any]) -> None:
    of_a_list = {key: schema.pop(key) for key in ("type", "items") if key in schema}
    if not of_a_list:  # an optional list: pydantic writes [the list, null]
        of_a_list = schema.pop("anyOf")[0]
    schema["anyOf"] = [{**of_a_list, "minItems": 1}, {"const": NONE}]
