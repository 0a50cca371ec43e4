"""People for the access tests: a key stands for the same person here, in the seed and in a rehearsal's secrets."""

from __future__ import annotations

from typing import Any

from emulator.controls import rehearsal_ssin


def ssin(key: str) -> str:
    return rehearsal_ssin(key)


def chiefs(*keys: str) -> dict[str, dict[str, Any]]:
    """What the program knows of chief access managers: their INSZ."""
    return {key: {"ssin": ssin(key)} for key in keys}


def managers(*keys: str) -> dict[str, dict[str, Any]]:
    """What the program knows of access managers: INSZ, address, language (R16)."""
    return {key: {"ssin": ssin(key), "email": f"{key}@ocmw.example", "language": "nl"} for key in keys}
