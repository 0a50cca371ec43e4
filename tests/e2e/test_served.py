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
        looked(fresh, "up", "--yes", "--skip-preview")
        fresh.in_sync("pajottegem")
        assert fresh.outputs("pajottegem")["portal"]["url"] == url
    # The same portal at another address. A refresh reads with the settings of the last `up`, at an address that is gone now.
    fresh.pulumi("config", "rm", "portalUrl", "-s", "pajottegem")
    refused = fresh.run("destroy", "-s", "pajottegem", "--yes")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Run `pulumi up -s pajottegem` once" in refused.stderr
    assert "the portal moved from" in looked(fresh, "preview", "--expect-no-changes")
    looked(fresh, "up", "--yes", "--skip-preview")
    fresh.in_sync("pajottegem")
    assert fresh.outputs("pajottegem")["portal"]["url"] == "embedded"


def looked(workspace: Workspace, *arguments: str) -> str:
    """Pajottegem, after the look before a run that `Workspace.pulumi` does without; must succeed."""
    done = workspace.run(*arguments, "-s", "pajottegem")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_portal_that_does_not_answer_is_one_error_that_says_where(fresh: Workspace) -> None:
    """A failed read never looks like an empty portal: nothing is planned for creation."""
    with served(fresh) as url:
        fresh.pulumi("config", "set", "portalUrl", url, "-s", "pajottegem")
        fresh.pulumi("config", "set", "deadlineSeconds", "2", "-s", "pajottegem")
        fresh.up("pajottegem")
    for command in (["preview"], ["up", "--yes"], ["refresh", "--yes"], ["destroy", "--yes"]):
        refused = fresh.run(*command, "-s", "pajottegem")
        assert (refused.returncode, refused.stdout) == (1, "")
        (told,) = refused.stderr.splitlines()
        assert told.startswith(f"pulumi: the portal {url}: ")
        assert "the portal gives no usable answer" in told
        assert "portalUrl" in told
