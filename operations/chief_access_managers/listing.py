"""`fusion chief-access-managers`: the list of chief access managers (HTB) for Flanders, from the declarations (R13, R14).

The list holds INSZ: it is written for its owner only, and not into a git working tree unless git ignores the file. What
is printed never has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from operations import private_files, validation
from operations.chief_access_managers import spreadsheet
from providers.settings import project_root
from schemas import privacy
from schemas.access import Access
from schemas.counts import format_count
from schemas.declaration import Fusion
from schemas.errors import DeclarationError, FusionError, GuardRefused
from schemas.identifiers import IdentifierError, dotted, parse_enterprise_number, parse_ssin
from schemas.loading import find_declarations, load_declaration
from schemas.reference import reference
from schemas.secrets import Secrets, load_secrets

TITLE = "Hoofdtoegangsbeheerders"
KBO, PERSON, NAME, INSZ = "KBO-nummer", "Persoon", "Naam", "INSZ"
HEADERS = ("Fusie", "OCMW", KBO, "Rol", PERSON, NAME, INSZ, "E-mailadres", "Taal")
MERGING, MERGED, BOTH = "fuserend", "fusie-OCMW", "fuserend en fusie-OCMW"
MASKED = "***"


@dataclass(frozen=True)
class ChiefAccessManager:
    """A row: one person at one centre. Its repr has no INSZ."""

    fusion: str
    centre: str
    kbo: str
    role: str
    person: str
    name: str
    insz: str
    email: str
    language: str

    def __repr__(self) -> str:
        return f"ChiefAccessManager({self.centre!r}, {self.person!r})"

    def cells(self, *, masked: bool = False) -> tuple[str, ...]:
        """The row's cells, in the order of `HEADERS`."""
        insz = MASKED if masked else grouped(self.insz)
        return (
            self.fusion, self.centre, dotted(self.kbo), self.role, self.person, self.name, insz, self.email, self.language,
        )  # fmt: skip


@dataclass(frozen=True)
class ChiefAccessManagers:
    """Who is declared, and the centres for which nobody is."""

    rows: list[ChiefAccessManager]
    missing: list[str]
    report_by: dict[str, date | None] = field(default_factory=dict)
    """Until when Flanders wants it, by fusion; None where that is not known."""

    def deadlines(self) -> str:
        """One line, of those that are known; empty where none is."""
        by: dict[date, list[str]] = {}
        for fusion, day in self.report_by.items():
            if day:
                by.setdefault(day, []).append(fusion)
        if not by:
            return ""
        told = (
            f"{day}" + (f" for {', '.join(by[day])}" if len(by[day]) < len(self.report_by) else "")
            for day in sorted(by)
        )
        return f"Flanders' deadline: {'; '.join(told)} (R13)"

    def summary(self) -> str:
        """One line: how many, where."""
        centres = len({row.kbo for row in self.rows})
        fusions = len({row.fusion for row in self.rows})
        return f"{format_count(len(self.rows), 'row')}, {format_count(centres, 'centre')}, {format_count(fusions, 'fusion')}"

    def incomplete(self) -> list[str]:
        """The people of whom the secrets file has no name, e-mail address or language."""
        return sorted({row.person for row in self.rows if not (row.name and row.email and row.language)})


def read_declarations(names: Sequence[str], secrets_file: Path | None) -> ChiefAccessManagers:
    """The list of the fusions with these names, of all without any.

    Raises `DeclarationError` with every finding, `FusionError` for a name that is no declaration's or without people.
    """
    paths = tuple(_paths(names))
    report = validation.validate_files(paths, secrets_file)
    # An FTP account's password is nothing that the list needs.
    findings = [finding for finding in report.findings if finding.rule != "missing-password"]
    if findings:
        raise DeclarationError(findings)
    if report.secrets is None:
        raise FusionError(
            "who the chief access managers are stands in the secrets file", "Give it with --secrets PATH"
        )
    secrets = load_secrets(report.secrets)
    rows: list[ChiefAccessManager] = []
    missing: list[str] = []
    report_by: dict[str, date | None] = {}
    for path in paths:
        fusion = load_declaration(path)
        report_by[fusion.name] = reference().chief_access_managers_reported_by(fusion.takes_effect)
        for centre, kbo, role, access, place in _centres(fusion):
            if access is None:
                missing.append(
                    f"{fusion.name}: {centre} ({dotted(kbo)}) has no declared access: add `{place}` to {path.name}, "
                    "with its `chiefAccessManagers`"
                )
            else:
                rows += _rows(fusion, (centre, kbo, role), access, secrets)
    return ChiefAccessManagers(rows, missing, report_by)


def require_complete(listed: ChiefAccessManagers, *, allow_missing: bool) -> None:
    """Raise `GuardRefused` when a merging centre is missing from the list, unless that is allowed."""
    if listed.missing and not allow_missing:
        raise GuardRefused(
            "the list for Flanders would not be complete (R13):\n"
            + "\n".join(f"  {line}" for line in listed.missing),
            "`--allow-missing` goes on without",
        )


def write(listed: ChiefAccessManagers, path: Path, *, masked: bool) -> None:
    """Write the file, readable for its owner only. Raises `GuardRefused` where git would take it up with its INSZ."""
    if path.suffix.lower() != ".xlsx":
        raise FusionError(f"{path} would be an Excel file under another name", "End it in .xlsx")
    if not masked:
        private_files.require_outside_git(path, "INSZ", "`--masked` writes the list without INSZ")
    if not path.parent.is_dir():
        raise FusionError(f"there is no folder {path.parent}", "Make it, or name another")
    rows = [row.cells(masked=masked) for row in listed.rows]
    private_files.write_private(path, spreadsheet.content(TITLE, HEADERS, rows))


def describe_file(listed: ChiefAccessManagers, path: Path, *, masked: bool) -> str:
    """What was written, and what to mind."""
    lines = [f"{path}: {listed.summary()}"]
    if masked:
        lines.append("without INSZ, for review: not what Flanders needs")
    else:
        lines.append("It holds INSZ, so only you can read it (mode 0600). Keep it out of git and of mail.")
        if deadlines := listed.deadlines():
            lines[-1] += f" {deadlines}"
    if incomplete := listed.incomplete():
        lines.append(f"without name, e-mail address or language in the secrets file: {', '.join(incomplete)}")
    return "\n".join(lines)


def find_differences(listed: ChiefAccessManagers, path: Path, *, masked: bool = False) -> list[str]:
    """What a file says otherwise than the declarations, a line each and without an INSZ.

    A `masked` file has no INSZ to compare, and must not have any.
    """
    expected = {(row.kbo, row.person): row for row in listed.rows}
    seen: set[tuple[str, str]] = set()
    found: list[str] = []
    for line in spreadsheet.lines(path, HEADERS):
        key = (re.sub(r"\D", "", line.cells[KBO]).zfill(10), line.cells[PERSON])
        where = f"row {line.number}, {_shown(line, 'OCMW')}, {_shown(line, PERSON) or 'nobody'}"
        row = expected.get(key)
        if row is None:
            found.append(f"{where}: no chief access manager in the declarations")
        elif key in seen:
            found.append(f"{where}: is in the file twice")
        else:
            found += [f"{where}: {what}" for what in _line_differences(row, line, masked=masked)]
        seen.add(key)
    found += [
        f"{row.centre}, {row.person}: is declared and not in the file"
        for key, row in expected.items()
        if key not in seen
    ]
    # Where a column was shifted, what is shown of the file may be an INSZ.
    return [privacy.masked(line) for line in found]


def grouped(insz: str) -> str:
    """An INSZ as it is written: 85.07.30-033.28."""
    return f"{insz[:2]}.{insz[2:4]}.{insz[4:6]}-{insz[6:9]}.{insz[9:]}"


def _shown(line: spreadsheet.Line, header: str) -> str:
    """A cell's text. A number would be an INSZ that nothing knows as one, when it lost its zeros."""
    return "a number" if header in line.numeric else line.cells[header]


def _line_differences(row: ChiefAccessManager, line: spreadsheet.Line, *, masked: bool) -> Iterator[str]:
    for header, wanted in zip(HEADERS, row.cells(), strict=True):
        value = line.cells[header]
        if header in line.numeric:
            yield f"{header} is a number, which loses zeros in front: make the column text"
        elif header == KBO:
            if not _is_number(value, row.kbo):
                yield f"{header} is {value}, not {wanted}"
        elif header == INSZ:
            what = _insz_difference(value, MASKED if masked else row.insz)
            if what:
                yield f"{header} {what}"
        elif header == NAME and not wanted:
            continue  # the secrets do not know it: whoever fills the file in may
        elif value.casefold() != wanted.casefold():
            yield f"{header} is {value or 'empty'}, not {wanted or 'empty'}"


def _is_number(value: str, kbo: str) -> bool:
    try:
        return parse_enterprise_number(value) == kbo
    except IdentifierError:
        return False


def _insz_difference(value: str, wanted: str) -> str:
    if value == wanted:
        return ""
    if not value:
        return "is empty"
    if wanted == MASKED:
        return f"stands in a list that should have {MASKED} there"
    if value == MASKED:
        return "is left out: `--masked` compares all else"
    try:
        return "" if parse_ssin(value) == wanted else "is not the one of the secrets file"
    except IdentifierError:
        return "is not written as one: eleven digits, and no more than points, hyphens and spaces"


def _paths(names: Sequence[str]) -> Iterator[Path]:
    known = find_declarations(project_root() / "fusions", names)
    yield from (known[name] for name in (dict.fromkeys(names) or known))


def _centres(fusion: Fusion) -> Iterator[tuple[str, str, str, Access | None, str]]:
    """Every centre whose chief access managers are reported: name, number, role, declared access and where it stands."""
    for index, centre in enumerate(fusion.merging):
        if centre.kbo == fusion.ocmw.kbo:
            yield centre.name, centre.kbo, BOTH, fusion.access, "access"
        else:
            yield centre.name, centre.kbo, MERGING, centre.access, f"merging[{index}].access"
    if fusion.keeper is None:
        yield fusion.name, fusion.ocmw.kbo, MERGED, fusion.access, "access"


def _rows(
    fusion: Fusion, centre: tuple[str, str, str], access: Access, secrets: Secrets
) -> Iterator[ChiefAccessManager]:
    name, kbo, role = centre
    for key in access.chief_access_managers:
        person = secrets.person(key)
        yield ChiefAccessManager(
            fusion.name,
            name,
            kbo,
            role,
            key,
            person.name or "",
            person.insz,
            person.email or "",
            person.language or "",
        )
