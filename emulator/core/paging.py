"""Long collections in pages: each begins where the one before it ended (`after`), and costs what the first does.

What is added or changed meanwhile moves nothing from one page to another, as it would with numbered pages.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from emulator.core import common_operations, problems
from emulator.core.operation import Call

PAGING = ("after", "pageSize")


def read_position(call: Call, parts: int) -> tuple[list[str] | None, int]:
    """The position after which to begin (None: at the start), and how many to show.

    :param parts: of which a position of this collection consists.
    :raises Problem: 400 when `after` is none that the portal gave here, or `pageSize` out of its bounds.
    """
    _, size = common_operations.paging(call.query)
    text = call.query.get("after")
    if text is None:
        return None, size
    try:
        position = base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii").split("/")
    except (UnicodeError, binascii.Error):
        position = []
    if len(position) != parts or not all(part.isalnum() for part in position):
        raise unknown_position()
    return position, size


def unknown_position() -> problems.Problem:
    return problems.bad_request(
        [problems.Issue("invalidInput", "no place that `next` has named here", "after", "query")]
    )


def next_page(call: Call, size: int, *position: object) -> str:
    """The path, with its query, of the page that begins after this position."""
    text = "/".join(str(part) for part in position)
    after = base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")
    query: dict[str, Any] = {**call.query, "after": after, "pageSize": size}
    return f"{call.url_path}?{urlencode(query)}"
