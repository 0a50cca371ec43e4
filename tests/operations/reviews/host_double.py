"""The comments of GitHub and GitLab, served on loopback: pages, limits and refusals as theirs; with faults on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "the-token-of-the-job"
OURS, SOMEBODY = 41898282, 7
ELSEWHERE = "https://elsewhere.example/repos/o/r/issues/7/comments?page=2"
"""The address of each next page: a client that followed it would take its token there."""
LONGEST = {"github": 65_536, "gitlab": 1_000_000}


@dataclass
class HostDouble:
    """:param faults: what the next calls are answered, as (method, status, headers); with `"lost"` in front of a status the
    call is carried out all the same. :param tells_user: whether `/user` may be asked."""

    kind: str
    comments: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, int, dict[str, str], bool]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tells_user: bool = False
    longest: int = 0
    url: str = ""
    _next: int = 100

    def __post_init__(self) -> None:
        self.longest = self.longest or LONGEST[self.kind]
        self.tells_user = self.kind == "gitlab"

    def add(self, body: str, user: int = SOMEBODY) -> dict[str, Any]:
        author = {"id": user, "type": "Bot" if user == OURS else "User"}
        made = {"id": self._next, "body": body, "user" if self.kind == "github" else "author": author}
        self._next += 1
        self.comments.append(made)
        return made

    def fail(self, method: str, status: int, *, lost: bool = False, **headers: str) -> None:
        self.faults.append(
            (method, status, {name.replace("_", "-"): text for name, text in headers.items()}, lost)
        )

    @property
    def own(self) -> list[str]:
        """What stands in the comments that the job wrote."""
        key = "user" if self.kind == "github" else "author"
        return [one["body"] for one in self.comments if one[key]["id"] == OURS]

    @property
    def environment(self) -> dict[str, str]:
        if self.kind == "github":
            return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": TOKEN}
        return {
            "CI_API_V4_URL": f"{self.url}/api/v4",
            "CI_PROJECT_ID": "42",
            "GITLAB_TOKEN": TOKEN,
            "CI_MERGE_REQUEST_IID": "7",
        }

    # -- as it answers ----------------------------------------------------------------------------------------------

    def app(self) -> Starlette:
        if self.kind == "github":
            here, one, user = "/repos/o/r/issues/7/comments", "/repos/o/r/issues/comments/{key:int}", "/user"
        else:
            here, one = (
                "/api/v4/projects/42/merge_requests/7/notes",
                "/api/v4/projects/42/merge_requests/7/notes/{key:int}",
            )
            user = "/api/v4/user"
        return Starlette(
            routes=[
                Route(here, self._list, methods=["GET"]),
                Route(here, self._added, methods=["POST"]),
                Route(one, self._edited, methods=["PATCH" if self.kind == "github" else "PUT"]),
                Route(user, self._user, methods=["GET"]),
            ]
        )

    def _refusal(self, request: Request) -> tuple[Response | None, bool]:
        """The answer that goes before the call's own, and whether the call is carried out all the same."""
        self.calls.append(f"{request.method} {request.url.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"message": "Bad credentials"}, 401), False
        for fault in self.faults:
            method, status, headers, lost = fault
            if method == request.method:
                self.faults.remove(fault)
                return JSONResponse({"message": "not now"}, status, headers), lost
        return None, False

    async def _list(self, request: Request) -> Response:
        refusal, _ = self._refusal(request)
        if refusal:
            return refusal
        page, size = (
            int(request.query_params.get("page", "1")),
            int(request.query_params.get("per_page", "30")),
        )
        size = min(size, 100)
        begin = (page - 1) * size
        # GitLab's newest come first.
        listed = self.comments if self.kind == "github" else self.comments[::-1]
        more = len(listed) > begin + size
        headers = {"Link": f'<{ELSEWHERE}>; rel="next"'} if more else {"Link": f'<{ELSEWHERE}>; rel="first"'}
        if self.kind == "gitlab":
            headers |= {"X-Next-Page": str(page + 1) if more else ""}
        return JSONResponse(listed[begin : begin + size], headers=headers)

    async def _added(self, request: Request) -> Response:
        return await self._write(request, None)

    async def _edited(self, request: Request) -> Response:
        (found,) = [one for one in self.comments if one["id"] == request.path_params["key"]]
        return await self._write(request, found)

    async def _write(self, request: Request, found: dict[str, Any] | None) -> Response:
        refusal, lost = self._refusal(request)
        if refusal and not lost:
            return refusal
        body = (await request.json())["body"]
        if len(body) > self.longest:
            if self.kind == "github":
                return JSONResponse({"message": "Body is too long"}, 422)
            return JSONResponse({"message": {"note": ["is too long"]}}, 400)
        if found is None:
            found = self.add(body, OURS)
        found["body"] = body
        return refusal or JSONResponse(found, 201 if request.method == "POST" else 200)

    async def _user(self, request: Request) -> Response:
        refusal, _ = self._refusal(request)
        if refusal:
            return refusal
        if not self.tells_user:
            return JSONResponse({"message": "Resource not accessible by integration"}, 403)
        return JSONResponse({"id": OURS})


@contextmanager
def serve(double: HostDouble) -> Iterator[HostDouble]:
    """The host, as long as the block."""
    config = uvicorn.Config(
        double.app(), host="127.0.0.1", port=0, log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    began = threading.Event()
    for _ in range(1000):
        if server.started:
            break
        began.wait(0.01)
    double.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield double
    finally:
        server.should_exit = True
        thread.join(10)
