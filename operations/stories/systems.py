"""The systems of the manual: which calls, waiting things, checks and deeds of a story belong to which.

What belongs to none of them is told under `OTHER`, so that nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from operations.checks import online, sign_in
from operations.checks import unique_report as unique_report_check
from operations.checks.results import Result
from providers import (
    dossiers,
    paths,
    retained,
)
from schemas.declaration import Fusion
from stacks.plan import ACCESS, CHAMAN, CONFIGURATION, E_BOX, INTEGRATIONS, RETAINED
from stacks.waits import Wait

OTHER = "Al het overige"
KEPT = "Wat behouden blijft"


@dataclass(frozen=True)
class Kind:
    """A system, by patterns: of its calls' paths, of its things' titles, of its checks (`system: check`), of what people
    and the portal did; `rules` for things with a title of their own. `new_number_only`: other scenarios keep it (R04)."""

    name: str
    paths: str = ""
    things: str = ""
    checks: str = ""
    deeds: str = ""
    rules: tuple[str, ...] = ()
    new_number_only: bool = False


def _of(api: str, *parts: str) -> str:
    return rf"{api}/\d+/(?:{'|'.join(parts)})(?:/|$)"


SYSTEMS = (
    Kind(
        "Hoofdtoegangsbeheerders",
        _of(paths.ACCESS, "chiefAccessManagers"),
        "chief access managers",
        rf"{ACCESS}: .*(?:chief|head)",
        "head managers",
        ("R13",),
    ),
    Kind(
        "Aanmelden",
        checks=rf"{ACCESS}: {sign_in.CHECK}",
        deeds="is active, NIS| merged into ",
    ),
    Kind(
        ACCESS,
        f"{paths.ACCESS}/",
        "access managers|users?( |$)|access",
        f"{ACCESS}: ",
        "RSZ| user ",
        ("R14", "R15"),
    ),
    Kind(
        "ChaMan verzender",
        _of(paths.CHAMAN, "sender"),
        "sender contact",
        f"{CHAMAN}: .*sender",
        "the sender",
        new_number_only=True,
    ),
    Kind(
        "FTP-account",
        _of(paths.CHAMAN, "ftpAccounts"),
        "FTP account",
        f"{CHAMAN}: .*FTP",
        "FTP account",
        new_number_only=True,
    ),
    Kind(
        "REST-account en delegatie",
        _of(paths.CHAMAN, "restAccounts", "delegationRequests"),
        "REST account|delegation",
        f"{CHAMAN}: .*(?:REST|delegation)",
        " accepts$| refuses$|supplier: ",
        new_number_only=True,
    ),
    Kind(
        "Certificaten",
        _of(paths.CHAMAN, "certificates"),
        "certificate",
        f"{CHAMAN}: .*certificate",
        r"\.cer\b",
        new_number_only=True,
    ),
    Kind(
        "Mutaties",
        _of(paths.CONFIGURATION, "mutations"),
        "selection of mutations",
        f"{CONFIGURATION}: .*mutations",
        "receive:",
        new_number_only=True,
    ),
    Kind(
        "Technische dienstverleners",
        _of(paths.CONFIGURATION, "technicalProviders"),
        "technical providers",
        f"{CONFIGURATION}: .*technical providers",
        "technicalProviders",
        new_number_only=True,
    ),
    Kind(
        "Contactgegevens",
        _of(paths.CONFIGURATION, "contactDetails"),
        "contact details",
        f"{CONFIGURATION}: .*contact",
        new_number_only=True,
    ),
    Kind(
        "OCMW Online notificaties",
        _of(paths.CONFIGURATION, "ocmwOnline"),
        "OCMW Online",
        f"{CONFIGURATION}: .*(?:OCMW Online|notification|reminder)",
        "notifications|Reminders",
        new_number_only=True,
    ),
    Kind(
        "Lopende dossiers",
        rf"{paths.INTEGRATIONS}/\d+/{dossiers.FORMS}/",
        dossiers.TITLES[dossiers.FORMS],
        f"{INTEGRATIONS}: {dossiers.TITLES[dossiers.FORMS]}",
        "move the forms",
        ("R06", "R70"),
    ),
    Kind(
        "A036",
        rf"{paths.INTEGRATIONS}/\d+/{dossiers.ATTESTATIONS}/",
        dossiers.TITLES[dossiers.ATTESTATIONS],
        f"{INTEGRATIONS}: {dossiers.TITLES[dossiers.ATTESTATIONS]}",
        "move the forms",
        ("R11",),
    ),
    Kind(E_BOX, f"{paths.E_BOX}/", E_BOX, f"{E_BOX}: ", "read the E-Box"),
    Kind(
        unique_report_check.SYSTEM,
        f"{paths.UNIQUE_REPORT}/",
        unique_report_check.SYSTEM,
        f"{unique_report_check.SYSTEM}: ",
        "submit the report",
        ("R62", "R63"),
    ),
    Kind(
        "OCMW Online aanvragen",
        f"{paths.OCMW_ONLINE}/",
        "(?:old )?requests",
        f"{online.SYSTEM}: ",
        "requests of OCMW Online linked",
        ("R64",),
    ),
    Kind(
        KEPT,
        things="review",
        checks=f"{RETAINED}: ",
        deeds=r"deleted by hand|accept: |release: ",
        rules=("R05", "R61"),
    ),
)
"""In the order in which the first whose pattern matches is meant, but for deeds, which may be of several."""
NOTIFICATIONS = next(kind for kind in SYSTEMS if kind.name == "OCMW Online notificaties")

PARTS: Mapping[str, tuple[str, ...]] = {
    "channels": ("sender", "ftpAccounts", "restAccounts", "delegationRequests"),
    "certificates": ("certificates",),
    "configuration": ("mutations", "technicalProviders", "contactDetails", "ocmwOnline"),
    "E-Box": ("eBox",),
    "access": ("chiefAccessManagers", "accessManagers", "users"),
}
"""What is retained, by its kinds."""
_KEPT_TITLES = {kind.title for kind in retained.KINDS.values()}


def of_call(path: str) -> str:
    """The name of the system that a call's path belongs to."""
    return next((kind.name for kind in SYSTEMS if kind.paths and re.match(kind.paths, path)), OTHER)


def of_check(result: Result) -> str:
    """The name of the system that a line of `fusion check` is about."""
    said = f"{result.system}: {result.check}"
    return next((kind.name for kind in SYSTEMS if kind.checks and re.match(kind.checks, said)), OTHER)


def of_deed(line: str) -> list[str]:
    """The names of the systems that somebody did something in."""
    return [kind.name for kind in SYSTEMS if kind.deeds and re.search(kind.deeds, line)] or [OTHER]


def of_wait(wait: Wait, fusion: Fusion) -> str:
    """The name of the system that something waits in."""
    return of_thing(f"{wait.centre}, {wait.thing}", fusion) or _by_rule(wait.waiting.rule)


def of_thing(thing: str, fusion: Fusion) -> str:
    """The name of the system of `centre, title`, "" where the title says nothing."""
    centre, _, title = thing.partition(", ")
    if title in _KEPT_TITLES and any(
        centre == one.name and not (one.access and title == "chief access managers")
        for one in fusion.disappearing
    ):
        return KEPT
    return next((kind.name for kind in SYSTEMS if kind.things and re.match(kind.things, title)), "")


def _by_rule(rule: str) -> str:
    cited = rule.split(", ")
    return next((kind.name for kind in SYSTEMS if {*cited} & {*kind.rules}), OTHER)
