"""The rehearsal's people: a key stands for the same generated person in the seed and in a rehearsal's secrets."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

_FIRST_BIRTHDAY = date(1960, 1, 1)
_BIRTHDAYS = (date(2004, 1, 1) - _FIRST_BIRTHDAY).days
# 001 to 997: the numbers that the register gives on one birthday.
_SERIALS = 997


def rehearsal_ssin(key: str) -> str:
    """The INSZ of the person with this key (`els.peeters`): made up, valid, always the same; born 1960 to 2003.

    It may by chance be that of a real person, as any valid INSZ: for rehearsals only.
    """
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    born = _FIRST_BIRTHDAY + timedelta(days=number % _BIRTHDAYS)
    serial = number // _BIRTHDAYS % _SERIALS + 1
    digits = f"{born:%y%m%d}{serial:03d}"
    # Births from 2000 on are checked with a 2 before the nine digits.
    checked = int(digits if born.year < 2000 else f"2{digits}")
    return f"{digits}{97 - checked % 97:02d}"
