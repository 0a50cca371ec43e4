"""Whether anybody at the merged centre may use ChaMan and OCMW-configuratie (R26, R47), by the portal's own lists.

Only the count is told. Who it is stands in the portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context
from operations.checks.results import FAILED, OK, Check, Verdict
from providers import paths
from providers.portal import ReadingPortal
from schemas import rights
from schemas.counts import format_count
from schemas.errors import NotFound
from schemas.rights import Right
from schemas.systems import System
from stacks.planned import Centre


def list_checks(context: Context) -> Iterator[Check]:
    for right in rights.needed_by(context.fusion):
        judge = partial(_check_right, context, context.merged, right)
        yield Check(context.merged, System.ACCESS, f"who may use {right.application}", judge, right.rule)


def _check_right(context: Context, centre: Centre, right: Right) -> Iterator[Verdict]:
    portal = context.portal(centre)
    managers, users = _count_managers(portal, centre.kbo), _count_users(portal, centre.kbo, right)
    if managers or users:
        yield Verdict(OK, f"{format_count(managers, '(co-)access manager')}, {format_count(users, 'user')}")
        return
    yield Verdict(
        FAILED,
        f"nobody may use {right.application}: {rights.DOMAIN} has no access manager, and no user with "
        f"{', '.join(right.applications | right.roles)} who is not blocked: declare one of them under `access`",
    )


def _count_managers(portal: ReadingPortal, number: str) -> int:
    try:
        found = portal.get(paths.access_managers(number, rights.DOMAIN)).body
    except NotFound:
        return 0
    return 1 + len(found.get("coAccessManagers", []))


def _count_users(portal: ReadingPortal, number: str, right: Right) -> int:
    try:
        users = portal.get_items(paths.users(number, rights.DOMAIN))
    except NotFound:
        return 0
    return sum(
        not user["blocked"]
        and not (
            right.applications.isdisjoint(user["applications"]) and right.roles.isdisjoint(user["roles"])
        )
        for user in users
    )
