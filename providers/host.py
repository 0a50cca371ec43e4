"""The provider host's end: it goes when its engine goes, whatever became of that.

An engine that ends takes its hosts along; one that is killed leaves them behind, with up to four calls under way. These
would still write what the killed run wanted, perhaps minutes later, while the portal answers again and the next run has
other wishes. So the host keeps a connection to its engine open and ends at once, calls under way included, when nobody
answers there any more: as harmless as if it had been killed with its engine, since every create adopts.
"""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
from contextlib import suppress
from time import sleep

from providers import ledger
from providers.unanswered import earlier

_HOST_MODULE = "pulumi.dynamic.__main__"
_NAME = "end with engine"
_PATIENCE_SECONDS = 10
_PAUSE_SECONDS = 0.2


def end_with_engine() -> None:
    """Watch the engine from now on, where this process is a provider host; elsewhere do nothing."""
    address = _engine()
    if address is not None and _NAME not in [thread.name for thread in threading.enumerate()]:
        atexit.register(_end)
        threading.Thread(target=_watch, args=address, name=_NAME, daemon=True).start()


def _end() -> None:
    """The engine has this host end, after all that it had asked of it."""
    try:
        earlier().end()
    finally:
        ledger.note("ended")


def _engine() -> tuple[str, int] | None:
    """Where this process's engine listens: its argument, if it is a provider host that an engine started."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if spec is None or spec.name != _HOST_MODULE or len(sys.argv) < 2:
        return None
    host, _, port = sys.argv[-1].rpartition(":")
    return (host, int(port)) if host and port.isdigit() else None


def _watch(host: str, port: int) -> None:
    while True:
        try:
            with socket.create_connection((host, port), timeout=_PATIENCE_SECONDS) as engine:
                engine.settimeout(None)
                # An engine says hello and then, to who does not answer, goodbye after a while; a killed one only that.
                with suppress(OSError):
                    while engine.recv(1024):
                        pass
        except TimeoutError:
            pass  # stopped or very busy, and there
        except OSError:
            ledger.note("orphaned")
            os._exit(1)
        sleep(_PAUSE_SECONDS)
