"""Every step of the manual's three scenarios has its step, or says that none is needed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from operations.plans.text import plain
from operations.plans.things import THINGS
from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import Chapter, Day, Kind
from operations.runbooks.steps import NO_STEPS, kind_of
from operations.runbooks.view import make_view
from tests.operations.runbooks.conftest import NAMES, OF_EACH_SCENARIO, edited, item, runbook, steps, todo

OF_EVERY_SCENARIO = {
    "scenario", "sign-in", "report-chief-access-managers", "chief-access-managers",
    "chief-access-managers-early", "access-managers-early", "users-early", "other-domains", "retained-access",
    "retained-channels", "retained-configuration", "ask-supplier", "forms-by-software", "attestations-by-software",
    "e-box-access", "read-e-box", "retained-e-box", "unique-report", "next-unique-report", "online-requests", "review",
    "help",
}  # fmt: skip
"""The steps that the manual has in all three, by the catalogue of `manual`."""
OF_ONE = {
    1: {
        "update-access", "access-copy", "access-managers", "users", "sender", "certificates", "ftp-account", "hand-over",
        "rest-account", "mutations",
        "technical-providers", "contact-details", "ocmw-online",
    },
    2: {"update-access", "access-copy-to-keeper", "chaman-stays", "configuration-stays", "unique-report-of-keeper"},
    3: {
        "clean-up-access", "access-copy-to-keeper", "clean-up-users-early", "chaman-stays", "configuration-stays",
        "dossiers-stay", "unique-report-of-keeper",
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


CLEAN_UPS = ("borsbeek-maatschappelijkWelzijn-clean-up", "antwerpen-maatschappelijkWelzijn-clean-up")


@pytest.mark.parametrize("id_", CLEAN_UPS)
def test_both_centres_of_scenario_3_clean_up_before_the_merger(id_: str) -> None:
    """R14, R24: from `confirmedOn` until the day that the manual has."""
    found = steps("antwerpen")
    one = todo(found, id_)
    assert one.not_before == date(2024, 10, 28)
    assert (one.step.name, one.step.day) == ("clean-up-users-early", Day.REPORT)
    shown = item(make_view(runbook("antwerpen"), "nl"), id_)
    assert ("wanneer", "van 28/10/2024 tot en met 15/11/2024") in [
        (plain(row.label), plain(row.new)) for row in shown.rows
    ]


@pytest.mark.parametrize("id_", CLEAN_UPS)
def test_a_day_of_its_own_after_the_last_one_stands_alone(id_: str) -> None:
    """Never `by 15/11` beside `not before 2/12`."""
    later = edited("antwerpen", ("confirmedOn: 2024-10-28", "confirmedOn: 2024-12-02"))
    page = make_view(runbook(later), "nl")
    shown = item(page, id_)
    assert [plain(row.new) for row in shown.rows if plain(row.label) == "wanneer"] == ["vanaf 02/12/2024"]
    (task,) = [task for section in page.sections for task in section.tasks if shown in task.items]
    assert "wanneer" not in [plain(fact.label) for fact in task.facts]


def test_the_keeper_has_its_access_up_to_date_before_the_merger_too() -> None:
    """R14, R23; only the chief access managers come by the RSZ (R15)."""
    for name in ("hasselt", "antwerpen"):
        found = steps(name)
        kept = [one for one in found.todos if one.centre and one.centre.role == "keeping" and one.things]
        late = {one.step.name for one in kept if one.step.chapter is Chapter.ACCESS and not one.step.is_early}
        assert late == {"chief-access-managers", "access-copy-to-keeper"}
        early = {one.step.name for one in kept if one.step.is_early}
        assert early >= {"access-managers-early", "users-early"}


def test_a_certificate_is_ordered_before_the_merger() -> None:
    """It takes weeks, and nobody needs to be in ChaMan for it."""
    (step,) = [step for step in STEPS if step.name == "certificates"]
    assert (step.day, step.after) == (Day.LAST_DAY, ())
    assert "certificates" in next(step for step in STEPS if step.name == "ftp-account").after


def test_nothing_asks_for_work_where_nobody_has_any() -> None:
    for step in STEPS:
        assert step.kind is not Kind.ACTION or step.who.value != "nobody", step.name
