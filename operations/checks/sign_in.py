"""Does the client get in, and may it act for each centre of the fusion (R65, R66)?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context
from operations.checks.results import FAILED, OK, WAITING, Check, Verdict
from providers import paths
from schemas.errors import LoginRefused
from schemas.systems import System
from stacks.planned import Centre

CHECK = "sign-in"


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.centres:
        yield Check(centre, System.SIGNING_IN, CHECK, partial(_check_sign_in, context, centre), "R66")


def _check_sign_in(context: Context, centre: Centre) -> Iterator[Verdict]:
    try:
        found = context.portal(centre).get(paths.organization(centre.kbo)).body
    except LoginRefused as error:
        yield Verdict(FAILED, error.for_reading(), cause=error)
        return
    if found["status"] != "active":
        yield Verdict(
            WAITING, f"the number becomes active on {found.get('activeFrom', 'a later day')}", rule="R12"
        )
    elif not found["accessCopied"] and centre.role == "merged":
        yield Verdict(WAITING, "the RSZ has not copied access to it yet", rule="R27")
    else:
        yield Verdict(OK, f"as {found['name']}, NIS {found['nisCode']}")
