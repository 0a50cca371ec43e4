"""What a declaration says of its accounts' certificates, and the lines that name another one. R37, R38."""

from __future__ import annotations

from pathlib import Path

from schemas.certificate_rules import Usage
from schemas.declaration import Fusion
from schemas.document import read
from schemas.errors import DeclarationError
from schemas.loading import examine
from stacks.declared import declaration_path

FOLDER = "certificates"
"""Where certificates lie, below the declarations' folder."""


def load_fusion(name: str) -> tuple[Fusion, Path]:
    """The declaration of a fusion, or of a stack of it, and its file. The certificates that it names may not be there yet.

    Raises `SettingError` where there is none, `DeclarationError` with its findings.
    """
    path = declaration_path(name)
    fusion, findings = examine(read(path, within=path.parent))
    if fusion is None or findings:
        raise DeclarationError(findings)
    return fusion, path


def declared_path(fusion: Fusion, usage: Usage) -> str:
    """The certificate that the declaration names, below its folder; "" where it names none."""
    accounts = fusion.accounts
    if accounts is None:
        return ""
    if usage == "ftp":
        return accounts.ftp.certificate if accounts.ftp else ""
    own = accounts.rest.certificate_management.own if accounts.rest else None
    return own.certificate if own else ""


def declared_supplier(fusion: Fusion) -> str:
    """The supplier that manages the REST account's certificate; "" where none does (R34)."""
    rest = fusion.accounts.rest if fusion.accounts else None
    external = rest.certificate_management.external if rest else None
    return external.supplier if external else ""


def lines_for(usage: Usage, name: str) -> str:
    """What a declaration says to give the account the certificate `name`.cer."""
    path = f"{FOLDER}/{name}.cer"
    if usage == "ftp":
        return f"accounts:\n  ftp:\n    certificate: {path}"
    return f"accounts:\n  rest:\n    certificateManagement: {{own: {{certificate: {path}}}}}"
