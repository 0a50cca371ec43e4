"""What may be written at a disappearing centre is what its declaration manages, and nothing else (R05, R06, R23, R24)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from schemas.access import RemovedPerson
from schemas.declaration import Fusion
from stacks.write_policy import unexpected_writes
from tests.stacks.conftest import shipped

HERNE, BORSBEEK, PAJOTTEGEM = "0212218182", "0212242928", "1010784738"
DOMAIN = "domains/maatschappelijkWelzijn"


def access(number: str, what: str, method: str = "PUT") -> dict[str, Any]:
    path = f"/REST/accessManagement/v1/organizations/{number}/{what}"
    return {"method": method, "path": path, "actingFor": number}


def moving(number: str, what: str, method: str = "POST") -> dict[str, Any]:
    path = f"/REST/integrations/v1/organizations/{number}/{what}"
    return {"method": method, "path": path, "actingFor": number}


def stray_centres(fusion: Fusion, calls: Iterable[dict[str, Any]]) -> list[str]:
    return [centre.name for centre, _ in unexpected_writes(fusion, calls)]


@pytest.mark.parametrize(
    "call",
    [
        access(HERNE, "chiefAccessManagers"),
        access(HERNE, f"{DOMAIN}/accessManagers"),
        access(HERNE, f"{DOMAIN}/users", "POST"),
        access(HERNE, f"{DOMAIN}/users/user-7c"),
        moving(HERNE, "forms/stops"),
        moving(HERNE, "attestations/stops"),
        moving(PAJOTTEGEM, "forms/successions"),
        access(PAJOTTEGEM, "domains/fiscaliteit/users", "POST"),
    ],
    ids=lambda call: call["path"],
)
def test_declared_access_and_the_end_of_forms_may_be_written(call: dict[str, Any]) -> None:
    """R06, R23."""
    assert stray_centres(shipped("pajottegem").fusion, [call]) == []


@pytest.mark.parametrize(
    "call",
    [
        access(HERNE, "domains/fiscaliteit/users/user-7c"),
        access(HERNE, "domains/fiscaliteit/users", "POST"),
        access(HERNE, "domains/fiscaliteit/accessManagers"),
        access(HERNE, "chiefAccessManagers", "DELETE"),
        access(HERNE, f"{DOMAIN}/accessManagers", "DELETE"),
        access(HERNE, f"{DOMAIN}/users/user-7c", "DELETE"),
        access(HERNE, f"{DOMAIN}/users/deletions", "POST"),
        access(HERNE, f"{DOMAIN}/usersOfOthers", "POST"),
        moving(HERNE, "forms", "POST"),
        moving(HERNE, "forms/successions", "POST"),
        {"method": "PUT", "path": f"/REST/chaman/v1/organizations/{HERNE}/sender"},
        {"method": "PUT", "path": "/REST/eBox/v1/documents/7c/read", "actingFor": HERNE},
    ],
    ids=lambda call: f"{call['method']} {call['path']}",
)
def test_all_else_is_told_with_its_centre(call: dict[str, Any]) -> None:
    """R05: undeclared domains, what nothing takes away, and every other screen."""
    assert stray_centres(shipped("pajottegem").fusion, [call]) == ["Herne"]


def test_users_go_in_one_call_where_the_declaration_cleans_up_and_only_there() -> None:
    """R24."""
    call = access(BORSBEEK, f"{DOMAIN}/users/deletions", "POST")
    elsewhere = access(BORSBEEK, "domains/woonzorg/users/deletions", "POST")
    assert stray_centres(shipped("antwerpen").fusion, [call, elsewhere]) == ["Borsbeek"]


def test_who_is_removed_may_be_deleted_in_that_domain_and_only_there() -> None:
    """R20, R23."""
    fusion, call = shipped("pajottegem").fusion, access(HERNE, f"{DOMAIN}/users/user-7c", "DELETE")
    elsewhere = access(HERNE, "domains/woonzorg/users/user-7c", "DELETE")
    (herne,) = [one for one in fusion.merging if one.kbo == HERNE]
    assert herne.access
    (domain,) = herne.access.domains.values()
    entry = RemovedPerson.model_validate({"person": "dries.michiels", "on": "2025-03-01", "reason": "left"})
    removing = herne.access.model_copy(
        update={"domains": {"maatschappelijkWelzijn": domain.model_copy(update={"removed": (entry,)})}}
    )
    merging = (herne.model_copy(update={"access": removing}),)
    assert stray_centres(fusion.model_copy(update={"merging": merging}), [call, elsewhere]) == ["Herne"]


def test_only_declared_forms_may_be_stopped_and_not_those_that_people_move() -> None:
    """R06, R70."""
    fusion, call = shipped("pajottegem").fusion, moving(HERNE, "forms/stops")
    assert fusion.dossiers
    for change in ({"centres": ("Galmaarden", "Gooik")}, {"handled_by": "byHand"}):
        dossiers = fusion.dossiers.model_copy(update=change)
        assert stray_centres(fusion.model_copy(update={"dossiers": dossiers}), [call]) == ["Herne"]
    assert stray_centres(fusion.model_copy(update={"dossiers": None}), [call]) == ["Herne"]


def test_only_declared_access_may_be_written() -> None:
    """R05, R23: a domain without declared users, a centre without declared access."""
    fusion, user = shipped("pajottegem").fusion, access(HERNE, f"{DOMAIN}/users/user-7c")
    (herne,) = [one for one in fusion.merging if one.kbo == HERNE]
    assert herne.access
    (domain,) = herne.access.domains.values()
    empty = herne.access.model_copy(
        update={"domains": {"maatschappelijkWelzijn": domain.model_copy(update={"users": None})}}
    )
    chiefs = access(HERNE, "chiefAccessManagers")
    for declared, wrong in ((empty, ["Herne"]), (None, ["Herne", "Herne"])):
        merging = (herne.model_copy(update={"access": declared}),)
        assert stray_centres(fusion.model_copy(update={"merging": merging}), [user, chiefs]) == wrong
