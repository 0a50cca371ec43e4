"""The certificates that the portal has at the centres of many stacks: who uses each, until when, who renews it. R37, R38.

What could not be read is told beside the others: it is never an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from operations.certificates.declared import load_fusion
from operations.loaded_stacks import read_configuration
from providers import paths, session
from providers.settings import settings_from
from providers.waiting import waiting_for
from schemas.declaration import Fusion
from schemas.errors import DeclarationError, FusionError, NotYetAvailable
from schemas.privacy import masked
from schemas.validity import Validity
from schemas.visible import visible

GONE, NOT_YET = "gone", "not yet valid"
"""An account names a certificate that is not there; one that is, and is valid later."""
CENTRE = "centre"
_ACCOUNTS = {"ftpAccounts": ("ftp", paths.ftp_accounts), "restAccounts": ("rest", paths.rest_accounts)}

Props = Mapping[str, Any]


@dataclass(frozen=True)
class Holding:
    """A certificate at a centre. `end` is what `Validity` says of its end, `GONE` or `NOT_YET`; `accounts` use it;
    `renewed_by` is `CENTRE`, a supplier's code, or "" where no account needs it; `before` had it before their renewal, and
    still sign in with it."""

    stack: str
    centre: str
    kbo: str
    usage: str
    file_name: str
    end: str
    validity: Validity | None = None
    days_left: int | None = None
    accounts: tuple[str, ...] = ()
    renewed_by: str = ""
    before: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[bool, int, str, str]:
        """Those that are gone first, then by the days that are left."""
        return (self.days_left is not None, self.days_left or 0, self.stack, self.file_name)

    def as_json(self) -> dict[str, Any]:
        return {
            "stack": self.stack,
            "centre": self.centre,
            "kbo": self.kbo,
            "usage": self.usage,
            "fileName": self.file_name,
            "validFrom": self.validity and self.validity.first.isoformat(),
            "validUntil": self.validity and self.validity.last.isoformat(),
            "daysLeft": self.days_left,
            "end": self.end,
            "accounts": list(self.accounts),
            "renewedBy": self.renewed_by,
            "accountsBefore": list(self.before),
        }


@dataclass(frozen=True)
class NotRead:
    """A stack, or a centre of it, whose certificates are not known; `waits`: the portal does not show them yet."""

    stack: str
    centre: str
    why: str
    cause: FusionError = field(compare=False)
    waits: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"stack": self.stack, "centre": self.centre, "why": self.why, "waits": self.waits}


@dataclass(frozen=True)
class Fleet:
    """All of them: the one that ends first is the first."""

    holdings: list[Holding]
    not_read: list[NotRead]
    looked: bool
    """Whether a portal let us in anywhere, also where it has no certificate, or shows none yet."""

    @property
    def needed(self) -> list[Holding]:
        """Those whose end somebody would notice."""
        return [one for one in self.holdings if one.renewed_by]

    @property
    def failures(self) -> list[FusionError]:
        """Why something is not known, where that is no waiting."""
        return [one.cause for one in self.not_read if not one.waits]


def read_fleet(root: Path, stacks: Sequence[str]) -> Fleet:
    """Asks each stack's portal, one after the other; nothing is written."""
    holdings: list[Holding] = []
    not_read: list[NotRead] = []
    looked = False
    try:
        for stack in stacks:
            for one in _read_stack(root, stack):
                if isinstance(one, NotRead):
                    not_read.append(one)
                    looked |= one.waits
                else:
                    holdings += one
                    looked = True
    finally:
        session.close()
    return Fleet(sorted(holdings, key=lambda one: one.order), not_read, looked)


def _read_stack(root: Path, stack: str) -> Iterator[list[Holding] | NotRead]:
    """What each centre has, which may be nothing."""
    try:
        settings = settings_from(read_configuration(root, stack).get)
        fusion, _ = load_fusion(
            stack
        )  # neither secrets nor its own certificates are needed to ask the portal
    except DeclarationError as error:
        file = visible(Path(error.findings[0].file).name)
        yield NotRead(stack, "", f"fusions/{file} has findings: `fusion validate` shows them", error)
        return
    except FusionError as error:
        yield NotRead(stack, "", _in_words(error), error)
        return
    session.configure(settings)
    for name, kbo in [(fusion.name, fusion.ocmw.kbo), *((one.name, one.kbo) for one in fusion.disappearing)]:
        try:
            yield list(_read_centre(stack, fusion, name, kbo))
        except NotYetAvailable as error:
            yield NotRead(stack, name, waiting_for(error).brief, error, waits=True)
        except FusionError as error:
            yield NotRead(stack, name, _in_words(error), error)


def _read_centre(stack: str, fusion: Fusion, centre: str, kbo: str) -> Iterator[Holding]:
    portal = session.reading(kbo)
    present = {str(one["fileName"]): one for one in portal.get_items(paths.certificates(kbo))}
    used: dict[str, list[Props]] = {}
    before: dict[str, list[Props]] = {}
    usages: dict[str, str] = {}
    needed: dict[str, str] = {}
    for item, (usage, path) in _ACCOUNTS.items():
        for account in portal.get_items(path(kbo)):
            if not (name := account.get("certificate")):
                continue
            used.setdefault(name, []).append(account)
            usages[name] = usage
            if (earlier := account.get("previousCertificate")) in present:
                before.setdefault(earlier, []).append(account)
            if not _is_released(fusion, centre, item):
                external = account.get("management") == "external"
                needed[name] = str(account.get("supplier") or CENTRE) if external else CENTRE
    today = session.connection().today
    for name in {**present, **used}:
        accounts, common = _names(used.get(name, ())), (stack, centre, kbo)
        if name not in present:
            yield Holding(
                *common, usages[name], _shown(name), GONE, None, None, accounts, needed.get(name, "")
            )
            continue
        validity = Validity.of(present[name])
        yield Holding(
            *common,
            str(present[name]["usage"]),
            _shown(name),
            NOT_YET if validity.first > today else validity.find_end(today),
            validity,
            validity.days_left(today),
            accounts,
            needed.get(name, ""),
            _names(before.get(name, ())),
        )


def _names(accounts: Iterable[Props]) -> tuple[str, ...]:
    return tuple(sorted(_shown(str(one["accountName"])) for one in accounts))


def _is_released(fusion: Fusion, centre: str, item: str) -> bool:
    """Whether the account is retained no longer (R61): people close it, and nobody renews its certificate."""
    today: date = session.connection().today
    return any((one.centre, one.item) == (centre, item) and one.on <= today for one in fusion.retain.release)


def _in_words(error: FusionError) -> str:
    return _shown(error.for_reading())


def _shown(text: str) -> str:
    return visible(masked(text))
