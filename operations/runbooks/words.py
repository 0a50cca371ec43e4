"""The words of a runbook: what is chosen on a screen is called as the screen calls it, in Dutch, whatever the language."""

from __future__ import annotations

from operations.plans.words import DUTCH, Words


class ScreenWords(Words):
    """Says the rest in its own language."""

    def name(self, list_name: str, code: str) -> str:
        return super().name(list_name, code) if self.language == DUTCH else Words(DUTCH).name(list_name, code)
