"""Integraties, dossiers sociaal onderzoek, A036: stopped and entered again in the centre's social software."""

from __future__ import annotations

from operations.runbooks.manual.step import At, Chapter, Day, Kind, Step, Who

_FORMS, _ATTESTATIONS = ("integrations:RunningForms",), ("integrations:Attestations",)
_CENTRES = ("R06", "R07", "R08", "R09")

STEPS = (
    Step(
        "ask-supplier",
        Chapter.DOSSIERS,
        "Ask the software supplier what goes by itself",
        Who.CASE_WORK,
        ("R70",),
        (
            "Whether integrations and multifunctional attestations (A036) are handled automatically or by hand depends on "
            "your "
            "software: ask your supplier. POD MI's scenario (“draaiboek”) says more.",
        ),
        day=Day.LAST_DAY,
        at=At.FUSION,
    ),
    Step(
        "forms",
        Chapter.DOSSIERS,
        "Stop the forms of running dossiers and enter them again",
        Who.CASE_WORK,
        (*_CENTRES, "R10"),
        (
            "Stop the form of every running dossier with the end date, and enter it again with the start date, under the "
            "KBO "
            "number that goes on.",
            "Likewise, if your software does not do it, end the integration under the old KBO number and make a new one.",
        ),
        of=_FORMS,
        given=("handledBy", "byHand"),
        day=Day.MERGER,
        after=("ask-supplier",),
    ),
    Step(
        "attestations",
        Chapter.DOSSIERS,
        "Stop the multifunctional attestations (A036) and enter them again",
        Who.CASE_WORK,
        (*_CENTRES, "R11"),
        (
            "Stop each attestation with the end date, and enter it again with the start date, under the KBO number that "
            "goes on.",
        ),
        of=_ATTESTATIONS,
        given=("handledBy", "byHand"),
        day=Day.MERGER,
        after=("ask-supplier",),
    ),
    Step(
        "forms-by-software",
        Chapter.DOSSIERS,
        "See that the software moves the running dossiers and their integrations",
        Who.CASE_WORK,
        (*_CENTRES, "R10"),
        (
            "By the declaration the software stops the forms and enters them again. What is left over is done by hand.",
        ),
        of=_FORMS,
        given=("handledBy", "softwareSupplier"),
        day=Day.MERGER,
        after=("ask-supplier",),
    ),
    Step(
        "attestations-by-software",
        Chapter.DOSSIERS,
        "See that the software moves the multifunctional attestations (A036)",
        Who.CASE_WORK,
        (*_CENTRES, "R11"),
        ("By the declaration the software stops and enters these too. What is left over is done by hand.",),
        of=_ATTESTATIONS,
        given=("handledBy", "softwareSupplier"),
        day=Day.MERGER,
        after=("ask-supplier",),
    ),
    Step(
        "dossiers",
        Chapter.DOSSIERS,
        "Stop running dossiers and A036 and enter them again: not declared yet",
        Who.CASE_WORK,
        (*_CENTRES, "R10", "R11"),
        (
            "The declaration has no `dossiers`. End date: {last_day}. Start date: {day}, under {merged} ({number}).",
        ),
        day=Day.MERGER,
        at=At.MERGING,
        scenarios=(1, 2),
        without=(*_FORMS, *_ATTESTATIONS),
        after=("ask-supplier",),
    ),
    Step(
        "dossiers-of-disappearing",
        Chapter.DOSSIERS,
        "Stop running dossiers and A036 of the disappearing OCMW and enter them again: not declared yet",
        Who.CASE_WORK,
        ("R06", "R09", "R10", "R11"),
        (
            "The declaration has no `dossiers`. End date: {last_day}. Start date: {day}, under {merged} ({number}).",
        ),
        day=Day.MERGER,
        at=At.DISAPPEARING,
        scenarios=(3,),
        without=(*_FORMS, *_ATTESTATIONS),
        after=("ask-supplier",),
    ),
    Step(
        "dossiers-stay",
        Chapter.DOSSIERS,
        "The dossiers of the OCMW that keeps its number go on",
        Who.NOBODY,
        ("R09",),
        ("Its running decisions, integrations and multifunctional attestations stay as they are.",),
        Kind.NOTHING,
        at=At.KEEPING,
        scenarios=(3,),
    ),
)
