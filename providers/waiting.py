"""What cannot be done yet: why, by which rule, whom it waits for, until when.

A `Waiting` is made, with its reason, by the provider that knows it, and for the portal's own reasons here. It stands in
state as the output `waiting`. Here alone it becomes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from schemas.errors import NotYetAvailable

UNCONFIRMED = "cleanUpUnconfirmed"
"""The one reason in `_NOT_YET` that is not the portal's."""
_CITED = re.compile(r"(?P<reason>.*) \((?P<rule>R\d\d(?:, R\d\d)*)\)", re.DOTALL)


@dataclass(frozen=True)
class Waiting:
    """Something that cannot be done yet.

    :param reason: cites no rule; begins with "waits for", but where the centre only has to decide.
    :param rule: the manual's rule, such as `R35`, or several: `R13, R14`; "" where no rule says so.
    :param whom: a party such as `KBO`, or a supplier's name.
    :param until: a date such as `2025-01-01`; "" where nobody knows it.
    """

    reason: str
    rule: str
    whom: str
    until: str = ""

    @property
    def cause(self) -> str:
        """`waits for the number's first day (R12)`."""
        return f"{self.reason} ({self.rule})" if self.rule else self.reason

    @property
    def brief(self) -> str:
        """The cause and the date, where whom it waits for is said elsewhere or plain."""
        return self.cause + (f", until {self.until}" if self.until else "")

    def __str__(self) -> str:
        """`waits for the number's first day (R12); whom: KBO; until: 2025-01-01`."""
        return f"{self.cause}; whom: {self.whom}" + (f"; until: {self.until}" if self.until else "")

    def as_props(self) -> dict[str, str]:
        """As it stands in state: without what is not known."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_props(cls, props: Mapping[str, Any] | None) -> Self | None:
        """The `waiting` of a state; None where nothing waits.

        A state of an earlier version has no `rule`: there the reason ends with it, "(R35)".
        """
        if not props:
            return None
        reason, rule = str(props["reason"]), str(props.get("rule") or "")
        if not rule and (cited := _CITED.fullmatch(reason)):
            reason, rule = cited["reason"], cited["rule"]
        return cls(reason, rule, str(props["whom"]), str(props.get("until") or ""))


_NOT_YET = {
    "organizationNotActive": Waiting("waits for the number's first day: it is not active yet", "R12", "KBO"),
    "accessNotCopied": Waiting("waits for the RSZ's copy of the merging centres' access data", "R27", "RSZ"),
    "mergerNotInEffect": Waiting(
        "waits for the merger on the declared day: by the portal it is not in effect", "R06", "portal"
    ),
    "screenNotOpen": Waiting(
        "waits for this screen to open; the portal tells the centres by e-mail", "R59", "RSZ"
    ),
    UNCONFIRMED: Waiting(
        "waits for the day of cleanUp.confirmedOn: nobody goes before", "R24", "the calendar"
    ),
    "senderMissing": Waiting(
        "waits for the sender's contact data, confirmed at the first sign-in", "R28", "sender contact"
    ),
}


def waiting_for(error: NotYetAvailable) -> Waiting:
    """What a refusal for now waits for. A reason that is not known here is told in the portal's own words.

    The rule is the one that the portal cites: the RSZ's copy opens access by R15, all else by R27.
    """
    known = _NOT_YET.get(error.reason) or Waiting(f"waits for {error.detail}", "", "portal")
    until = str(error.available_from) if error.available_from else ""
    return replace(known, rule=error.rule or known.rule, until=until)


def as_output(waiting: Waiting | None) -> dict[str, str]:
    """A resource's output `waiting`: `{}` where nothing waits."""
    return waiting.as_props() if waiting else {}


def keep_wording(outputs: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of a look, with the `waiting` of the last one where both say the same.

    A state of an earlier version spells it otherwise (`from_props`) or cites another rule, and a refresh of it must show
    no change.
    """
    before, now = Waiting.from_props(known.get("waiting")), Waiting.from_props(outputs["waiting"])
    same = before is not None and now is not None and before == replace(now, rule=before.rule)
    return outputs | {"waiting": known["waiting"]} if same else outputs
