"""Each row of the table in `providers.baseline`: what becomes of an item in the next baseline."""

from __future__ import annotations

from typing import Any

import pytest

from providers.baseline import ALL_FIELDS, Item, Managed, carry_forward, items_to_compare, without_managed

DOMAIN, INSZ = "woonzorg", "80.01.01-001.01"
NAME, EVERYBODY_ELSE, OTHER = f"{DOMAIN}/{INSZ}", f"{DOMAIN}/*", f"{DOMAIN}/another"
ID = f"{DOMAIN}/7"
IDENTITY = {"place": ID, "domain": DOMAIN, "id": "7", "personId": "p7"}
BEFORE: Item = {**IDENTITY, "roles": ["old"], "blocked": False}
FOUND: Item = {**IDENTITY, "ssin": INSZ, "roles": ["new"], "blocked": True, "createdBy": "somebody"}
AS_FOUND = {name: value for name, value in FOUND.items() if name not in ("ssin", "createdBy")}


def managed(fields: list[str] | None = None, *, cleans_up: bool = False, **more: Any) -> Managed:
    named = {NAME: fields} if fields else {}
    return Managed({"managed": {**named, **({EVERYBODY_ELSE: [ALL_FIELDS]} if cleans_up else {})}, **more})


NOTHING, ROLES, WHOLE = managed(), managed(["roles"]), managed([ALL_FIELDS])
CLEANING = managed(cleans_up=True)


@pytest.mark.parametrize(
    ("in_baseline", "is_found", "was", "now", "then"),
    [
        # found, and managed as a whole now
        (BEFORE, True, NOTHING, WHOLE, None),
        (None, True, WHOLE, WHOLE, None),
        # in the baseline and found
        (BEFORE, True, NOTHING, NOTHING, BEFORE),
        (BEFORE, True, NOTHING, ROLES, {**IDENTITY, "blocked": False}),
        ({**IDENTITY, "blocked": False}, True, ROLES, NOTHING, BEFORE | {"roles": ["new"]}),
        (BEFORE, True, WHOLE, NOTHING, AS_FOUND),
        # found, and not in the baseline
        (None, True, WHOLE, NOTHING, AS_FOUND),
        (None, True, ROLES, NOTHING, AS_FOUND),
        (None, True, WHOLE, ROLES, {**IDENTITY, "blocked": True}),
        (None, True, NOTHING, ROLES, {**IDENTITY, "blocked": True}),
        (None, True, NOTHING, NOTHING, None),
        # in the baseline, and not found
        (BEFORE, False, NOTHING, CLEANING, None),
        (BEFORE, False, CLEANING, CLEANING, BEFORE),
        (BEFORE, False, managed(["roles"], cleans_up=True), CLEANING, None),
        (BEFORE, False, CLEANING, NOTHING, BEFORE),
        (BEFORE, False, NOTHING, NOTHING, BEFORE),
    ],
)
def test_what_becomes_of_an_item(
    in_baseline: Item | None, is_found: bool, was: Managed, now: Managed, then: Item | None
) -> None:
    baseline = {ID: in_baseline} if in_baseline else {}
    found = {ID: FOUND} if is_found else {}
    assert carry_forward(baseline, found, now, was) == ({ID: then} if then else {})


@pytest.mark.parametrize(
    ("fields", "then"),
    [([ALL_FIELDS], {}), (["receive"], {"": {"changes": True}}), ([], {"": {"receive": []}})],
)
def test_of_a_thing_with_a_name_what_is_managed_is_no_loss(fields: list[str], then: Any) -> None:
    """Of such a thing the name is known also when it is gone."""
    before = {"": {"receive": [], "changes": True}} if fields else {"": {"receive": []}}
    assert carry_forward(before, {}, Managed({"managed": {"": fields}}), Managed({})) == then


def test_a_user_whom_the_declaration_makes_again_goes_on_under_the_new_id() -> None:
    again = FOUND | {"id": "8", "place": f"{DOMAIN}/8"}
    carried = carry_forward({ID: BEFORE}, {again["place"]: again}, ROLES, ROLES)
    assert carried == {f"{DOMAIN}/8": {**IDENTITY, "id": "8", "place": f"{DOMAIN}/8", "blocked": False}}


def test_a_co_manager_who_becomes_the_manager_is_no_loss() -> None:
    """R16: the example of the module, step by step."""
    els, an, jan = ({"personId": one, "ssin": f"INSZ of {one}"} for one in ("els", "an", "jan"))

    def declares(manager: dict[str, str]) -> Managed:
        return Managed({"managed": {DOMAIN: ["accessManager"]}, "people": {DOMAIN: [manager["ssin"]]}})

    def portal(manager: dict[str, str], *others: dict[str, str]) -> dict[str, Item]:
        return {DOMAIN: {"domain": DOMAIN, "accessManager": manager, "coAccessManagers": list(others)}}

    def co_managers(items: dict[str, Item]) -> list[str]:
        return [person["personId"] for person in items[DOMAIN]["coAccessManagers"]]

    baseline = without_managed(portal(els, an, jan), declares(els))
    assert co_managers(baseline) == ["an", "jan"]
    was = declares(els)
    for found, now in [
        (portal(els, an, jan), declares(an)),
        (portal(an, jan), declares(an)),
        (portal(an, jan), declares(els)),
        (portal(els, jan), declares(els)),
    ]:
        baseline = carry_forward(baseline, found, now, was)
        assert co_managers(baseline) == co_managers(without_managed(found, now)) == ["jan"]
        was = now


def test_an_item_with_which_nothing_is_lost_is_not_missed() -> None:
    empty: Item = {**IDENTITY, "roles": [], "blocked": None}
    assert items_to_compare({ID: empty}, {}) == {}
    assert items_to_compare({ID: empty}, {ID: FOUND}) == {ID: empty}
    assert items_to_compare({ID: BEFORE}, {}) == {ID: BEFORE}
