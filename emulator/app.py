"""The portal as an ASGI application: the APIs' tables as routes, and pages beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.core import journal, store
from emulator.core.operation import Api, Operation
from emulator.rehearsal import api as rehearsal
from emulator.signin import api as signin
from emulator.systems.access_management import api as access_management
from emulator.systems.chaman import api as chaman
from emulator.systems.chaman import delegations_api
from emulator.systems.ebox import api as ebox
from emulator.systems.integrations import api as integrations
from emulator.systems.ocmw_configuration import api as ocmw_configuration
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.unique_report import api as unique_report
from emulator.web import pages
from emulator.web.endpoints import ControlEndpoint, Endpoint, PortalEndpoint, TokenEndpoint

APIS = (
    signin.API,
    access_management.API,
    chaman.API,
    ocmw_configuration.API,
    integrations.API,
    ebox.API,
    unique_report.API,
    ocmw_online.API,
)
"""Those about one centre, one a system of the manual."""
PORTAL = (*APIS, delegations_api.API)
"""All of the portal's own: that of suppliers too, which is about all centres that delegate to one."""


def documents() -> dict[str, str]:
    """The OpenAPI document of each API, the rehearsal's controls included, as YAML, by the API's name."""
    from emulator.web.openapi import document  # with pydantic, which only the documents need

    return {
        api.name: document.as_yaml(document.document(api)) for api in (signin.TOKEN, *PORTAL, rehearsal.API)
    }


def create_app(file: Path, urls: Iterable[str]) -> ASGIApp:
    """The portal over a seeded database (`seeds.opening.open_portal`). It raises nothing but `problems.SocketFault`.

    :param urls: where it is reached; an assertion must be meant for one of them.
    """
    return build_app(store.Database(file), urls)


def build_app(database: store.Database, urls: Iterable[str]) -> ASGIApp:
    """The same over a database that the caller closes."""
    audiences = [url.rstrip("/") + journal.TOKEN_PATH for url in urls]
    routes = [Route(journal.TOKEN_PATH, TokenEndpoint(database, audiences))]
    for api in (*PORTAL, rehearsal.API):
        routes += _routes(api, database)
    routes += pages.routes((signin.TOKEN, *PORTAL, rehearsal.API), database)
    return _Portal(routes, PortalEndpoint(database, {}))


class _Portal:
    """Routes that compare a call with its own API's only: there are many, and Starlette tries one after the other.

    Not Starlette's application class: its error pages are not problems, and it has a say in every exception.
    """

    def __init__(self, routes: Iterable[Route], default: ASGIApp) -> None:
        by_api: dict[str, list[Route]] = {}
        for route in routes:
            by_api.setdefault(_api(route.path), []).append(route)
        self._default = default
        self._routers = {
            api: Router(listed, redirect_slashes=False, default=default) for api, listed in by_api.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._routers.get(_api(scope["path"]), self._default)(scope, receive, send)


def _api(path: str) -> str:
    """The part of a path that names its API: `REST/chaman`."""
    return "/".join(path.split("/", 3)[1:3])


def _routes(api: Api, database: store.Database) -> list[Route]:
    """One route for each path: its endpoint knows all methods of the path, and names them where a call has another."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in api.complete():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    kind: type[Endpoint] = ControlEndpoint if api.controls else PortalEndpoint
    # A fixed last part goes before a parameter in its place (`users/deletions`, `users/{id}`).
    ordered = sorted(by_path, key=lambda path: path.rsplit("/", 1)[-1].startswith("{"))
    return [Route(api.base + path, kind(database, by_path[path])) for path in ordered]
