"""The base and the field types that the APIs' models share, and the answers that are alike in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import CoreSchema

from emulator.core import reference

REFUSAL = "portal:"
JsonSchema = dict[str, Any]
# A moment or a date, as one type: generators turn alternatives in a parameter into something that clients cannot send.
MOMENT: Mapping[str, Any] = {
    "type": "string",
    "format": "moment",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))?$",
}


class Model(BaseModel):
    """No unknown fields, no guessing of types; names in lowerCamelCase."""

    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel)


class Kept(BaseModel):
    """What the portal says of everything that is kept on it."""

    model_config = ConfigDict(alias_generator=to_camel)

    created_by: str = Field(
        description="A client's id, `rsz` for the RSZ's copy, a supplier's code, `portal` for what was there before"
    )
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    changed_at: str = Field(json_schema_extra={"format": "date-time"})


@cache
def find_model(name: str) -> type[BaseModel]:
    """The model that an API's table names: `systems.chaman:SenderBody` is a class of `emulator/systems/chaman/models.py`."""
    folder, _, class_name = name.partition(":")
    found: type[BaseModel] = getattr(import_module(f"emulator.{folder}.models"), class_name)
    return found


def refusal(issue_type: str, message: str, rule: str | None = None) -> PydanticCustomError:
    """What a validator raises: an issue's type, a sentence for people that repeats no value, the manual's rule."""
    context = {"message": message} if rule is None else {"message": message, "rule": rule}
    return PydanticCustomError(REFUSAL + issue_type, "{message}", context)


def when(condition: JsonSchema, then: JsonSchema, otherwise: JsonSchema | None = None) -> JsonSchema:
    """For the document: what fields ask of each other.

    As `if`, which clients that are generated pass over. Of alternatives (`anyOf`, `oneOf`) they make classes, and of an
    answer they keep the fields of the first one that fits.
    """
    return {"if": condition, "then": then} | ({} if otherwise is None else {"else": otherwise})


def with_value(name: str, schema: JsonSchema) -> JsonSchema:
    """An object that has this field, with a value that fits the schema."""
    return {"required": [name], "properties": {name: schema}}


@dataclass(frozen=True, slots=True, eq=False)
class DocumentedValidator(AfterValidator):
    """A validator that says in the document what it asks, as far as JSON Schema has words for it.

    :param keywords: of JSON Schema; nothing that the validator accepts breaks them.
    """

    keywords: Mapping[str, Any] = field(default_factory=dict)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.keywords}


def _valid_ssin(text: str) -> str:
    from stdnum.be import bis, nn

    if not (text.isascii() and text.isdigit() and (nn.is_valid(text) or bis.is_valid(text))):
        raise refusal(
            "invalidInput", "not an INSZ: eleven digits, of which the last two check the others", "R19"
        )
    return text


def _valid_email(text: str) -> str:
    import email_validator

    try:
        # Rehearsals write to .example and .test, which the validator refuses by default.
        email_validator.validate_email(text, check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError:
        raise refusal("invalidInput", "not an e-mail address") from None
    return text


# Control characters, line and paragraph separators and direction marks have no place in a name.
UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
# What takes up room at most: a name of nothing else cannot be seen.
_INVISIBLE = r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0"
PRINTABLE = f"^[^{UNPRINTABLE}]*[^{UNPRINTABLE}{_INVISIBLE}][^{UNPRINTABLE}]*$"


def _printable(text: str) -> str:
    if re.search(f"[{UNPRINTABLE}]", text):
        raise refusal("invalidInput", "control characters are not allowed")
    if not re.search(f"[^{_INVISIBLE}]", text):
        raise refusal("invalidInput", "must not be blank")
    return text


def known(list_name: str, rule: str | None = None) -> DocumentedValidator:
    """A code of a list of the reference data."""

    def check(code: str) -> str:
        if code not in reference.codes(list_name):
            raise refusal("referencedResourceNotFound", f"not one of /refData/{list_name}", rule)
        return code

    # In the order of the list, which people know it in.
    return DocumentedValidator(check, {"enum": [item["code"] for item in reference.items(list_name)]})


def distinct(what: str, identity: Callable[[Any], Any] = lambda item: item) -> DocumentedValidator:
    """A list in which nothing stands twice; `identity` gives that by which two items are the same."""

    def check(items: list[Any]) -> list[Any]:
        if len({identity(item) for item in items}) < len(items):
            raise refusal("rejectedInput", f"the same {what} stands here twice")
        return items

    return DocumentedValidator(check, {"uniqueItems": True})


def at_least_one(what: str, rule: str) -> DocumentedValidator:
    def check(items: list[Any]) -> list[Any]:
        if not items:
            raise refusal("requiredInput", f"at least one {what} is needed", rule)
        return items

    return DocumentedValidator(check, {"minItems": 1})


# `[0-9]` and not `\d`, which in some dialects takes the digits of every script.
Ssin = Annotated[
    str,
    Field(pattern=r"^[0-9]{11}$", description="INSZ: the last two digits check the others"),
    DocumentedValidator(_valid_ssin, {"format": "ssin"}),
]
Text = Annotated[
    str, Field(min_length=1, max_length=200), DocumentedValidator(_printable, {"pattern": PRINTABLE})
]
Email = Annotated[
    str,
    Field(min_length=3, max_length=254),
    DocumentedValidator(_valid_email, {"format": "email"}),
]
Phone = Annotated[
    str,
    Field(
        pattern=r"^\+[1-9][0-9]{6,14}$",
        description="E.164",
        examples=["+3227875827"],
    ),
]
CodeText = Annotated[str, Field(max_length=100)]


class Name(BaseModel):
    nl: str
    fr: str
    de: str


class Code(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    code: str
    name: Name
    ocmw_online: bool | None = Field(default=None, description="Belongs to OCMW Online (R33)")
    delegatable: bool | None = Field(default=None, description="Can manage a certificate for others (R34)")
    products: list[str] | None = None
    attestation: bool | None = Field(default=None, description="There are A036 attestations of it (R11)")
    scope: str | None = Field(
        default=None, description="What a REST account with this authorization may ask for"
    )


class CodeList(BaseModel):
    items: list[Code]
    total: int


class Health(BaseModel):
    status: str


class Collection(BaseModel):
    """The members of every collection beside its `items`."""

    total: int
    next: str | None = Field(default=None, description="The next page, as a path with its query")


class Entry(BaseModel):
    """What a GET of one path answers: exactly one of `body`, `problem` and `total`."""

    model_config = ConfigDict(alias_generator=to_camel)

    path: str = Field(description="Below the organisation, as plain text: `ftpAccounts/FTP Pajottegem`")
    body: dict[str, Any] | None = Field(default=None, description="The representation")
    status_code: int | None = Field(default=None, description="Of a `problem`")
    problem: dict[str, Any] | None = Field(
        default=None, description="Why there is none: the problem, without its `status` and `instance`"
    )
    total: int | None = Field(
        default=None,
        description="Of a collection: how many entries below this path are all of its items, in its order",
    )


class Contents(Collection):
    """All that an API shows of an organisation."""

    items: list[Entry]
    tag: str = Field(description="The same on pages of one moment; for comparison only")
