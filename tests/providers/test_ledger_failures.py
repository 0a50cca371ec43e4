"""Wherever one of the engine's hooks fails, the ledger says so: of what only looks too, once, and without a value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import controls
from providers import ledger
from providers.access import UserProvider
from providers.base import BaseProvider
from providers.chaman import SenderContactProvider
from providers.dossiers import DossiersProvider
from providers.resource import PortalProvider
from providers.retained import RetainedProvider
from providers.unique_report import UniqueReportProvider
from schemas.errors import PortalError, PortalRefused
from tests.providers import moving
from tests.providers.conftest import Portal
from tests.providers.ledger_runs import SENDER, STACK, USER, begin_run, give_up_at_once
from tests.providers.portal_double import PAJOTTEGEM

RETAINED = {"organization": "0212212343", "kind": "sender", "status": "unchanged"}
REPORT = {"organization": "0212212343", "year": "2024"}


@pytest.fixture(autouse=True)
def run(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run("20250203T090000Z-1", monkeypatch)


def steps(portal: Portal) -> list[dict[str, Any]]:
    path = ledger.file_of(portal.database.parents[1], STACK)
    lines = [json.loads(line) for line in path.read_text().split("\n") if line] if path.exists() else []
    return [line for line in lines if line["kind"] == "step"]


def call(provider: BaseProvider, hook: str, props: dict[str, Any]) -> Any:
    """As the engine does, the properties last."""
    before: dict[str, list[Any]] = {
        "check": [{}],
        "create": [],
        "update": ["id", props],
        "diff": ["id", props],
    }
    return getattr(provider, hook)(*before.get(hook, ["id"]), props)


@pytest.mark.parametrize(
    ("provider", "hooks", "props"),
    [
        (SenderContactProvider, ("create", "read", "update", "delete"), SENDER),
        (RetainedProvider, ("create", "read", "update"), RETAINED),
        (UniqueReportProvider, ("create", "read", "update"), REPORT),
        (DossiersProvider, ("check", "create", "read", "update"), moving.declared()),
    ],
)
def test_a_portal_that_fails_is_told_at_each_thing(
    portal: Portal, provider: type[BaseProvider], hooks: tuple[str, ...], props: dict[str, Any]
) -> None:
    give_up_at_once()
    controls.add_fault(portal.database, controls.Rule(status=503))
    for hook in hooks:
        with pytest.raises(PortalError):
            call(provider(), hook, props)
    told = steps(portal)
    assert [(line["step"], line["came"]) for line in told] == [(hook, "failed") for hook in hooks]
    assert {line["thing"] for line in told} == {provider().identity(props)}
    assert all("answered 503" in line["why"] for line in told)


def test_a_check_that_refuses_is_told_with_its_reason(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SenderContactProvider, "refuse", lambda *_: "that takes too much away")
    assert call(SenderContactProvider(), "check", SENDER).failures
    (line,) = steps(portal)
    assert (line["step"], line["came"], line["why"]) == ("check", "failed", "that takes too much away")


def test_a_fault_of_ours_is_told_once_and_without_a_value(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user's `diff` begins with that of all resources: a hook within a hook."""

    def fail(*_: object) -> list[str]:
        raise TypeError(USER["ssin"])

    monkeypatch.setattr(PortalProvider, "_compared", fail)
    with pytest.raises(TypeError):
        call(UserProvider(), "diff", USER)
    (line,) = steps(portal)
    assert (line["step"], line["why"]) == ("diff", "TypeError")
    assert line["thing"] == UserProvider().identity(USER)


def test_a_look_that_goes_well_is_no_line(portal: Portal) -> None:
    for provider, props in ((RetainedProvider, RETAINED), (UniqueReportProvider, REPORT)):
        for hook in ("check", "create", "read"):
            call(provider(), hook, props)
    call(SenderContactProvider(), "check", SENDER)
    call(SenderContactProvider(), "read", SENDER)
    assert steps(portal) == []
    call(SenderContactProvider(), "create", SENDER)
    (line,) = steps(portal)
    assert (line["thing"], line["came"]) == (f"{PAJOTTEGEM}/SenderContact", "made")


def test_what_is_in_use_and_stays_is_left(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """No failure: what uses it was there before."""
    call(SenderContactProvider(), "create", SENDER)

    def refuse(*_: object) -> None:
        raise PortalRefused(problem="urn:problem-type:inUse")

    monkeypatch.setattr(SenderContactProvider, "remove", refuse)
    call(SenderContactProvider(), "delete", SENDER)
    assert [line["came"] for line in steps(portal)] == ["made", "left"]
