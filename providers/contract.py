"""What several modules need to know of the portal's contract (docs/portal-api.md), and what is cheap to import."""

from __future__ import annotations

from datetime import timedelta, timezone

PAGE_SIZE = 500
"""The most items that the portal answers at once."""
BELGIUM = timezone(timedelta(hours=1))
"""Of which days are taken. An hour of summer time does not matter there, so no time zone database is needed."""
