"""The mergers that are known, a file for each day in `waves/`: a later wave is one more file here (R01, R13, R59). The
portal has its own, which `python -m emulator.seeds.generate` makes of it.

Whatever is wrong with such a file is a finding with its place, as in a declaration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from schemas.document import Document, read
from schemas.errors import DeclarationError
from schemas.fields import EnterpriseNumber, IsoDate, NisCode, Postcode, Section, Text
from schemas.files import declarations_in
from schemas.findings import Finding
from schemas.identifiers import dotted
from schemas.translation import translate

FOLDER = Path(__file__).with_name("waves")

LateScreen = Literal["contactDetails", "ocmwOnline"]
"""The screens that a wave may open later than the rest (R59), by the names of their paths."""


class KnownCentre(Section):
    """A merging OCMW: its number (ten digits), its NIS code until the merger, its postcode."""

    name: Text
    kbo: EnterpriseNumber
    nis: NisCode
    postcode: Postcode


class _Fusion(Section):
    """A merger as the file has it."""

    name: Text
    scenario: Literal[1, 2, 3]
    kbo: EnterpriseNumber
    nis: NisCode
    merging: Annotated[tuple[KnownCentre, ...], Field(strict=False, min_length=2)]


class _File(Section):
    """A wave as its file has it."""

    takes_effect: IsoDate
    chief_access_managers_reported_by: IsoDate | None = None
    screen_openings: dict[LateScreen, IsoDate] = Field(default_factory=dict)
    fusions: Annotated[tuple[_Fusion, ...], Field(strict=False, min_length=1)]


@dataclass(frozen=True)
class KnownFusion:
    """A merger that is known (R01): number and NIS code are those from its day on."""

    name: str
    takes_effect: date
    scenario: int
    kbo: str
    nis: str
    merging: tuple[KnownCentre, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of everyone in it: ten digits each."""
        return frozenset({self.kbo, *(centre.kbo for centre in self.merging)})

    @property
    def disappearing(self) -> tuple[KnownCentre, ...]:
        """The centres whose numbers end."""
        return tuple(centre for centre in self.merging if centre.kbo != self.kbo)


@dataclass(frozen=True)
class Wave:
    """All mergers of one day.

    `reported_by`: until then chief access managers are reported to Flanders (R13, R14); None where the day is not known.
    """

    takes_effect: date
    reported_by: date | None
    fusions: tuple[KnownFusion, ...]


def load(folder: Path = FOLDER) -> tuple[Wave, ...]:
    """The waves of a folder, the earliest first. Raises `DeclarationError` with every finding in its files."""
    waves: list[Wave] = []
    findings: list[Finding] = []
    for path in declarations_in(folder):
        document = read(path)
        wave, found = _examine(document, path.stem)
        findings += found
        if wave is not None:
            findings += _contradictions(wave, waves, document)
            waves.append(wave)
    if findings:
        raise DeclarationError(findings)
    return tuple(waves)


def _examine(document: Document, stem: str) -> tuple[Wave | None, list[Finding]]:
    findings = list(document.findings)
    if document.data is None:
        return None, findings
    findings += document.drop_empty()
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        return None, [*findings, *translate(error, document, _File)]
    day = file.takes_effect
    if stem != day.isoformat():
        findings.append(
            document.finding(("takesEffect",), "file-name", f"the wave of {day} stands in {day}.yaml")
        )
    fusions = tuple(
        KnownFusion(entry.name, day, entry.scenario, entry.kbo, entry.nis, entry.merging)
        for entry in file.fusions
    )
    return Wave(day, file.chief_access_managers_reported_by, fusions), findings


def _contradictions(wave: Wave, earlier: Sequence[Wave], document: Document) -> list[Finding]:
    """A centre merges once on a day, and a number that has ended never again."""
    findings: list[Finding] = []
    here: dict[str, str] = {}
    ended = {
        centre.kbo: fusion for other in earlier for fusion in other.fusions for centre in fusion.disappearing
    }
    for position, fusion in enumerate(wave.fusions):
        of_this = ("fusions", position)
        places = [((*of_this, "merging", index, "kbo"), one.kbo) for index, one in enumerate(fusion.merging)]
        new = (
            [] if any(one.kbo == fusion.kbo for one in fusion.merging) else [((*of_this, "kbo"), fusion.kbo)]
        )
        for path, number in places + new:
            owner = here.setdefault(number, fusion.name)
            if owner != fusion.name:
                findings.append(
                    document.finding(
                        path, "twice", f"{dotted(number)} is in the merger into {owner} of this day already"
                    )
                )
            if number in ended:
                end = ended[number]
                message = f"{dotted(number)} ended with the merger into {end.name} of {end.takes_effect}"
                findings.append(document.finding(path, "R01", message))
    return findings
