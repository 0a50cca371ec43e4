"""What a sequence of actions happens to: a declaration, a portal with other people at it, and a stack that is applied."""

from __future__ import annotations

import copy
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from emulator import controls
from emulator.controls import rehearsal_ssin
from providers.portal import Connection, WritingPortal
from schemas.declaration import SCREENS, Fusion, MergingCentre
from schemas.errors import DeclarationError
from schemas.loading import load_declaration
from schemas.reference import reference
from schemas.safety import KINDS, REMOVALS, SECTION_GONE, UNTICKED_TYPE
from schemas.secrets import Secrets
from tests.torture.properties.retained_model import RetainedModel

CHECKOUT = Path(__file__).parents[3]
OUR_CLIENT, OTHER_CLIENT = "rehearsal", "somebody"
BEYOND = ("accounts", *SCREENS)
"""Sections that only scenario 1 asks for."""
Data = dict[str, Any]


class World(ABC):
    """One fusion at one portal. `standing`: the declarations of which the stack may have something still.

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
        self._read: tuple[Data, Fusion] | None = None
        self.standing = [self.fusion]
        self.people = sorted({key for _, access in self.fusion.accesses() for _, key in access.people()})
        self.retained = RetainedModel(self)

    # -- the declaration --------------------------------------------------------------------------------------------

    @property
    def fusion(self) -> Fusion:
        # Read when it was edited only: it is asked for far more often.
        if self._read is None or self._read[0] is not self.data:
            self._read = self.data, load_declaration(self.path, self.secrets)
        return self._read[1]

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
    def today(self) -> str:
        return controls.get_clock(self.database)[:10]

    def pass_days(self, days: int) -> None:
        controls.advance_clock(self.database, days)

    def pass_a_second(self) -> None:
        present = datetime.fromisoformat(controls.get_clock(self.database))
        controls.set_clock(self.database, (present + timedelta(seconds=1)).isoformat())

    # -- the stack --------------------------------------------------------------------------------------------------

    @abstractmethod
    def up(self) -> list[str]:
        """Apply the declaration; the errors with which that ends."""

    @abstractmethod
    def changes(self) -> list[str]:
        """What a preview shows: nothing, where everything is in sync."""

    @abstractmethod
    def outputs(self) -> dict[str, Data]:
        """What the state has of each resource, by name."""

    @abstractmethod
    def forget(self) -> None:
        """Lose the state."""

    @abstractmethod
    def set_password(self, password: str) -> None:
        """Have another one for the FTP account in the secrets."""

    @abstractmethod
    def shown(self) -> str:
        """All that the state has in clear."""


OpenWorld = Callable[[], AbstractContextManager[World]]
"""Gives the world of before the first action, each time the same."""


def ssin(key: str) -> str:
    return rehearsal_ssin(key)


def copy_declaration(fusion: str, folder: Path, *, beyond: bool = False, exceptions: bool = True) -> None:
    """The declaration that ships, with the certificates beside it.

    :param beyond: with all that scenario 1 sets up, as Pajottegem has it: elsewhere each of it may leave again.
    :param exceptions: whether it lets through what safety rules refuse.
    """
    folder.mkdir(parents=True)
    declaration = _shipped(fusion)
    if beyond:
        declaration |= {section: _shipped("pajottegem")[section] for section in BEYOND}
        declaration["beyondScenario"] = {"reason": "so that it can leave"}
    if exceptions:
        declaration["exceptions"] = list(_exceptions(declaration))
    elif beyond:
        # A centre that keeps its number receives something already, and the first `up` may not untick it (R50).
        declaration["mutations"] = {"receive": reference().codes("mutationTypes")}
    (folder / f"{fusion}.yaml").write_text(json.dumps(declaration, default=str))
    shutil.copytree(CHECKOUT / "fusions" / "certificates", folder / "certificates")


def _exceptions(declaration: Data) -> Iterator[Data]:
    """Everything that a safety rule refuses is meant: people edit what they like (tests/stacks/test_safety.py)."""
    domains = (f"access.domains.{code}" for code in reference().codes("domains"))
    accounts = (f"accounts.{one}" for one in ("sender", "ftp", "rest"))
    items = {
        UNTICKED_TYPE: reference().codes("mutationTypes"),
        SECTION_GONE: ["access", *domains, *accounts, "dossiers", *BEYOND],
        REMOVALS: KINDS,
    }
    for centre in dict.fromkeys([declaration["name"], *(one["name"] for one in declaration["merging"])]):
        for rule, of in items.items():
            for item in of:
                at_most = {"atMost": 100} if rule == REMOVALS else {}
                yield {
                    "rule": rule,
                    "centre": centre,
                    "item": item,
                    "reason": "meant",
                    "until": "2999-12-31",
                } | at_most


def _shipped(fusion: str) -> Data:
    declaration: Data = yaml.safe_load((CHECKOUT / "fusions" / f"{fusion}.yaml").read_text())
    return declaration


def without_numbers(value: Any) -> Any:
    """Without the portal's own numbers for people, which nobody sends."""
    if isinstance(value, dict):
        return {name: without_numbers(item) for name, item in value.items() if name != "personId"}
    return [without_numbers(item) for item in value] if isinstance(value, list) else value
