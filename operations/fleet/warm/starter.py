"""What an engine starts in Python's place (`PULUMI_PYTHON_CMD`). It has the warm Python do what is asked, and is as good as
the process that does it: it hands on its signals, ends with its code, and takes it along where it is killed.

`starter.py SOCKET PYTHON [OPTION…] -m MODULE…`, or `… SCRIPT…`. It is started five times for each stack and more, so it
imports the lightest modules only. What it cannot have done, it becomes.
"""

import os
import signal
import socket
import sys
from contextlib import suppress

_MODULES = frozenset({"pip", "pulumi.dynamic", "stacks.beginning", "stacks.findings"})
_SCRIPTS = ("/pulumi-language-python-exec",)
_OPTIONS = frozenset({"-P", "-u"})
"""With these the warm Python was started, too."""
FILES = range(10)
"""The file descriptors that are handed on, where they are open: a shell has no others."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WAS_KILLED = 1
LENGTH = 4
"""A request begins with its length, in so many bytes."""
BEGUN = b"."
"""The answer before anything is done; after it comes the exit code, as a byte."""


def main(address: str, python: str, words: list[str]) -> int:  # noqa: RET503
    """The exit code of what was asked; it does not return where it becomes Python."""
    asked = _without_options(words)
    if _is_served(asked):
        # Looked at before the socket is open, which is none of them.
        files = [number for number in FILES if _is_open(number)]
        # Those that come before anybody can take them wait.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        with socket.socket(socket.AF_UNIX) as warm:
            if _ask(warm, address, asked, files):
                return _follow(warm)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    os.execv(python, [python, *words])  # noqa: S606 - no shell is wanted


def _without_options(words: list[str]) -> list[str]:
    first = next((place for place, word in enumerate(words) if word not in _OPTIONS), len(words))
    return words[first:]


def _is_served(asked: list[str]) -> bool:
    if asked[:1] == ["-m"]:
        return not _MODULES.isdisjoint(asked[1:2])
    return asked != [] and asked[0].endswith(_SCRIPTS)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _ask(warm: socket.socket, address: str, asked: list[str], files: list[int]) -> bool:
    """Whether it is being done; the warm Python may be gone, with the command that started it."""
    try:
        request = pack(asked, files)
        warm.connect(address)
        socket.send_fds(warm, [len(request).to_bytes(LENGTH)], files)
        warm.sendall(request)
        return warm.recv(1) == BEGUN
    except OSError:
        return False


def pack(asked: list[str], files: list[int]) -> bytes:
    """A request: what is asked, and where: folder, mask, files, variables."""
    umask = os.umask(0o077)
    os.umask(umask)
    folder = os.getcwd()  # noqa: PTH109 - pathlib takes longer than all the rest
    parts = [folder, str(umask), ",".join(map(str, files)), str(len(asked)), *asked]
    variables = [name + b"=" + value for name, value in os.environb.items()]
    return b"\0".join([*map(os.fsencode, parts), *variables])


def _follow(warm: socket.socket) -> int:
    for one in _SIGNALS:
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, lambda number, _: _hand_on(warm, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    code = warm.recv(1)
    return code[0] if code else _WAS_KILLED


def _hand_on(warm: socket.socket, number: int) -> None:
    with suppress(OSError):  # it has just ended
        warm.send(bytes([number]))


if __name__ == "__main__":
    # Whoever started this waits for its end, not for Python to tidy up.
    os._exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
