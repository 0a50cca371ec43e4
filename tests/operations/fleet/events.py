"""The engine's events as the Automation API gives them, for engines that a test plays."""

from __future__ import annotations

from typing import Any

from pulumi.automation.events import EngineEvent

STACK_TYPE = "pulumi:pulumi:Stack"
FTP_ACCOUNT = "pulumi-python:dynamic/chaman:FtpAccount"


def _event(**event: Any) -> EngineEvent:
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, **event})


def _step(name: str, step: str, kind: str, outputs: Any = None) -> dict[str, Any]:
    urn = f"urn:pulumi:pajottegem::fusion::{kind}::{name}"
    new = None if outputs is None else {"type": kind, "urn": urn, "outputs": outputs}
    return {"op": step, "urn": urn, "type": kind, "provider": "", "new": new}


def begins(name: str, step: str, kind: str = FTP_ACCOUNT) -> EngineEvent:
    """The engine begins with a resource."""
    return _event(resourcePreEvent={"metadata": _step(name, step, kind)})


def done(name: str, step: str, kind: str = FTP_ACCOUNT) -> EngineEvent:
    """It is done with it."""
    return _event(resOutputsEvent={"metadata": _step(name, step, kind)})


def failed(name: str, step: str, kind: str = FTP_ACCOUNT) -> EngineEvent:
    """It failed with it."""
    return _event(resOpFailedEvent={"metadata": _step(name, step, kind), "status": 0, "steps": 0})


def stack_outputs(outputs: dict[str, Any]) -> EngineEvent:
    """The stack itself is done, with these."""
    return _event(resOutputsEvent={"metadata": _step("fusion-pajottegem", "same", STACK_TYPE, outputs)})


def message(severity: str, text: str) -> EngineEvent:
    """A message of the engine, the program or a provider."""
    return _event(diagnosticEvent={"message": f"{text}\n", "color": "never", "severity": severity})


def summary_of(counts: dict[str, int]) -> EngineEvent:
    """The engine's own counts at the end."""
    return _event(summaryEvent={"resourceChanges": counts, "durationSeconds": 1, "maybeCorrupt": False})
