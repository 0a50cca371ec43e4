"""The search finds a secret in every form that it knows, and nothing where there is none."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from tests.torture.leaks.forms import write_in_all_forms
from tests.torture.leaks.planted import AWKWARD_PASSWORD, INSZ, OWN_PASSPHRASE, PASSWORD, TOKEN, Secret
from tests.torture.leaks.search import Search

NUMBER = "85073003328"
SECRETS = (
    Secret(PASSWORD, "awkward", AWKWARD_PASSWORD),
    Secret(PASSWORD, "phrase", OWN_PASSPHRASE),
    Secret(INSZ, "els.peeters", NUMBER),
)
SEARCH = Search(SECRETS)


def names_in(content: bytes) -> set[str]:
    return {finding.secret for finding in SEARCH.find("here", content)}


@pytest.mark.parametrize("secret", SECRETS[:2], ids=lambda secret: secret.name)
def test_every_form_is_found_in_the_midst_of_others(secret: Secret) -> None:
    for form, name in write_in_all_forms(secret.value).items():
        assert secret.name in names_in(b"[before " + form + b" after]"), name


def test_there_are_many_forms() -> None:
    assert len(write_in_all_forms(AWKWARD_PASSWORD)) > 30


@pytest.mark.parametrize(
    "written",
    ["85.07.30-033.28", "850730 033 28", "85 07 30 033 28", "85-07-30-033-28", "85/07/30-033.28", "85.07.30\u2013033.28",
     "85.07.30\u00a0033.28", "850730-033-28", "85%2007%2030%20033%2028", "1185073003328", "85073003328.0"],
)  # fmt: skip
def test_an_insz_is_found_whatever_stands_between_its_digits(written: str) -> None:
    assert names_in(f"x {written} y".encode()) == {"els.peeters"}


@pytest.mark.parametrize(
    "content",
    [
        f"\x1b[1m{NUMBER[:4]}\x1b[0m{NUMBER[4:]}".encode(),
        f"{NUMBER[:6]}\r\n   │ {NUMBER[6:]}".encode(),
        NUMBER.encode("utf-16"),
        NUMBER.encode("utf-32-be"),
        NUMBER.encode().hex().encode(),
        gzip.compress(gzip.compress(NUMBER.encode())),
        json.dumps({"a": json.dumps({"b": NUMBER})}).encode(),
    ],
    ids=["coloured", "wrapped", "UTF-16", "UTF-32", "hex", "gzip in gzip", "JSON in JSON"],
)
def test_an_insz_is_found_however_it_is_packed(content: bytes) -> None:
    assert names_in(content) == {"els.peeters"}


def test_a_finding_names_the_secret_and_never_shows_it() -> None:
    found = SEARCH.find("a log", f"{AWKWARD_PASSWORD} {NUMBER}".encode())
    said = "".join(f"{finding} {finding!r}" for finding in found) + repr(SECRETS)
    assert "a log: password awkward, plain" in map(str, found)
    assert AWKWARD_PASSWORD[:10] not in said
    assert NUMBER not in said


@pytest.mark.parametrize(
    "looks", [b"authorization: Bearer abcdefghijklmnop", b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"]
)
def test_any_token_is_known_by_its_looks(looks: bytes) -> None:
    assert {finding.kind for finding in SEARCH.find("here", looks)} == {TOKEN}


def test_nothing_is_found_where_nothing_is() -> None:
    assert SEARCH.find("here", os.urandom(50_000)) == []
    assert (
        SEARCH.find("here", b"85.07.30-033.29 [secret] (number not shown) -----BEGIN CERTIFICATE-----") == []
    )
    assert SEARCH.find("here", b"\x1f\x8b no gzip") == []
    assert SEARCH.find("here", b"SQLite format 3\x00 none") == []
