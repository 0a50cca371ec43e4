"""The portal's journal, step by step: what a stack's own client wrote, in which of the manual's systems, and whether that
was allowed and needed.

People in a story write through another client (`manual_actions`), so that these are the project's writes and no one else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator import controls
from providers import dossiers, paths
from schemas.declaration import Fusion
from schemas.systems import System
from stacks.write_policy import unexpected_writes

CLIENT = "rehearsal"
_BATCH = re.compile(r"/(stops|successions|users|deletions)$")
Call = Mapping[str, Any]
_SYSTEMS: Mapping[tuple[str, str], System] = {
    (paths.ACCESS, paths.CHIEF_ACCESS_MANAGERS): System.CHIEF_ACCESS_MANAGERS,
    (paths.ACCESS, paths.DOMAINS): System.ACCESS,
    (paths.CHAMAN, paths.SENDER): System.SENDER,
    (paths.CHAMAN, paths.FTP_ACCOUNTS): System.FTP_ACCOUNT,
    (paths.CHAMAN, paths.REST_ACCOUNTS): System.REST_ACCOUNT,
    (paths.CHAMAN, paths.DELEGATION_REQUESTS): System.REST_ACCOUNT,
    (paths.CHAMAN, paths.CERTIFICATES): System.CERTIFICATES,
    (paths.CONFIGURATION, paths.MUTATIONS): System.MUTATIONS,
    (paths.CONFIGURATION, paths.TECHNICAL_PROVIDERS): System.TECHNICAL_PROVIDERS,
    (paths.CONFIGURATION, paths.CONTACT_DETAILS): System.CONTACT_DETAILS,
    (paths.CONFIGURATION, paths.NOTIFICATIONS): System.NOTIFICATIONS,
    (paths.INTEGRATIONS, dossiers.FORMS): System.RUNNING_DOSSIERS,
    (paths.INTEGRATIONS, dossiers.ATTESTATIONS): System.ATTESTATIONS,
    (paths.E_BOX, paths.DOCUMENTS): System.E_BOX,
    (paths.UNIQUE_REPORT, paths.REPORTS): System.UNIQUE_REPORT,
    (paths.OCMW_ONLINE, paths.REQUESTS): System.ONLINE_REQUESTS,
}
"""By an API and what stands behind the organisation's number in a path."""


def system_of(path: str) -> System | None:
    """The system that a call's path belongs to, such as `/REST/chaman/v1/organizations/1010784738/sender`."""
    api, _, rest = path.partition("/organizations/")
    parts = rest.split("/")
    return _SYSTEMS.get((f"{api}/organizations", parts[1])) if len(parts) > 1 else None


def describe(call: Call) -> str:
    """A call as stories name it, such as `DELETE /REST/chaman/v1/organizations/1010784738/sender`."""
    return f"{call['method']} {call['path']}"


@dataclass
class JournalCheck:
    """What a story's journal says so far.

    :param read_up_to: the number of the last call that was read.
    :param done: the writes since something gave a reason to write them again.
    :param forbidden: writes at a disappearing centre that the declaration of that moment does not ask for (R05).
    """

    database: Path
    read_up_to: int = 0
    writes: list[Call] = field(default_factory=list)
    done: set[tuple[str, str]] = field(default_factory=set)
    forbidden: list[str] = field(default_factory=list)

    def skip(self) -> None:
        """Leave out the calls so far: the story begins, or people were at work."""
        self.read_up_to = max((call["seq"] for call in controls.journal(self.database)), default=0)

    def forget(self) -> None:
        """Somebody changed the portal or the declaration: the same may be written again."""
        self.done.clear()

    def read(self, fusion: Fusion, client: str | None = CLIENT) -> list[Call]:
        """The client's writes (None: everybody's) since the last reading, held against the fusion as it is declared now."""
        calls = [
            call for call in controls.journal(self.database, writes=True) if call["seq"] > self.read_up_to
        ]
        self.read_up_to = max((call["seq"] for call in calls), default=self.read_up_to)
        new: list[Call] = [call for call in calls if client in (None, call["client"])]
        self.writes += new
        self.forbidden += [
            f"{centre.name}: {describe(call)} on {call['at'][:10]}"
            for centre, call in unexpected_writes(fusion, new)
        ]
        return new

    def needless(self, new: list[Call]) -> Iterator[str]:
        """A line for each of these writes that did the same once more, or that the portal refused."""
        troubled = any(
            call.get("fault") for call in new
        )  # a repeat of what was carried out unseen is refused (412)
        for call in new:
            key = (call["method"], call["path"])
            if troubled and (call.get("fault") or call["status"] >= 400):
                continue
            if call["status"] >= 400:
                yield f"{describe(call)} was refused ({call['status']}): it should have waited"
            elif not _BATCH.search(call["path"]):
                if key in self.done:
                    yield f"{describe(call)} was written again, and nothing had changed"
                self.done.add(key)
