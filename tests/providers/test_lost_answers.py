"""Answers that get lost: the write happened, and the client cannot know. Whatever it does next, there is one of it."""

from __future__ import annotations

import pytest

from emulator import controls
from providers import session
from providers.access import UserProvider
from providers.chaman import SenderContactProvider
from schemas.errors import DeadlineExceeded
from tests.providers.conftest import OURS, Portal, settings
from tests.providers.contract import CHAMAN
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import ResourceHarness
from tests.providers.test_sender import TestSenderContact as Sender
from tests.providers.test_user import TestUser as User

SENDER, USER = Sender().declared(), User().declared()


def lose(portal: Portal, method: str, kind: str = "status", count: int = 1) -> None:
    """The next calls with this method are carried out and then answered with trouble."""
    rule = controls.Rule(
        kind=kind,  # type: ignore[arg-type]
        method=method,
        status=503,
        retry_after_seconds=0,
        after_write=True,
        max_count=count,
    )
    controls.add_fault(portal.database, rule)


@pytest.mark.parametrize("kind", ["status", "reset", "cutOff"])
def test_a_screen_whose_answer_was_lost_is_found_as_we_wanted_it(portal: Portal, kind: str) -> None:
    lose(portal, "PUT", kind)
    outs = ResourceHarness(SenderContactProvider()).create(SENDER)
    assert (outs["origin"], outs["createdBy"], outs["name"]) == ("created", OURS, "ICT")
    statuses = [write.split()[1] for write in portal.writes()]
    assert statuses[-1] == "412", "the repeat found that it had happened"
    assert len(statuses) == 2


def test_a_user_whose_answer_was_lost_is_not_added_twice(portal: Portal) -> None:
    """R19; POST has no precondition: the portal knows the INSZ."""
    lose(portal, "POST")
    outs = ResourceHarness(UserProvider()).create(USER)
    users = portal.by_hand(PAJOTTEGEM).get_items(
        f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn/users"
    )
    (added,) = [user for user in users if user["ssin"] == USER["ssin"]]
    assert (outs["portalId"], outs["createdBy"]) == (added["id"], OURS)


def test_a_removal_whose_answer_was_lost_is_done(portal: Portal) -> None:
    life = ResourceHarness(SenderContactProvider())
    life.create(SENDER)
    lose(portal, "DELETE")
    life.delete()
    assert portal.get(PAJOTTEGEM, f"{CHAMAN}/sender") is None


def test_trouble_that_stays_names_the_resource_and_leaves_it_to_the_next_run(portal: Portal) -> None:
    session.close()
    session.configure(settings(deadline_seconds=0))
    lose(portal, "PUT", count=100)
    life = ResourceHarness(SenderContactProvider())
    with pytest.raises(
        DeadlineExceeded, match=f"^sender contact {PAJOTTEGEM}: PUT .* Run the same command again"
    ):
        life.create(SENDER)
    controls.clear_faults(portal.database)
    assert life.create(SENDER)["origin"] == "adopted"
    assert len(portal.writes()) == 1
