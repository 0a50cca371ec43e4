"""Bodies of ChaMan (R28-R38); the rules on the certificate's own content are in `certificate_rules`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ValidationInfo

from emulator.core import names, reference
from emulator.core.models import (
    CodeText,
    Collection,
    DocumentedValidator,
    Email,
    JsonSchema,
    Kept,
    Model,
    Phone,
    Text,
    at_least_one,
    distinct,
    known,
    refusal,
    when,
    with_value,
)
from emulator.core.operation import Call
from emulator.core.problems import has_ssin
from emulator.systems.chaman import certificates

# The manual prints the apostrophe as U+2019; U+0027 is the same key on the keyboard.
PASSWORD_SPECIALS = frozenset(",;:=?./+*$%<>&@#'\u2019(!{})-_")
PASSWORD_LENGTH = 15
USERNAME_LENGTH = 10
_ONE = r"[,;:=?./+*$%<>&@#'\u2019(!{})_-]"
_LETTERS = "[A-Za-z0-9]*"
_PASSWORD = f"^{_LETTERS}{_ONE}{_LETTERS}{_ONE}[A-Za-z0-9{_ONE[1:]}*$"
_USERNAME = f"^[A-Za-z0-9]{{1,{USERNAME_LENGTH}}}$"
_BASE64 = r"^[A-Za-z0-9+/\t\n\r ]+={0,2}[\t\n\r ]*$"


class SenderBody(Model):
    name: Text
    phone: Phone
    email: Email
    language: Literal["nl", "fr", "de"]


def _valid_username(text: str) -> str:
    if not re.fullmatch(_USERNAME[1:-1], text):
        reason = f"a user name has at most {USERNAME_LENGTH} characters, digits and letters only"
        raise refusal("invalidInput", reason, "R30")
    return text


def _valid_password(text: str) -> str:
    specials = [character for character in text if not (character.isascii() and character.isalnum())]
    reasons = []
    if len(text) > PASSWORD_LENGTH:
        reasons.append(f"at most {PASSWORD_LENGTH} characters")
    if any(character not in PASSWORD_SPECIALS for character in specials):
        reasons.append("no spaces, and of the other characters only those that the manual lists")
    if len(specials) < 2:
        reasons.append("at least two characters that are neither letters nor digits")
    if reasons:
        raise refusal("invalidInput", "a password has " + "; ".join(reasons), "R31")
    return text


def _existing_certificate(usage: str) -> AfterValidator:
    """R37: a certificate of this usage that the organisation has uploaded and that is valid today."""

    def check(name: str, info: ValidationInfo) -> str:
        call = info.context
        if not isinstance(call, Call):
            return name
        reason = certificates.reason_against(call, name, usage)
        if reason is not None:
            raise refusal(reason.type, reason.detail, "R37")
        return name

    return AfterValidator(check)


Password = Annotated[
    str,
    Field(min_length=1, max_length=200),
    DocumentedValidator(
        _valid_password, {"writeOnly": True, "maxLength": PASSWORD_LENGTH, "pattern": _PASSWORD}
    ),
]
Username = Annotated[
    str,
    Field(max_length=200),
    DocumentedValidator(_valid_username, {"maxLength": USERNAME_LENGTH, "pattern": _USERNAME}),
]
FileName = Annotated[str, Field(min_length=1, max_length=100)]


class FtpAccountBody(Model):
    type: Literal["FTP"]
    username: Username
    password: Password | None = Field(
        default=None, description="Needed for a new account; absent: it stays as it is"
    )
    authorizations: Annotated[
        list[Annotated[CodeText, known("ftpAuthorizations", "R29")]],
        at_least_one("authorization", "R29"),
        distinct("authorization"),
    ]
    certificate: Annotated[FileName, _existing_certificate("ftp")]


def _all_of_ocmw_online(codes: list[str]) -> list[str]:
    """R33: all authorizations of OCMW Online are ticked, or none of them."""
    wanted = reference.ocmw_online_authorizations()
    if wanted & set(codes) and not wanted <= set(codes):
        raise refusal(
            "rejectedInput", "all authorizations of OCMW Online are needed, not a part of them", "R33"
        )
    return codes


def _all_or_none() -> JsonSchema:
    """The same for the document."""
    wanted = [item["code"] for item in reference.items("restAuthorizations") if item.get("ocmwOnline")]
    everyone = [{"contains": {"const": code}} for code in wanted]
    return when({"contains": {"enum": wanted}}, {"allOf": everyone})


RestAuthorizations = Annotated[
    list[Annotated[CodeText, known("restAuthorizations", "R33")]],
    at_least_one("authorization", "R33"),
    distinct("authorization"),
    DocumentedValidator(_all_of_ocmw_online, _all_or_none()),
]


class RestAccountBody(Model):
    authorizations: RestAuthorizations
    certificate: Annotated[FileName, _existing_certificate("rest")] | None = Field(
        default=None,
        description="Needed for an account of one's own; the supplier's, where it manages the account",
    )


def _not_smals(code: str) -> str:
    if code not in reference.delegatable_suppliers():
        raise refusal("rejectedInput", "choose the software supplier, not Smals", "R34")
    return code


DelegatableSupplier = Annotated[
    CodeText,
    known("suppliers", "R34"),
    DocumentedValidator(_not_smals, {"enum": sorted(reference.delegatable_suppliers())}),
]


class DelegationRequestBody(Model):
    authorizations: RestAuthorizations
    supplier: DelegatableSupplier


def _base64(content: str) -> str:
    if not re.fullmatch(_BASE64, content):
        raise refusal("invalidInput", "not base64")
    return content


CertificateContent = Annotated[
    str,
    Field(min_length=1, max_length=100_000, description="The file, DER or PEM, in base64"),
    DocumentedValidator(_base64, {"pattern": _BASE64, "contentEncoding": "base64"}),
]


class CertificateBody(Model):
    content: CertificateContent
    usage: Literal["ftp", "rest"]


def _name_of_nobody(text: str) -> str:
    """It will stand in paths."""
    if not names.is_name(text):
        raise refusal("invalidInput", names.EXPECTED)
    if has_ssin(text):
        raise refusal("rejectedInput", "an INSZ has no place in a name")
    return text


class SupplierCertificate(Model):
    file_name: Annotated[
        FileName,
        DocumentedValidator(_name_of_nobody, {"pattern": names.FILE_PATTERN, "examples": ["socius.cer"]}),
    ]
    content: CertificateContent


class SupplierAnswerBody(Model):
    """The supplier's answer: an acceptance with its certificate, or a refusal with the reason."""

    model_config = ConfigDict(
        json_schema_extra=when(
            with_value("status", {"const": "accepted"}),
            {
                **with_value("certificate", {"not": {"type": "null"}}),
                "properties": {"certificate": {"not": {"type": "null"}}, "refusalReason": {"type": "null"}},
            },
            {
                "required": ["refusalReason"],
                "properties": {"refusalReason": {"not": {"type": "null"}}, "certificate": {"type": "null"}},
            },
        )
    )

    status: Literal["accepted", "refused"]
    certificate: SupplierCertificate | None = Field(
        default=None, description="With an acceptance, and only then"
    )
    refusal_reason: Text | None = Field(default=None, description="With a refusal, and only then")

    @model_validator(mode="after")
    def _whole(self) -> SupplierAnswerBody:
        accepted = self.status == "accepted"
        if (self.certificate is not None) != accepted or (self.refusal_reason is not None) == accepted:
            raise refusal(
                "rejectedInput",
                "an acceptance comes with a certificate, a refusal with a reason, and neither with both",
                "R36",
            )
        return self


class SupplierCertificateBody(Model):
    certificate: SupplierCertificate


class Sender(SenderBody, Kept):
    pass


class FtpAccount(Kept):
    account_name: str
    type: Literal["FTP"]
    username: str
    authorizations: list[str]
    certificate: str
    password_changed_at: str = Field(json_schema_extra={"format": "date-time"})


class FtpAccountList(Collection):
    items: list[FtpAccount]


class RestAccount(Kept):
    account_name: str
    authorizations: list[str]
    certificate: str
    management: Literal["own", "external"]
    supplier: str | None = None
    previous_certificate: str | None = Field(
        default=None, description="The one before, which still signs in: the supplier has renewed it (R36)"
    )
    previous_sha256: str | None = Field(
        default=None, description="Its fingerprint: another certificate of its name does not sign in"
    )


class RestAccountList(Collection):
    items: list[RestAccount]


class DelegationRequest(Kept):
    account_name: str
    authorizations: list[str]
    supplier: str
    status: Literal["pending", "accepted", "refused"]
    requested_on: str = Field(json_schema_extra={"format": "date"})
    decided_on: str | None = Field(default=None, json_schema_extra={"format": "date"})
    refusal_reason: str | None = None


class DelegationRequestList(Collection):
    items: list[DelegationRequest]


class _Addressed(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    enterprise_number: str
    organization_name: str


class SupplierRequest(DelegationRequest, _Addressed):
    """A delegation request as the supplier sees it."""


class SupplierRequestList(Collection):
    items: list[SupplierRequest]


class ManagedAccount(Kept, _Addressed):
    """A REST account whose certificate the supplier manages."""

    account_name: str
    authorizations: list[str]
    supplier: str
    certificate: str = Field(description="Its file's name")
    not_before: str = Field(json_schema_extra={"format": "date-time"})
    not_after: str = Field(json_schema_extra={"format": "date-time"})
    sha256: str = Field(description="Of the certificate in DER, in hexadecimal")
    previous_certificate: str | None = Field(
        default=None, description="The one before, while it is there: it still signs in"
    )
    previous_sha256: str | None = None


class ManagedAccountList(Collection):
    items: list[ManagedAccount]


class Certificate(Kept):
    file_name: str
    usage: Literal["ftp", "rest"]
    subject: str
    issuer: str
    not_before: str = Field(json_schema_extra={"format": "date-time"})
    not_after: str = Field(json_schema_extra={"format": "date-time"})
    key_type: str = Field(examples=["RSA-2048", "P-384"])
    signature_algorithm: str = Field(examples=["SHA-256"])
    self_signed: bool
    sha256: str = Field(description="Of the certificate in DER, in hexadecimal")


class CertificateList(Collection):
    items: list[Certificate]
