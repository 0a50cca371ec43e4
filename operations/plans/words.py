"""The words of a plan in a language. English is the source; `locale/nl.po` and `fr.po` are gettext catalogues.

In Dutch things are called as the portal's screens call them. What the reference data name by code has their Dutch name in
every language: the screens have no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from operations.plans import sentences
from operations.plans.text import Text, Value, join
from schemas.reference import reference

ENGLISH, DUTCH = "en", "nl"
LANGUAGES = (DUTCH, "fr", ENGLISH)
FOLDER = Path(__file__).with_name("locale")

_CODES = {"domain": "domains", "types": "mutationTypes", "supplier": "suppliers"}
"""Values of sentences that are codes of reference data, or several with commas between them."""
_OF_ACCOUNTS = ("ftpAuthorizations", "restAuthorizations")
_DAYS = frozenset({"date", "until"})
"""Values of sentences that are a day."""
_BEFORE_SIGNS = re.compile(" (?=[:;?!])")
"""In French a space stands before these, at which no line may end. The catalogue has it as people type it."""
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
COLON, SEMICOLON = ": ", "; "
"""Between a label and its value, and between values: in French with a no-break space before."""


class Words:
    """Says messages and sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._messages = read_catalogue(language)

    def say(self, message: str, **values: str | Text) -> Text:
        """A message of ours with its values: a string is somebody else's, a text is ours."""
        return _filled(self.translate(message), values)

    def translate(self, message: str) -> str:
        """A message as the catalogue has it, with its braces."""
        return self._messages.get(message) or message

    @property
    def colon(self) -> str:
        """What stands between a label and its value."""
        return self.translate(COLON)

    def labelled(self, label: Text, value: Text) -> Text:
        """`label: value`."""
        return (*label, self.colon, *value)

    def several(self, texts: Iterable[Text]) -> Text:
        """Several texts with semicolons between them."""
        return join(texts, self.translate(SEMICOLON))

    def day(self, day: date | str) -> str:
        """A day as people type it on the portal's screens, 31/12/2024; in English as it stands in files. Whatever is none
        stays as it is."""
        text = day.isoformat() if isinstance(day, date) else day
        found = _ISO_DAY.fullmatch(text)
        return text if found is None or self.language == ENGLISH else "/".join(reversed(found.groups()))

    def sentence(self, english: str) -> Text:
        """A sentence that came out of the engine. One that nobody knows is a value as a whole."""
        return self._several(english) or self._known(english) or self._placed(english) or (Value(english),)

    def name(self, list_name: str, code: str) -> str:
        """What the reference data, and so the screens, call a code."""
        entry = reference().lists[list_name].get(code)
        return str((entry or {}).get("name") or code)

    def party(self, whom: str) -> Text:
        """Whom something waits for: a party of the manual, or a supplier's code."""
        return self.say(whom) if whom in sentences.WHOM else (Value(self.name("suppliers", whom)),)

    def authorization(self, code: str) -> str:
        """The same of an authorization, of whichever kind of account."""
        names = [self.name(list_name, code) for list_name in _OF_ACCOUNTS]
        return next((name for name in names if name != code), code)

    def _known(self, english: str) -> Text | None:
        if not english:
            return ()
        found = sentences.match(english)
        if found is None:
            return None
        template, values = found
        return self.say(template, **{name: self._value(name, value) for name, value in values.items()})

    def _value(self, name: str, value: str) -> Text:
        if name in _DAYS and (day := self.day(value)) != value:
            return (day,)
        if name in sentences.NESTED:
            return self.sentence(value) if value else ()
        if name in sentences.PLAIN:
            return (value,)
        if name in _CODES:
            return (Value(", ".join(self.name(_CODES[name], one) for one in value.split(", "))),)
        if name == "authorizations":
            return (Value(", ".join(map(self.authorization, value.split(", ")))),)
        return (Value(value),)

    def _placed(self, english: str) -> Text | None:
        """`Pajottegem: …`, `Herne, sender contact: …`, `Borsbeek, maatschappelijkWelzijn: …`."""
        place, colon, rest = english.partition(": ")
        told = (self._known(rest) or self._placed(rest)) if colon else None
        return None if told is None else self.labelled(self._place(place), told)

    def _several(self, english: str) -> Text | None:
        """Sentences with semicolons between them, where all are known."""
        parts = [self._known(part) for part in english.split("; ")]
        known = [part for part in parts if part]
        return self.several(known) if len(parts) > 1 and len(known) == len(parts) else None

    def _place(self, place: str) -> Text:
        centre, comma, thing = place.partition(", ")
        titled = sentences.split_title(thing)
        if titled is None:
            domain = Value(self.name("domains", thing or place))
            return (Value(centre), comma, domain) if comma else (domain,)
        title, which = titled
        return (Value(centre), comma, *self.say(title), *((" ", Value(which)) if which else ()))


def _filled(message: str, values: Mapping[str, str | Text]) -> Text:
    pieces: list[str | Value] = []
    for place, part in enumerate(sentences.FIELD.split(message)):
        if place % 2 == 0:
            pieces += [part] if part else []
        else:
            value = values[part]
            pieces += [Value(value)] if isinstance(value, str) else value
    return tuple(pieces)


@cache
def read_catalogue(language: str) -> Mapping[str, str]:
    """The translations of a language, by message; English has none."""
    if language == ENGLISH:
        return {}
    from babel.messages.pofile import read_po  # an extra, and slow to import

    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        str(one.id): _BEFORE_SIGNS.sub("\N{NO-BREAK SPACE}", str(one.string)) for one in catalogue if one.id
    }
