"""The portal in a process of its own, to be killed and started again at the same address."""

from __future__ import annotations

import re
import subprocess
from types import TracebackType

from tests.e2e.workspace import Workspace


class Served:
    """`fusion emulator` over a workspace's portal; its stacks are told its address."""

    def __init__(self, workspace: Workspace, stack: str) -> None:
        self._workspace = workspace
        self._process = self._start("0")
        self.url = self._address()
        workspace.pulumi("config", "set", "portalUrl", self.url, "-s", stack)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start_again(self) -> None:
        """At the same address, as whoever looks after a portal would."""
        self._process = self._start(self.url.rpartition(":")[2])
        assert self._address() == self.url

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _start(self, port: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["fusion", "emulator", "--port", port, "--sftp-port", "0"],
            cwd=self._workspace.root,
            env=self._workspace.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _address(self) -> str:
        assert self._process.stdout is not None
        found = re.search(r"http://\S+", self._process.stdout.readline())
        assert found, "the portal says where it is"
        return found[0]
