"""What is checked: one fusion with its centres, its secrets, its stack's state, and the folders of its FTP accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from providers import session
from providers.settings import project_root
from schemas.declaration import Fusion, slug
from schemas.errors import FusionError
from schemas.secrets import Secrets
from stacks.plan import plan
from stacks.planned import Centre, Planned

if TYPE_CHECKING:
    from operations.checks.folders import Boxes
    from providers.portal import ReadingPortal

BELGIUM = timezone(timedelta(hours=1))
Props = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """`stack` is what it is called in the report; `state` the resources of the stack, None where it has none yet, or where
    it cannot be read: then `no_state` says why."""

    stack: str
    fusion: Fusion
    secrets: Secrets
    boxes: Boxes
    state: Sequence[Mapping[str, Any]] | None = None
    no_state: FusionError | None = None

    @cached_property
    def planned(self) -> list[Planned]:
        """What the program registers."""
        return plan(self.fusion, self.secrets, project_root() / "fusions")

    @property
    def merged(self) -> Centre:
        """The centre that goes on."""
        return Centre(self.fusion.name, self.fusion.ocmw.kbo, "keeping" if self.fusion.keeper else "merged")

    @property
    def disappearing(self) -> list[Centre]:
        return [Centre(centre.name, centre.kbo, "disappearing") for centre in self.fusion.disappearing]

    @property
    def centres(self) -> list[Centre]:
        """The merged centre first."""
        return [self.merged, *self.disappearing]

    def portal(self, centre: Centre) -> ReadingPortal:
        """The portal, acting for a centre (R65); it cannot write."""
        return session.reading(centre.kbo)

    @property
    def today(self) -> date:
        """The portal's date, once it was asked something. Raises `FusionError` where it never answered: this machine's may
        be another year."""
        connection = session.connection()
        if not connection.answered:
            raise FusionError("the portal has not answered, so what day it is there is not known")
        return connection.today

    def password_key(self, centre: Centre) -> str:
        """Where the secrets have the password of a centre's FTP account."""
        if centre == self.merged and self.fusion.accounts and self.fusion.accounts.ftp:
            return self.fusion.ftp_password_key
        keeper = self.fusion.keeper
        name = keeper.name if keeper and centre == self.merged else centre.name
        return self.fusion.ftp_password_key_of(name)

    def password(self, centre: Centre) -> str | None:
        try:
            return self.secrets.password(self.password_key(centre))
        except KeyError:
            return None


def moment(text: str) -> datetime:
    """A moment of the portal; all that it tells have their offset."""
    return datetime.fromisoformat(text)


def day(at: datetime) -> date:
    """The day of a moment in Belgium; an hour of summer time does not matter here."""
    return at.astimezone(BELGIUM).date()


def listed(words: Sequence[str] | set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(words))


def centre_folder(centre: Centre) -> str:
    return slug(centre.name)


def number(count: int, one: str, several: str | None = None) -> str:
    """`1 file`, `3 files`."""
    return f"{count} {one if count == 1 else several or one + 's'}"
