"""Looks for planted secrets in whatever a place holds, in every form, and says which, never what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.torture.leaks.forms import write_in_all_forms, write_insz
from tests.torture.leaks.planted import ANY_KEY, INSZ, KEY, TOKEN, Secret
from tests.torture.leaks.unpacking import flatten, unpack

# Digits with whatever people and machines put between them; of a longer row any eleven may be meant.
_OTHER_SPACE = re.compile(
    rb"\xc2\xa0|\xe2\x80[\x80-\x95\xaf]|\xe2\x88\x92|%20|%2e|&nbsp;|&#160;", re.IGNORECASE
)
_DIGITS = re.compile(rb"\d(?:[ ./_,:+-]{0,3}\d){10,}")
_LENGTH = 11
_KEY_IN_PEM = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")
_SIGNED = re.compile(rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")
_IN_A_HEADER = re.compile(rb"\bBearer [A-Za-z0-9._~+/-]{16,}", re.IGNORECASE)
# Of any key and any token, planted or not.
_BY_LOOKS = (
    (_KEY_IN_PEM, Secret(KEY, ANY_KEY, "")),
    (_SIGNED, Secret(TOKEN, "some signed assertion", "")),
    (_IN_A_HEADER, Secret(TOKEN, "some bearer token", "")),
)


@dataclass(frozen=True, order=True)
class Finding:
    """A secret, by its name, that stands in a place, and in which form."""

    place: str
    kind: str
    secret: str
    form: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} {self.secret}, {self.form}"


class Search:
    """For these secrets; the same content is searched once."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._numbers: dict[bytes, Secret] = {}
        self._forms: dict[bytes, tuple[Secret, str]] = {}
        for secret in secrets:
            if secret.kind == INSZ:
                self._numbers[secret.value.encode()] = secret
            # People whom only the portal knows are many: of them only what is plain, whatever the dashes.
            known = not secret.name.startswith("person of the portal")
            spellings = write_insz(secret.value) if secret.kind == INSZ else [secret.value]
            for spelling in spellings if known else ():
                for form, name in write_in_all_forms(spelling).items():
                    self._forms.setdefault(form, (secret, name))
        self._known: dict[bytes, frozenset[tuple[Secret, str]]] = {}

    def find(self, place: str, content: bytes) -> list[Finding]:
        """What stands there, each secret once in each form."""
        found = self._known.get(content)
        if found is None:
            found = self._known[content] = frozenset(self._look(content))
        return sorted({Finding(place, secret.kind, secret.name, form) for secret, form in found})

    def _look(self, content: bytes) -> Iterator[tuple[Secret, str]]:
        for packed, inner in unpack(content):
            for shown, text in flatten(inner):
                for secret, form in self._look_in(text):
                    yield secret, " ".join(part for part in (form, packed, shown) if part)

    def _look_in(self, text: bytes) -> Iterator[tuple[Secret, str]]:
        for row in set(_DIGITS.findall(_OTHER_SPACE.sub(b" ", text))):
            digits = re.sub(rb"\D", b"", row)
            for at in range(len(digits) - _LENGTH + 1):
                if secret := self._numbers.get(digits[at : at + _LENGTH]):
                    yield secret, "plain" if secret.value.encode() in row else "with signs"
        yield from (found for form, found in self._forms.items() if form in text)
        yield from ((secret, "by its looks") for looks, secret in _BY_LOOKS if looks.search(text))
