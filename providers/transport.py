"""How calls reach the portal that the settings name: over the network, or in this process where it is the embedded one."""

from __future__ import annotations

import sqlite3

from providers.network import Transport
from providers.settings import Settings, embedded_database
from schemas.errors import PortalUnreachable


def transport_to(settings: Settings) -> Transport:
    """Raises `PortalUnreachable` where the embedded portal's file cannot be used."""
    if not settings.embedded:
        from providers import sockets  # the embedded portal needs none

        return sockets.connect(settings.base_url, on_this_machine=settings.on_this_machine)
    from emulator.embedded import transport  # the emulator is needed only where it is the portal

    try:
        return transport(embedded_database())
    except OSError as error:
        raise PortalUnreachable(
            detail=f"the embedded portal's {error.filename or embedded_database()}: {error.strerror}: work as its owner, or "
            "have the rights put right; nothing has to be deleted"
        ) from None
    except (RuntimeError, sqlite3.DatabaseError) as error:
        raise PortalUnreachable(
            detail=f"the embedded portal's file {embedded_database()} cannot be used ({error}); "
            "`fusion emulator reset` starts anew"
        ) from None
