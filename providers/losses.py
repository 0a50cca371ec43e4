"""What people lose by what a run is about to write: named by `check`, so by every preview, the first one too.

A provider with losses says how it finds them, in sentences: against the last look, or, where there was none, against what
the portal has now. They stand in the property `loses` of what is about to be made or changed, so the plan shows them with
it and `stacks/people_report.py` warns of each. Once written they are gone, and where nothing is lost there is none.
"""

from __future__ import annotations

from providers import session
from providers.base import LOSES, Props
from providers.first_look import Look
from providers.resource import PortalProvider


class LosingProvider(PortalProvider):
    """Base of what people can lose something by. A subclass must give `losses`; it may give `ask_about` and `live`."""

    def losses(self, live: Props, news: Props) -> list[str]:
        """What is lost when `news` are written over `live`, both in the declaration's words."""
        raise NotImplementedError

    def ask_about(self, olds: Props, news: Props) -> Props | None:
        """What the portal is asked for, rather than taking the last look; None where that is enough. By default it is
        asked where there was none, or where a field is declared that the last look left out."""
        unseen = any(field in self.optional and olds.get(field) is None for field in self._compared(news))
        return news if unseen or not olds else None

    def foresee(self, look: Look) -> Props:
        said, thing = super().foresee(look), self.natural_key(look.news)
        # What is to be replaced is checked once more, without the last look: what the first check found counts.
        lost = None if look.olds else session.take_losses(thing)
        if lost is None:
            lost = self._find_losses(look)
        if look.olds:
            session.note_losses(thing, lost)
        return said | ({LOSES: lost} if lost else {})

    def _find_losses(self, look: Look) -> list[str]:
        olds, news = look.olds, look.news
        asked = self.ask_about(olds, news)
        live = olds if asked is None else self._live_at(look, asked)
        # What waited and can be set now has been looked at, and has none of the fields.
        lost = self.losses(live, news) if not live.keys().isdisjoint(self.fields) else []
        if lost and asked is None and not self._live_at(look, olds):
            lost = []  # it waits still: what the last look had is what was declared
        return lost

    def _live_at(self, look: Look, props: Props) -> Props:
        """What the portal has now under the natural key of `props`; {} where there is nothing, or nothing yet."""
        found = look.find(props)
        return {key: props[key] for key in self.keys} | self.live(found.body, props) if found else {}

    def live(self, answer: Props, props: Props) -> Props:
        """The portal's answer as `losses` takes it."""
        return self.to_declaration(answer, props)
