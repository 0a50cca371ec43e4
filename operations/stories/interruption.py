"""Ctrl-C in the middle of stories: the engines at work stop, no new one starts, and no failure is blamed on the product."""

from __future__ import annotations

from dataclasses import dataclass

from operations.rehearsals import projects


class Interrupted(Exception):
    """A story does not go on, since somebody asked for that."""


@dataclass
class Interruption:
    """Asked for by the thread that waits, looked at by those that tell stories."""

    asked: bool = False

    def ask(self) -> None:
        """Have everything end soon."""
        self.asked = True
        projects.interrupt_engines()

    def look(self) -> None:
        """Go on, or raise `Interrupted`."""
        if self.asked:
            raise Interrupted
