"""What was read in this process and is not asked again, and what ends that.

Many resources stand for parts of what one system shows of a centre, and a run looks at each twice: when it refreshes and
when it checks. So who only looks asks a `RememberingPortal`: it reads all that a system shows of a centre at once, where the
portal can (`providers.contents`), and each thing once. A portal that has no such answer, or has 500 for it since a part is
broken, is asked for each thing by itself.

Who writes asks a `ForgettingPortal`, which reads the thing itself each time: nothing is decided by what is remembered here.
What it writes, however that ends, drops what is remembered of that system. So does a 409 or 412: somebody else was there.
Nothing is remembered for longer than `MOST_SECONDS`, since others write too. A failed read is never remembered.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from providers import paths
from providers.contents import Contents
from providers.contract import PAGE_SIZE
from providers.portal import ReadingPortal, WritingPortal
from schemas.errors import NotFound, NotYetAvailable, PortalError

if TYPE_CHECKING:
    from providers.portal import Answer, Connection

T = TypeVar("T")
MOST_SECONDS = 60.0
ROUNDS = 3
"""How often contents of several pages are read while somebody changes them, before each thing is read by itself."""


class Seen:
    """What was read of one system at one centre. Threads share it: who needs the same waits for the first who asks."""

    def __init__(self) -> None:
        self.since = monotonic()
        self._found: dict[str, Any] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def once(self, what: str, read: Callable[[], T]) -> T:
        """What `read` answered when it was asked for `what` the first time. What it raises is not remembered."""
        with self._lock:
            reading = self._locks[what]
        with reading:
            if what not in self._found:
                self._found[what] = read()
            found: T = self._found[what]
            return found


class Memory:
    """What is remembered in this process, by system and centre.

    What is dropped is no longer handed out. Who reads meanwhile keeps what they find to themselves, so that nothing of
    before a write is remembered after it.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Seen] = {}
        self._lock = threading.Lock()

    def of(self, organization: str, api: str) -> Seen:
        with self._lock:
            seen = self._seen.get((api, organization))
            if seen is None or monotonic() - seen.since > MOST_SECONDS:
                seen = self._seen[api, organization] = Seen()
            return seen

    def drop(self, api: str) -> None:
        """Of all centres: forms that are entered again at one are gone from another's work."""
        with self._lock:
            self._seen = {key: seen for key, seen in self._seen.items() if key[0] != api}


class RememberingPortal(ReadingPortal):
    """The portal for one acting organisation, where nothing is read twice."""

    def __init__(self, connection: Connection, organization: str, memory: Memory) -> None:
        super().__init__(connection, organization)
        self._memory = memory
        self._fresh = ReadingPortal(connection, organization)

    def get(self, path: str) -> Answer:
        seen = self._find_seen(path)
        contents = self._contents(path, seen)
        answer = None if contents is None else contents.get(path)
        return answer or seen.once(path, lambda: self._fresh.get(path))

    def get_items(self, path: str) -> list[dict[str, Any]]:
        seen = self._find_seen(path)
        contents = self._contents(path, seen)
        items = None if contents is None else contents.get_items(path)
        return seen.once(f"items of {path}", lambda: self._fresh.get_items(path)) if items is None else items

    def _find_seen(self, path: str) -> Seen:
        return self._memory.of(self._organization, paths.api_of(path))

    def _contents(self, path: str, seen: Seen) -> Contents | None:
        """What the system of `path` shows, None where each thing must be read by itself. Raises `NotYetAvailable` where it
        shows nothing yet."""
        api = paths.api_of(path)
        if api not in paths.WITH_CONTENTS or not paths.behind(path):
            return None
        found = seen.once("contents", lambda: self._read_contents(api))
        if isinstance(found, NotYetAvailable):
            raise NotYetAvailable(
                reason=found.reason,
                rule=found.rule,
                available_from=found.available_from,
                method="GET",
                path=path,
                status=found.status,
                detail=found.detail,
            )
        return found

    def _read_contents(self, api: str) -> Contents | NotYetAvailable | None:
        path = paths.contents(api, self._organization, PAGE_SIZE)
        try:
            for _ in range(ROUNDS):
                pages = self._fresh.get_pages(path)
                if len({page.body["tag"] for page in pages}) == 1:
                    return Contents(path, pages)
        except NotFound:
            pass  # a portal may do without
        except NotYetAvailable as error:
            return error
        except PortalError as error:
            if error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            # Something in it is broken: what is not is read by itself, and what is says so.
        return None


class ForgettingPortal(WritingPortal):
    """The portal for one acting organisation, to write there."""

    def __init__(self, connection: Connection, organization: str, memory: Memory) -> None:
        super().__init__(connection, organization)
        self._memory = memory

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        only_looked = False
        try:
            answer = super()._call(method, path, body, headers)
            only_looked = method == "GET"
            return answer
        except PortalError as error:
            only_looked = method == "GET" and error.status not in (409, 412)
            raise
        finally:
            if not only_looked:
                self._memory.drop(paths.api_of(path))
