"""Nobody is cleaned up whom the run did not name first, and who went is kept by name (R24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.cleanup import CleanedUpProvider
from providers.people import portal_name
from tests.providers import cleaning
from tests.providers.cleaning import DOMAIN, USERS, add, declared, names, strangers
from tests.providers.conftest import Portal
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import ResourceHarness, kept, to_provider


@pytest.fixture
def life(portal: Portal) -> ResourceHarness:
    """Three stay, two are strangers; nothing of this is in a state yet."""
    cleaning.prepare(portal)
    return ResourceHarness(CleanedUpProvider())


def created_later(life: ResourceHarness, act: Callable[[], object], **changes: Any) -> list[str]:
    """A first `up` in which something happens between the look that names who goes and the deed; who was named."""
    inputs = life._checked({}, declared(**changes))
    act()
    result = life.provider.create(to_provider(inputs))
    life.id, life.inputs, life.outs = result.id, kept(inputs), kept(result.outs or {})
    named: list[str] = inputs["leaving"]
    return named


def test_who_is_added_after_they_were_named_stays_until_they_are_named_too(
    life: ResourceHarness, portal: Portal
) -> None:
    """R24: in a first `up`, and in a later one."""
    named = created_later(life, lambda: add(portal, "somebody.else"))
    (late,) = names(portal)
    assert late not in named
    assert (life.outs["removed"], life.outs["gone"], life.outs["leaving"]) == (2, named, [late])
    assert life.preview(declared()) == "update"
    assert life.inputs["leaving"] == [late]

    news = life._checked(life.inputs, declared())
    add(portal, "and.another")
    result = life.provider.update(life.id, to_provider(life.outs), to_provider(news))
    life.inputs, life.outs = kept(news), kept(result.outs or {})
    assert late not in names(portal)
    assert life.outs["leaving"] == names(portal)
    assert len(names(portal)) == 1
    assert life.up(declared()) == "update"
    assert strangers(portal) == []
    assert life.preview(declared()) == "same"


def test_atmost_is_about_who_goes_and_not_about_who_comes_meanwhile(
    life: ResourceHarness, portal: Portal
) -> None:
    created_later(life, lambda: add(portal, "somebody.else"), atMost=2)
    assert (life.outs["removed"], len(strangers(portal))) == (2, 1)


def test_who_was_named_and_is_gone_by_then_is_nobody_to_remove(life: ResourceHarness, portal: Portal) -> None:
    """By hand, or by a run that was cut off after it removed them."""
    first, second = strangers(portal)
    created_later(life, lambda: portal.clear(PAJOTTEGEM, f"{USERS}/{first['id']}"))
    assert life.outs["gone"] == [portal_name(second)]
    assert portal.writes() == ["POST 204"]
    assert life.preview(declared()) == "same"


def test_of_two_with_one_name_nobody_goes_who_was_not_named(
    life: ResourceHarness, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is the start of the portal's number for a person: in a preview both stand there, and then both go."""
    monkeypatch.setattr("providers.cleanup.portal_name", lambda _: "portal:75f5d17b")
    portal.clear(PAJOTTEGEM, f"{USERS}/{strangers(portal)[0]['id']}")
    assert created_later(life, lambda: add(portal, "somebody.else")) == ["portal:75f5d17b"]
    assert len(strangers(portal)) == 2
    assert life.preview(declared()) == "update"
    assert life.inputs["leaving"] == ["portal:75f5d17b"] * 2
    assert life.update(declared())["removed"] == 2
    assert strangers(portal) == []


def test_a_state_of_before_names_were_kept_goes_on(life: ResourceHarness, portal: Portal) -> None:
    life.create(declared())
    del life.outs["gone"]
    assert life.preview(declared()) == "same"
    assert (life.outs["removed"], life.outs["gone"]) == (2, [])
    add(portal, "somebody.else")
    added = names(portal)
    assert life.up(declared()) == "update"
    assert (life.outs["removed"], life.outs["gone"]) == (3, added)


def test_who_goes_is_said_at_once(
    life: ResourceHarness, portal: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever becomes of the run: a failing one keeps no outputs."""
    gone = names(portal)
    life.create(declared())
    said = f"clean-up of users {PAJOTTEGEM} {DOMAIN}: 2 users went (R24): {', '.join(gone)}\n"
    assert capsys.readouterr().out == said
    life.up(declared(reason="again"))
    assert capsys.readouterr().out == ""
