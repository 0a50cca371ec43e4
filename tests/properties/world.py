"""What a sequence of actions happens to: a declaration, a portal with other people at it, and a stack that is applied."""

from __future__ import annotations

import copy
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from emulator import controls
from emulator.people import rehearsal_ssin
from providers import chaman, configuration
from providers.portal import Connection, WritingPortal
from schemas.declaration import Fusion, MergingCentre
from schemas.errors import DeclarationError, NotFound
from schemas.loading import load_declaration
from schemas.secrets import Secrets

CHECKOUT = Path(__file__).parents[2]
OURS, SOMEBODY = "rehearsal", "somebody"
Data = dict[str, Any]
Thing = tuple[str, str]
"""A disappearing centre's name and the kind of what is retained there."""
_BOOKKEEPING = frozenset({"createdAt", "createdBy", "changedAt"})


class World(ABC):
    """One fusion at one portal. `retained` is what its disappearing centres have at first.

    :param hand: somebody else's connection to the portal.
    """

    def __init__(self, folder: Path, fusion: str, secrets: Secrets, database: Path, hand: Connection) -> None:
        self.path = folder / f"{fusion}.yaml"
        self.secrets = secrets
        self.database = database
        self._hand = hand
        self.original: Data = json.loads(json.dumps(yaml.safe_load(self.path.read_text()), default=str))
        self.data: Data = copy.deepcopy(self.original)
        self.applied: Data = copy.deepcopy(self.original)
        # Of what is retained and somebody laid hands on: what it was like when it was adopted, or accepted last, and when.
        self.watched: dict[Thing, Any] = {}
        self.accepted: dict[Thing, str] = {}
        self.people = sorted({key for _, access in self.fusion.accesses() for _, key in access.people()})

    # -- the declaration --------------------------------------------------------------------------------------------

    @property
    def fusion(self) -> Fusion:
        return load_declaration(self.path, self.secrets)

    def edit(self, change: Callable[[Data], None]) -> None:
        """Change the declaration; what a review would refuse, or what is about something absent, is not saved."""
        data = copy.deepcopy(self.data)
        try:
            change(data)
        except (KeyError, IndexError, TypeError):
            return
        before = self.path.read_text()
        self.path.write_text(json.dumps(data))
        try:
            load_declaration(self.path, self.secrets)
        except DeclarationError:
            self.path.write_text(before)
        else:
            self.data = data

    @property
    def disappearing(self) -> list[MergingCentre]:
        return list(self.fusion.disappearing)

    def number(self, centre: str) -> str:
        """The merged centre's for "", else that of the disappearing one of this name."""
        fusion = self.fusion
        return fusion.ocmw.kbo if not centre else next(c.kbo for c in fusion.disappearing if c.name == centre)

    # -- the portal -------------------------------------------------------------------------------------------------

    def hand(self, number: str) -> WritingPortal:
        """The portal as somebody else uses it."""
        return WritingPortal(self._hand, number)

    @property
    def today(self) -> date:
        """The portal's date, once it was asked something."""
        return self._hand.today

    def paths(self, centre: str, kind: str) -> list[str]:
        """Where a thing that is retained lies."""
        number = self.number(centre)
        if kind != "ftpAccounts":
            return [f"{configuration.API}/{number}/{kind}"]
        accounts = self.hand(number).get_items(f"{chaman.API}/{number}/{kind}")
        return [f"{chaman.API}/{number}/{kind}/{quote(one['accountName'], safe='')}" for one in accounts]

    def watch(self, centre: str, kind: str) -> None:
        """Remember what it is like, before anybody lays hands on it."""
        self.watched.setdefault((centre, kind), self.content(centre, kind))

    def content(self, centre: str, kind: str) -> list[Any]:
        portal = self.hand(self.number(centre))
        found = []
        for path in self.paths(centre, kind):
            try:
                body = portal.get(path).body
            except NotFound:
                continue
            found.append({name: value for name, value in body.items() if name not in _BOOKKEEPING})
        return found

    def pass_days(self, days: int) -> None:
        controls.advance_clock(self.database, days)

    # -- the stack --------------------------------------------------------------------------------------------------

    @abstractmethod
    def up(self) -> list[str]:
        """Apply the declaration; the errors with which that ends. What it reports of something retained begins with the
        resource's name and `retained`."""

    @abstractmethod
    def changes(self) -> list[str]:
        """What a preview shows: nothing, where everything is in sync."""

    @abstractmethod
    def shown(self) -> str:
        """All that the state has in clear."""


Opened = Callable[[], AbstractContextManager[World]]
"""Gives the world of before the first action, each time the same."""


def ssin(key: str) -> str:
    return rehearsal_ssin(key)


def copy_declaration(fusion: str, folder: Path) -> None:
    """The declaration that ships, with the certificates beside it."""
    folder.mkdir(parents=True)
    shutil.copy2(CHECKOUT / "fusions" / f"{fusion}.yaml", folder)
    shutil.copytree(CHECKOUT / "fusions" / "certificates", folder / "certificates")


def without_numbers(value: Any) -> Any:
    """Without the portal's own numbers for people, which nobody sends."""
    if isinstance(value, dict):
        return {name: without_numbers(item) for name, item in value.items() if name != "personId"}
    return [without_numbers(item) for item in value] if isinstance(value, list) else value
