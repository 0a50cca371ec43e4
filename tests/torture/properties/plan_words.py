"""What a plan says in words that somebody or something loses, and who stays: read as people read it, from its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from providers.base import LOSES
from stacks.planned import Planned
from tests.torture.properties.portal_facts import BLOCKED, USER, Right, Role, Thing
from tests.torture.properties.simulated_engine import SAME, Step

_ROLE = r"((?:co-)?(?:chief )?access manager|co-chief access manager|user)(?: of (\w+))?"
_NO_LONGER = re.compile(rf"(\S+) is no longer {_ROLE} \(R[^)]+\)")
_INSTEAD = re.compile(rf"(\S+) is {_ROLE} instead of {_ROLE} \(R[^)]+\)")
_RIGHTS = re.compile(r"(\S+) loses \d+ (application|role)s? in (\w+): (.+) \(R19\)")
_BLOCKED = re.compile(r"(\S+) is blocked in (\w+) \(R21\)")
_FOLDER = re.compile(r"FTP account (.+) goes, and with it the files .+ \(R29\)")
_USERNAME = re.compile(r"FTP account (.+) opens to the user name (\S+) no longer \(R30\)")
_PASSWORD = re.compile(r"FTP account (.+) accepts only the declared password from now on: .+ \(R32\)")
_AUTHORIZATIONS = re.compile(r"FTP account (.+) no longer gets (.+) \(R29\)")
_REST_AUTHORIZATIONS = re.compile(r"REST account (.+) is no longer authorised for (.+) \(R33\)")
_REST = re.compile(r"REST account (.+) works now and ends: .+ \(R33, R35\)")
_STAYS = re.compile(rf"(\S+)(?: \(whom the key named before\))? stays {_ROLE}")


class AccountLoss(NamedTuple):
    """`field` is "" where all of the account goes; `value` is which one of several."""

    thing: Thing
    field: str = ""
    value: str = ""


Loss = Role | Right | AccountLoss
"""As a plan names it: people by key, or by the start of the portal's own number."""


def read_losses(steps: list[Step], planned: list[Planned]) -> list[Loss]:
    """Of the warnings of a preview, and of the users whom a clean-up names.

    :raises AssertionError: where a sentence has a form that nobody here knows.
    """
    reporting = {item.name for item in planned if LOSES in item.resource.reported}
    found: list[Loss] = []
    for step in steps:
        number = step.news.get("organization", "")
        said = step.name in reporting and step.step != SAME
        for sentence in (step.news.get(LOSES) or ()) if said else ():
            lost = list(_read(number, sentence))
            assert lost, f"nobody understands: {sentence}"
            found += lost
        if step.kind == "CleanedUp":
            found += [Role(number, step.news["domain"], who, USER) for who in step.news.get("leaving") or ()]
    return found


def read_stays(steps: list[Step]) -> list[Role]:
    """Who keeps access though no file names them."""
    found = []
    for step in steps:
        for sentence in (step.news.get("keeps") or ()) if step.kind == "DeclaredPeople" else ():
            said = _STAYS.fullmatch(sentence)
            assert said, f"nobody understands: {sentence}"
            who, role, domain = said.groups()
            found.append(Role(step.news["organization"], domain or "", who, role))
    return found


def _read(number: str, sentence: str) -> Iterator[Loss]:
    if said := _NO_LONGER.fullmatch(sentence):
        who, role, domain = said.groups()
        yield Role(number, domain or "", who, role)
    elif said := _INSTEAD.fullmatch(sentence):
        who, _, _, role, domain = said.groups()
        yield Role(number, domain or "", who, role)
    elif said := _RIGHTS.fullmatch(sentence):
        who, noun, domain, values = said.groups()
        yield from (Right(number, domain, who, f"{noun}s", value) for value in values.split(", "))
    elif said := _BLOCKED.fullmatch(sentence):
        who, domain = said.groups()
        yield Right(number, domain, who, BLOCKED, "")
    elif said := _FOLDER.fullmatch(sentence):
        yield AccountLoss(Thing(number, "ftpAccount", said[1]))
    elif said := _USERNAME.fullmatch(sentence):
        yield AccountLoss(Thing(number, "ftpAccount", said[1]), "username", said[2])
    elif said := _PASSWORD.fullmatch(sentence):
        yield AccountLoss(Thing(number, "ftpAccount", said[1]), "password")
    elif said := _AUTHORIZATIONS.fullmatch(sentence):
        thing = Thing(number, "ftpAccount", said[1])
        yield from (AccountLoss(thing, "authorizations", code) for code in said[2].split(", "))
    elif said := _REST_AUTHORIZATIONS.fullmatch(sentence):
        thing = Thing(number, "restAccount", said[1])
        yield from (AccountLoss(thing, "authorizations", code) for code in said[2].split(", "))
    elif said := _REST.fullmatch(sentence):
        yield AccountLoss(Thing(number, "restAccount", said[1]))
