"""Does the client get in, and may it act for each centre of the fusion (R65, R66)?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Subject
from operations.checks.results import FAILED, OK, WAITING, Answer, Question
from providers import paths
from schemas.errors import LoginRefused
from schemas.systems import System
from stacks.planned import Centre

CHECK = "sign-in"


def questions(subject: Subject) -> Iterator[Question]:
    for centre in subject.centres:
        yield Question(centre, System.SIGNING_IN, CHECK, partial(_sign_in, subject, centre), "R66")


def _sign_in(subject: Subject, centre: Centre) -> Iterator[Answer]:
    try:
        found = subject.portal(centre).get(paths.organization(centre.kbo)).body
    except LoginRefused as error:
        yield Answer(FAILED, error.for_reading(), cause=error)
        return
    if found["status"] != "active":
        yield Answer(
            WAITING, f"the number becomes active on {found.get('activeFrom', 'a later day')}", rule="R12"
        )
    elif not found["accessCopied"] and centre.role == "merged":
        yield Answer(WAITING, "the RSZ has not copied access to it yet", rule="R27")
    else:
        yield Answer(OK, f"as {found['name']}, NIS {found['nisCode']}")
