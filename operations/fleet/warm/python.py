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
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.fleet.warm import starter

VARIABLE = "PULUMI_PYTHON_CMD"
"""Pulumi's own: what is started where Python is needed."""
_SERVER = "operations.fleet.warm.server"
_WAITING = 128
_FEWEST = 2


@contextmanager
def warm_python(stacks: int) -> Iterator[Mapping[str, str]]:
    """The variables with which the engines of so many stacks ask it, meanwhile. None, so that they start Python as ever,
    with one stack, since importing costs then what it saves; where people have chosen their Python; elsewhere than on Linux,
    where forking is no matter of course; and where no socket can be made in the folder of temporary files, or no command
    started there.
    """
    if stacks < _FEWEST or os.environ.get(VARIABLE) or sys.platform != "linux":
        yield {}
        return
    with TemporaryDirectory(prefix="fusion-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        try:
            command = _write_command(place)
            server = _start(place / "socket")
        except OSError:
            yield {}
            return
        try:
            yield {VARIABLE: str(command)}
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait()


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
