"""The language of a declaration: what people may write in `fusions/<name>.yaml`, and what is wrong with it where.

    fusion = load_declaration(path, load_secrets(secrets_path))

Names are imported when they are first used: a process that needs only an error class or a check digit, such as the
provider host in every preview, does not pay for pydantic (100 ms).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.access import Access, Domain, User
    from schemas.accounts import (
        Accounts,
        CertificateManagement,
        ExternalManagement,
        FtpAccount,
        OwnCertificate,
        RestAccount,
        Sender,
    )
    from schemas.certificates import Certificate, CertificateError, certificate_problems, read_certificate
    from schemas.configuration import (
        ContactDetails,
        LocalizedText,
        Mutations,
        NewRequests,
        Notifications,
        ProviderContact,
        SocialFile,
        TechnicalProviders,
        UnreadReminders,
    )
    from schemas.declaration import (
        AcceptedChange,
        BeyondScenario,
        Dossiers,
        Fusion,
        MergingCentre,
        Ocmw,
        Retain,
        slug,
    )
    from schemas.errors import DeclarationError, FusionError
    from schemas.findings import Finding
    from schemas.identifiers import dotted
    from schemas.loading import load_declaration, parse_declaration
    from schemas.passwords import password_problems
    from schemas.secrets import Person, Secrets, load_secrets, parse_secrets
    from schemas.validation import validate

_HOMES = {
    "access": ("Access", "Domain", "User"),
    "accounts": (
        "Accounts", "CertificateManagement", "ExternalManagement", "FtpAccount", "OwnCertificate", "RestAccount",
        "Sender",
    ),
    "certificates": ("Certificate", "CertificateError", "certificate_problems", "read_certificate"),
    "configuration": (
        "ContactDetails", "LocalizedText", "Mutations", "NewRequests", "Notifications", "ProviderContact", "SocialFile",
        "TechnicalProviders", "UnreadReminders",
    ),
    "declaration": (
        "AcceptedChange", "BeyondScenario", "Dossiers", "Fusion", "MergingCentre", "Ocmw", "Retain", "slug",
    ),
    "errors": ("DeclarationError", "FusionError"),
    "findings": ("Finding",),
    "identifiers": ("dotted",),
    "loading": ("load_declaration", "parse_declaration"),
    "passwords": ("password_problems",),
    "secrets": ("Person", "Secrets", "load_secrets", "parse_secrets"),
    "validation": ("validate",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AcceptedChange", "Access", "Accounts", "BeyondScenario", "Certificate", "CertificateError",
    "CertificateManagement", "ContactDetails", "DeclarationError", "Domain", "Dossiers", "ExternalManagement",
    "Finding", "FtpAccount", "Fusion", "FusionError", "LocalizedText", "MergingCentre", "Mutations",
    "NewRequests", "Notifications", "Ocmw", "OwnCertificate", "Person", "ProviderContact", "RestAccount",
    "Retain", "Secrets", "Sender", "SocialFile", "TechnicalProviders", "UnreadReminders", "User",
    "certificate_problems", "dotted", "load_declaration", "load_secrets", "parse_declaration", "parse_secrets",
    "password_problems", "read_certificate", "slug", "validate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'schemas' has no attribute {name!r}")
    value = getattr(import_module(f"schemas.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
