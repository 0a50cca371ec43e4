"""What declarations are checked against: the portal's illustrative lists (`reference.yaml`), known mergers (`waves/`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError

from schemas import waves
from schemas.document import read
from schemas.errors import DeclarationError
from schemas.fields import EnterpriseNumber, Section, Text
from schemas.translation import translate
from schemas.waves import KnownFusion, Wave

FILE = Path(__file__).with_name("reference.yaml")


class Municipality(Section):
    """A municipality's number, and the number of the OCMW that was meant."""

    name: Text
    kbo: EnterpriseNumber
    ocmw: EnterpriseNumber


class _Entry(Section):
    """An entry of a list: its code, and what else is known of it."""

    model_config = ConfigDict(extra="allow")

    code: Text


class _Supplier(_Entry):
    certificate_management: bool
    products: list[Text]


class _Settings(Section):
    ftp_certificate_max_days: int


class _File(Section):
    """`reference.yaml`; its lists have the portal's names."""

    municipalities: list[Municipality]
    domains: list[_Entry]
    applications: list[_Entry]
    roles: list[_Entry]
    mutation_types: list[_Entry]
    ftp_authorizations: list[_Entry]
    rest_authorizations: list[_Entry]
    network_providers: list[_Entry]
    suppliers: list[_Supplier]
    settings: _Settings


LISTS = (
    "domains", "applications", "roles", "mutationTypes", "ftpAuthorizations", "restAuthorizations", "networkProviders",
    "suppliers",
)  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """The reference data. `lists` maps a list's name to its entries by code: `{"domains": {"…": {"name": …}}}`."""

    waves: tuple[Wave, ...]
    municipalities: Mapping[str, Municipality]
    lists: Mapping[str, Mapping[str, Mapping[str, Any]]]
    ftp_certificate_max_days: int

    @property
    def fusions(self) -> tuple[KnownFusion, ...]:
        """The known mergers of all waves, the earliest first."""
        return tuple(fusion for wave in self.waves for fusion in wave.fusions)

    def codes(self, name: str) -> list[str]:
        """The codes of a list, in the file's order."""
        return list(self.lists[name])

    def chief_access_managers_reported_by(self, takes_effect: date) -> date | None:
        """Until when chief access managers are reported to Flanders (R13, R14); None: of mergers on that day it is not
        known."""
        return next((wave.reported_by for wave in self.waves if wave.takes_effect == takes_effect), None)

    def ocmw_online_authorizations(self) -> list[str]:
        """The REST authorizations that belong to OCMW Online (R33)."""
        return [code for code, entry in self.lists["restAuthorizations"].items() if entry.get("ocmwOnline")]


@cache
def reference(path: Path = FILE, folder: Path = waves.FOLDER) -> Reference:
    """The reference data of a file, with the waves of a folder. Raises `DeclarationError` with every finding about them."""
    document = read(path)
    if document.data is None or document.findings:
        raise DeclarationError(document.findings)
    data = document.data
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise DeclarationError(translate(error, document, _File)) from None
    return Reference(
        waves=waves.load(folder),
        municipalities={municipality.kbo: municipality for municipality in file.municipalities},
        lists={name: {entry["code"]: entry for entry in data[name]} for name in LISTS},
        ftp_certificate_max_days=file.settings.ftp_certificate_max_days,
    )
