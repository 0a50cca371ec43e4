"""Operations that come alike in several APIs: single screens, collections in pages, lists of reference data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from emulator.core import problems, reference, resources
from emulator.core.operation import Answer, Call, Handler, Need, Operation

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 500
PAGING = ("page", "pageSize")


def answer_with(resource: resources.Resource, status: int = 200, /, **added: Any) -> Answer:
    """The full representation of a resource with its ETag; `added` are the members that only answers have."""
    return Answer(status, {**added, **resource.as_json()}, {"ETag": resource.quoted_etag})


def save(call: Call, kind: str, body: Mapping[str, Any], key: str = resources.SINGLE, **added: Any) -> Answer:
    """Create or replace under the contract's preconditions: 201 or 200."""
    existing = resources.find(call.connection, call.number, kind, key)
    resources.check_put(call.headers, existing)
    if existing is None:
        made = resources.create(call.connection, call.number, kind, key, body, call.client, call.at)
        return answer_with(made, 201, **added)
    return answer_with(resources.replace(call.connection, existing, body, call.at), 200, **added)


def remove(call: Call, kind: str, what: str, key: str = resources.SINGLE) -> Answer:
    existing = resources.find(call.connection, call.number, kind, key)
    resources.delete(call.connection, resources.check_delete(call.headers, existing, what))
    return Answer(204)


def require(call: Call, kind: str, what: str, key: str = resources.SINGLE) -> resources.Resource:
    """:raises Problem: 404 when there is none."""
    found = resources.find(call.connection, call.number, kind, key)
    if found is None:
        raise problems.not_found(what)
    return found


def page(call: Call, kind: str) -> tuple[list[resources.Resource], dict[str, Any]]:
    """The asked page of a kind, and the members of the collection's answer beside `items`."""
    number, size = paging(call.query)
    total = resources.count(call.connection, call.number, kind)
    offset = (number - 1) * size
    found = resources.page(call.connection, call.number, kind, size, offset)
    return found, page_members(call, number, size, total)


def paging(query: Mapping[str, str]) -> tuple[int, int]:
    """`page` and `pageSize` of a query.

    :raises Problem: 400 when one is not a number within its bounds.
    """
    issues = []
    values = []
    for name, default, most in (("page", 1, 10**6), ("pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)):
        text = query.get(name, str(default))
        # isascii: isdigit alone also takes digits of other scripts and superscripts.
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        if not 1 <= value <= most:
            issues.append(problems.Issue("outOfRange", f"a whole number from 1 to {most}", name, "query"))
        values.append(value)
    if issues:
        raise problems.bad_request(issues)
    return values[0], values[1]


def flag(query: Mapping[str, str], name: str) -> bool | None:
    """A parameter that is `true` or `false`; None where it is left out.

    :raises Problem: 400 when it is neither.
    """
    text = query.get(name)
    if text not in (None, "true", "false"):
        raise problems.bad_request([problems.Issue("invalidInput", "true or false", name, "query")])
    return None if text is None else text == "true"


def page_members(call: Call, number: int, size: int, total: int) -> dict[str, Any]:
    """`total`, and `next` (a path with its query) while there is more."""
    members: dict[str, Any] = {"total": total}
    if number * size < total:
        members["next"] = f"{call.url_path}?{urlencode({**call.query, 'page': number + 1, 'pageSize': size})}"
    return members


def screen(
    path: str, kind: str, what: str, model: str, *, needs: tuple[Need, ...], rules: tuple[str, ...] = ()
) -> tuple[Operation, ...]:
    """GET, PUT and DELETE of a single screen that is kept as it was saved; `model` is its body's, as `folder:Class`."""
    title = kind[0].upper() + kind[1:]
    answer = model.removesuffix("Body")

    def get(call: Call) -> Answer:
        return answer_with(require(call, kind, what))

    def put(call: Call) -> Answer:
        return save(call, kind, call.body)

    def delete(call: Call) -> Answer:
        return remove(call, kind, what)

    return (
        Operation(
            "GET", path, f"get{title}", f"The {what}", get, answer=answer, needs=needs, statuses=(200, 404)
        ),
        Operation(
            "PUT",
            path,
            f"put{title}",
            f"Save the {what}",
            put,
            body=model,
            answer=answer,
            needs=needs,
            statuses=(200, 201, 412, 428),
            rules=rules,
        ),
        Operation(
            "DELETE",
            path,
            f"delete{title}",
            f"Set the {what} back to never saved",
            delete,
            needs=needs,
            statuses=(204, 404, 412, 428),
        ),
    )


def list_operations(names: Sequence[str]) -> tuple[Operation, ...]:
    """`/refData/<name>` for each list: open to all, in one page."""
    return tuple(
        Operation(
            "GET",
            f"/refData/{name}",
            f"list{name[0].upper()}{name[1:]}",
            f"The codes of {name}",
            _lister(name),
            answer="core:CodeList",
            public=True,
        )
        for name in names
    )


def _lister(name: str) -> Handler:
    def get(_: Call) -> Answer:
        items = reference.items(name)
        return Answer(200, {"items": items, "total": len(items)})

    return get


def health(_: Call) -> Answer:
    return Answer(200, {"status": "UP"})


HEALTH = Operation(
    "GET", "/health", "health", "Whether the API answers", health, answer="core:Health", public=True
)
