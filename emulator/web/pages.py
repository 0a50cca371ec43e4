"""The portal's pages for people: an index, and per API its document and a page to read and try it.

Everything comes from this machine; Swagger UI's files are those of the package `swagger_ui_bundle`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator.calendar import clock
from emulator.core import problems, store
from emulator.core.operation import Api
from emulator.web import responses

_INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Rehearsal portal</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 3rem auto; padding: 0 1rem }}
td {{ padding: .2rem 1rem .2rem 0; vertical-align: top }}</style>
<h1>The portal, to rehearse on</h1>
<p>An emulation: nothing here is the real portal of the social security, and nothing here reaches it.</p>
<p>Portal time: <strong>{now}</strong>. {calls} calls in the journal.</p>
<table>{rows}</table>
<p>Rehearsal controls: <a href="/rehearsal/v1/clock">clock</a>, <a href="/rehearsal/v1/faults">faults</a>,
<a href="/rehearsal/v1/rateLimit">rate limit</a>, <a href="/rehearsal/v1/journal">journal</a>,
<a href="/rehearsal/v1/checkpoints">checkpoints</a>, <a href="/rehearsal/v1/clients">clients</a>.</p>
</html>
"""
_ROW = (
    '<tr><td><a href="{base}/doc/">{title}</a></td>'
    '<td>{description} <a href="{base}/doc/openapi.yaml">OpenAPI</a></td></tr>'
)
_SWAGGER = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="swagger-ui.css">
<div id="page"></div>
<script src="swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({{url: "openapi-3.0.json", dom_id: "#page", validatorUrl: null}});</script>
</html>
"""
_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def routes(apis: Sequence[Api], memory: store.Database) -> list[Route]:
    """`/`, and below each API's base path `/doc/`, `/doc/openapi.yaml` and `/doc/openapi.json`."""
    found = [Route("/", Page(lambda: _index(apis, memory)))]
    for api in apis:
        found += [
            Route(f"{api.base}/doc/{name}", Page(partial(make, api))) for name, make in _DOCUMENTS.items()
        ]
        found += [Route(f"{api.base}/doc/{name}", Page(partial(_asset, name))) for name in _ASSETS]
    return found


class Page:
    """Something to look at: nothing but GET."""

    def __init__(self, make: Callable[[], Response]) -> None:
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] not in {"GET", "HEAD"}:
                raise problems.method_not_allowed("GET")
            response = self._make()
        except problems.Problem as problem:
            response = responses.of_problem(problem)
        await response(scope, receive, send)


def _index(apis: Sequence[Api], memory: store.Database) -> Response:
    connection = memory.connection()
    rows = "".join(
        _ROW.format(base=api.base, title=escape(api.title), description=escape(api.description))
        for api in apis
    )
    (calls,) = connection.execute("SELECT count(*) FROM journal").fetchone()
    return HTMLResponse(_INDEX.format(now=clock.now(connection).isoformat(), calls=calls, rows=rows))


def _swagger(api: Api) -> Response:
    return HTMLResponse(_SWAGGER.format(title=escape(api.title)))


def _yaml_document(api: Api) -> Response:
    from emulator.web.openapi import document as openapi

    return Response(openapi.as_yaml(_document(api)), media_type="application/yaml")


def _json_document(api: Api) -> Response:
    return Response(json.dumps(_document(api), ensure_ascii=False), media_type=responses.JSON)


def _swagger_document(api: Api) -> Response:
    from emulator.web.openapi import document as openapi

    return Response(json.dumps(openapi.for_swagger_ui(_document(api))), media_type=responses.JSON)


def _document(api: Api) -> dict[str, Any]:
    from emulator.web.openapi import document as openapi  # brings pydantic

    return openapi.document(api)


def _asset(name: str) -> Response:
    import swagger_ui_bundle  # type: ignore[import-untyped]

    return Response((swagger_ui_bundle.swagger_ui_path / name).read_bytes(), media_type=_ASSETS[name])


_DOCUMENTS: Mapping[str, Callable[[Api], Response]] = {
    "": _swagger,
    "openapi.yaml": _yaml_document,
    "openapi.json": _json_document,
    "openapi-3.0.json": _swagger_document,
}
