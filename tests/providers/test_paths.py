"""Whatever people or the portal call a thing, it stays one part of the path."""

from __future__ import annotations

from urllib.parse import unquote

import httpx
import pytest

from providers import paths

NAMES = ("a/b", "..", ".", "50 %", "a?b#c", "a%2Fb", "FTP ", "\u00e9\u200b", "a\\b", "\x1b[2J\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "path",
    [
        lambda name: paths.ftp_account("1", name),
        lambda name: paths.rest_account("1", name),
        lambda name: paths.delegation_request("1", name),
        lambda name: paths.certificate("1", name),
        lambda name: paths.users("1", name),
        lambda name: paths.user("1", "domain", name),
        lambda name: paths.document_read("1", name),
    ],
)
def test_a_name_is_one_part_of_the_path(path: object, name: str) -> None:
    assert callable(path)
    usual, odd = path("usual"), path(name)
    sent = httpx.URL(f"https://portal.example{odd}").raw_path.decode()
    assert sent.count("/") == usual.count("/")
    at = usual.split("/").index("usual")
    assert unquote(sent.split("/")[at]) == name
