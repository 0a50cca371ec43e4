"""Runs with a ledger, as a provider host has them, and the ledger as people read it."""

from __future__ import annotations

import pytest

from emulator import controls
from operations.ledgers.model import Ledger, Run
from operations.ledgers.reading import read_ledger
from providers import ledger, session
from tests.providers.conftest import OURS, Portal, settings
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import begin_operation
from tests.providers.test_sender import TestSenderContact as Sender
from tests.providers.test_user import TestUser as User
from tests.support.ledger_check import find_misjudged, find_untruths

SENDER, USER = Sender().declared(), User().declared()
THING = f"{PAJOTTEGEM}/SenderContact"
STACK = "pajottegem"


def begin_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the provider host of a new run."""
    monkeypatch.setenv(ledger.RUN, name)
    monkeypatch.setenv(ledger.STACK, f"organization/fusion/{STACK}")
    begin_operation()


def give_up_at_once() -> None:
    """A call is made once, whatever becomes of it."""
    session.close()
    session.configure(settings(deadline_seconds=0))


def read(portal: Portal) -> Ledger:
    return read_ledger(portal.database.parents[1], STACK)


def last_run(portal: Portal) -> Run:
    return read(portal).runs[-1]


def assert_true(portal: Portal) -> None:
    """As the portal's journal has it."""
    calls = controls.journal(portal.database, writes=True, kbo=None)
    # Of a call that fails before the portal looks at it no client is known.
    journal = [call for call in calls if call["client"] in (OURS, None)]
    assert journal
    assert find_untruths(journal, read(portal).runs) == []
    assert find_misjudged(journal, read(portal).runs) == []
