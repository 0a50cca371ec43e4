"""What the checks of one fusion know: its declaration, secrets and centres, its stack's state, its accounts' folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from providers import session
from providers.contract import BELGIUM
from providers.settings import project_root
from schemas.declaration import Fusion, slug
from schemas.errors import FusionError
from schemas.secrets import Secrets
from stacks.plan import plan
from stacks.planned import Centre, Planned

if TYPE_CHECKING:
    from operations.checks.folders import Folders
    from providers.portal import ReadingPortal

Props = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """`stack` is what it is called in the report; `state` the resources of the stack, None where it has none yet, or where
    it cannot be read: then `no_state` says why."""

    stack: str
    fusion: Fusion
    secrets: Secrets
    folders: Folders
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

    def released_on(self, centre: Centre, item: str) -> date | None:
        """Since when nothing is asked of something at a disappearing centre any more (R61), by the portal's date; None while
        it is retained."""
        days = (
            one.on
            for one in self.fusion.retain.release
            if (one.centre, one.item) == (centre.name, item) and one.on <= self.today
        )
        return next(days, None)

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


def parse_moment(text: str) -> datetime:
    """A moment of the portal; all that it tells have their offset."""
    return datetime.fromisoformat(text)


def day_of(at: datetime) -> date:
    """The day of a moment in Belgium."""
    return at.astimezone(BELGIUM).date()


def join_sorted(words: Sequence[str] | set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(words))


def folder_name(centre: Centre) -> str:
    return slug(centre.name)
