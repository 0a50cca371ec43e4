"""A review: a pull request's fusions validated and planned, with the program of this checkout, which has to be its base's.

The pull request is data: its files of `fusions/` and nothing else. One that changes anything besides is only validated,
since the program that would apply it is not the one that would plan it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from operations import engine
from operations.approvals.digest import find_gaps
from operations.approvals.planning import give_digest, plan_with_bases
from operations.plans.choice import FOLDER, find_concerned
from operations.plans.model import Plan
from operations.plans.preview import Say
from operations.reviews.changes import Changes, find
from operations.reviews.new_stacks import settings_of, with_new_stacks
from operations.reviews.projects import project_with
from operations.reviews.repository import (
    Merge,
    find_changes,
    prefix_of,
    read_files,
    read_merge,
    require_program_of,
)
from operations.runbooks.counting import with_steps
from operations.validation import validate_files
from schemas.files import declarations_in
from schemas.findings import Finding
from stacks.settings_file import file_of

VERSION = "fusion-review/v1"


class NoPlan(Enum):
    """Why nothing is planned."""

    OUTSIDE = "it changes files outside of fusions/"
    REFUSED = "it has files that are not taken"
    CONFLICT = "it cannot be merged"
    ASKED = "nobody asked for a plan"


@dataclass(frozen=True)
class Review:
    """What there is to say of a pull request.

    :param findings: their files are paths below the project's root.
    :param others_findings: those of them that are the base's too, in files that the pull request does not touch: they say
        nothing about it.
    :param plan: of the fusions that could be planned, with its digest where all could and nothing is to be put right.
    :param with_findings: the fusions that are not planned, since their own files have findings.
    :param new: the fusions that no stack is of, which are planned as new ones, each with the file of its settings.
    """

    merge: Merge
    changes: Changes
    plan: Plan
    findings: tuple[Finding, ...] = ()
    others_findings: tuple[Finding, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    no_plan: NoPlan | None = None
    with_findings: tuple[str, ...] = ()
    new: tuple[tuple[str, str], ...] = ()
    people_checked: bool = True

    @property
    def stacks(self) -> list[str]:
        """Those that an `up` applies: the others have no portal."""
        return self.plan.with_portal.stacks

    @property
    def own_findings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one not in self.others_findings)

    @property
    def is_final(self) -> bool:
        """Whether another review of the same commit would say the same: no portal was away, no stack failed."""
        return bool(self.own_findings) or not any(find_gaps(self.plan))

    @property
    def passed(self) -> list[bool]:
        """Of each thing that was tried, whether it went well."""
        wrong = bool(self.own_findings or self.refused or self.merge.conflicts)
        return [False] if wrong else self.plan.passed

    def as_json(self) -> dict[str, Any]:
        changes = self.changes
        return {
            "version": VERSION,
            "base": self.merge.base,
            "head": self.merge.head,
            "changed": [*changes.changed],
            "added": [*changes.added],
            "gone": [*changes.gone],
            "renamed": [{"from": old, "to": new} for old, new in changes.renamed],
            "unchanged": changes.unchanged,
            "outside": [*changes.outside],
            "conflicts": [*self.merge.conflicts],
            "refused": [{"path": path, "reason": reason} for path, reason in self.refused],
            "findings": [finding.as_json() for finding in self.findings],
            "othersFindings": [finding.as_json() for finding in self.others_findings],
            "peopleChecked": self.people_checked,
            "noPlan": self.no_plan.value if self.no_plan else None,
            "withFindings": [*self.with_findings],
            "new": [{"stack": name, "settings": settings} for name, settings in self.new],
            "plan": self.plan.as_json(),
        }


def make_review(root: Path, base: str, head: str, say: Say, *, planning: bool = True) -> Review:
    """Review what `head` would change in `base`, where it is merged now.

    :param planning: False for who must not see what the portal has, such as a fork.
    :raises FusionError: where git or the engine cannot be asked.
    """
    prefix, merge = prefix_of(root), read_merge(root, base, head)
    require_program_of(root, merge.base, FOLDER)
    files = read_files(root, merge.after, f"{prefix}{FOLDER}")
    with project_with(root, files.content) as project:
        folder = project / FOLDER
        names = [path.stem for path in declarations_in(folder)]
        changes = find(find_changes(root, merge), prefix, folder, names)
        review = Review(merge, changes, Plan(fusions=()), refused=files.refused)
        if names:
            findings, people_checked = _validated(project)
            others = _found_before(
                root, review, prefix, [one for one in findings if not _is_of(one, changes, folder)]
            )
            review = replace(review, findings=findings, others_findings=others, people_checked=people_checked)
        if reason := _why_not(review, planning):
            return replace(review, no_plan=reason)
        return _planned(review, project, say)


def _validated(project: Path) -> tuple[tuple[Finding, ...], bool]:
    """The findings of a project's declarations, and whether people were checked."""
    report = validate_files((project / FOLDER,), None, people=not _has_own_secrets(project))
    return tuple(_below(project, finding) for finding in report.findings), report.secrets is not None


def _is_of(finding: Finding, changes: Changes, folder: Path) -> bool:
    """Whether it is in a file that the pull request touches, of a fusion that it changes, or of no declaration."""
    if not finding.file.startswith(f"{FOLDER}/") or finding.file in changes.files:
        return True
    return not _fusions_of(folder, finding).isdisjoint(changes.changed)


def _fusions_of(folder: Path, finding: Finding) -> set[str]:
    """Those that the finding's file belongs to; one with another ending than a declaration's is its namesake's."""
    return {*find_concerned(folder, [finding.file]), Path(finding.file).stem}


def _found_before(
    root: Path, review: Review, prefix: str, elsewhere: Collection[Finding]
) -> tuple[Finding, ...]:
    """Those that the base has too. A finding elsewhere may be the pull request's all the same: of two files with one user
    name, one has it."""
    if not elsewhere:
        return ()
    files = read_files(root, review.merge.before, f"{prefix}{FOLDER}")
    with project_with(root, files.content) as project:
        before, _ = _validated(project) if declarations_in(project / FOLDER) else ((), False)
    return tuple(one for one in elsewhere if one in before)


def _has_own_secrets(project: Path) -> bool:
    """Whether a stack has secrets elsewhere than in the rehearsal's file: people of that are nobody's there."""
    settings = [path.read_text("utf-8", "replace") for path in (project / "stacks").glob("Pulumi.*.yaml")]
    return any("fusion:secrets" in text for text in settings)


def _why_not(review: Review, planning: bool) -> NoPlan | None:
    if review.refused:
        return NoPlan.REFUSED
    if review.merge.conflicts:
        return NoPlan.CONFLICT
    if review.changes.outside:
        return NoPlan.OUTSIDE
    return None if planning else NoPlan.ASKED


def _planned(review: Review, project: Path, say: Say) -> Review:
    """With the plans of the stacks whose own files have no findings."""
    found = {name for finding in review.findings for name in _fusions_of(project / FOLDER, finding)}
    with_findings = found & {*review.changes.changed}
    sound = [name for name in review.changes.changed if name not in with_findings]
    present = engine.list_stacks(project) if sound else []
    new = {name: settings_of(project, name) for name in sound if not [*_stacks_of([name], present)]}
    fusions = plan_with_bases(project, [*_stacks_of(sound, present)], say)
    if new:
        with with_new_stacks(project, [*new], say):
            fusions += plan_with_bases(project, [*new], say)
    plan = give_digest(Plan(fusions=tuple(sorted(fusions, key=lambda fusion: fusion.stack))), say)
    without_settings = {name for name, settings in new.items() if settings != file_of(name)}
    plan = with_steps(plan, say, noted=without_settings)
    if review.own_findings:
        plan = plan.model_copy(update={"digest": ""})
    return replace(
        review,
        plan=plan,
        with_findings=tuple(sorted(with_findings)),
        new=tuple(new.items()),
    )


def _stacks_of(names: Collection[str], present: Collection[str]) -> Iterator[str]:
    yield from (stack for stack in present if stack.partition(".")[0] in names)


def _below(project: Path, finding: Finding) -> Finding:
    """A finding by what its file is called in the project: the folder goes when the review ends."""
    file, message = finding.file, finding.message
    shown = [project.relative_to(Path.cwd())] if project.is_relative_to(Path.cwd()) else []
    for here in (f"{one}/" for one in (project, *shown)):
        file, message = file.removeprefix(here), message.replace(here, "")
    return finding._replace(file=file, message=message)
