"""A centre that asked a supplier to manage its REST account, and suppliers with clients of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    PAJOTTEGEM,
    SENDER,
    Acting,
    Portal,
    Supplier,
)
from tests.emulator.support.certificate_files import certificate

REQUEST = f"/organizations/{PAJOTTEGEM}/requests/OCMW%20Online"
ACCOUNT = f"/organizations/{PAJOTTEGEM}/accounts/OCMW%20Online"
BODY: dict[str, Any] = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
REFUSED = {"status": "refused", "refusalReason": "geen contract"}


def own(name: str = "socius-1.cer", **more: Any) -> dict[str, str]:
    return {"fileName": name, "content": certificate(self_signed=True, **more)}


def accepted(file: dict[str, str] | None = None) -> dict[str, Any]:
    return {"status": "accepted", "certificate": file or own()}


@pytest.fixture
def centre(pajottegem: Acting) -> Acting:
    """It has asked socius."""
    pajottegem.create("chaman", "/sender", SENDER)
    assert pajottegem.create("chaman", "/delegationRequests/OCMW%20Online", BODY).status_code == 201
    return pajottegem


@pytest.fixture
def socius(portal: Portal) -> Supplier:
    return portal.supplier("socius")


@pytest.fixture
def other(portal: Portal) -> Supplier:
    return portal.supplier("welzijnsware")


def pages(supplier: Supplier, path: str) -> list[dict[str, Any]]:
    """All items of a collection, over all its pages."""
    found: list[dict[str, Any]] = []
    answer = supplier.get(path)
    while True:
        page = answer.json()
        assert answer.status_code == 200, page
        found += page["items"]
        if "next" not in page:
            assert len(found) == page["total"]
            return found
        answer = supplier.portal.http.get(page["next"], headers=supplier.headers)
