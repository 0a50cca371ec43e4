"""The engine's debug log: it has in clear what a provider is sent, the FTP password too (docs/secrets.md). So no run that
asks for it begins at a portal that is not on this machine.
"""

from __future__ import annotations

from providers.settings import Settings
from schemas.errors import GuardRefused

VARIABLE = "PULUMI_OPTION_VERBOSE"
"""The engine's own, for `-v`."""
FIRST_WITH_SECRETS = 3
"""The verbosity from which on they stand there."""


def refuse_debug_log(verbosity: str | None, settings: Settings) -> None:
    """:param verbosity: as it is asked for; what is no number the engine refuses.

    :raises GuardRefused: where secrets of a real portal would stand in it.
    """
    try:
        asked = int(verbosity or "0")
    except ValueError:
        return
    if asked >= FIRST_WITH_SECRETS and not settings.on_this_machine:
        raise GuardRefused(
            f"with -v={asked} the engine writes passwords and national numbers in clear into a log that others may read",
            "Leave -v out, or look for the fault in a rehearsal; `fusion log` tells which calls a run made",
        )
