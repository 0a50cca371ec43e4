"""Every step of the manual's three scenarios has its step, or says that none is needed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from operations.plans.things import THINGS
from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import Chapter, Day, Kind
from operations.runbooks.steps import NO_STEPS, kind_of
from tests.operations.runbooks.conftest import NAMES, OF_EACH_SCENARIO, edited, steps, todo

OF_EVERY_SCENARIO = {
    "scenario", "sign-in", "report-chief-access-managers", "chief-access-managers", "access-managers", "users",
    "chief-access-managers-early", "access-managers-early", "users-early", "other-domains", "retained-access",
    "retained-channels", "retained-configuration", "ask-supplier", "forms-by-software", "attestations-by-software",
    "e-box-access", "read-e-box", "retained-e-box", "unique-report", "next-unique-report", "online-requests", "review",
    "help",
}  # fmt: skip
"""The steps that the manual has in all three, by the catalogue of `manual`."""
OF_ONE = {
    1: {
        "update-access", "access-copy", "sender", "certificates", "ftp-account", "hand-over", "rest-account", "mutations",
        "technical-providers", "contact-details", "ocmw-online",
    },
    2: {"update-access", "access-copy-to-keeper", "chaman-stays", "configuration-stays", "unique-report-of-keeper"},
    3: {
        "clean-up-access", "access-copy-to-keeper", "clean-up-users", "clean-up-users-early", "chaman-stays",
        "configuration-stays", "dossiers-stay", "unique-report-of-keeper",
    },
}  # fmt: skip


@pytest.mark.parametrize("scenario", OF_EACH_SCENARIO)
def test_each_scenario_has_the_manuals_steps_and_no_other(scenario: int) -> None:
    """R03, R04, R23, R24: what one scenario needs, another says is not needed."""
    told = {one.step.name for one in steps(OF_EACH_SCENARIO[scenario]).todos}
    assert told == OF_EVERY_SCENARIO | OF_ONE[scenario]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_plan_has_is_in_one_step(name: str) -> None:
    found = steps(name)
    told = Counter(thing.name for one in found.todos for thing in one.things)
    wanted = [thing.name for thing in found.planned if kind_of(thing) not in NO_STEPS]
    assert told == Counter(wanted)


def test_each_kind_of_thing_has_a_step_or_a_reason() -> None:
    told = {kind for step in STEPS for kind in step.of}
    assert told | NO_STEPS.keys() == THINGS.keys()
    assert not told & NO_STEPS.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_steps_name_is_one_steps(name: str) -> None:
    ids = [one.id for one in steps(name).todos]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_chapters_stand_in_the_manuals_order(name: str) -> None:
    order = list(Chapter)
    places = [order.index(one.step.chapter) for one in steps(name).todos]
    assert places == sorted(places)


def test_what_comes_before_is_a_step() -> None:
    names = {step.name for step in STEPS}
    assert {before for step in STEPS for before in step.after} <= names


def test_the_days_are_the_waves_and_the_declarations() -> None:
    """R13, R62, R63: none of them stands in the code."""
    moments = steps("pajottegem").moments
    assert {day: (one.first, one.last) for day, one in moments.items()} == {
        Day.REPORT: (date(2024, 11, 15), date(2024, 11, 15)),
        Day.LAST_DAY: (date(2024, 12, 31), date(2024, 12, 31)),
        Day.MERGER: (date(2025, 1, 1), date(2025, 1, 1)),
        Day.UNIQUE_REPORT: (date(2025, 2, 1), date(2025, 2, 28)),
        Day.REVIEW: (date(2026, 1, 1), date(2026, 1, 1)),
        Day.NEXT_REPORT: (date(2026, 2, 1), date(2026, 2, 28)),
    }
    assert list(moments) == sorted(moments, key=lambda day: moments[day].first)
    later = edited("pajottegem", ("reviewOn: 2026-01-01", "reviewOn: 2026-03-02")).moments
    assert later[Day.REVIEW].first == date(2026, 3, 2)


def test_by_hand_is_another_step_than_by_the_software() -> None:
    """R70."""
    by_hand = edited("pajottegem", ("handledBy: softwareSupplier", "handledBy: byHand"))
    assert todo(by_hand, "herne-dossiers-forms").step.name == "forms"
    assert todo(steps("pajottegem"), "herne-dossiers-forms").step.name == "forms-by-software"


def test_more_than_the_scenario_asks_for_has_its_step_instead_of_no_action() -> None:
    """R04: with `beyondScenario` there is something to do in ChaMan."""
    sender = "accounts:\n  sender: {name: ICT, phone: 011 23 90 00, email: ict@ocmw.example, language: nl}\n"
    more = edited("hasselt", ("dossiers: ", f"beyondScenario: {{reason: a test}}\n{sender}dossiers: "))
    names = {one.step.name for one in more.todos}
    assert "sender" in names
    assert "chaman-stays" not in names
    assert "configuration-stays" in names


def test_a_day_of_its_own_is_not_before_it() -> None:
    """R24: nobody goes before `confirmedOn`."""
    assert todo(steps("antwerpen"), "borsbeek-maatschappelijkWelzijn-clean-up").not_before == date(
        2024, 10, 28
    )


def test_nothing_asks_for_work_where_nobody_has_any() -> None:
    for step in STEPS:
        assert step.kind is not Kind.ACTION or step.who.value != "nobody", step.name
