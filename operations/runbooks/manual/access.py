"""Toegangsbeheer: reporting and updating before the merger, the RSZ's copy, then managers and users."""

from __future__ import annotations

from dataclasses import replace

from operations.runbooks.manual.step import At, Chapter, Day, Kind, Step, Who

_COPIED = ("access-copy", "access-copy-to-keeper")
_REMOVING = (
    "By your role, click “Verantwoordelijk Toegangen Entiteit” or “Toegangsbeheerder”, then “Gebruikers” in the menu.",
    "Tick the users, several at once if you like. In the drop-down menu at the bottom left choose “Gebruiker(s) "
    "verwijderen” and "
    "click “Uitvoeren”.",
)

_COPY = Step(
    "access-copy",
    Chapter.ACCESS,
    "The RSZ adds the chief access managers and copies the users",
    Who.RSZ,
    ("R12", "R15"),
    (
        "The RSZ adds the reported chief access managers to the merged OCMW, and copies the users of the merging OCMWs to "
        "it. "
        "From then on all have access to both.",
        "A new KBO number has no access management before its first day, {day}.",
    ),
    Kind.NOTHING,
    Day.MERGER,
    of=("access:AccessCopy",),
    scenarios=(1,),
    after=("report-chief-access-managers", "update-access", "clean-up-access"),
)
_CHIEFS = Step(
    "chief-access-managers",
    Chapter.ACCESS,
    "Check that the chief access managers are these",
    Who.CHIEFS,
    ("R15",),
    (
        "Every OCMW has at least one chief access manager (HTB).",
        "The RSZ enters chief access managers, as reported. Where somebody is missing or too many, ask the helpdesk.",
    ),
    day=Day.MERGER,
    at=At.MERGED,
    of=("access:ChiefAccessManagers",),
    after=_COPIED,
)
_MANAGERS = Step(
    "access-managers",
    Chapter.ACCESS,
    "Appoint the access manager (TB) of a domain",
    Who.CHIEFS,
    ("R16", "R17"),
    (
        "Click the domain for which you appoint.",
        "At the bottom click “Van Toegangsbeheerder veranderen”, enter the INSZ and click “Volgende”.",
        "Enter the data asked for and click “Opslaan” at the bottom.",
        "Check the overview and click “Bevestigen” at the bottom.",
        "Add and remove co-access managers (co-TB) likewise, as many as needed: the access manager may do that too.",
    ),
    day=Day.MERGER,
    at=At.NEW,
    of=("access:AccessManagers",),
    after=_COPIED,
)
_USERS = Step(
    "users",
    Chapter.ACCESS,
    "Add users, or change what they have",
    Who.MANAGERS,
    ("R17", "R18", "R19", "R21"),
    (
        "By your role, click “Verantwoordelijk Toegangen Entiteit” or “Toegangsbeheerder”.",
        "On the right in the menu click “Gebruikers”: the users who are there are listed.",
        "Bottom right enter the INSZ of a new user and click “Volgende”; who is in the list already is opened there.",
        "Complete the data, tick the applications and click “Opslaan”.",
        "Check the overview and click “Bevestigen”.",
        "There may be as many users as needed. A user who is away for a while is blocked: applications and roles stay.",
    ),
    day=Day.MERGER,
    at=At.NEW,
    of=("access:User",),
    after=("access-managers",),
)
_REMOVALS = Step(
    "remove-users",
    Chapter.ACCESS,
    "Remove users",
    Who.MANAGERS,
    ("R17", "R20"),
    _REMOVING,
    day=Day.MERGER,
    at=At.NEW,
    of=("access:Removed",),
    after=("access-managers",),
)
_CLEAN_UP = Step(
    "clean-up-users",
    Chapter.ACCESS,
    "Clean up: remove whoever does not stay",
    Who.MANAGERS,
    ("R20", "R24"),
    ("Remove every user of the domain but those who stay.", *_REMOVING),
    day=Day.MERGER,
    at=At.NEW,
    of=("access:CleanedUp",),
    after=("users",),
)

STEPS = (
    Step(
        "report-chief-access-managers",
        Chapter.ACCESS,
        "Report the chief access managers (HTB) to Flanders",
        Who.CENTRES,
        ("R13",),
        (
            "Flanders contacts the OCMWs and asks for the chief access managers in an Excel file.",
            "`fusion chief-access-managers` writes that file from the declaration.",
        ),
        day=Day.REPORT,
        at=At.FUSION,
    ),
    Step(
        "update-access",
        Chapter.ACCESS,
        "Check access and bring it up to date",
        Who.MANAGERS,
        ("R14", "R23"),
        ("Go through the access managers and users of each domain.",),
        day=Day.REPORT,
        at=At.MERGING,
        scenarios=(1, 2),
    ),
    Step(
        "clean-up-access",
        Chapter.ACCESS,
        "Check access and clean it up",
        Who.MANAGERS,
        ("R14", "R24"),
        ("Go through the access managers and users of each domain, and take away who is needed no longer.",),
        day=Day.REPORT,
        at=At.MERGING,
        scenarios=(3,),
    ),
    *(step.early() for step in (_CHIEFS, _MANAGERS, _USERS, _REMOVALS, _CLEAN_UP)),
    _COPY,
    replace(_COPY, name="access-copy-to-keeper", how=_COPY.how[:1], rules=("R15",), scenarios=(2, 3)),
    _CHIEFS,
    _MANAGERS,
    _USERS,
    _REMOVALS,
    _CLEAN_UP,
    Step(
        "access-left",
        Chapter.ACCESS,
        "What left the declaration",
        Who.MANAGERS,
        ("R17", "R20"),
        (*_REMOVING, "A manager is not removed but replaced: appoint another."),
        leaving="access:",
    ),
    Step(
        "other-domains",
        Chapter.ACCESS,
        "Appoint access managers of domains outside the social security",
        Who.BOSA,
        ("R68",),
        (
            "Go to https://www.csam.be/nl/beheer-toegangsbeheerders.html, click “Toegangsbeheerders aanstellen” and sign "
            "in.",
            "The further steps stand in the “Step-by-Step Guide”, pages 26 to 28.",
            "For eGov access, see the guide or ask FOD BOSA; none of it is declared here.",
        ),
        day=Day.MERGER,
        at=At.MERGED,
        after=_COPIED,
    ),
    Step(
        "retained-access",
        Chapter.ACCESS,
        "Access of the disappearing OCMW stays",
        Who.NOBODY,
        ("R05", "R22"),
        (
            "Everything under the disappearing KBO number that is not listed above is kept for now: mutations still "
            "arrive, the "
            "E-Box can be read and the Uniek verslag filled in.",
        ),
        Kind.NOTHING,
        of=("retained:ChiefAccessManagers", "retained:AccessManagers", "retained:Users"),
        together=True,
    ),
)
