"""What a first preview of every portal resource says, as tests: a part of the contract (`contract.py`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from providers.canonical import canonical
from providers.chaman import CertificateProvider
from providers.first_look import ADOPTED, CHANGED, HIDDEN, MADE, UNSEEN, WAITS
from providers.losses import LosingProvider
from providers.portal import Connection
from providers.resource import PortalProvider
from providers.waiting import Waiting
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.resource_harness import Props, ResourceHarness, begin_operation, to_provider

Step = str | int


def texts(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every text in `value`, with the names and indexes that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(item, (*path, step))


def _differs(told: Any, there: Any, declared: Any) -> bool:
    """Whether of the portal's value the differing parts are told, and no others."""
    if isinstance(told, dict):
        return all(_differs(part, there.get(name), (declared or {}).get(name)) for name, part in told.items())
    return bool(told == ("" if there is None else there) and there != declared)


class FirstLookContract(ABC):
    """Of one resource that no state knows: absent, the same, another, waited for, not to be looked at."""

    provider: ClassVar[type[PortalProvider]]

    @abstractmethod
    def declared(self) -> Props: ...

    @abstractmethod
    def otherwise(self) -> Props: ...

    @abstractmethod
    def alike(self) -> Props: ...

    @abstractmethod
    def prepare(self, portal: Portal) -> None: ...

    @abstractmethod
    def live(self, portal: Portal) -> Props | None: ...

    @abstractmethod
    def set_by_hand(self, portal: Portal, declared: Props) -> None: ...

    def found(self, declared: Props) -> Props:
        """What a preview says of it that no state knows."""
        begin_operation()
        news = self.provider().check(to_provider({}), to_provider(declared)).inputs
        found: Props = news["found"]
        return found

    def test_a_first_preview_says_what_the_portal_has(self, life: ResourceHarness, portal: Portal) -> None:
        before = portal.writes()
        assert life.gone
        assert self.found(self.declared())["outcome"] == MADE
        self.set_by_hand(portal, self.declared())
        same = self.found(self.alike())
        unknown = "password" in self.provider.fields  # it may be another one
        assert same["outcome"] == (CHANGED if unknown else ADOPTED)
        self.set_by_hand(portal, self.otherwise())
        found = self.found(self.declared())
        assert found["outcome"] == CHANGED
        there = self.provider().to_declaration(self.live(portal) or {}, self.declared())
        for name, value in found["portal"].items():
            declared = self.declared().get(name)
            assert value == HIDDEN or _differs(value, there[name], declared), name
        expected = {
            name
            for name in self.provider.fields
            if self.declared().get(name) is not None
            and canonical(there.get(name)) != canonical(self.declared()[name])
        }
        assert expected
        assert expected <= found["portal"].keys()
        assert portal.writes() == before

    def test_a_first_preview_shows_no_secret(self, life: ResourceHarness, portal: Portal) -> None:
        assert life.gone
        self.set_by_hand(portal, self.otherwise())
        shown = str(self.found(self.declared()))
        for name in self.provider.secrets:
            for path, text in texts([self.declared().get(name), self.otherwise().get(name)]):
                if path[-1] != "language":
                    assert text not in shown

    def test_a_first_preview_says_that_it_waits(self, portal: Portal) -> None:
        portal.restart("2024-11-01")
        found = self.found(self.declared())
        assert found["outcome"] == WAITS
        waiting = Waiting.from_props(found["waiting"])
        assert found["says"] == f"not yet: {waiting}"
        assert (
            Waiting.from_props(ResourceHarness(self.provider()).create(self.declared())["waiting"]) == waiting
        )

    def test_a_first_preview_says_that_it_could_not_look(
        self, portal: Portal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Never "not there"; where people may lose something by it, it ends instead."""
        self.prepare(portal)

        def fail(*_: object, **__: object) -> None:
            raise PortalUnreachable(detail="nobody answers")

        monkeypatch.setattr(Connection, "send", fail)
        if issubclass(self.provider, LosingProvider | CertificateProvider):
            with pytest.raises(PortalUnreachable, match=self.provider.title):
                self.found(self.declared())
            return
        found = self.found(self.declared())
        assert found["outcome"] == UNSEEN
        assert "nobody answers" in found["says"]
