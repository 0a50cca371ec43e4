"""GitHub and GitLab, their pull requests and comments, served on loopback: pages, limits and refusals as theirs; with faults
on demand."""

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
OURS, SOMEBODY, OTHER_BOT = 41898282, 7, 49699333
LOGINS = {OURS: "github-actions[bot]", OTHER_BOT: "dependabot[bot]"}
ELSEWHERE = "https://elsewhere.example/repos/o/r/issues/7/comments?page=2"
"""The address of each next page: a client that followed it would take its token there."""
LONGEST = {"github": 65_536, "gitlab": 1_000_000}


@dataclass
class HostDouble:
    """:param faults: what the next calls are answered, as (method, status, headers); with `"lost"` in front of a status the
    call is carried out all the same. :param tells_user: whether `/user` may be asked. :param requests: the open pull
    requests, the oldest first, to whichever branch. `comments` are those of number 7, `others` those of the rest.
    """

    kind: str
    comments: list[dict[str, Any]] = field(default_factory=list)
    others: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, int, dict[str, str], bool]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tells_user: bool = False
    longest: int = 0
    url: str = ""
    _next: int = 100

    def __post_init__(self) -> None:
        self.longest = self.longest or LONGEST[self.kind]
        self.tells_user = self.kind == "gitlab"

    def add(self, body: str, user: int = SOMEBODY, number: int = 7) -> dict[str, Any]:
        login = LOGINS.get(user, "somebody")
        author = {"id": user, "login": login, "type": "Bot" if user in LOGINS else "User"}
        made = {"id": self._next, "body": body, "user" if self.kind == "github" else "author": author}
        self._next += 1
        self.comments_of(number).append(made)
        return made

    def comments_of(self, number: int) -> list[dict[str, Any]]:
        return self.comments if number == 7 else self.others.setdefault(number, [])

    def push(self, head: str | None, number: int = 7, *, fork: bool = False, branch: str = "main") -> None:
        """This is the last commit of a pull request from now on; it is opened where there is none. None: not known yet."""
        if self.kind == "github":
            source = {"full_name": "stranger/r" if fork else "o/r"}
            said = {"number": number, "head": {"sha": head, "repo": source}, "base": {"ref": branch}}
        else:
            source_project = 43 if fork else 42
            said = {
                "iid": number,
                "sha": head,
                "source_project_id": source_project,
                "target_project_id": 42,
                "target_branch": branch,
            }
        self.requests = [one for one in self.requests if self._number(one) != number] + [said]

    def _number(self, request: dict[str, Any]) -> int:
        return int(request["number" if self.kind == "github" else "iid"])

    def fail(self, method: str, status: int, *, lost: bool = False, **headers: str) -> None:
        self.faults.append(
            (method, status, {name.replace("_", "-"): text for name, text in headers.items()}, lost)
        )

    @property
    def own(self) -> list[str]:
        """What stands in the comments of number 7 that the job wrote."""
        return self.own_of(7)

    def own_of(self, number: int) -> list[str]:
        key = "user" if self.kind == "github" else "author"
        return [one["body"] for one in self.comments_of(number) if one[key]["id"] == OURS]

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
            here, one, user = (
                "/repos/o/r/issues/{number:int}/comments",
                "/repos/o/r/issues/comments/{key:int}",
                "/user",
            )
            requests = "/repos/o/r/pulls"
        else:
            requests = "/api/v4/projects/42/merge_requests"
            here, one = f"{requests}/{{number:int}}/notes", f"{requests}/{{number:int}}/notes/{{key:int}}"
            user = "/api/v4/user"
        return Starlette(
            routes=[
                Route(here, self._list, methods=["GET"]),
                Route(here, self._added, methods=["POST"]),
                Route(one, self._edited, methods=["PATCH" if self.kind == "github" else "PUT"]),
                Route(requests, self._list_requests, methods=["GET"]),
                Route(f"{requests}/{{number:int}}", self._request, methods=["GET"]),
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
        comments = self.comments_of(request.path_params["number"])
        # GitLab's newest come first.
        return self._page(request, comments if self.kind == "github" else comments[::-1])

    async def _list_requests(self, request: Request) -> Response:
        asked = request.query_params
        state, branch = ("open", "base") if self.kind == "github" else ("opened", "target_branch")
        assert asked["state"] == state
        found = [
            one
            for one in self.requests
            if asked[branch] in (one.get("target_branch"), one.get("base", {}).get("ref"))
        ]
        return self._page(request, found)

    async def _request(self, request: Request) -> Response:
        refusal, _ = self._refusal(request)
        found = [one for one in self.requests if self._number(one) == request.path_params["number"]]
        return refusal or (JSONResponse(found[0]) if found else JSONResponse({"message": "Not Found"}, 404))

    def _page(self, request: Request, listed: list[dict[str, Any]]) -> Response:
        refusal, _ = self._refusal(request)
        if refusal:
            return refusal
        page, size = (
            int(request.query_params.get("page", "1")),
            int(request.query_params.get("per_page", "30")),
        )
        size = min(size, 100)
        begin = (page - 1) * size
        more = len(listed) > begin + size
        headers = {"Link": f'<{ELSEWHERE}>; rel="next"'} if more else {"Link": f'<{ELSEWHERE}>; rel="first"'}
        if self.kind == "gitlab":
            headers |= {"X-Next-Page": str(page + 1) if more else ""}
        return JSONResponse(listed[begin : begin + size], headers=headers)

    async def _added(self, request: Request) -> Response:
        return await self._write(request, None)

    async def _edited(self, request: Request) -> Response:
        comments = [one for number in (7, *self.others) for one in self.comments_of(number)]
        (found,) = [one for one in comments if one["id"] == request.path_params["key"]]
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
            found = self.add(body, OURS, request.path_params["number"])
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
