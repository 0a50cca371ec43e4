"""`fusion validate`: which files, against which people, and the findings for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.annotations.annotation import Annotated, Severity, annotate
from operations.runbooks.notes import find_slips
from providers.settings import REHEARSAL_SECRETS, project_root
from schemas.counts import format_count
from schemas.errors import DeclarationError, FusionError
from schemas.files import declarations_in, hidden_in
from schemas.findings import Finding, in_order
from schemas.secrets import Secrets, load_secrets
from schemas.validation import validate
from schemas.visible import visible


@dataclass(frozen=True)
class Report:
    """The findings of a run, and what was checked; `secrets` is None when people and passwords were not.

    `left_out` are the hidden files of the folders; `elsewhere` is the folder of the files where nobody named it and it is
    not below the one where people stand.
    """

    files: list[Path]
    findings: list[Finding]
    secrets: Path | None
    left_out: list[Path]
    elsewhere: Path | None = None

    def summary(self) -> str:
        """One line: what was checked and what came out."""
        count = len(self.findings)
        found = format_count(count, "finding") if count else "no findings"
        people = (
            f"people and passwords of {self.secrets}" if self.secrets else "people and passwords not checked"
        )
        left_out = f"; not read, since hidden: {', '.join(map(str, self.left_out))}" if self.left_out else ""
        folder = f" of {self.elsewhere}" if self.elsewhere else ""
        return visible(f"{format_count(len(self.files), 'declaration')}{folder}, {people}: {found}{left_out}")

    def annotated(self) -> Annotated:
        """For other programs' formats: whatever is found has to be put right before a run."""
        found = [(Severity.ERROR, finding) for finding in self.findings]
        return annotate("fusion validate", self.summary(), map(str, self.files), found)

    def as_json(self) -> dict[str, Any]:
        return {
            "files": len(self.files),
            "secrets": str(self.secrets) if self.secrets else None,
            "leftOut": [str(path) for path in self.left_out],
            "findings": [finding.as_json() for finding in self.findings],
        }


def validate_files(paths: tuple[Path, ...], secrets_file: Path | None, *, people: bool = True) -> Report:
    """Validate the declarations at `paths` (files or folders; all of fusions/ without any).

    :param people: False where the rehearsal's secrets are not those of the stacks: nobody is checked then.

    Raises `FusionError` when there is nothing to validate: an empty run must not look like a clean one.
    """
    given = paths or (_shown(project_root() / "fusions"),)
    files = [file for path in given for file in (declarations_in(path) if path.is_dir() else [path])]
    if not files:
        raise FusionError(
            f"no declarations in {visible(', '.join(map(str, paths))) or 'fusions/'}",
            "Each is a file that ends in .yaml (docs/declaration.md)",
        )
    left_out = [file for path in given for file in hidden_in(path)]
    elsewhere = given[0] if not paths and given[0].is_absolute() else None
    known = secrets_file or _shown(project_root() / REHEARSAL_SECRETS)
    if secrets_file is None and not (people and known.exists()):
        return Report(files, _validate(files, None), None, left_out, elsewhere)
    try:
        secrets = load_secrets(known)
    except DeclarationError as error:
        found = in_order([*error.findings, *_validate(files, None)])
        return Report(files, found, known, left_out, elsewhere)
    return Report(files, _validate(files, secrets), known, left_out, elsewhere)


def _validate(files: list[Path], secrets: Secrets | None) -> list[Finding]:
    """With what people noted beside the declarations: it is reviewed with them."""
    return in_order([*validate(files, secrets), *(slip for file in files for slip in find_slips(file))])


def _shown(path: Path) -> Path:
    """As people call it from where they stand, where that is shorter."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
