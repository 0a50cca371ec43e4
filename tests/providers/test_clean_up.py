"""Cleaning up a domain's users (R20, R24): named before they go, gone in one call, and never more than is confirmed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from providers.cleanup import BATCH, CleanedUpProvider
from providers.portal import Answer, Connection
from schemas.errors import GuardRefused, PortalRefused, PortalUnreachable
from tests.providers import cleaning
from tests.providers.cleaning import DOMAIN, PATH, USERS, add, declared, everybody, names, strangers
from tests.providers.conftest import Meanwhile, Portal
from tests.providers.contract import ACCESS
from tests.providers.people import ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import ResourceHarness
from tests.providers.test_lost_answers import lose


@pytest.fixture
def life(portal: Portal) -> ResourceHarness:
    """Three stay, two are strangers; nothing of this is in a state yet."""
    cleaning.prepare(portal)
    return ResourceHarness(CleanedUpProvider())


def test_who_goes_is_named_before_anything_is_written(life: ResourceHarness, portal: Portal) -> None:
    """In the first preview too: the engine asks `check`, and not yet `create`."""
    inputs = life._checked({}, declared())
    assert inputs["leaving"] == names(portal)
    assert len(inputs["leaving"]) == 2
    assert portal.writes() == []


def test_nobodys_insz_is_in_what_is_shown(life: ResourceHarness, portal: Portal) -> None:
    inputs = life._checked({}, declared())
    shown = json.dumps({name: value for name, value in inputs.items() if name != "people"})
    assert not [user["ssin"] for user in everybody(portal) if user["ssin"] in shown]


def test_all_go_in_one_call_and_who_is_declared_stays(life: ResourceHarness, portal: Portal) -> None:
    gone = names(portal)
    outs = life.create(declared())
    assert portal.writes() == ["POST 204"]
    assert {user["ssin"] for user in everybody(portal)} == {ssin(key) for key in cleaning.STAYING}
    assert (outs["origin"], outs["removed"], outs["leaving"]) == ("cleanedUp", 2, [])
    assert outs["gone"] == gone
    assert life.id == f"{PAJOTTEGEM}/CleanedUp/{DOMAIN}"


def test_a_second_preview_shows_no_change(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    assert not life.changes(declared())
    assert life.preview(declared()) == "same"
    assert portal.writes() == ["POST 204"]


def test_where_nobody_goes_nothing_is_written(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    again = ResourceHarness(CleanedUpProvider())
    assert again.create(declared())["removed"] == 0
    assert portal.writes() == ["POST 204"]


def test_who_is_added_behind_ones_back_shows_and_goes(life: ResourceHarness, portal: Portal) -> None:
    before = life.create(declared())["gone"]
    add(portal, "somebody.else")
    added = names(portal)
    for _ in range(2):
        assert life.preview(declared()) == "update"
        assert life.outs["leaving"] == added == life.inputs["leaving"]
    assert life.update(declared())["removed"] == 3
    assert life.outs["gone"] == [*before, *added]
    assert strangers(portal) == []
    assert life.preview(declared()) == "same"
    assert life.outs["gone"] == [*before, *added], "a look forgets nobody"


def test_who_leaves_the_declaration_goes(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    fewer = declared(*cleaning.STAYING[:-1])
    assert life.up(fewer) == "update"
    assert ssin(cleaning.STAYING[-1]) not in {user["ssin"] for user in everybody(portal)}
    assert life.preview(fewer) == "same"


def test_who_is_added_to_the_declaration_stays(life: ResourceHarness, portal: Portal) -> None:
    both = declared(*cleaning.STAYING, *cleaning.STRANGERS)
    assert life.create(both)["removed"] == 0
    assert len(strangers(portal)) == 2


@pytest.mark.parametrize("stay", [True, False])
def test_co_managers_stay_where_the_declaration_leaves_them_as_they_are(
    stay: bool, life: ResourceHarness, portal: Portal
) -> None:
    """R17: who manages the domain is not cleaned out of it."""
    stranger = cleaning.STRANGERS[0]
    people = {"accessManager": {"ssin": ssin("jan.janssens")}, "coAccessManagers": [{"ssin": ssin(stranger)}]}
    portal.save(PAJOTTEGEM, f"{PATH}/accessManagers", people)
    life.create(declared(coManagersStay=stay))
    left = {user["ssin"] for user in everybody(portal)}
    assert (ssin(stranger) in left) is stay
    assert life.preview(declared(coManagersStay=stay)) == "same"


@pytest.mark.parametrize("stay", [True, False])
def test_co_chiefs_stay_where_the_declaration_leaves_them_as_they_are(
    stay: bool, life: ResourceHarness, portal: Portal
) -> None:
    """R16: who is co-chief access manager of the centre is not cleaned out of its domains."""
    stranger = cleaning.STRANGERS[0]
    people = {
        "chiefAccessManagers": [{"ssin": ssin("els.peeters")}],
        "coChiefAccessManagers": [{"ssin": ssin(stranger)}],
    }
    portal.save(PAJOTTEGEM, f"{ACCESS}/chiefAccessManagers", people)
    life.create(declared(coChiefsStay=stay))
    left = {user["ssin"] for user in everybody(portal)}
    assert (ssin(stranger) in left) is stay
    assert life.preview(declared(coChiefsStay=stay)) == "same"


def test_the_manager_who_is_replaced_is_nobody_special(life: ResourceHarness, portal: Portal) -> None:
    """The preview names whom the same `up` has replaced by then."""
    stranger = cleaning.STRANGERS[0]
    portal.save(PAJOTTEGEM, f"{PATH}/accessManagers", {"accessManager": {"ssin": ssin(stranger)}})
    assert len(life._checked({}, declared())["leaving"]) == 2


# -- guards ---------------------------------------------------------------------------------------------------------


def test_more_than_is_confirmed_and_nobody_goes(life: ResourceHarness, portal: Portal) -> None:
    with pytest.raises(GuardRefused) as refused:
        life.create(declared(atMost=1))
    message = str(refused.value)
    assert message.startswith(
        f"clean-up of users {PAJOTTEGEM} {DOMAIN}: 2 users would go, and the declaration "
    )
    assert "at most 1 (cleanUp.atMost, R24; safety rule cleanUp), so nobody goes" in message
    assert all(name in message for name in names(portal))
    assert not [user["ssin"] for user in everybody(portal) if user["ssin"] in message]
    assert portal.writes() == []
    assert len(strangers(portal)) == 2


def test_the_guard_holds_for_each_later_run_and_opens_by_the_declaration(
    life: ResourceHarness, portal: Portal
) -> None:
    life.create(declared(atMost=2))
    portal.set_clock("2025-02-10")
    for number in range(3):
        add(portal, f"other.person{number}")
    with pytest.raises(GuardRefused, match="3 users would go"):
        life.up(declared(atMost=2))
    assert life.up(declared(atMost=3, confirmedOn="2025-02-10")) == "update"
    assert strangers(portal) == []


def test_as_many_as_are_confirmed_may_go(life: ResourceHarness, portal: Portal) -> None:
    assert life.create(declared(atMost=2))["removed"] == 2


def test_more_than_one_call_takes_go_in_batches(
    life: ResourceHarness, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BATCH == 500
    monkeypatch.setattr("providers.cleanup.BATCH", 3)
    for number in range(5):
        add(portal, f"other.person{number}")
    assert life.create(declared(atMost=7))["removed"] == 7
    assert portal.writes() == ["POST 204"] * 3
    assert strangers(portal) == []


def test_destroy_and_leaving_the_declaration_do_nothing(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    add(portal, "somebody.else")
    life.delete()
    assert len(strangers(portal)) == 1
    assert portal.writes() == ["POST 204"]


@pytest.mark.parametrize("change", [{"reason": "again"}, {"confirmedOn": "2025-02-01"}, {"atMost": 6}])
def test_another_confirmation_is_kept_and_sends_nothing(
    change: dict[str, Any], life: ResourceHarness, portal: Portal
) -> None:
    life.create(declared())
    assert life.up(declared(**change)) == "update"
    assert (life.outs["removed"], len(life.outs["gone"])) == (2, 2)
    assert portal.writes() == ["POST 204"]
    assert life.preview(declared(**change)) == "same"


def test_another_domain_or_centre_is_another_clean_up(life: ResourceHarness) -> None:
    life.create(declared())
    assert life.diff(declared(domain="maatschappelijkWelzijn")).replaces == ["domain"]


# -- repeats, races, waiting ----------------------------------------------------------------------------------------


def test_somebody_who_is_gone_already_stops_nothing(
    life: ResourceHarness, portal: Portal, meanwhile: Meanwhile
) -> None:
    """All or none: the portal refuses the list, and the next one is without."""
    (first, _) = strangers(portal)
    meanwhile(lambda: portal.clear(PAJOTTEGEM, f"{USERS}/{first['id']}"))
    life.create(declared())
    assert portal.writes() == ["POST 400", "POST 204"]
    assert strangers(portal) == []


@pytest.mark.parametrize("kind", ["status", "reset"])
def test_a_removal_whose_answer_got_lost_is_found_done(
    life: ResourceHarness, portal: Portal, kind: str
) -> None:
    """The repeat is refused, since they are gone; the next look shows that all are."""
    lose(portal, "POST", kind)
    assert life.create(declared())["removed"] == 2
    assert strangers(portal) == []
    assert [write.split()[1] for write in portal.writes()][-1] == "400"


def test_another_refusal_is_told(life: ResourceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    send = Connection.send

    def refusing(connection: Connection, organization: str, method: str, *more: Any) -> Answer:
        if method == "POST":
            raise PortalRefused(method=method, path=PATH, status=400, detail="not you")
        return send(connection, organization, method, *more)

    monkeypatch.setattr(Connection, "send", refusing)
    with pytest.raises(PortalRefused, match=f"^clean-up of users {PAJOTTEGEM} {DOMAIN}: .*not you"):
        life.create(declared())


def test_a_failed_look_never_means_that_nobody_goes(
    life: ResourceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.create(declared())

    def send(*_: object, **__: object) -> None:
        raise PortalUnreachable(method="GET", path=PATH, status=500)

    monkeypatch.setattr(Connection, "send", send)
    for look in (life.refresh, lambda: life.diff(declared())):
        with pytest.raises(PortalUnreachable, match=r"^clean-up of users"):
            look()


def test_before_the_numbers_first_day_it_waits_and_then_goes_on(portal: Portal) -> None:
    """R12."""
    portal.restart("2024-12-02")
    life = ResourceHarness(CleanedUpProvider())
    outs = life.create(declared())
    assert (outs["origin"], outs["waiting"]["until"], outs["leaving"]) == ("waiting", "2025-01-01", [])
    assert life.preview(declared()) == "same"
    portal.set_clock("2025-02-03")
    cleaning.prepare(portal)
    assert life.preview(declared()) == "update"
    assert life.update(declared())["removed"] == 2
    assert life.preview(declared()) == "same"
    life.delete()


def test_before_the_day_of_its_confirmation_nobody_goes(life: ResourceHarness, portal: Portal) -> None:
    """By the portal's date; it waits, the first preview knows it, and on that day it goes on (R24)."""
    later = declared(confirmedOn="2025-02-05")
    waits = {
        "reason": "waits for the day of cleanUp.confirmedOn: nobody goes before",
        "rule": "R24",
        "whom": "the calendar",
        "until": "2025-02-05",
    }
    inputs = life._checked({}, later)
    assert (inputs["leaving"], inputs["waiting"]) == ([], waits)
    outs = life.create(later)
    assert (outs["origin"], outs["waiting"], outs["leaving"]) == ("waiting", waits, [])
    portal.set_clock("2025-02-04")
    assert life.preview(later) == "same"
    assert len(strangers(portal)) == 2
    assert portal.writes() == []
    portal.set_clock("2025-02-05")
    assert life.preview(later) == "update"
    assert life.outs["leaving"] == names(portal)
    assert life.update(later)["removed"] == 2
    assert (life.outs["origin"], life.outs["waiting"]) == ("cleanedUp", {})
    assert life.preview(later) == "same"


def test_a_new_confirmation_of_a_day_to_come_waits_too(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    add(portal, "somebody.else")
    later = declared(confirmedOn="2025-02-05")
    assert life.up(later) == "update"
    assert (life.outs["removed"], life.outs["waiting"]["until"]) == (2, "2025-02-05")
    assert life.preview(later) == "same"
    assert len(strangers(portal)) == 1
    portal.set_clock("2025-02-05")
    assert life.up(later) == "update"
    assert strangers(portal) == []
