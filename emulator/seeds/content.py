"""The content of a portal's first moment, as data: the files of `waves/`, and each centre's entry for its wave."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from emulator.core import waves
from emulator.core.waves import Wave


@cache
def load() -> dict[str, Any]:
    """All mergers and centres of every wave: `{"ftpPassword": …, "mergers": […], "centres": […]}`."""
    every = waves.every()
    return {
        "ftpPassword": every[0].data["ftpPassword"],
        "mergers": [merger for wave in every for merger in wave.data["mergers"]],
        "centres": [centre for wave in every for centre in wave.data["centres"]],
    }


def mergers() -> Iterator[tuple[Wave, dict[str, Any]]]:
    """Every merger with its wave, the earliest first."""
    for wave in waves.every():
        for merger in wave.data["mergers"]:
            yield wave, merger


def centres(portal: Wave) -> Iterator[tuple[Wave, dict[str, Any]]]:
    """The centres of a portal that is opened for a wave, each with the wave to which its dates relate.

    A centre that merges again has an entry in each of its waves, and the last one up to the portal's wave counts. A
    centre that an earlier merger made is then there with all its settings. In a portal of an earlier wave it appears with
    its merger, and has what that brings.
    """
    every = waves.every()
    entries: dict[str, tuple[Wave, dict[str, Any]]] = {}
    for wave in every:
        for centre in wave.data["centres"]:
            number = centre["enterpriseNumber"]
            if wave.day <= portal.day:
                entries[number] = wave, centre
            elif number not in entries and made_on(number, wave) is None:
                entries[number] = portal, centre
    yield from entries.values()


def made_on(number: str, portal: Wave) -> str | None:
    """The day on which an earlier merger made this number, as ISO text; None: it has been there always."""
    for wave in waves.every():
        for merger in wave.data["mergers"]:
            if (
                number == merger["enterpriseNumber"]
                and number not in merger["merging"]
                and wave.day < portal.day
            ):
                return wave.day.isoformat()
    return None
