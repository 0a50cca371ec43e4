"""What the engine's steps mean."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.plans.model import FusionPlan, Outcome
from operations.plans.reading import NO_WAY_BACK, read_plan
from operations.plans.things import THINGS
from schemas.systems import Application, System
from tests.operations.plans.conftest import PLANNED, document, line, lines, planned, preview_of, step

SUPPLIER = {"reason": "waits for the supplier's answer", "rule": "R35", "whom": "socius"}


def read(*steps: dict[str, Any]) -> FusionPlan:
    return read_plan("pajottegem", preview_of(*steps))


@pytest.mark.parametrize("name", PLANNED)
def test_its_counts_are_the_engines(name: str) -> None:
    counts = planned(name).counts
    assert counts.engine == document(name)["changeSummary"]
    assert counts.groups + sum(counts.outcomes.values()) == sum(counts.engine.values())


@pytest.mark.parametrize("name", PLANNED)
def test_centres_and_systems_stand_in_the_manuals_order(name: str) -> None:
    places = [system.title for system in System]
    for centre in planned(name).centres:
        told = [places.index(one.system) for one in centre.systems]
        assert told == sorted(told)
    roles = [centre.role for centre in planned(name).centres]
    assert roles == sorted(roles, reverse=True) or roles[0] == "keeping"


@pytest.mark.parametrize("application", Application)
def test_a_centre_has_its_whole_name_and_no_more(application: Application) -> None:
    """The engine's group is called by both: `Nazareth-De Pinte Uniek verslag`."""
    one = step("access:User", "els", new={"domain": "maatschappelijkWelzijn", "person": "els.peeters"})
    one["newState"]["parent"] = f"urn:pulumi:x::fusion::fusion:keeping:X::Nazareth-De Pinte {application}"
    assert [centre.name for centre in read(one).centres] == ["Nazareth-De Pinte"]


@pytest.mark.parametrize("name", PLANNED)
def test_a_number_is_one_centres(name: str) -> None:
    numbers = [centre.number for centre in planned(name).centres if centre.number]
    assert len(numbers) == len({*numbers}) > 0


def test_a_first_preview_says_what_the_portal_has() -> None:
    plan = planned("first")
    counts = plan.counts.outcomes
    assert {name: counts[name] for name in ("made", "adopted", "baseline")} == {
        "made": 15,
        "adopted": 10,
        "baseline": 39,
    }
    assert plan.counts.retained == 39
    assert [centre.name for centre in plan.centres] == ["Pajottegem", "Galmaarden", "Gooik", "Herne"]
    assert plan.centres[0].number == "1010784738"
    chiefs = line(plan, "pajottegem-chief-access-managers")
    assert chiefs.outcome is Outcome.CHANGED
    assert [(one.name, one.old, one.new) for one in chiefs.fields] == [
        (
            "chiefAccessManagers",
            ["els.peeters", "griet.vandenbossche", "luc.hermans"],
            ["els.peeters", "griet.vandenbossche"],
        )
    ]
    assert chiefs.loses == ("luc.hermans is no longer chief access manager (R15, R16)",)
    account = line(plan, "pajottegem-rest-account")
    assert account.waiting
    assert (account.waiting.rule, account.waiting.whom) == ("R35", "socius")
    forms = line(plan, "galmaarden-dossiers-forms")
    assert forms.outcome is Outcome.CHANGED
    assert "toStop" in {one.name for one in forms.fields}


def test_a_value_that_is_secret_is_in_no_field() -> None:
    managers = line(planned("first"), "galmaarden-maatschappelijkWelzijn-access-managers")
    hidden = {one.name: (one.old, one.new) for one in managers.fields if one.name.startswith("people.")}
    assert hidden["people.an.claes.email"] == ("[hidden]", "[secret]")


def test_what_waits_says_for_whom_and_until_when() -> None:
    sender = line(planned("early"), "pajottegem-sender")
    assert sender.outcome is Outcome.WAITS
    assert sender.waiting
    assert (sender.waiting.whom, sender.waiting.until, sender.waiting.rule) == ("KBO", "2025-01-01", "R12")


def test_an_edit_shows_field_by_field() -> None:
    plan = planned("edits")
    assert {one.name: one.outcome for one in lines(plan) if one.op != "same"} == {
        "pajottegem-maatschappelijkWelzijn-stijn.pauwels": "removed",
        "pajottegem-sender": "changed",
        "pajottegem-ftp-account": "replaced",
        "pajottegem-mutations": "changed",
        "pajottegem-contact-details": "changed",
    }
    mutations = line(plan, "pajottegem-mutations")
    assert [(one.name, one.old, one.new) for one in mutations.fields] == [("ticked.nationality", True, False)]
    assert [one.name for one in line(plan, "pajottegem-contact-details").fields] == ["city.fr"]


def test_alarms_are_told_first_and_nothing_is_written_there() -> None:
    """R05, R36."""
    plan = planned("alarms")
    assert [one.severity for one in plan.notices] == ["error", "error", "warning"]
    sender = line(plan, "herne-retained-sender")
    assert sender.outcome is Outcome.DIFFERS
    assert sender.differs == ("name was ICT-dienst OCMW Herne, is Iemand anders",)
    account = line(plan, "pajottegem-rest-account")
    assert (account.outcome, account.refused) == (Outcome.REFUSED, "no contract")


def test_a_clean_up_names_who_goes() -> None:
    """R24."""
    clean_up = line(planned("clean-up"), "borsbeek-maatschappelijkWelzijn-clean-up")
    assert clean_up.outcome is Outcome.CHANGED
    assert clean_up.goes == ("portal:75f5d17b", "portal:ce402af5")


def test_of_more_than_a_clean_up_confirms_nobody_goes() -> None:
    many = {"leaving": ["a", "b"], "atMost": 1, "domain": "woonzorg"}
    plan = read(step("access:CleanedUp", "clean", new=many))
    assert lines(plan) == []
    assert plan.counts.outcomes == {"nothing": 1}


OPS = ("create", "update", "delete", "replace", "same", "refresh")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*THINGS, "new:Thing"]), st.sampled_from(OPS)), max_size=12))
def test_each_resource_is_counted_once_and_by_the_engines_word(kinds: list[tuple[str, str]]) -> None:
    """Whatever the engine says of whatever there is, an unheard-of kind included."""
    told = {"old": {"name": "x"}, "new": {"name": "y"}, "outputs": {"createdBy": "rehearsal"}}
    plan = read(*(step(kind, f"thing-{place}", op, **told) for place, (kind, op) in enumerate(kinds)))
    assert sum(plan.counts.outcomes.values()) == sum(plan.counts.engine.values()) == len(kinds)
    told_ops = Counter("same" if op == "refresh" else op for _, op in kinds)
    assert plan.counts.engine == dict(told_ops)
    shown = {line.name for line in lines(plan)}
    gone = {f"thing-{place}" for place, (_, op) in enumerate(kinds) if op == "delete"}
    assert gone <= shown, "what leaves the file is always told"


def test_what_is_released_is_told() -> None:
    """R61."""
    found = {"outcome": "nothing", "says": "released (2026-01-05: empty for months): looked at no more"}
    box = line(read(step("retained:EBox", "box", new={"found": found})), "box")
    assert box.outcome is Outcome.NOTHING


@pytest.mark.parametrize("outcome", ["made", "adopted", "changed", "waits", "baseline", "nothing", "unseen"])
def test_each_outcome_of_a_first_look_is_kept(outcome: str) -> None:
    found = {"outcome": outcome, "says": "so it is"}
    plan = read(step("chaman:SenderContact", "sender", new={"name": "ICT", "found": found}))
    assert plan.counts.outcomes == {outcome: 1}


def test_what_nobody_looked_at_is_never_said_to_be_missing() -> None:
    plan = read(step("chaman:SenderContact", "sender", new={"name": "ICT"}))
    assert line(plan, "sender").outcome is Outcome.UNSEEN


def test_a_look_at_a_list_of_sections_shows_what_differs_in_each() -> None:
    new = {"contacts": [{"name": "An", "phone": "1"}, {"name": "Jan", "phone": "2"}]}
    found = {"outcome": "changed", "says": "", "portal": {"contacts": [{"name": "An", "phone": "9"}]}}
    plan = read(step("configuration:TechnicalProviders", "providers", new=new | {"found": found}))
    assert [(one.name, one.old, one.new) for one in line(plan, "providers").fields] == [
        ("contacts.1.phone", "9", "1"),
        ("contacts.2.name", None, "Jan"),
        ("contacts.2.phone", None, "2"),
    ]


def test_what_an_earlier_preview_told_is_told_no_more() -> None:
    """The engine keeps what `check` said among the inputs of its state."""
    stale = {
        "accountName": "OCMW Online",
        "found": {"outcome": "made", "says": "", "waiting": SUPPLIER | {"whom": "somebody else"}},
        "loses": ["REST account OCMW Online works now and ends"],
        "refused": "no contract",
    }
    seen = {"waiting": SUPPLIER}
    account = line(read(step("chaman:RestAccount", "rest", "refresh", old=stale, outputs=seen)), "rest")
    assert (account.outcome, account.loses, account.refused) == (Outcome.UNCHANGED, (), "")
    assert account.waiting
    assert account.waiting.whom == "socius"
    gone: dict[str, Any] = {"waiting": {}}
    assert lines(read(step("chaman:RestAccount", "rest", "refresh", old=stale, outputs=gone))) == []


def test_what_leaves_the_file_stays_where_this_client_did_not_make_it() -> None:
    def outcome(**outputs: str) -> Outcome:
        old = {"domain": "woonzorg", "person": "an"}
        return line(read(step("access:User", "an", "delete", old=old, outputs=outputs)), "an").outcome

    assert outcome(createdBy="rehearsal") is Outcome.REMOVED
    assert outcome(createdBy="portal") is Outcome.LEFT
    kept = step("access:User", "an", "delete", old={}, outputs={"createdBy": "rehearsal"})
    kept["oldState"]["retainOnDelete"] = True
    assert line(read(kept), "an").outcome is Outcome.LEFT


def test_what_waited_and_can_be_set_now_is_made() -> None:
    told = {"old": {"name": "ICT"}, "new": {"name": "ICT"}, "outputs": {"origin": "waiting", "waiting": {}}}
    sender = line(read(step("chaman:SenderContact", "sender", "update", **told)), "sender")
    assert sender.outcome is Outcome.MADE
    assert [(one.name, one.new) for one in sender.fields] == [("name", "ICT")]


def test_a_change_that_is_shown_to_nobody_is_said_to_be_one() -> None:
    same = {"domain": "woonzorg", "accessManager": "an", "people": "[secret]"}
    managers = line(read(step("access:AccessManagers", "m", "update", old=same, new=same)), "m")
    assert [one.name for one in managers.fields] == ["[secret]"]


def test_r32_a_new_password_has_to_be_handed_over() -> None:
    texts = [notice.lines[0] for notice in planned("first").notices]
    assert NO_WAY_BACK in texts
    assert "FTP account FTP Pajottegem: hand its password over to the software supplier (R32)" in texts


@pytest.mark.parametrize("kind", ["integrations:RunningForms", "integrations:Attestations"])
def test_r06_dossiers_that_move_do_not_come_back(kind: str) -> None:
    left = {"toStop": {"1": 2.0}, "toEnter": {"1": 2.0}}
    moves = read_plan("pajottegem", preview_of(step(kind, "forms", new=left)))
    replaced = read_plan(
        "pajottegem", preview_of(step(kind, "forms", "replace", old={"toEnter": {}}, new=left))
    )
    assert [notice.lines for notice in moves.notices] == [(NO_WAY_BACK,)]
    assert replaced.notices == moves.notices


@pytest.mark.parametrize("kind", ["integrations:RunningForms", "integrations:Attestations"])
def test_where_nothing_moves_nobody_is_alarmed(kind: str) -> None:
    waits = step(kind, "waits", new={"found": {"outcome": "waits"}})
    other = step(kind, "other", "update", old={"handledBy": "byHand"}, new={"handledBy": "softwareSupplier"})
    assert read_plan("pajottegem", preview_of(waits, other)).notices == ()


def test_warnings_stand_in_the_same_order_whichever_the_engine_told_first() -> None:
    told = [{"severity": "warning", "message": f"warning: {name} goes\n"} for name in ("an", "jan", "els")]
    plans = [read_plan("pajottegem", preview_of(diagnostics=tuple(one))) for one in permutations(told)]
    assert [notice.lines[0] for notice in plans[0].notices] == ["an goes", "els goes", "jan goes"]
    assert all(plan == plans[0] for plan in plans)


def test_the_same_warning_is_told_once() -> None:
    twice = ({"severity": "warning", "message": "warning: so it is\n"},) * 2
    plan = read_plan("pajottegem", preview_of(diagnostics=twice))
    assert [notice.lines for notice in plan.notices] == [("so it is",)]


@pytest.mark.parametrize("number", ["85073003328", "85.07.30-033.28", "850730 033 28"])
def test_no_insz_comes_through_in_any_form(number: str) -> None:
    """Should an engine or a provider let one through."""
    told = {"outcome": "changed", "says": number, "portal": {"name": f"An {number}"}, "baseline": [number]}
    new = {"name": number, "loses": [f"{number} goes"], "found": told, "leaving": [number], "keeps": [number]}
    planted = preview_of(
        step("chaman:SenderContact", f"sender-{number}", new=new),
        diagnostics=({"severity": "warning", "message": f"warning: {number}"},),
    )
    text = read_plan("pajottegem", planted).model_dump_json()
    assert "number not shown" in text
    assert number not in text
