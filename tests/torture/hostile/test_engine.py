"""A whole preview with the real engine, through something in between that spoils a part of the portal's answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.test_served import served
from tests.support.workspace import Workspace
from tests.torture.hostile.cases import CASES
from tests.torture.hostile.server import Asked, Behave, Server, tokens_seen

DEADLINE_SECONDS = 3
AT_ACCESS = (
    "body, byte by byte",
    "flood of 100",
    "gzip bomb",
    "endless body",
    "302 elsewhere",
    "HTML",
    "lists in lists",
    "a day in 9999",
    "404 in HTML",
    "a detail that clears the screen",
)
AT_SIGN_IN = ("never answers", "at sign-in: a token with a line break")
TRIALS = [*((name, False) for name in AT_ACCESS), *((name, True) for name in AT_SIGN_IN)]


@dataclass
class Between:
    """What stands before the portal, and the odd answer that it gives at the moment."""

    workspace: Workspace
    server: Server
    elsewhere: Server
    name: str = ""
    at_sign_in: bool = False

    def spoil(self, asked: Asked) -> Behave | None:
        spoilt = asked.is_sign_in if self.at_sign_in else asked.path.startswith("/REST/accessManagement/")
        return CASES[self.name].behave if self.name and spoilt else None


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Between]:
    """Hasselt is applied through it, while it lets everything through."""
    workspace = Workspace.make(tmp_path_factory.mktemp("hostile") / "project", "hasselt")
    with Server(lambda _: None) as elsewhere, Server(lambda _: None, elsewhere=elsewhere.port) as server:
        found = Between(workspace, server, elsewhere)
        server.behave = found.spoil
        with served(workspace, "--url", server.url) as url:
            server.before = int(url.rpartition(":")[2])
            for key, value in (("portalUrl", server.url), ("deadlineSeconds", str(DEADLINE_SECONDS))):
                workspace.pulumi("config", "set", key, value, "-s", "hasselt")
            workspace.up("hasselt")
            yield found
    workspace.close()


@pytest.mark.parametrize(("name", "at_sign_in"), TRIALS)
def test_a_preview_ends_with_a_sentence_for_each_resource(
    between: Between, name: str, at_sign_in: bool
) -> None:
    between.name, between.at_sign_in = name, at_sign_in
    shown = between.workspace.preview("hasselt", succeeds=False)
    assert re.search(r"(GET|POST) /REST/\S+", shown), shown
    assert "run the same command again" in shown
    assert "Traceback" not in shown
    assert "\x1b[2J" not in shown
    assert "to create" not in shown
    assert "to delete" not in shown
    assert not [*tokens_seen([between.elsewhere])]


def test_what_was_spoilt_leaves_nothing_behind(between: Between) -> None:
    between.name = ""
    between.workspace.in_sync("hasselt")


def test_an_etag_that_a_proxy_weakened_ends_no_update(between: Between) -> None:
    """A portal compares strongly; what the client received is weak (RFC 9110, 13.1.1)."""
    between.name = ""
    forward, asked_before = Server._forward, len(between.server.asked)

    async def weaken(server: Server, asked: Asked) -> bytes:
        answered = await forward(server, asked)
        return re.sub(rb'(?i)(\r\netag: )("\d+")', rb"\1W/\2", answered, count=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "_forward", weaken)
        between.workspace.pulumi("destroy", "-s", "hasselt", "--yes")
        between.workspace.up("hasselt")
        between.workspace.in_sync("hasselt")
    since = between.server.asked[asked_before:]
    etags = [asked.headers["if-match"] for asked in since if "if-match" in asked.headers]
    assert etags
    assert all(re.fullmatch(r'W/"\d+", "\d+"', etag) for etag in etags)
