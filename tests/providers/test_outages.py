"""What one thread finds out about an API that is down is not lost to another."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from providers.outages import Outages

SENDER, ACCOUNTS = "/REST/chaman/v1/organizations/1/sender", "/REST/chaman/v1/organizations/1/ftpAccounts"
E_BOX = "/REST/eBox/v1/organizations/1/box"


class Interrupted(dict[str, str]):
    """A dictionary in which, once, another thread acts between a look (`get`) and what follows on it."""

    def __init__(self, content: dict[str, str], other: threading.Thread) -> None:
        super().__init__(content)
        self._other = other

    def get(self, key: str, default: Any = None) -> Any:
        found = super().get(key, default)
        if not self._other.ident:
            self._other.start()
            self._other.join(0.2)  # it ends in time only where no lock holds it
        return found


def test_an_outage_that_another_thread_finds_meanwhile_is_kept() -> None:
    """Two threads see the sender answer again; one of them then finds the accounts down."""
    outages = Outages()
    outages.note_answer(E_BOX)
    outages.note_failure(SENDER)

    def act() -> None:
        outages.note_answer(SENDER)
        outages.note_failure(ACCOUNTS)

    other = threading.Thread(target=act)
    outages._failed_path = Interrupted(outages._failed_path, other)
    outages.note_answer(SENDER)
    other.join(5)
    assert outages.is_known(ACCOUNTS)
    assert not outages.is_known(E_BOX)


@pytest.mark.parametrize("path", [SENDER, ACCOUNTS])
def test_an_api_that_is_down_is_down_for_each_of_its_paths(path: str) -> None:
    outages = Outages()
    outages.note_answer(E_BOX)
    outages.note_failure(SENDER)
    assert outages.is_known(path)
    assert not outages.is_known(E_BOX)
