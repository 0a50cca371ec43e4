"""What a digest holds and what it leaves: each value that counts, and no sentence that only depends on the day."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from operations.approvals.comparison import compare
from operations.approvals.digest import digest_of, find_gaps, with_digest
from operations.plans.model import Basis, FusionPlan, Plan
from operations.plans.reading import by_hand, without_plan
from tests.operations.plans.conftest import PLANNED, planned

BASIS = Basis(
    declaration="d" * 64,
    certificates={"certificates/pajottegem-ftp.cer": "c" * 64},
    secrets="5" * 64,
    program="a" * 64,
    engine="v3.276.0",
    target={"stack": "pajottegem", "portal": "embedded", "client": "rehearsal", "operator": ""},
)


def with_basis(fusion: FusionPlan, basis: Basis = BASIS) -> Plan:
    return Plan(fusions=(fusion.model_copy(update={"basis": basis}),))


def edited(name: str, change: Callable[[dict[str, Any]], None]) -> Plan:
    """A stored plan with a change in its JSON."""
    document = copy.deepcopy(with_basis(planned(name)).as_json())
    change(document["fusions"][0])
    return Plan.model_validate(document, by_alias=True)


def lines(fusion: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for centre in fusion["centres"]:
        for system in centre["systems"]:
            yield from system["lines"]


def one(fusion: dict[str, Any], name: str) -> dict[str, Any]:
    return next(line for line in lines(fusion) if line["name"] == name)


def field(fusion: dict[str, Any], line: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in one(fusion, line)["fields"] if one["name"] == name)
    return found


@pytest.mark.parametrize("name", PLANNED)
def test_the_order_of_the_engine_is_of_no_account(name: str) -> None:
    def turn(fusion: dict[str, Any]) -> None:
        for centre in fusion["centres"]:
            centre["systems"].reverse()
            for system in centre["systems"]:
                system["lines"].reverse()
                for line in system["lines"]:
                    line["fields"].reverse()
        fusion["centres"].reverse()

    assert digest_of(edited(name, turn)) == digest_of(with_basis(planned(name)))


def test_that_of_the_stacks_is_neither() -> None:
    first, second = with_basis(planned("first")).fusions[0], with_basis(planned("clean-up")).fusions[0]
    second = second.model_copy(update={"stack": "antwerpen"})
    assert digest_of(Plan(fusions=(first, second))) == digest_of(Plan(fusions=(second, first)))


def test_steps_that_people_note_are_not_held() -> None:
    def count(fusion: dict[str, Any]) -> None:
        fusion["steps"] = {"total": 48, "done": 12, "noted": 3, "waits": 6, "open": 30}

    counted, plan = edited("first", count), with_basis(planned("first"))
    assert counted.fusions[0].steps is not None
    assert digest_of(counted) == digest_of(plan)
    assert compare(plan, counted) == []


def test_what_has_no_portal_is_no_part_of_what_is_approved() -> None:
    """Nothing is applied there: alone there is no digest, and beside others it is theirs."""
    alone = Plan(fusions=(by_hand("tielt"),))
    assert with_digest(alone).digest == ""
    assert [*find_gaps(alone)] == []
    plan = with_basis(planned("first"))
    beside = Plan(fusions=(*plan.fusions, by_hand("tielt")))
    assert with_digest(beside).digest == digest_of(plan) != ""
    assert compare(beside, plan) == compare(plan, beside) == []
    assert beside.with_portal.stacks == plan.stacks


def test_sentences_that_only_depend_on_the_day_are_not_held() -> None:
    def say_otherwise(fusion: dict[str, Any]) -> None:
        fusion["notices"] = [{"severity": "warning", "lines": ["valid until 2027-10-01: in 12 days"]}]
        for line in lines(fusion):
            line["says"], line["title"] = "another sentence", "another title"

    assert digest_of(edited("first", say_otherwise)) == digest_of(with_basis(planned("first")))


def set_old(fusion: dict[str, Any]) -> None:
    field(fusion, "pajottegem-chief-access-managers", "chiefAccessManagers")["old"] = ["els.peeters"]


def set_new(fusion: dict[str, Any]) -> None:
    field(fusion, "pajottegem-chief-access-managers", "chiefAccessManagers")["new"] = ["els.peeters"]


def lose(fusion: dict[str, Any]) -> None:
    one(fusion, "pajottegem-chief-access-managers")["loses"].append("somebody is no longer anything (R15)")


def wait_longer(fusion: dict[str, Any]) -> None:
    next(line for line in lines(fusion) if line["waiting"])["waiting"]["until"] = "2031-01-01"


def wait_for_another(fusion: dict[str, Any]) -> None:
    next(line for line in lines(fusion) if line["waiting"])["waiting"]["whom"] = "somebody"


def keep_another_baseline(fusion: dict[str, Any]) -> None:
    one(fusion, "herne-retained-ftpAccounts")["baseline"].append("FTP 2")


def adopt(fusion: dict[str, Any]) -> None:
    one(fusion, "pajottegem-sender")["outcome"] = "adopted"


def count_more(fusion: dict[str, Any]) -> None:
    fusion["counts"]["engine"]["create"] += 1


def keep_another_user(fusion: dict[str, Any]) -> None:
    """R05: as many, but with more rights."""
    one(fusion, "herne-retained-users")["baselineDigest"] = "0" * 64


CHANGES = [
    keep_another_user,
    set_old,
    set_new,
    lose,
    wait_longer,
    wait_for_another,
    keep_another_baseline,
    adopt,
    count_more,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_each_value_that_counts_is_held_and_named(change: Callable[[dict[str, Any]], None]) -> None:
    approved, now = with_basis(planned("first")), edited("first", change)
    assert digest_of(now) != digest_of(approved)
    (told,) = compare(approved, now)
    assert told.startswith("pajottegem: ")


def test_who_goes_is_held_and_named() -> None:
    """R24: somebody who was added since is not what was approved."""

    def add(fusion: dict[str, Any]) -> None:
        next(line for line in lines(fusion) if line["goes"])["goes"].append("portal:12345678")

    approved, now = with_basis(planned("clean-up")), edited("clean-up", add)
    assert digest_of(now) != digest_of(approved)
    (told,) = compare(approved, now)
    assert "goes: " in told
    assert "portal:12345678" in told


BASES: dict[str, dict[str, Any]] = {
    "the declaration has changed": {"declaration": "e" * 64},
    "the certificate certificates/pajottegem-ftp.cer has changed": {
        "certificates": {"certificates/pajottegem-ftp.cer": "e" * 64}
    },
    "the certificate certificates/pajottegem-ftp.cer is gone": {"certificates": {}},
    "the secrets that it names, or the client's key, changed": {"secrets": "e" * 64},
    "the program changed": {"program": "e" * 64},
    "the engine: v3.276.0 was approved, v3.277.0 is here": {"engine": "v3.277.0"},
    "the portal: embedded was approved, https://portal.example is here": {
        "target": {**BASIS.target, "portal": "https://portal.example"}
    },
    "the operator: none was approved, els.peeters is here": {
        "target": {**BASIS.target, "operator": "els.peeters"}
    },
}


@pytest.mark.parametrize("told", BASES)
def test_what_a_plan_is_made_from_is_held_and_named(told: str) -> None:
    fusion = planned("edits")
    approved, now = with_basis(fusion), with_basis(fusion, BASIS.model_copy(update=BASES[told]))
    assert digest_of(now) != digest_of(approved)
    assert compare(approved, now) == [f"pajottegem: {told}"]


def test_a_portal_that_changed_meanwhile_is_told_with_both_values() -> None:
    (told,) = compare(with_basis(planned("first")), edited("first", set_old))
    assert told == (
        "pajottegem: Pajottegem, chief access managers: chiefAccessManagers: the portal had "
        '["els.peeters", "griet.vandenbossche", "luc.hermans"] when it was approved, and has ["els.peeters"] now'
    )


def test_what_was_done_meanwhile_is_told() -> None:
    def do(fusion: dict[str, Any]) -> None:
        for centre in fusion["centres"]:
            for system in centre["systems"]:
                system["lines"] = [line for line in system["lines"] if line["name"] != "pajottegem-sender"]

    (told,) = compare(with_basis(planned("first")), edited("first", do))
    assert told.endswith("sender contact: approved as made, and nothing of it is left to do")
    (told,) = compare(edited("first", do), with_basis(planned("first")))
    assert told.endswith("sender contact: made now, and not in what was approved")


def test_another_set_of_stacks_is_another_plan() -> None:
    one_stack = with_basis(planned("first"))
    (fusion,) = one_stack.fusions
    two = Plan(fusions=(fusion, fusion.model_copy(update={"stack": "tielt"})))
    assert digest_of(one_stack) != digest_of(two)
    assert compare(one_stack, two) == ["tielt: not approved"]
    assert compare(two, one_stack) == ["tielt: approved, and not asked for now"]


def test_what_could_not_be_looked_at_cannot_be_approved() -> None:
    """It would be written over values that nobody saw."""

    def hide(fusion: dict[str, Any]) -> None:
        one(fusion, "pajottegem-sender")["outcome"] = "unseen"

    plan = edited("first", hide)
    assert with_digest(plan).digest == ""
    assert list(find_gaps(plan)) == ["pajottegem: pajottegem-sender could not be looked at"]


def test_a_plan_with_a_stack_that_failed_cannot_be_approved() -> None:
    assert with_digest(with_basis(planned("first"))).digest.startswith("sha256:")
    (fusion,) = with_basis(planned("first")).fusions
    assert with_digest(Plan(fusions=(fusion, without_plan("tielt", "no stack")))).digest == ""
    assert with_digest(Plan(fusions=(planned("first"),))).digest == ""
    assert with_digest(Plan(fusions=())).digest == ""
