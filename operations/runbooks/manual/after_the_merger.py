"""E-Box, Uniek verslag, OCMW Online, the review of what is retained, and where to ask."""

from __future__ import annotations

from operations.runbooks.manual.step import At, Chapter, Day, Kind, Step, Who

STEPS = (
    Step(
        "e-box-access",
        Chapter.E_BOX,
        "Give access to the merged OCMW's E-Box",
        Who.MANAGERS,
        ("R60",),
        ("Access to the E-Box is given in access management, as an application of a user.",),
        at=At.MERGED,
        after=("access-copy", "access-copy-to-keeper"),
        day=Day.MERGER,
    ),
    Step(
        "read-e-box",
        Chapter.E_BOX,
        "Go on reading the disappearing OCMW's E-Box and FTP folder",
        Who.E_BOX,
        ("R05", "R61", "R69"),
        (
            "The E-Box stays available for now. Look for new messages until the review.",
            "NovaPRIMA (POD MI) still sends files to the E-Box and the FTP server of the disappearing OCMW, for some "
            "months to a "
            "year: interim monthly statements on late regularisations, lists of warning flags, blocked forms. They fade "
            "out.",
        ),
        at=At.DISAPPEARING,
    ),
    Step(
        "retained-e-box",
        Chapter.E_BOX,
        "The disappearing OCMW's E-Box stays available",
        Who.NOBODY,
        ("R05", "R61"),
        ("Who has access to it keeps that.",),
        Kind.NOTHING,
        of=("retained:EBox",),
        together=True,
    ),
    Step(
        "unique-report",
        Chapter.UNIQUE_REPORT,
        "File the Uniek verslag under the disappearing OCMW",
        Who.REPORT,
        ("R62",),
        (
            "The subsidies of {year} are accounted for under the disappearing OCMW: choose the old OCMW when signing in.",
        ),
        of=("retained:UniqueReport",),
        at=At.DISAPPEARING,
        day=Day.UNIQUE_REPORT,
    ),
    Step(
        "unique-report-of-keeper",
        Chapter.UNIQUE_REPORT,
        "File the Uniek verslag of the OCMW that keeps its number",
        Who.REPORT,
        ("R63",),
        ("It signs in as usual.",),
        of=("retained:UniqueReport",),
        at=At.KEEPING,
        day=Day.UNIQUE_REPORT,
    ),
    Step(
        "next-unique-report",
        Chapter.UNIQUE_REPORT,
        "A year later: file the Uniek verslag under the merged OCMW",
        Who.REPORT,
        ("R63",),
        ("Only from {next_year} on is the report filed under the merged OCMW.",),
        at=At.MERGED,
        day=Day.NEXT_REPORT,
    ),
    Step(
        "online-requests",
        Chapter.ONLINE,
        "Requests of citizens are linked to the merged OCMW",
        Who.SMALS,
        ("R64",),
        (
            "Requests that were sent before {day} can be read in the disappearing OCMW's software up to and including "
            "{last_day}. From {day} on they are linked to the merged OCMW, and can be read in its software only.",
        ),
        Kind.NOTHING,
        Day.MERGER,
        of=("online:Requests",),
    ),
    Step(
        "review",
        Chapter.RETAINED,
        "Review what is retained of the disappearing OCMW",
        Who.CENTRES,
        ("R05", "R61"),
        (
            "List what is needed no longer under `retain.release` in the declaration, or set `retain.reviewOn` to a later "
            "day.",
        ),
        of=("retained:Review",),
        day=Day.REVIEW,
    ),
    Step(
        "rest-left",
        Chapter.RETAINED,
        "What left the declaration",
        Who.CENTRES,
        ("R05",),
        leaving="",
    ),
    Step(
        "help",
        Chapter.QUESTIONS,
        "Helpdesk OCMW’s-CPAS",
        Who.NOBODY,
        ("R67",),
        (
            "ocmw-cpas@smals.be; 02 787 58 27 (Dutch) or 02 787 58 28 (French); on working days from 08:30 to 16:30.",
        ),
        Kind.NOTE,
        at=At.FUSION,
    ),
)
