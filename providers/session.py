"""The process's one connection to the portal, shared by all provider classes of the host's four threads.

The engine calls `configure` once per provider class and process, in preview, up, refresh and destroy alike; the first
one opens nothing yet: the connection is made at the first call.

`reading` and `writing` ask for whom a call acts. That is the `organization` of the resource, always; only forms that are
entered again are written for their `successor` (`providers.batches`, `providers.dossiers`).
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from providers import host
from providers.settings import Settings

if TYPE_CHECKING:
    # httpx, jwt and tenacity cost a quarter of a second: only the provider host needs them, not the program.
    from providers.portal import Connection, ReadingPortal, WritingPortal
    from providers.remembering import Memory

_lock = threading.Lock()
_settings: Settings | None = None
_connection: Connection | None = None
_claims: set[str] = set()
_memory: Memory | None = None
_losses: dict[str, list[str]] = {}
_read_people: Callable[[], Mapping[str, str]] = dict
_people: Mapping[str, str] | None = None
_THRESHOLDS = gc.get_threshold()


def configure(settings: Settings, read_people: Callable[[], Mapping[str, str]] = dict) -> None:
    """Set where the portal is. The same settings again change nothing; others replace the connection.

    :param read_people: answers the key of each person whom the secrets know, by INSZ. It is asked once, when somebody is met
        whom the declaration does not name: most runs meet nobody.
    """
    global _settings, _connection, _read_people, _people
    with _lock:
        if settings == _settings:
            return
        host.end_with_engine()
        _let_go()
        _settings, _connection = settings, None
        _read_people, _people = read_people, None


def name_people(read_people: Callable[[], Mapping[str, str]]) -> None:
    """Name people by other secrets than those of `configure`: where one process looks at several stacks of one portal."""
    global _read_people, _people
    with _lock:
        _read_people, _people = read_people, None


def close() -> None:
    """Let go of the connection and its settings, where a process goes on without them."""
    global _settings, _connection, _read_people, _people
    with _lock:
        _let_go()
        _settings, _connection = None, None
        _read_people, _people = dict, None


def _let_go() -> None:
    if _connection is not None:
        _connection.close()
        # Where the process goes on, its garbage is collected again: frozen, it would pile up with each connection.
        gc.unfreeze()
        gc.set_threshold(*_THRESHOLDS)
    forget()


def forget() -> None:
    """Begin anew, as the host of a new operation does: nothing was claimed or seen."""
    _claims.clear()
    _losses.clear()
    look_anew()


def look_anew() -> None:
    """Whatever was seen, the next look asks the portal."""
    global _memory  # noqa: PLW0603
    _memory = None


def connection() -> Connection:
    """The shared connection. Raises RuntimeError before `configure`."""
    global _connection  # noqa: PLW0603
    with _lock:
        if _connection is None:
            if _settings is None:
                raise RuntimeError("the portal is not configured: the engine calls configure() first")
            from providers.portal import Connection

            _connection = Connection(_settings)
            # The host lives for one operation: what is imported by now stays, and need not be looked at for garbage.
            gc.freeze()
            gc.set_threshold(50_000)
        return _connection


def reading(organization: str) -> ReadingPortal:
    """A client without writing methods, acting for `organization` (ten digits)."""
    from providers.portal import ReadingPortal

    return ReadingPortal(connection(), organization)


def looking(organization: str) -> ReadingPortal:
    """The same for who only looks, in `read` and `check`: what several of them need is read once."""
    from providers.remembering import RememberingPortal

    return RememberingPortal(connection(), organization, _remembered())


def writing(organization: str) -> WritingPortal:
    """A client that can write, acting for `organization` (ten digits). Only create, update and delete ask for it. It reads
    everything anew, and what it writes ends what is remembered of that."""
    from providers.remembering import ForgettingPortal

    return ForgettingPortal(connection(), organization, _remembered())


def _remembered() -> Memory:
    from providers.remembering import Memory

    global _memory  # noqa: PLW0603
    with _lock:
        _memory = _memory or Memory()
        return _memory


def known_people() -> Mapping[str, str]:
    """The key of each person whom the secrets know, by INSZ."""
    global _people  # noqa: PLW0603
    with _lock:
        if _people is None:
            _people = _read_people()
        return _people


def note_losses(natural_key: str, losses: list[str]) -> None:
    """Keep what a check found to be lost by a resource, for a second check of it in this process."""
    with _lock:
        _losses[natural_key] = losses


def take_losses(natural_key: str) -> list[str] | None:
    """What an earlier check found, once; None where there was none."""
    with _lock:
        return _losses.pop(natural_key, None)


def claim(natural_key: str) -> None:
    """Note that a resource of the program stands for what the portal knows by `natural_key`."""
    with _lock:
        _claims.add(natural_key)


def claimed(natural_key: str) -> bool:
    """Whether a resource of the program stands for `natural_key`: then one that left the program must not take it away.

    The engine makes a renamed resource first, which adopts, and deletes the one under the old name at the end, perhaps
    only in a later run.
    """
    with _lock:
        return natural_key in _claims
