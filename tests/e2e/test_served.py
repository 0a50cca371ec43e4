"""The same portal, served over HTTP by `fusion emulator`: what the engine does to it is seen embedded too."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.workspace import Workspace

PATIENCE_SECONDS = 30


@contextmanager
def served(workspace: Workspace, *options: str) -> Iterator[str]:
    """The workspace's portal over HTTP, on a free port; its base URL."""
    command = ["fusion", "emulator", "--port", "0", "--sftp-port", "0", *options]
    with subprocess.Popen(
        command, cwd=workspace.root, env=workspace.environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found, "the server says where it is"
            yield found[0]
        finally:
            server.terminate()
            assert server.wait(PATIENCE_SECONDS) == 0


def test_a_fusion_is_applied_over_http_and_is_in_sync_embedded(fresh: Workspace) -> None:
    with served(fresh) as url:
        fresh.pulumi("config", "set", "portalUrl", url, "-s", "pajottegem")
        fresh.up("pajottegem")
        fresh.in_sync("pajottegem")
    # A refresh reads with the settings of the last up: after a change of portalUrl, one up without it takes the new ones.
    fresh.pulumi("config", "rm", "portalUrl", "-s", "pajottegem")
    fresh.pulumi("up", "-s", "pajottegem", "--yes", "--refresh=false")
    fresh.in_sync("pajottegem")


def test_a_portal_that_does_not_answer_is_one_error_that_says_where(fresh: Workspace) -> None:
    """A failed read never looks like an empty portal: nothing is planned for creation."""
    with served(fresh) as url:
        fresh.pulumi("config", "set", "portalUrl", url, "-s", "pajottegem")
        fresh.pulumi("config", "set", "deadlineSeconds", "2", "-s", "pajottegem")
        fresh.up("pajottegem")
    shown = fresh.preview("pajottegem", succeeds=False)
    assert "the portal gives no usable answer" in shown
    assert "portalUrl" in shown
    assert "to create" not in shown
