"""The safety rules by name: what each keeps a run from, which word lets it through, and where it is decided.

Every rule is here, and nothing else is one. A refusal names its rule, the count, and the lines that let it through. Where
the declaration has no word of its own for that, such as `handover`, it is an entry of `exceptions`: for one rule, centre
and item, with a reason, until a day by the portal's date. Cheap to import: each preview pays for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from schemas.errors import GuardRefused

REMOVALS, SECTION_GONE, UNTICKED_TYPE = "removals", "sectionGone", "untickedType"
"""The rules that an entry of `exceptions` lets through."""
LAST_CHIEF, CLEAN_UP, OPERATOR = "lastChiefAccessManager", "cleanUp", "operator"
CERTIFICATE, OTHER_CENTRE, TWO_FUSIONS = "certificate", "otherCentre", "twoFusions"

CHIEFS, CO_CHIEFS, CO_MANAGERS, USERS = KINDS = (
    "chiefAccessManagers", "coChiefAccessManagers", "coAccessManagers", "users",
)  # fmt: skip
"""What `removals` counts, each by itself at each centre."""
ACCESS, ACCOUNTS, DOSSIERS = "access", "accounts", "dossiers"
"""Sections that `sectionGone` is about, beside the screens. Parts of them are `access.domains.CODE` and `accounts.NAME`."""
MOST_REMOVED = 5
"""How many of a kind may leave a centre at once."""
SHARE_REMOVED = 1 / 3
"""And which part of them; one alone always may."""
DAYS_TO_DO_IT = 7
"""How long the exception counts that a refusal proposes."""


class SafetyRule(NamedTuple):
    """A row of the table in docs/declaration.md. `override` is what lets it through."""

    guards: str
    override: str
    decided: str


SAFETY_RULES = {
    REMOVALS: SafetyRule(
        f"More than {MOST_REMOVED}, or more than a third, of the {', '.join(f'`{kind}`' for kind in KINDS)} of a centre "
        "leave the file at once. One alone may. Not counted: people `removed` by name, people who only become "
        "something else there, and people who stay at a disappearing centre.",
        "`exceptions`, with `atMost`",
        "`stacks/safety.py`",
    ),
    SECTION_GONE: SafetyRule(
        "A whole section left the file: `access` of a centre, a domain, `accounts` or one of them, a screen, `dossiers`; or "
        "a whole centre, by its number.",
        "`exceptions`",
        "`stacks/safety.py`",
    ),
    UNTICKED_TYPE: SafetyRule(
        "A type of mutation is unticked that the portal says the centre receives (R50).",
        "`exceptions`",
        "`stacks/safety.py` for a type that left the file, `providers/configuration.py` for all",
    ),
    LAST_CHIEF: SafetyRule(
        "None of today's chief access managers would stay one (R15, R16).",
        "`handover`",
        "`providers/access.py`",
    ),
    CLEAN_UP: SafetyRule(
        "More users of a domain would go than the declaration confirms (R24).",
        "`cleanUp.atMost`, with a new `confirmedOn`",
        "`providers/cleanup.py`",
    ),
    OPERATOR: SafetyRule(
        "Whoever operates the stack loses the last access at a centre.",
        "the setting `operator`",
        "`providers/lockout.py`",
    ),
    CERTIFICATE: SafetyRule(
        "A channel has no valid certificate (R37): a new one is refused, one that has expired is an alarm.",
        "none: put a valid `.cer` in its place",
        "`schemas/validity.py`, asked by `providers/chaman.py`",
    ),
    OTHER_CENTRE: SafetyRule(
        "A call would act for a centre that is not of this fusion.",
        "none: put the number right",
        "`stacks/safety.py`",
    ),
    TWO_FUSIONS: SafetyRule(
        "A number of this file is another file's, unless a merged centre merges again later.",
        "none: put the number right",
        "`schemas/validation.py`",
    ),
}


class SafetyRefused(GuardRefused):
    """Safety rules refuse a run; the way out has the lines for the declaration."""

    afterwards = "Nothing was written"


def cite(rule: str) -> str:
    """As a refusal names its rule."""
    return f"safety rule {rule}"


class Wanted(NamedTuple):
    """An exception that would let something through; `at_most` where its rule counts."""

    rule: str
    centre: str
    item: str
    at_most: int = 0

    def as_line(self, until: date) -> str:
        """As an entry of `exceptions`."""
        at_most = f", atMost: {self.at_most}" if self.at_most else ""
        # A name with signs that YAML knows stands in quotes.
        centre = (
            self.centre
            if re.fullmatch(r"[A-Z][\w .-]*", self.centre)
            else json.dumps(self.centre, ensure_ascii=False)
        )
        return f"  - {{rule: {self.rule}, centre: {centre}, item: {self.item}{at_most}, reason: …, until: {until}}}"


def has_ended(until: date, today: date) -> bool:
    """Whether an exception counts no more. Its day still counts."""
    return until < today


def propose(wanted: Iterable[Wanted], today: date, *, among_others: bool = False) -> str:
    """The lines for the declaration that let these through.

    :param among_others: whether it has `exceptions` already, and these lines are to stand among them.
    """
    until = today + timedelta(days=DAYS_TO_DO_IT)
    head = "under `exceptions:`, which is there already:" if among_others else "exceptions:"
    return "\n".join([head, *(one.as_line(until) for one in wanted)])
