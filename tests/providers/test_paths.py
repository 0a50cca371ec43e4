"""Whatever people or the portal call a thing, it stays one part of the path."""

from __future__ import annotations

import re
from pathlib import Path
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


ROOT = Path(__file__).parents[2]
NAMES_OF_THE_API = {
    value
    for name, value in vars(paths).items()
    if name.isupper() and isinstance(value, str) and re.fullmatch("[a-zA-Z]+", value)
}
SPELT = re.compile(
    r"""paths\.[A-Z_]+,\s*f?["']/?(\w+)|paths\.screen\([^()]*,\s*["'](\w+)|screen = ["'](\w+)"""
)


@pytest.mark.parametrize("side", ["benchmarks", "operations", "providers", "stacks"])
def test_a_name_of_the_api_stands_in_one_module(side: str) -> None:
    """Also behind an API's address, where kinds of retained things and the journal of a story put one."""
    others = {
        path: path.read_text("utf-8") for path in (ROOT / side).rglob("*.py") if path.name != "paths.py"
    }
    found = {path.name: {*filter(None, sum(SPELT.findall(text), ()))} for path, text in others.items()}
    assert {name: spelt & NAMES_OF_THE_API for name, spelt in found.items() if spelt & NAMES_OF_THE_API} == {}
    assert [path.name for path, text in others.items() if re.search(r"""["']/REST/""", text)] == []


def test_a_name_that_is_spelt_again_is_noticed() -> None:
    assert {"mutations", "sender", "ocmwOnline", "box"} <= NAMES_OF_THE_API
    text = """Kind("sender", paths.CHAMAN, "sender") paths.screen(centre.kbo, "mutations") screen = "ocmwOnline" """
    assert {*filter(None, sum(SPELT.findall(text), ()))} == {"sender", "mutations", "ocmwOnline"}
