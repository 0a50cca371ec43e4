"""The one place that decides what each scenario requires. R02–R11.

| | 1: new KBO, new NIS | 2: KBO kept, new NIS | 3: both kept |
|---|---|---|---|
| access | needed (R03) | updated | cleaned up |
| sender, FTP, REST, every screen (`SCREENS`) | needed (R03) | no action (R04) | no action (R04) |
| running dossiers and A036 | every centre (R07) | every centre (R08) | the disappearing one (R09) |
| access at the merging centres | updated (R23) | updated (R23) | cleaned up (R24) |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from schemas.declaration import SCREENS, Draft, Ocmw
from schemas.document import Document
from schemas.fields import NONE
from schemas.findings import Finding, Path, in_words
from schemas.identifiers import dotted
from schemas.systems import Application, System

NEEDED_IN_1: tuple[tuple[Path, str], ...] = (
    (("access",), "access on the new number (Toegangsbeheer)"),
    (("accounts", "sender"), "the contact of the sender (ChaMan, R28)"),
    (("accounts", "ftp"), "an FTP account (ChaMan, R29)"),
    (("accounts", "rest"), "a REST account (ChaMan, R33)"),
    *(((key,), f"{screen.what} (OCMW-configuratie, {screen.rule})") for key, screen in SCREENS.items()),
)
"""What scenario 1 sets up on the new number (R03): the section, and what it is."""

NO_ACTION_IN_2_AND_3: tuple[tuple[Path, Application], ...] = (
    (("accounts",), Application.CHAMAN),
    *(((key,), Application.CONFIGURATION) for key in SCREENS),
)
"""Sections that scenarios 2 and 3 have no use for, and the application where the manual says "geen acties nodig" (R04)."""


def is_left_by_2_and_3(system: System) -> bool:
    """Whether a merged centre that keeps its number leaves this system as it is (R04)."""
    return system.application in {application for _, application in NO_ACTION_IN_2_AND_3}


def dossier_centres(draft: Draft) -> list[str]:
    """The names of the centres whose running dossiers are stopped and entered again (R07–R09)."""
    kept = draft.ocmw.kbo if draft.ocmw and draft.scenario == 3 else None
    return [centre.name for _, centre in draft.centres() if centre.kbo != kept]


def check(draft: Draft, document: Document) -> Iterator[Finding]:
    """Findings about numbers, sections and dossiers that do not fit the declared scenario."""
    if draft.scenario is None:
        return
    if draft.ocmw and draft.merging and None not in draft.merging:
        yield from _numbers(draft, draft.ocmw, document)
    yield from _keeper_access(draft, document)
    yield from _clean_up(draft, document)
    yield from _sections(draft, document)
    yield from _dossiers(draft, document)


def _numbers(draft: Draft, ocmw: Ocmw, document: Document) -> Iterator[Finding]:
    centres = [centre for _, centre in draft.centres()]
    if len(centres) < 2:
        yield document.finding(("merging",), "R02", "at least two centres merge", at_key=True)
        return
    kept = next((centre for centre in centres if centre.kbo == ocmw.kbo), None)
    same_code = next((centre for centre in centres if centre.nis == ocmw.nis), None)
    known = ", ".join(f"{centre.name} {dotted(centre.kbo)}" for centre in centres)
    if draft.scenario == 1:
        if kept:
            yield document.finding(
                ("ocmw", "kbo"), "R02",
                f"scenario 1 has a new KBO, and {dotted(ocmw.kbo)} is {kept.name}'s: a kept number is scenario 2 or 3",
            )  # fmt: skip
    elif not kept:
        yield document.finding(
            ("ocmw", "kbo"), "R02",
            f"scenario {draft.scenario} keeps a merging centre's KBO, and {dotted(ocmw.kbo)} is none of {known}",
        )  # fmt: skip
    if draft.scenario == 3:
        if kept and kept.nis != ocmw.nis:
            yield document.finding(
                ("ocmw", "nis"), "R02",
                f"scenario 3 keeps KBO and NIS of one centre: {kept.name}'s NIS is {kept.nis}, not {ocmw.nis}",
            )  # fmt: skip
    elif same_code:
        yield document.finding(
            ("ocmw", "nis"), "R02",
            f"scenario {draft.scenario} has a new NIS, and {ocmw.nis} is {same_code.name}'s until the merger",
        )  # fmt: skip


def _keeper_access(draft: Draft, document: Document) -> Iterator[Finding]:
    for index, centre in draft.centres():
        if draft.ocmw and centre.kbo == draft.ocmw.kbo and centre.access:
            yield document.finding(
                ("merging", index, "access"), "keeper-access",
                f"{centre.name} keeps its number: its access is the declaration's own `access`, not this one",
                at_key=True,
            )  # fmt: skip


def _clean_up(draft: Draft, document: Document) -> Iterator[Finding]:
    """Only scenario 3 removes people (R24), the others update (R23). `users: none` and `cleanUp` need each other."""
    for path, access in draft.accesses():
        for code in access.domains:
            users: Path = (*path, "domains", code, "users")
            if access.clean_up and document.lacks(users):
                yield document.finding(
                    users[:-1], "R24",
                    f"`cleanUp` would leave no user in {code}: list under `users` those who stay, write `users: none` if "
                    "nobody does, or leave the domain out",
                    at_key=True,
                )  # fmt: skip
            elif document.lacks((*path, "cleanUp")) and document.value_at(users) == NONE:
                yield document.finding(
                    users, "R24",
                    "`none` says that nobody stays, but without `cleanUp` everybody does: leave `users` out, or confirm it "
                    "in `cleanUp`",
                    at_key=True,
                )  # fmt: skip
        if access.clean_up is None:
            continue
        place: Path = (*path, "cleanUp")
        if draft.scenario != 3 and document.lacks(("beyondScenario",)):
            yield document.finding(
                place, "R23",
                f"scenario {draft.scenario} brings access up to date and removes nobody; only scenario 3 cleans up "
                "(R24): remove `cleanUp`, or say why in `beyondScenario: {reason: …}`",
                at_key=True,
            )  # fmt: skip
        if not access.domains:
            yield document.finding(
                place, "R24",
                "there is nothing to clean up: list the domains under `domains`, with the users who stay",
                at_key=True,
            )  # fmt: skip


def _sections(draft: Draft, document: Document) -> Iterator[Finding]:
    if draft.scenario == 1:
        for path, what in NEEDED_IN_1:
            if document.lacks(path):
                place: Path = path[:-1] if path[:-1] and document.has(path[:-1]) else ("scenario",)
                yield document.finding(
                    place,
                    "R03",
                    f"scenario 1 needs `{in_words(path)}`, {what}",
                    at_key=place != ("scenario",),
                )
    elif document.lacks(("beyondScenario",)):
        for path, application in NO_ACTION_IN_2_AND_3:
            if document.has(path):
                yield document.finding(
                    path, "R04",
                    f"scenario {draft.scenario} needs no action in {application} (\"geen acties nodig\"): remove "
                    f"`{in_words(path)}`, or say why in `beyondScenario: {{reason: …}}`",
                    at_key=True,
                )  # fmt: skip


def _dossiers(draft: Draft, document: Document) -> Iterator[Finding]:
    dossiers = draft.dossiers
    if dossiers is None:
        if draft.scenario == 1 and document.lacks(("dossiers",)):
            yield document.finding(
                ("scenario",), "R07",
                "scenario 1 needs `dossiers`: the forms of every merging centre begin again under the new number, also "
                "where people move them (`handledBy: byHand`)",
            )  # fmt: skip
        return
    if draft.takes_effect:
        last_day = draft.takes_effect - timedelta(days=1)
        if dossiers.stop_on != last_day:
            yield document.finding(
                ("dossiers", "stopOn"), "R06",
                f"running forms stop on the day before the merger, {last_day}, not on {dossiers.stop_on}",
            )  # fmt: skip
        if dossiers.restart_on != draft.takes_effect:
            yield document.finding(
                ("dossiers", "restartOn"), "R06",
                f"running forms are entered again from the day of the merger, {draft.takes_effect}, "
                f"not {dossiers.restart_on}",
            )  # fmt: skip
    if draft.ocmw and draft.merging and None not in draft.merging:
        yield from _dossier_centres(draft, list(dossiers.centres), document)


def _dossier_centres(draft: Draft, declared: list[str], document: Document) -> Iterator[Finding]:
    names = [centre.name for _, centre in draft.centres()]
    expected = dossier_centres(draft)
    rule = {1: "R07", 2: "R08", 3: "R09"}[draft.scenario or 1]
    for index, name in enumerate(declared):
        if name in names and name not in expected:
            yield document.finding(
                ("dossiers", "centres", index), rule,
                f"{name} keeps its number and its NIS: its forms are left as they are in scenario 3",
            )  # fmt: skip
    missing = [name for name in expected if name not in declared]
    if missing:
        because = {1: "every merging centre has a new number", 2: "the NIS changes for every centre"}
        why = because.get(draft.scenario or 1, "the centre disappears")
        yield document.finding(
            ("dossiers", "centres"), rule, f"{', '.join(missing)} missing: {why}", at_key=True
        )
