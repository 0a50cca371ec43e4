"""What declarations are checked against: `reference.yaml`, the known fusions and the portal's illustrative lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from schemas.document import read
from schemas.errors import DeclarationError
from schemas.identifiers import parse_enterprise_number

FILE = Path(__file__).with_name("reference.yaml")


@dataclass(frozen=True)
class KnownCentre:
    """A merging OCMW: its number (ten digits), its NIS code until the fusion, its postcode."""

    name: str
    kbo: str
    nis: str
    postcode: str


@dataclass(frozen=True)
class KnownFusion:
    """A fusion of the manual's list (R01): number and NIS code from the day of the fusion on."""

    name: str
    takes_effect: date
    scenario: int
    kbo: str
    nis: str
    merging: tuple[KnownCentre, ...]


@dataclass(frozen=True)
class Municipality:
    """A municipality's number, and the number of the OCMW that was meant."""

    name: str
    kbo: str
    ocmw: str


@dataclass(frozen=True)
class Reference:
    """The reference data. `lists` maps a list's name to its entries by code: `{"domains": {"…": {"name": …}}}`."""

    fusions: tuple[KnownFusion, ...]
    municipalities: Mapping[str, Municipality]
    lists: Mapping[str, Mapping[str, Mapping[str, Any]]]
    ftp_certificate_max_days: int
    reported_by: Mapping[date, date]

    def codes(self, name: str) -> list[str]:
        """The codes of a list, in the file's order."""
        return list(self.lists[name])

    def head_managers_reported_by(self, takes_effect: date) -> date | None:
        """Until when head managers are reported to Flanders (R13, R14); None: of fusions on that day it is not known."""
        return self.reported_by.get(takes_effect)

    def ocmw_online_authorizations(self) -> list[str]:
        """The REST authorizations that belong to OCMW Online (R33)."""
        return [code for code, entry in self.lists["restAuthorizations"].items() if entry.get("ocmwOnline")]


LISTS = (
    "domains", "applications", "roles", "mutationTypes", "ftpAuthorizations", "restAuthorizations", "networkProviders",
    "suppliers",
)  # fmt: skip


@cache
def reference(path: Path = FILE) -> Reference:
    """The reference data of a file. Raises `DeclarationError` when it is not YAML."""
    document = read(path)
    if document.data is None:
        raise DeclarationError(document.findings)
    data = document.data
    takes_effect = date.fromisoformat(data["takesEffect"])
    return Reference(
        fusions=tuple(
            KnownFusion(
                name=entry["name"],
                takes_effect=takes_effect,
                scenario=entry["scenario"],
                kbo=parse_enterprise_number(entry["kbo"]),
                nis=str(entry["nis"]),
                merging=tuple(
                    KnownCentre(
                        centre["name"],
                        parse_enterprise_number(centre["kbo"]),
                        str(centre["nis"]),
                        str(centre["postcode"]),
                    )
                    for centre in entry["merging"]
                ),
            )
            for entry in data["fusions"]
        ),
        municipalities={
            number: Municipality(entry["name"], number, parse_enterprise_number(entry["ocmw"]))
            for entry in data["municipalities"]
            for number in (parse_enterprise_number(entry["kbo"]),)
        },
        lists={name: {entry["code"]: entry for entry in data[name]} for name in LISTS},
        ftp_certificate_max_days=data["settings"]["ftpCertificateMaxDays"],
        reported_by={takes_effect: date.fromisoformat(data["headManagersReportedBy"])},
    )
