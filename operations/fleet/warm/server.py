"""The warm Python: it imports what programs, provider hosts and looks before a run need, once, and forks for each of them.

`python -u -P -m operations.fleet.warm.server FILE`, the number of a listening socket, at which
`operations.fleet.warm.starter` asks. It ends when its standard input does, which the command that started it holds open.
Its children go on then, and so does an engine that has to start Python itself from now on.

A child is what Python would have been: `__main__`, words, folder, variables, mask and files are those of its starter. So
nothing here may start a thread, open a connection or read a variable before the fork. How it ends is told by itself: a child
that a signal or `os._exit` ends has the code 1, whichever it was.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from selectors import EVENT_READ, DefaultSelector

from operations.fleet.warm.starter import BEGUN, FILES, LENGTH

PRELOADED = (
    "stacks.findings",
    "stacks.program",
    "providers.contents",
    "providers.portal",
    "providers.remembering",
    "emulator.embedded",
    "grpc._channel",
    "grpc._server",
    "phonenumbers",
    "pip._internal.cli.main",
    "pip._internal.commands.list",
)
"""With what they import. What is not among these, a child imports by itself."""
_OWNER = 0
_FAILED = 1


def main(number: int) -> None:
    """Serve until nobody needs it any more. In a child: do the work, then return."""
    listener = socket.socket(fileno=number)
    preload()
    asking = _serve(listener)
    if asking is not None:
        Child(asking).work()


def preload() -> None:
    """Import. What is there then is never garbage: looking for some would copy all of its pages."""
    for name in PRELOADED:
        import_module(name)
    gc.collect()
    gc.freeze()


def _serve(listener: socket.socket) -> socket.socket | None:
    """In a child: the connection to whom it works for. In the server, when it is to end: None."""
    signal.signal(signal.SIGCHLD, _bury)
    with DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        selector.register(_OWNER, EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if _OWNER in ready:
                return None
            connection, _ = listener.accept()
            if os.fork() == 0:
                break
            connection.close()
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return connection


def _bury(*_: object) -> None:
    """How a child ended it tells its starter. What it took counts for the command that people time."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


class Child:
    """Does what a starter asked for, and tells it the exit code."""

    def __init__(self, asking: socket.socket) -> None:
        self._asking = asking
        self._code = _FAILED

    def work(self) -> None:
        """Returns when that is done; the process then ends as any Python does."""
        asked = self._take_place()
        # Registered first, so called last: whatever the work left to its end is done by then.
        atexit.register(self._end)
        self._asking.send(BEGUN)
        threading.Thread(target=self._listen, name="starter", daemon=True).start()
        try:
            _run(asked)
            self._code = 0
        except SystemExit as end:
            self._code = _code_of(end)
        except BaseException:
            traceback.print_exc()

    def _take_place(self) -> Sequence[str]:
        """Be where the starter is. What it asks for."""
        length, received, _, _ = socket.recv_fds(self._asking, LENGTH, len(FILES))
        with self._asking.makefile("rb") as reader:
            parts = reader.read(int.from_bytes(length)).split(b"\0")
        folder, umask, listed, count, *rest = parts
        files = [int(number) for number in listed.split(b",") if number]
        # Out of the way first: any of these may have the number that another is to get.
        self._asking = socket.socket(fileno=_move(self._asking.detach()))
        for got, number in zip([_move(got) for got in received], files, strict=True):
            os.dup2(got, number)
            os.close(got)
        os.umask(int(umask))
        os.chdir(folder)
        os.environb.clear()
        os.environb.update(variable.partition(b"=")[::2] for variable in rest[int(count) :])
        return [os.fsdecode(word) for word in rest[: int(count)]]

    def _listen(self) -> None:
        """The signals that the starter gets come here. One that is killed takes its child along."""
        main = threading.main_thread().ident
        assert main is not None
        with suppress(OSError):  # it was killed before it had read all
            while number := self._asking.recv(1):
                signal.pthread_kill(main, number[0])
        os._exit(_FAILED)

    def _end(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # nobody reads any more
                stream.flush()
        with suppress(OSError):
            self._asking.send(bytes([self._code]))
        os._exit(self._code)  # the rest would only tidy up memory


def _move(file: int) -> int:
    """To a number above those that are handed on."""
    moved = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, len(FILES))
    os.close(file)
    return moved


def _run(asked: Sequence[str]) -> None:
    """As `python -m MODULE …` and `python SCRIPT …` do."""
    if asked[0] == "-m":
        sys.argv = list(asked[1:])
        runpy.run_module(asked[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(asked)
        runpy.run_path(asked[0], run_name="__main__")


def _code_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    sys.stderr.write(f"{end.code}\n")
    return _FAILED


if __name__ == "__main__":
    main(int(sys.argv[1]))
