"""The words in which tests speak of moving dossiers: what is declared, what the portal has, whether all of it moved."""

from __future__ import annotations

from typing import Any

from emulator.controls import rehearsal_ssin
from providers.batches import API
from providers.dossiers import FORMS
from tests.providers.conftest import Portal
from tests.providers.resource_harness import Props

GALMAARDEN, HERNE, PAJOTTEGEM = "0212212343", "0212218182", "1010784738"
HASSELT, KORTESSEM = "0212216402", "0212189577"
FREE = "2025-02-17"  # nothing is being handled any more
DAY = "mergerOn=2025-01-01"


def declared(
    organization: str = GALMAARDEN,
    successor: str = PAJOTTEGEM,
    kind: str = FORMS,
    handled_by: str = "softwareSupplier",
) -> Props:
    return {
        "organization": organization,
        "successor": successor,
        "kind": kind,
        "stopOn": "2024-12-31",
        "restartOn": "2025-01-01",
        "handledBy": handled_by,
    }


def forms(portal: Portal, number: str, kind: str = FORMS) -> list[dict[str, Any]]:
    return portal.by_hand(number).get_items(f"{API}/{number}/{kind}?pageSize=500")


def left(portal: Portal, number: str = GALMAARDEN) -> int:
    body = portal.get(number, f"{API}/{number}/work?{DAY}")
    assert body is not None
    return sum(one["toStop"] + one["toEnter"] + one["locked"] for one in body["items"])


def moved_once(portal: Portal, old: str, new: str, kind: str = FORMS) -> None:
    """Every form of before ended on the eve, and has one successor that says the same of the same person."""
    before = {form["id"]: form for form in forms(portal, old, kind) if form["startDate"] < "2025-01-01"}
    ended = {key: form for key, form in before.items() if form.get("endDate") == "2024-12-31"}
    successors = [form for form in forms(portal, new, kind) if "predecessor" in form]
    ours = [form for form in successors if form["predecessor"]["enterpriseNumber"] == old]
    assert len(ours) == len(ended)
    assert {form["predecessor"]["id"] for form in ours} == set(ended)
    for form in ours:
        same = ended[form["predecessor"]["id"]]
        assert form["startDate"] == "2025-01-01"
        assert all(form[name] == same[name] for name in ("personId", "qualityCode", "reference"))
    assert not [form for form in before.values() if form["status"] == "running"]


def open_by_hand(portal: Portal, number: str, dossier: str, start: str) -> None:
    """Somebody opens a form of a dossier, always about the same person."""
    form = {
        "ssin": rehearsal_ssin(f"x.{dossier}"),
        "qualityCode": "3",
        "reference": dossier,
        "startDate": start,
    }
    portal.by_hand(number).add(f"{API}/{number}/forms", form)


def ended_on_the_eve(portal: Portal, number: str = GALMAARDEN) -> str:
    """A form whose aid was granted until the year's end."""
    open_by_hand(portal, number, "ended", "2024-05-01")
    key = next(one["id"] for one in forms(portal, number) if one["reference"] == "ended")
    portal.by_hand(number).add(f"{API}/{number}/forms/stops", {"endDate": "2024-12-31", "ids": [key]})
    return str(key)
