"""Values that JSON Schema cannot describe: check digits, signatures, and what there is on the portal at hand."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import schemathesis
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.controls import rehearsal_ssin
from emulator.core import reference
from emulator.core.journal import TOKEN_PATH
from emulator.core.resources import SINGLE
from emulator.signin import oauth
from emulator.systems.access_management import rights
from emulator.web.openapi import examples as bodies
from tests.emulator.support.certificate_files import certificate
from tests.support import portal_tables

BASE = "http://portal.embedded"
CLIENT = "fuzz"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def public_pem() -> str:
    return key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion(**claims: Any) -> str:
    now = int(time.time())
    standard = {"iss": CLIENT, "sub": CLIENT, "aud": BASE + TOKEN_PATH, "iat": now, "exp": now + 300}
    return jwt.encode({**standard, "jti": uuid.uuid4().hex, **claims}, key(), "RS256")


def register_formats() -> None:
    """For schemathesis: valid values of the formats that the documents name."""
    ssins = st.integers(0, 10_000).map(lambda number: rehearsal_ssin(f"fuzz.{number}"))
    word = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
    schemathesis.openapi.format("ssin", ssins)
    schemathesis.openapi.format("email", st.builds("{}@{}.example".format, word, word))
    schemathesis.openapi.format("enterprise-number", st.sampled_from(["0212216402", "1010784738"]))
    moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat(timespec="seconds"))
    schemathesis.openapi.format("moment", moments | st.dates().map(str))
    # Each call signs its own: an assertion is taken once.
    schemathesis.openapi.format("client-assertion", st.integers(0, 3).map(lambda _: assertion()))


def collect_names(database: Path, organization: str) -> dict[str, list[str]]:
    """What there is at an organisation, by the parameter or field that names it; what goes together comes first."""

    def keys(kind: str) -> list[str]:
        return portal_tables.read_keys(database, organization, kind, limit=3)

    users = keys(f"users/{rights.SOCIAL_WELFARE}")
    ids = [
        key for table in _WITH_IDS for key in portal_tables.read_ids(database, table, organization, limit=10)
    ]
    ids = [*users, *ids]
    accounts = [*keys("ftpAccount"), *keys("restAccount"), *keys("delegationRequest")]
    uploaded = keys("certificate")
    return {
        "enterpriseNumber": [organization],
        "supplier": [bodies.BODIES["systems.chaman:DelegationRequestBody"]["supplier"]],
        "domain": sorted(reference.codes("domains"), key=lambda code: code != rights.SOCIAL_WELFARE),
        "accountName": [REQUEST, *accounts],
        "fileName": ["socius-nova.cer", *uploaded],
        "id": ids,
        "ids": users,
        "year": ["2024"],
        "name": ["before"],
        "certificate": uploaded,
        "content": _certificates(),
        "publicKey": [public_pem()],
    }


# Of these an unknown one is answered for by itself, and is no fault of the call.
_ONE_BY_ONE = {"id", "ids"}
_WITH_IDS = ("forms", "documents", "aid_requests")
# A delegation request that waits for its supplier's answer.
REQUEST = "Nova"


def point_at(document: dict[str, Any], found: Mapping[str, list[str]]) -> None:
    """Have a document's parameters and fields name what there is.

    In paths about as often as what else they may name; the acting organisation, and what bodies refer to, always: any
    other is refused.
    """
    schemas = document["components"]["schemas"]
    bodies: set[str] = set()
    answers: set[str] = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            bodies |= _named(operation.get("requestBody"), schemas)
            answers |= _named(operation["responses"], schemas)
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] in found:
                    other = (
                        [] if parameter["name"] in ("enterpriseNumber", "supplier") else [parameter["schema"]]
                    )
                    parameter["schema"] = _among(parameter["schema"], found[parameter["name"]], other)
    for name in bodies - answers:
        properties = schemas[name].get("properties", {})
        for field in properties.keys() & found.keys():
            properties[field] = _pointed(field, properties[field], found[field])
    _shorten(document)


def _named(node: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The schemas that a part of the document refers to, and those that these refer to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(waiting.pop())):
            if name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _pointed(field: str, schema: dict[str, Any], values: list[str]) -> dict[str, Any]:
    if "$ref" in json.dumps(schema):
        return schema  # an object: only its own fields name something
    if schema.get("type") == "array":
        return {**schema, "items": _pointed(field, schema["items"], values)}
    if field in _ONE_BY_ONE:
        return _among(schema, values, [schema])
    return _among(schema, values, [{"type": "null"}] if {"type": "null"} in schema.get("anyOf", ()) else [])


def _among(schema: dict[str, Any], values: list[str], others: list[dict[str, Any]]) -> dict[str, Any]:
    if "$ref" in json.dumps(schema):
        return schema  # an object, for which a name in `found` stands by chance
    fitting = [value for value in values if Draft202012Validator(schema).is_valid(value)]
    if not fitting:
        return schema
    among = {"type": "string", "enum": fitting}
    return {"anyOf": [among, *others]} if others else among


def _shorten(document: dict[str, Any]) -> None:
    """Every day that passes costs the portal its work; a run that moves by years would do nothing else."""
    clock = document["components"]["schemas"].get("ClockBody", {"properties": {}})
    for choice in clock["properties"].get("advanceDays", {}).get("anyOf", ()):
        if "maximum" in choice:
            choice["maximum"] = 5


@cache
def _certificates() -> list[str]:
    return [certificate(), certificate(encoding=Encoding.PEM), certificate(self_signed=True)]


def chief(database: Path, organization: str) -> str:
    """The INSZ of a chief access manager."""
    found = portal_tables.read_resource(database, organization, "chiefAccessManagers", SINGLE)
    assert found
    return str(found[0]["chiefAccessManagers"][0]["ssin"])


def form(**more: str) -> Mapping[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": oauth.ASSERTION_TYPE,
        **more,
    }
