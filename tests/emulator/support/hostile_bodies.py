"""What a hostile or a broken client sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from emulator.web.openapi import document as openapi
from tests.emulator.support import certificate_files

# Stands in what is sent, and must not stand in what is answered.
CANARY = "c4n4ry"
_ME = CANARY.encode()

TOO_LONG = b'{"name": "' + b"x" * 10_000_000 + b'"}'


NOT_AN_OBJECT: dict[str, bytes] = {
    "nothing": b"",
    "blank": b" \n\t",
    "half": b'{"name": "' + _ME,
    "a comma too many": b'{"name": "c4n4ry",}',
    "a comment": b"// c4n4ry\n{}",
    "other quotes": b"{'name': 'c4n4ry'}",
    "two values": b"{} {}",
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "a form": b"name=" + _ME,
    "YAML": b"name: !!python/object/apply:os.system [c4n4ry]",
    "null": b"null",
    "true": b"true",
    "a number": b"17",
    "a text": b'"c4n4ry"',
    "a list": b'[{"name": "c4n4ry"}]',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "overlong UTF-8": b'{"name": "\xc0\xaf\xe0\x80\xaf"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "half a pair": b'{"name": "\\ud800"}',
    "the other half": b'{"name": "\\udc00\\ud800"}',
    "UTF-16": '{"name": "c4n4ry"}'.encode("utf-16"),
    "UTF-32": '{"name": "c4n4ry"}'.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a raw NUL": b'{"name": "\x00"}',
    "NULs": b"\x00" * 1000,
    "a raw line end": b'{"name": "a\nb"}',
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "beyond a float": b'{"x": 1e999}',
    "deep lists": b"[" * 500_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep in an object": b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "many digits": b'{"x": ' + b"9" * 200_000 + b"}",
    "gzip": b"\x1f\x8b\x08\x00c4n4ry",
}

OTHER_MEDIA_TYPES = (
    "",
    "text/plain",
    "text/json",
    "application/xml",
    "application/json5",
    "application/merge-patch+json",
    "application/x-www-form-urlencoded",
    f"multipart/form-data; boundary={CANARY}",
    "application/json, text/plain",
    f"{CANARY}/" + "x" * 1000,
)

OTHER_TYPES: tuple[Any, ...] = (
    {f"a {CANARY}": {f"a {CANARY}": [CANARY]}},
    [[[CANARY]]],
    True,
    0.5,
    10**400,
    -1,
    "",
    f"'; DROP TABLE resources; -- {CANARY}",
    f"\x00{CANARY}",
    CANARY * 50_000,
)


def could_be(schema: dict[str, Any], value: Any, document: dict[str, Any]) -> bool:
    """Whether a field of this schema may have this value, or one of its kind (its own rules go further)."""
    schema = openapi.resolve_reference(document, schema)
    if "anyOf" in schema and "type" not in schema:
        return any(could_be(choice, value, document) for choice in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    return KINDS.get(schema.get("type", "object"), _is_object)(schema, value)


def _is_object(schema: dict[str, Any], value: Any) -> bool:
    return "type" not in schema and isinstance(value, dict)


def _is_number(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if schema["type"] == "integer" else int | float):
        return False
    return bool(schema.get("minimum", schema.get("exclusiveMinimum", value)) <= value < 10**9)


def _is_text(schema: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, str) or ("\x00" in value and "pattern" in schema):
        return False
    return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9))


KINDS: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    "boolean": lambda _, value: isinstance(value, bool),
    "integer": _is_number,
    "number": _is_number,
    "string": _is_text,
    "object": _is_object,
}


PATHS = (
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "%2e%2e%2fc4n4ry",
    "..%5C..%5Cc4n4ry",
    "%252e%252e%252fc4n4ry",
    "c4n4ry%00.cer",
    "%00",
    "c4n4ry%0D%0ASet-Cookie:%20a=b",
    "%0A",
    "c4n4ry%E2%80%A8%C2%85",
    "%ED%A0%80",
    "%C0%AF",
    "%FF%FE",
    "c4n4ry'%20OR%20'1'='1",
    "%27%3B%20DROP%20TABLE%20resources%3B%20--%20c4n4ry",
    "%25c4n4ry%25",
    "%24%7Bjndi:ldap:%2F%2Fc4n4ry%7D",
    "%7B%7B7*7%7D%7Dc4n4ry",
    "c4n4ry" * 1000,
    "%20",
)

QUERIES: tuple[Any, ...] = (
    {CANARY: "1"},
    {"'; DROP TABLE resources; --": CANARY},
    {"a\r\nSet-Cookie": CANARY},
    {f"\u202e{CANARY}\x00": "1"},
    [(f"x{number}", CANARY) for number in range(5000)],
    [("verbose", CANARY)] * 3,
    {"": CANARY},
    {"a" * 50_000: "1"},
)

HEADERS = (
    CANARY * 10_000,
    f'"{CANARY}", ' * 3000,
    f"W/{CANARY}",
    f"Bearer {CANARY}; DROP TABLE tokens".encode(),
    b"Bearer \xff\xfe\x80",
    "Bearer",
    "",
    "\t",
    "*, *",
)

FORMS = (
    b"",
    b"grant_type",
    b"&&&&",
    b"=c4n4ry",
    b"\xff\xfe",
    b"%ff%fe=%00",
    b"grant_type=client_credentials&grant_type=c4n4ry",
    b"grant_type=c4n4ry",
    b"x=c4n4ry&" * 1000,
    b"grant_type=client_credentials&client_assertion_type="
    b"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=c4n4ry",
    b"grant_type=client_credentials&client_assertion_type="
    b"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJub25lIn0.e30.",
    b"grant_type=client_credentials&client_assertion_type="
    b"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&acting_for='+OR+1=1&client_assertion="
    + b"A"
    * 100_000,
    json.dumps({"grant_type": CANARY}).encode(),
)

# Shown otherwise than they are, or not at all.
REFUSED_TEXTS = (
    "\u202ec4n4ry",
    "c4n4ry\u2066",
    "c4n4ry\u200f",
    "c4n4ry\x00",
    "c4n4ry\x1b[31m",
    "c4n4ry\u2028",
    "c4n4ry\x85",
    "\u200b\u200d\ufeff",
    "\u3164",
    "\u00a0\u2003",
    "\ufeff",
    "",
    " ",
    "x" * 201,
)
KEPT_TEXTS = (
    "OCMW Gooi\u0304k",
    "e\u0301 is not \u00e9",
    "ОСМW",  # the first three letters are Cyrillic
    "z\u0353\u0346a\u0318l\u0300g\u034b\u0352o\u0322" * 5,
    "zero\u200bwidth",
    "'; DROP TABLE resources; --",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "%s%n%x",
    "\U0001f3e0" * 200,
    " spaces around ",
    "..",
)


def certificates() -> dict[str, str]:
    """Files that are no certificate to be read, or take for ever; in base64."""
    der = certificate_files.der
    return {
        "a pfx that takes minutes to open": certificate_files.slow_pfx(),
        "an X.400 name": certificate_files.with_alternative_name(der(0xA3, der(0x30))),
        "an EDI party's name": certificate_files.with_alternative_name(der(0xA5, der(0x30))),
    }


CONTROLS: tuple[tuple[str, Any], ...] = (
    ("clients", {"clientId": CANARY, "publicKey": certificate_files.unknown_key()}),
    ("rateLimit", {"requestsPerSecond": 5e-324, "burst": 1}),
)
