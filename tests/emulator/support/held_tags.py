"""The change tags of several centres, held to what these show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulator.conftest import Acting
from tests.emulator.support.snapshots import everything, of_system, tags_of


class HeldTags:
    """By centre, what it showed and which tags it had at the last look."""

    def __init__(self, clients: Mapping[str, Acting]) -> None:
        self._clients = clients
        self._shown: dict[str, dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self.start_again()

    def start_again(self) -> None:
        """What there is now is what is compared with."""
        for number, client in self._clients.items():
            self._shown[number], self._tags[number] = everything(client), tags_of(client)

    def require_unchanged(self, number: str) -> None:
        """Nothing happened there."""
        assert tags_of(self._clients[number]) == self._tags[number]

    def look_again(self, number: str) -> dict[str, Any]:
        """What a centre shows now; a system that shows anything else than before has another tag."""
        shown, tags = everything(self._clients[number]), tags_of(self._clients[number])
        for system in tags:
            before, after = of_system(self._shown[number], system), of_system(shown, system)
            assert before == after or tags[system] != self._tags[number][system], system
        self._shown[number], self._tags[number] = shown, tags
        return shown
