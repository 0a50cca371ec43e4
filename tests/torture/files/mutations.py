"""What a seed makes of a good declaration or secrets file: slips, signs and structures that people and programs leave.

The secrets are canaries: consonants and digits in a row that no message has by itself.
"""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.loading import load_declaration
from tests.support.private import write_private

FUSIONS = Path(__file__).parents[3] / "fusions"
BASES = ("pajottegem", "hasselt", "antwerpen")
DECLARATION, SECRETS, FILE, CERTIFICATE = "declaration", "secrets", "file", "certificate"
# Half of them are about secrets: there a slip costs most.
KINDS = (SECRETS, SECRETS, SECRETS, DECLARATION, DECLARATION, DECLARATION, FILE, CERTIFICATE)
_CANARY = "BCDFGHJKLMNPQRSTVWXZ23456789"
_SPECIAL = ",;:=?./+*$%<>&@#'(!{})-_"
_SIGNS = (
    "\x00", "\x1b[2J", "\x07", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\ufffe", "\t", "\r", "\n", "\n\n",
    "*", "&", "!", "!!binary ", "|", ">", "%", "@", "`", "{", "}", "[", "]", ",", "?", ": ", " #", "- ", "---\n", "...\n",
    '"', "'", "\\", "<<: ", "~", "é", "…", "𝄞", '"\\ud800"', '"\\e"', '"\\x00"', "0" * 40, "[" * 60, "&a [*a]", "=",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1.5, "", " ", "a\nb", "\u202e", "\x1b[31m", "..", "a/b", "x" * 300, "FTP ", "\u200b", "*x",
    "!x", "{", [], {}, [None], [[[]]], {"": ""}, {"x": {"y": [1, {"z": None}]}}, "02411100196", "none", "2025-02-30",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A folder with a declaration `<base>.yaml` and a secrets file, one of which, or the certificate, is mutated."""

    seed: int
    kind: str
    folder: Path
    base: str
    canaries: tuple[str, ...]

    @property
    def declaration(self) -> Path:
        return self.folder / "fusions" / f"{self.base}.yaml"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.yaml"


def make(seed: int, folder: Path) -> Case:
    """The case of a seed, written into a folder that is empty."""
    dice = random.Random(seed)  # noqa: S311 - nothing that is made here is a secret
    kind, base = dice.choice(KINDS), dice.choice(BASES)
    data, canaries = _secrets(base, dice)
    case = Case(seed, kind, folder, base, canaries)
    (folder / "fusions" / "certificates").mkdir(parents=True)
    for certificate in (FUSIONS / "certificates").glob(f"{base}*.cer"):
        (folder / "fusions" / "certificates" / certificate.name).write_bytes(certificate.read_bytes())
    declared, secret = (FUSIONS / f"{base}.yaml").read_text("utf-8"), _written(data, dice)
    case.declaration.write_text(declared, "utf-8")
    write_private(case.secrets, secret)
    if kind == DECLARATION:
        case.declaration.write_bytes(_mutated(declared, dice))
    elif kind == SECRETS:
        case.secrets.write_bytes(_mutated(secret, dice))
    elif kind == FILE:
        _instead_of(dice.choice((case.declaration, case.secrets)), dice)
    else:
        _certificate(case, dice)
    return case


@cache
def _people(base: str) -> tuple[list[str], bool]:
    fusion = load_declaration(FUSIONS / f"{base}.yaml")
    people = {person for _, access in fusion.accesses() for _, person in access.people()}
    return sorted(people), bool(fusion.accounts and fusion.accounts.ftp)


def _secrets(base: str, dice: random.Random) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A good secrets file's data, and what of it no message may have."""
    people, has_ftp = _people(base)
    canaries: list[str] = []

    def canary(length: int) -> str:
        canaries.append("".join(dice.choice(_CANARY) for _ in range(length)))
        return canaries[-1]

    data: dict[str, Any] = {"people": {}, "passwords": {}, "keys": {}}
    for serial, person in enumerate(people, dice.randrange(100, 800)):
        nine = f"0241{10 + serial % 10:02d}{serial:03d}"
        insz = f"{nine}{97 - int(nine) % 97:02d}"
        canaries.append(insz)
        data["people"][person] = {"insz": insz, "email": f"{canary(6)}@ocmw.example", "language": "nl"}
    for key in ([f"{base}/ftp"] if has_ftp else []) + [f"{base}/{canary(5)}/ftp"]:
        # A sign of the manual's list comes first: that is what YAML takes for its own.
        data["passwords"][key] = f"{dice.choice(_SPECIAL)}{canary(8)}{dice.choice(_SPECIAL)}"
    data["keys"][f"{base}/rest"] = f"-----BEGIN PRIVATE KEY-----\n{canary(40)}\n-----END PRIVATE KEY-----\n"
    return data, tuple(canaries)


def _written(data: dict[str, Any], dice: random.Random) -> str:
    """As people write it: in one style or another, passwords now and then without quotes."""
    if dice.random() < 0.2:
        return json.dumps(data, indent=dice.choice((None, 2)))
    text: str = yaml.safe_dump(data, default_flow_style=dice.choice((False, False, None)), width=4000)
    for password in data["passwords"].values():
        if dice.random() < 0.5:
            text = text.replace(f"'{password}'", password).replace(f'"{password}"', password)
    return text


def _mutated(text: str, dice: random.Random) -> bytes:
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        text = dice.choice(_MUTATIONS)(text, dice)
    if dice.random() < 0.05:
        return text.encode(dice.choice(("latin-1", "utf-16", "cp1252")), "replace")
    return text.encode("utf-8", "surrogatepass")


def _sign(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(_SIGNS) + text[at:]


def _cut(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + text[at + dice.choice((1, 1, 2, 5, 40, 10**6)) :]


def _quotes(text: str, dice: random.Random) -> str:
    return text.replace(dice.choice(("'", '"')), "", dice.choice((1, 2, -1)))


def _colon(text: str, dice: random.Random) -> str:
    """A password that stands where a key belongs, or a key without a value."""
    return text.replace(
        ": ", dice.choice((":", " ", ":\n", ": : ", " : *", ": &", ": !", ": {", ", ")), dice.randrange(9)
    )


def _line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    change = dice.randrange(5)
    if change == 0:
        lines.insert(at, lines[dice.randrange(len(lines))])
    elif change == 1:
        del lines[at]
    elif change == 2:
        lines[at] = dice.choice(("  ", "\t", "- ", "# ")) + lines[at]
    elif change == 3:
        lines[at] = lines[at].lstrip()
    else:
        lines[at] = lines[at].rpartition(": ")[2]
    return "\n".join(lines)


def _line_ends(text: str, dice: random.Random) -> str:
    return text.replace("\n", dice.choice(("\r\n", "\r", "\u2028")))


def _structure(text: str, dice: random.Random) -> str:
    """A value or a key of the data is another one, and all is written anew."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return text
    places = list(_places(data))
    if not places:
        return text
    around, key = dice.choice(places)
    change = dice.randrange(5)
    if change == 0:
        around[key] = dice.choice(_VALUES)
    elif change == 1:
        del around[key]
    elif change == 2 and isinstance(around, dict):
        around[str(dice.choice(_VALUES))] = around[key]
    elif change == 3 and isinstance(around, dict) and isinstance(around[key], str):
        value = around.pop(key)
        around[value] = value  # where its key belongs
    elif isinstance(around, dict):
        around |= {f"{key}{number}": around[key] for number in range(dice.choice((1, 3, 400)))}
    made: str = (
        json.dumps(data, default=str) if dice.random() < 0.5 else yaml.safe_dump(data, allow_unicode=True)
    )
    return made


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from _places(data[key])


_MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _sign, _sign, _sign, _cut, _quotes, _colon, _colon, _line, _line, _line_ends, _structure, _structure, _structure,
)  # fmt: skip


def _instead_of(path: Path, dice: random.Random) -> None:
    """Something else than a file under its name, or another name."""
    path.unlink()
    kind = dice.randrange(8)
    if kind == 0:
        os.mkfifo(path)
    elif kind == 1:
        path.mkdir()
    elif kind == 2:
        path.symlink_to(path.name)
    elif kind == 3:
        path.symlink_to(
            dice.choice(("/dev/zero", "/dev/null", "/proc/self/mem", "/", "nowhere", "/etc/hostname"))
        )
    elif kind == 4:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(path))
    elif kind == 5:
        path.with_name(f"._{path.name}").write_bytes(dice.randbytes(200))
    elif kind == 6:
        path.with_suffix(dice.choice((".yml", ".YAML"))).write_text("name: x")
    else:
        path.write_bytes(dice.randbytes(dice.randrange(2000)))


def _certificate(case: Case, dice: random.Random) -> None:
    certificates = sorted((case.folder / "fusions" / "certificates").glob("*.cer"))
    if not certificates:
        return _instead_of(case.declaration, dice)
    path = dice.choice(certificates)
    content = bytearray(path.read_bytes())
    if dice.random() < 0.4:
        return _instead_of(path, dice)
    for _ in range(dice.choice((1, 3, 30))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(bytes(content) * dice.choice((1, 1, 1, 2, 50)))
    return None
