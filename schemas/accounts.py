"""ChaMan: the sender's contact, the FTP account and the REST account. R26–R46."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.codes import Code
from schemas.fields import (
    LONGEST_USERNAME,
    AccountName,
    CertificatePath,
    Email,
    IsoDate,
    Phone,
    Section,
    Text,
    Username,
    non_empty_list,
    problem,
)

FtpAuthorization = Annotated[Text, Code("ftpAuthorizations", "an FTP authorization")]
RestAuthorization = Annotated[Text, Code("restAuthorizations", "a REST authorization")]


class Sender(Section):
    """The contact that the first sign-in as sender (verzender) asks for (R28)."""

    name: Text = Field(title="Naam", description="Name of the technical contact.")
    phone: Phone = Field(title="Telefoonnummer", description="Kept in E.164, +3227875827.")
    email: Email = Field(title="E-mailadres")
    language: Literal["nl", "fr", "de"] = Field(title="Taal", description="Language of ChaMan's messages.")


class FtpAccount(Section):
    """The FTP account (R29). Its password is in the secrets file, under `<fusion>/ftp`."""

    name: AccountName = Field(title="Accountnaam")
    username: Username = Field(
        title="Gebruikersnaam",
        description=f"At most {LONGEST_USERNAME} characters, only digits and letters, no spaces (R30).",
    )
    authorizations: Annotated[tuple[FtpAuthorization, ...], *non_empty_list("R29", "authorization")] = Field(
        title="Machtigingen"
    )
    certificate: CertificatePath = Field(
        title="Certificaat",
        description="The OCMW's own certificate, a .cer file beside the declarations (R38, R43); not self-signed.",
    )


class ExternalManagement(Section):
    """The software supplier manages the certificate (extern beheer, R34)."""

    supplier: Annotated[Text, Code("suppliers", "a supplier")] = Field(
        title="Onderneming", description="Code of the software supplier; not Smals."
    )
    asked_again_on: IsoDate | None = Field(
        default=None,
        title="Opnieuw gevraagd op",
        description="After a refusal (R36), a new date here asks the same supplier once more.",
    )


class OwnCertificate(Section):
    """The OCMW manages the certificate itself."""

    certificate: CertificatePath = Field(
        title="Certificaat", description="A .cer file beside the declarations; may be self-signed (R42)."
    )


class CertificateManagement(Section):
    """Who manages the REST account's certificate (certificaatbeheer): `external` or `own`, one of the two."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    external: ExternalManagement | None = Field(
        default=None,
        title="Extern beheer",
        description="A supplier manages it, after accepting the request (R34–R36).",
    )
    own: OwnCertificate | None = Field(
        default=None, title="Eigen beheer", description="The OCMW itself manages it."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> CertificateManagement:
        if (self.external is None) == (self.own is None):
            raise problem(
                "R34", "the certificate is managed either by a supplier (`external`) or by the OCMW (`own`)"
            )
        return self


class RestAccount(Section):
    """The REST account through which the software reads OCMW Online (R33)."""

    name: AccountName = Field(
        title="Accountnaam", description="The manual advises: OCMW Online.", examples=["OCMW Online"]
    )
    authorizations: Annotated[tuple[RestAuthorization, ...], *non_empty_list("R33", "authorization")] = Field(
        title="Beveiligde machtigingen", description="All authorizations related to OCMW Online (R33)."
    )
    certificate_management: CertificateManagement = Field(title="Certificaatbeheer")


class Accounts(Section):
    """ChaMan – Beheer van de technische kanalen, at the merged centre."""

    sender: Sender | None = Field(default=None, title="Contactgegevens van de verzender")
    ftp: FtpAccount | None = Field(default=None, title="FTP-account")
    rest: RestAccount | None = Field(default=None, title="REST-account")

    @property
    def certificate_files(self) -> list[str]:
        """The paths of the certificates that are named, below the declaration's folder."""
        own = self.rest.certificate_management.own if self.rest else None
        return [one.certificate for one in (self.ftp, own) if one]
