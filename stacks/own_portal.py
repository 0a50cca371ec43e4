"""Which portal a state belongs to: what is remembered of it, when another one is the same, and what is said when not.

The stack's output `portal` remembers the URL and the identity that the portal tells. Two that tell one are the same portal
where these are equal, wherever they are reached; else the URL counts. `stacks.findings` asks the portal and compares before
a run of this checkout's `pulumi`. The program compares by itself too, in every preview and `up`, and asks nobody: so
another URL is refused whatever starts the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from providers import paths
from schemas.errors import FusionError, NotFound

if TYPE_CHECKING:
    from providers.portal import ReadingPortal
    from providers.settings import Settings

T = TypeVar("T")
OUTPUT = "portal"
"""The stack's output that remembers it."""
TOLD = "FUSION_PORTAL_IDENTITY"
"""The variable in which `engine/pulumi.sh` hands the program the identity that was told before the run; "" is none."""


@dataclass(frozen=True)
class Portal:
    """A portal; `identity` is "" where it tells none, or nobody asked."""

    url: str
    identity: str = ""

    def __str__(self) -> str:
        return f"{self.url} ({self.identity})" if self.identity else self.url

    def is_same_as(self, other: Portal) -> bool:
        if self.identity and other.identity:
            return self.identity == other.identity
        return self.url == other.url

    def as_output(self) -> dict[str, str]:
        return {"url": self.url, "identity": self.identity}

    @classmethod
    def from_output(cls, output: object) -> Self | None:
        """None for a state of before it was remembered."""
        if not isinstance(output, Mapping) or not isinstance(output.get("url"), str):
            return None
        return cls(output["url"], str(output.get("identity") or ""))


class OtherPortal(FusionError):
    """The settings lead to another portal than the state's: nothing that the state says is known to be so there."""

    afterwards = "Nothing was done"

    def __init__(self, stack: str, remembered: Portal, now: Portal) -> None:
        if now.url == remembered.url:
            found = f"and another one is there now{f' ({now.identity})' if now.identity else ''}"
            back = (
                "bring that portal back to its address (an emulated one: to a `fusion emulator checkpoint`)"
            )
        else:
            found = f"and the settings say {now}"
            back = f"set the settings back: `pulumi config set portalUrl {remembered.url} -s {stack}`"
        super().__init__(
            f"the state of {stack} belongs to the portal {remembered}, {found}",
            f"Either {back}. Or, if it was replaced for good, have the state forget it, `pulumi state delete --all --force "
            f"--yes -s {stack}`, and begin anew: `pulumi up -s {stack}` adopts what the new portal has and makes the rest "
            "(docs/operating.md, Another portal)",
        )


class MovedPortal(FusionError):
    """The state's portal has another address: what runs no program would still go to the old one."""

    def __init__(self, stack: str, remembered: Portal, now: Portal) -> None:
        super().__init__(
            f"the portal of {stack} moved from {remembered.url} to {now.url}, and its state has the old address",
            f"Run `pulumi up -s {stack}` once, then the same command again",
        )


def ask_identity(portal: ReadingPortal) -> str:
    """What the portal tells of itself, "" where it tells nothing."""
    try:
        return str(portal.get(paths.PORTAL).body["identity"])
    except NotFound:
        return ""


def ask_portal(settings: Settings, number: str, look: Callable[[ReadingPortal], T]) -> T:
    """What somebody sees who looks at the portal as the centre with this number."""
    # They cost half a second, and few runs ask.
    from concurrent.futures import ThreadPoolExecutor

    from providers.portal import Connection, ReadingPortal

    def ask() -> T:
        connection = Connection(settings)
        try:
            return look(ReadingPortal(connection, number))
        finally:
            connection.close()

    # In a thread of its own: a program has an event loop in this one already, and the embedded portal needs another.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


def read_date(portal: ReadingPortal) -> date:
    """The portal's date. Raises `PortalError` where it gives no answer."""
    ask_identity(portal)
    return portal.today


def judge(stack: str, remembered: Portal | None, url: str, told: str | None) -> Portal:
    """The portal that the state will belong to. Raises `OtherPortal`.

    :param told: the identity that the portal told before this run, None where nobody asked.
    """
    now = Portal(url, told or "")
    if remembered is None:
        return now
    if not remembered.is_same_as(now):
        raise OtherPortal(stack, remembered, now)
    return now if told is not None else Portal(url, remembered.identity)
