"""What waits: put into words once, kept in state as values, and read from the states of earlier versions."""

from __future__ import annotations

from datetime import date

import pytest

from providers.waiting import Waiting, as_output, keep_wording, waiting_for
from schemas.errors import NotYetAvailable

FIRST_DAY = Waiting("waits for the number's first day: it is not active yet", "R12", "KBO", "2025-01-01")


def test_it_is_said_in_full_and_in_short() -> None:
    assert str(FIRST_DAY) == (
        "waits for the number's first day: it is not active yet (R12); whom: KBO; until: 2025-01-01"
    )
    assert FIRST_DAY.brief == "waits for the number's first day: it is not active yet (R12), until 2025-01-01"


def test_what_nobody_knows_is_not_said() -> None:
    waiting = Waiting("waits for something new", "", "portal")
    assert (str(waiting), waiting.brief) == (
        "waits for something new; whom: portal",
        "waits for something new",
    )
    assert waiting.as_props() == {"reason": "waits for something new", "whom": "portal"}


def test_a_state_keeps_it() -> None:
    assert Waiting.from_props(FIRST_DAY.as_props()) == FIRST_DAY
    assert as_output(FIRST_DAY) == FIRST_DAY.as_props()


@pytest.mark.parametrize("nothing", [None, {}])
def test_where_nothing_waits_there_is_none(nothing: dict[str, str] | None) -> None:
    assert Waiting.from_props(nothing) is None
    assert as_output(None) == {}


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("waits for the supplier's answer to the delegation request of 2025-02-03 (R35)", "R35"),
        ("waits for 3 still being handled (R06); 4 refused by the portal, see dossiers (R06)", "R06"),
        ("waits for lists to be reported to Flanders (R13, R14)", "R13, R14"),
        ("waits for lists to be reported to Flanders (R13, R14): fusion chief-access-managers", ""),
        ("waits for something new", ""),
    ],
)
def test_in_the_state_of_an_earlier_version_the_reason_cites_the_rule(reason: str, rule: str) -> None:
    waiting = Waiting.from_props({"reason": reason, "whom": "socius"})
    assert waiting
    assert (waiting.rule, str(waiting)) == (rule, f"{reason}; whom: socius")


def test_a_refusal_for_now_says_what_it_waits_for() -> None:
    refused = NotYetAvailable(reason="organizationNotActive", available_from=date(2025, 1, 1))
    assert waiting_for(refused) == FIRST_DAY


@pytest.mark.parametrize("rule", ["R15", "R27"])
def test_the_rule_is_the_one_that_the_portal_cites(rule: str) -> None:
    """The RSZ's copy opens access by R15 and the other systems by R27."""
    assert waiting_for(NotYetAvailable(reason="accessNotCopied", rule=rule)).rule == rule


def test_a_reason_that_nobody_knows_is_told_in_the_portals_words() -> None:
    refused = NotYetAvailable(reason="somethingNew", detail="the moon")
    assert str(waiting_for(refused)) == "waits for the moon; whom: portal"


def test_a_state_of_an_earlier_version_keeps_its_form_until_it_says_something_else() -> None:
    """A refresh of it shows no change."""
    waiting = Waiting("waits for one thing", "R06", "the centre", "2025-02-01")
    earlier = {"reason": "waits for one thing (R06)", "whom": "the centre", "until": "2025-02-01"}
    outputs = {"waiting": waiting.as_props(), "other": 1}
    assert keep_wording(outputs, {"waiting": earlier}) == {"waiting": earlier, "other": 1}
    other_rule = {**earlier, "reason": "waits for one thing (R07)"}
    assert keep_wording(outputs, {"waiting": other_rule})["waiting"] == other_rule
    assert keep_wording(outputs, {"waiting": {**earlier, "until": "2025-03-01"}}) == outputs
    assert keep_wording(outputs, {"waiting": {}}) == keep_wording(outputs, {}) == outputs
    assert keep_wording({"waiting": {}}, {"waiting": earlier}) == {"waiting": {}}
