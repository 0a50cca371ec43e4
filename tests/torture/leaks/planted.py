"""What may stand nowhere in clear: passwords, INSZ, private keys, the passphrase, and what a sign-in gives or brings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import portal_tables

PASSWORD, INSZ, KEY, PASSPHRASE, TOKEN = "password", "INSZ", "private key", "passphrase", "token"
ANY_KEY = "some private key in PEM"
# Signs of R31 that a shell, a URL, HTML, YAML and JSON write each in a way of its own; one is not ASCII.
AWKWARD_PASSWORD = "Zo<5'r&w;Y\u2019q=8T"
OTHER_PASSWORD = "nE&u7.w'B>3k,Xp"
OWN_PASSPHRASE = "Een wachtzin: van & voor 'ons' alleen"
_LINES_OF_A_KEY = 3


@dataclass(frozen=True)
class Secret:
    """One of them; a finding says its name, never its value."""

    kind: str
    name: str
    value: str = field(repr=False)


def secrets_in(document: Mapping[str, Any]) -> Iterator[Secret]:
    """All of a secrets file."""
    for key, person in document.get("people", {}).items():
        yield Secret(INSZ, key, re.sub(r"\D", "", person["insz"]))
    for key, password in document.get("passwords", {}).items():
        yield Secret(PASSWORD, key, password)
    for key, pair in document.get("keys", {}).items():
        yield from lines_of_key(key, pair)


def lines_of_key(name: str, pem: str) -> Iterator[Secret]:
    """A private key by some lines of it: who has one has a part that nobody may have."""
    body = re.split(r"-----[A-Z ]*PRIVATE KEY-----", pem)[1].split()
    for number, line in enumerate(body[1 : 1 + _LINES_OF_A_KEY], 2):
        yield Secret(KEY, f"{name}, line {number}", line)


def find_secrets(folder: Path) -> set[Secret]:
    """All that the projects below a folder have: secrets files, clients' keys, and the people of their portals."""
    found: set[Secret] = set()
    for file in folder.rglob("rehearsal/secrets.yaml"):
        found |= {*secrets_in(read_document(file))}
    for file in folder.rglob("rehearsal/client-key*.pem"):
        found |= {*lines_of_key("client's key", file.read_text())}
    for file in folder.rglob("portal.db"):
        found |= {
            Secret(INSZ, f"person of the portal {person[:8]}", ssin)
            for person, ssin in portal_tables.read_people(file)
        }
    return found


def read_document(file: Path) -> dict[str, Any]:
    """A secrets file as `fusion setup` writes it: a line of comment, then JSON."""
    document: dict[str, Any] = json.loads(file.read_text("utf-8").split("\n", 1)[1])
    return document


def write_document(file: Path, document: Mapping[str, Any]) -> None:
    file.write_text(f"# changed\n{json.dumps(document, indent=2)}\n", "utf-8")
