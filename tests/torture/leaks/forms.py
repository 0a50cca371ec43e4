"""In which forms a secret may stand in a text or a file: as it is, quoted, escaped, encoded, cut in two."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

# Ten signs of a secret in a row give most of it away.
_PART = 10
_LONG_ENOUGH_FOR_PARTS = 12


def write_in_all_forms(text: str) -> dict[bytes, str]:
    """Each form as bytes, and how a finding calls it."""
    forms: dict[bytes, str] = {}
    for name, form in _forms(text):
        forms.setdefault(form if isinstance(form, bytes) else form.encode(), name)
    return forms


def write_insz(digits: str) -> tuple[str, str]:
    """An INSZ as programs and as people write it; whatever else stands between its digits, `search` sees to."""
    return digits, f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def _forms(text: str) -> Iterator[tuple[str, str | bytes]]:
    data = text.encode()
    yield "plain", data
    yield from _escaped(text)
    yield from _quoted(text)
    for codec in ("utf-16-le", "utf-16-be", "latin-1", "cp1252"):
        yield codec, text.encode(codec, errors="replace")
    yield "hex", data.hex()
    yield "hex", data.hex().upper()
    yield "hex, in pairs", data.hex(" ")
    yield "hex, in pairs", data.hex(":")
    yield from (("base64", form) for form in _base64_forms(data))
    if len(text) >= _LONG_ENOUGH_FOR_PARTS and re.search("[^\\W\\d]", text):
        yield "its beginning", text[:_PART]
        yield "its end", text[-_PART:]


def _escaped(text: str) -> Iterator[tuple[str, str | bytes]]:
    for ascii_only in (True, False):
        as_json = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield "JSON", as_json
        # Go writes these three so, also in texts that are no HTML.
        yield "JSON of Go", re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", as_json)
        yield "JSON in JSON", json.dumps(as_json, ensure_ascii=ascii_only)[1:-1]
    yield "JSON, each sign", "".join(f"\\u{ord(sign):04x}" for sign in text)
    yield "Python", repr(text)[1:-1]
    yield "Python", repr(text.encode())[2:-1]
    # As the SDK's debug messages have it, and C.
    quoted = re.sub(r"(['\"\\])", r"\\\1", text)
    yield "protobuf", quoted
    yield "protobuf", "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in quoted.encode())
    for safe in ("", "/", "!'()*~", ":/?#[]@!$&'()*+,;="):
        yield "URL", quote(text, safe=safe)
        yield "URL", re.sub("%..", lambda sign: sign[0].lower(), quote(text, safe=safe))
    yield "form of a URL", quote_plus(text)
    yield "URL, each sign", "".join(f"%{sign:02X}" for sign in text.encode())
    yield "HTML", html.escape(text)
    yield "HTML", html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield "HTML", html.escape(text, quote=False)
    yield "HTML, each sign", "".join(f"&#{ord(sign)};" for sign in text)


def _quoted(text: str) -> Iterator[tuple[str, str | bytes]]:
    yield "shell", shlex.quote(text)
    yield "shell", re.sub(r"([^\w\u0080-\uffff])", r"\\\1", text)
    yield "YAML", text.replace("'", "''")
    yield "SQL or YAML in JSON", json.dumps(text.replace("'", "''"))[1:-1]


def _base64_forms(data: bytes) -> Iterator[str]:
    """Wherever in what is encoded it begins; what its neighbours decide is left out."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        whole = len(encoded) if (before + len(data)) % 3 == 0 else len(encoded) - 1
        form = encoded[(0, 2, 3)[before] : whole]
        yield form
        yield form.translate(str.maketrans("+/", "-_"))
