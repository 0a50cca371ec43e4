"""Writing calls that never went out are not told as uncertain."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from operations.ledgers.model import Outcome
from operations.ledgers.reading import read_ledger
from providers import ledger
from providers.network import Network
from providers.retry import Failed

STACK = "pajottegem"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.RUN, "20250203T090000Z-1")
    monkeypatch.setenv(ledger.STACK, STACK)
    return tmp_path


class Refusing(httpx.BaseTransport):
    """A proxy that opens no tunnel."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ProxyError("407 Proxy Authentication Required")


def test_a_call_that_a_proxy_did_not_let_through_is_not_uncertain(root: Path) -> None:
    with pytest.raises(Failed):
        Network("https://portal.invalid", Refusing()).exchange("PUT", "/REST/x", json={})
    (run,) = read_ledger(root, STACK).runs
    (call,) = run.things[0].calls
    assert (call.outcome, run.uncertain) == (Outcome.NOT_SENT, [])


def test_a_call_that_cannot_be_built_was_never_asked(root: Path) -> None:
    with pytest.raises(TypeError):
        Network("https://portal.invalid", Refusing()).exchange("PUT", "/REST/x", json={"a": object()})
    assert read_ledger(root, STACK).runs == []
