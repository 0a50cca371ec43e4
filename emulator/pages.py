"""The portal's pages for people: an index, and each API's document."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from emulator import store
from emulator.operation import Api


def routes(apis: Sequence[Api], memory: store.Database) -> list[BaseRoute]:
    return []
