"""The warm Python of one command: the engines that it starts ask it, instead of starting Python anew.

A stack's run starts Python five times and more: for the look before it, its program, two provider hosts and a list of
packages. Most of what these take, they take to import the same modules.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from time import time

from operations.fleet.warm import starter

VARIABLE = "PULUMI_PYTHON_CMD"
"""Pulumi's own: what is started where Python is needed."""
LOOKS = "FUSION_PYTHON"
"""What `engine/pulumi.sh` starts for the look before a run."""
_TRACES = ("TRACEPARENT", "PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT")
"""The variables that `pulumi` reads while it is imported: what is forked afterwards would not go by its own."""
_NAME = "fusion-python-"
_KEPT_SECONDS = 24 * 60 * 60
"""So long the engines of a command that was killed may need what it left."""
_SERVER = "operations.fleet.warm.server"
_WAITING = 128
_FEWEST = 2


@contextmanager
def warm_python(stacks: int) -> Iterator[Mapping[str, str]]:
    """The variables with which the engines of so many stacks ask it, meanwhile. None, so that they start Python as ever,
    with one stack, since importing costs then what it saves; where people have chosen their Python, or have runs traced; on
    anything but Linux; and where no socket can be made in the folder of temporary files, or no command started there.
    """
    chosen = any(os.environ.get(name) for name in (VARIABLE, LOOKS, *_TRACES))
    if stacks < _FEWEST or chosen or sys.platform != "linux":
        yield {}
        return
    _sweep(Path(gettempdir()))
    with TemporaryDirectory(prefix=_NAME, ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        try:
            command = _write_command(place)
            server = _start(place / "socket")
        except OSError:
            yield {}
            return
        try:
            yield {VARIABLE: str(command), LOOKS: str(command)}
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait()


def _sweep(folder: Path) -> None:
    """Remove what commands left there that were killed: nobody listens at its socket."""
    with suppress(OSError):  # nothing that matters now
        listening = Path("/proc/net/unix").read_text()
        for address in folder.glob(f"{_NAME}*/socket"):
            made = address.lstat()
            if (
                made.st_uid == os.getuid()
                and made.st_mtime < time() - _KEPT_SECONDS
                and f" {address}\n" not in listening
            ):
                rmtree(address.parent, ignore_errors=True)


def _start(address: Path) -> subprocess.Popen[bytes]:
    # Its variables are those with which `engine/pulumi.sh` would start Python.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")
    }
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(_WAITING)
        number = listener.fileno()
        return subprocess.Popen(
            [sys.executable, "-u", "-P", "-m", _SERVER, str(number)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[number],
            process_group=0,
        )


def _write_command(place: Path) -> Path:
    """The command that an engine starts. Its Python is the lightest there is: without `site`, and nobody's variables.

    :raises OSError: where it cannot be started.
    """
    words = [sys.executable, "-IS", starter.__file__, str(place / "socket"), sys.executable]
    command = place / "python3"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
    command.chmod(0o700)
    if not os.access(command, os.X_OK):
        raise PermissionError(f"{place}: no command can be started there")  # it is mounted so
    return command
