"""What a system shows of a centre, read at once: the answer to each of its paths, as single calls would give it.

An answer of here has no ETag. So nobody can write over what was only seen here: who writes reads the thing by itself first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from providers import paths
from providers.portal import Answer
from providers.problems import raise_problem, readable
from providers.retry import Failed
from schemas.errors import NotFound, UnexpectedAnswer

Entry = dict[str, Any]


class Contents:
    """The entries of the collection at `path` (contract, section 1).

    :raises UnexpectedAnswer: where they are not all that there are, by what they say themselves.
    """

    def __init__(self, path: str, pages: Sequence[Answer]) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self._items: dict[str, list[Entry]] = {}
        for page in pages:
            for entry in page.body["items"]:
                self._add(entry)
        self._check_count(pages[-1].body["total"], len(self._entries), "entries")
        for place, items in self._items.items():
            self._check_count(self._entries[place]["total"], len(items), f"entries below {readable(place)}")

    def get(self, path: str) -> Answer | None:
        """What a GET of `path` answers; None where nothing is told of it, so that it must be asked for.

        Raises `NotFound`, `NotYetAvailable` or another `PortalError`, as a GET does.
        """
        place = paths.behind(path)
        entry = self._entries.get(place)
        if entry is None:
            collection = place.rpartition("/")[0]
            if collection in self._items:
                raise NotFound(method="GET", path=path, status=404, detail=f"it is not among {collection}")
            return None
        if (problem := entry.get("problem")) is not None:
            self._refuse(path, entry["statusCode"], problem)
        body = entry.get("body")
        return None if body is None else Answer(body)

    def get_items(self, path: str) -> list[Entry] | None:
        """The items of the collection at `path`; None and errors as in `get`."""
        items = self._items.get(paths.behind(path))
        if items is not None:
            return [one["body"] for one in items]
        answer = self.get(path)
        return None if answer is None else list(answer.body["items"])

    def _add(self, entry: Entry) -> None:
        place = entry["path"]
        if place in self._entries:
            self._unfit(f"{readable(place)} stands there twice")
        self._entries[place] = entry
        if entry.get("total") is not None:
            self._items[place] = []
        elif (collection := place.rpartition("/")[0]) in self._items:
            self._items[collection].append(entry)

    def _check_count(self, total: int, found: int, of_what: str) -> None:
        if total != found:
            self._unfit(f"{found} {of_what}, and `total` says {total}")

    @staticmethod
    def _refuse(path: str, status: int, problem: Mapping[str, Any]) -> NoReturn:
        try:
            raise_problem("GET", path, status, problem, "")
        except Failed as failure:
            raise UnexpectedAnswer(method="GET", path=path, status=status, detail=failure.reason) from None

    def _unfit(self, detail: str) -> NoReturn:
        raise UnexpectedAnswer(method="GET", path=self._path, detail=detail)
