"""The portal in a process of its own, to be killed and started again at the same address."""

from __future__ import annotations

import json
import re
import subprocess
from types import TracebackType
from typing import NamedTuple

from providers.settings import EMBEDDED
from tests.support.workspace import Workspace


class Ports(NamedTuple):
    """Where a portal serves; "0" is any that is free."""

    http: str = "0"
    sftp: str = "0"


class ServedPortal:
    """`fusion emulator` over a workspace's portal.

    :param stacks: they are told its address, which others of the workspace know already.
    """

    def __init__(self, workspace: Workspace, *stacks: str, ports: Ports = Ports()) -> None:  # noqa: B008 - never changes
        self._workspace = workspace
        self._process = self._start(ports)
        self.url, self._sftp_port = self._addresses()
        for stack in stacks:
            for name, value in (("portalUrl", self.url), ("sftpPort", self._sftp_port)):
                workspace.pulumi("config", "set", name, value, "-s", stack)
            self._was_there_all_along(stack)

    @property
    def ports(self) -> Ports:
        """Where it is: a copy of the workspace, served there, has stacks that know the address."""
        return Ports(self.url.rpartition(":")[2], self._sftp_port)

    def _was_there_all_along(self, stack: str) -> None:
        """A state of the embedded portal becomes one of this address, which else would be another portal to it."""
        embedded, here = json.dumps(EMBEDDED), json.dumps(self.url)
        state = self._workspace.pulumi("stack", "export", "-s", stack)
        if embedded in state:
            path = self._workspace.root / "moved.json"
            path.write_text(state.replace(embedded, here), "utf-8")
            self._workspace.pulumi("stack", "import", "-s", stack, "--file", str(path))
            path.unlink()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start_again(self) -> None:
        """At the same address, as whoever looks after a portal would."""
        self._process = self._start(self.ports)
        assert self._addresses() == (self.url, self._sftp_port)

    def __enter__(self) -> ServedPortal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _start(self, ports: Ports) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["fusion", "emulator", "--port", ports.http, "--sftp-port", ports.sftp],
            cwd=self._workspace.root,
            env=self._workspace.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _addresses(self) -> tuple[str, str]:
        """Its URL, and the port of the FTP accounts' folders, from the lines with which it begins."""
        assert self._process.stdout is not None
        url = port = None
        while not (url and port):
            line = self._process.stdout.readline()
            assert line, "the portal says where it is"
            url = url or re.search(r"http://\S+", line)
            port = port or re.search(r"sftp -P (\d+)", line)
        return url[0], port[1]
