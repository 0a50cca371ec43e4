"""The portal as an ASGI application: the APIs' tables as routes, and pages beside them."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from emulator import (
    access,
    chaman,
    configuration,
    ebox,
    integrations,
    journal,
    online,
    pages,
    rehearsal,
    reports,
    signin,
    store,
)
from emulator.endpoints import ControlEndpoint, Endpoint, PortalEndpoint, TokenEndpoint
from emulator.operation import Api, Operation

APIS = (
    signin.API,
    access.API,
    chaman.API,
    configuration.API,
    integrations.API,
    ebox.API,
    reports.API,
    online.API,
)
"""The portal's own, one a system of the manual."""


def create_app(database: Path) -> ASGIApp:
    """The portal over a seeded database (`seed.open_portal`). It raises nothing but `problems.SocketFault`."""
    return over(store.Database(database))


def over(memory: store.Database) -> ASGIApp:
    """The same over a database that the caller closes."""
    routes: list[BaseRoute] = [Route(journal.TOKEN_PATH, TokenEndpoint(memory))]
    for api in (*APIS, rehearsal.API):
        routes += _routes(api, memory)
    routes += pages.routes((signin.TOKEN, *APIS, rehearsal.API), memory)
    # Not Starlette's application class: its error pages are not problems, and it has a say in every exception.
    return Router(routes, redirect_slashes=False, default=PortalEndpoint(memory, {}))


def _routes(api: Api, memory: store.Database) -> list[BaseRoute]:
    """One route a path: its endpoint knows all of its methods, and names them to who comes with another."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in api.complete():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    kind: type[Endpoint] = ControlEndpoint if api.controls else PortalEndpoint
    # A fixed last part goes before a parameter in its place (`users/deletions`, `users/{id}`).
    ordered = sorted(by_path, key=lambda path: path.rsplit("/", 1)[-1].startswith("{"))
    return [Route(api.base + path, kind(memory, by_path[path])) for path in ordered]
