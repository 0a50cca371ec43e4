"""What stands in a file beside what a glance shows: what is packed, what a database holds, what is coloured or wrapped."""

from __future__ import annotations

import base64
import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator

from tests.support import portal_tables

_DEEPEST = 4
_GZIP, _ZIP, _SQLITE = b"\x1f\x8b", b"PK\x03\x04", b"SQLite format 3\x00"
_PACKED_IN_TEXT = re.compile(rb"(?:H4sI|eJ[wxyz]|UEsD)[A-Za-z0-9+/=]{20,}")
_TERMINAL = re.compile(
    rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|[\x00\x08]"
)
# What a terminal, a table or a tree puts between the parts of what it wraps; " as the engine's YAML-like lists quote.
_BETWEEN = re.compile(r"(?:[\s|>~+\\\"]|[\u2500-\u257f\u00a0\u200b\u00ad])+")


def unpack(content: bytes, deep: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content, and what is packed in it, each with how it was; of a database what its tables hold."""
    inside = [*_inside(content)] if deep < _DEEPEST else []
    if not inside or not content.startswith(_SQLITE):
        yield "", content
    for how, inner in inside:
        yield from ((f"{how} {further}".strip(), found) for further, found in unpack(inner, deep + 1))


def _inside(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        if content.startswith(_GZIP):
            yield "in gzip", gzip.decompress(content)
        elif content[:1] == b"\x78":
            yield "in zlib", zlib.decompress(content)
        elif content.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from (("in zip", packed.read(name)) for name in packed.namelist())
        elif content.startswith(_SQLITE):
            yield "in SQLite", b"\n".join(portal_tables.read_all_cells(content))
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, sqlite3.Error):
        return  # cut short, or only looks like it: as it is it was searched
    for found in _PACKED_IN_TEXT.findall(content):
        yield "in base64", base64.b64decode(found[: len(found) // 4 * 4])


def flatten(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The content as it is, without a terminal's signs and the zeros of UTF-16, and without line breaks; of a database or an
    archive as it is only."""
    yield "", content
    if content.startswith((_GZIP, _ZIP, _SQLITE)):
        return
    plain = _TERMINAL.sub(b"", content)
    if plain != content:
        yield "without a terminal's signs", plain
    joined = _BETWEEN.sub("", plain.decode(errors="surrogateescape")).encode(errors="surrogateescape")
    if joined != plain:
        yield "wrapped", joined
