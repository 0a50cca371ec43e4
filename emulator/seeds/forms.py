"""The forms and attestations that centres have at first: made up, the same for the same centre and seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta

from emulator.core import reference
from emulator.core.deterministic_random import roll
from emulator.core.people import rehearsal_ssin
from emulator.systems.access_management import store as access_store
from emulator.systems.integrations import store as forms_store
from emulator.systems.integrations.store import Draft

FORMS = 30
ATTESTATIONS = 8
BY = "portal"
ENTERED_AT = "2024-10-01T09:00:00+01:00"
# Every so many dossiers have two forms; of every so many one is being handled, or was stopped long ago.
_TWICE = 5
_LOCKED = 25
_STOPPED = 10
LOCKED_UNTIL = "2025-02-15"
STOPPED_ON = "2024-09-30"
_FIRST_START = date(2022, 1, 1)
_START_DAYS = 1000  # up to 2024-09-26


def fill(
    connection: sqlite3.Connection,
    number: str,
    forms: int = FORMS,
    attestations: int = ATTESTATIONS,
    seed: int = 0,
) -> None:
    """So many running forms and attestations of a centre, and a tenth as many forms that were stopped before.

    :param seed: another one gives other people, dates and locks.
    """
    _fill(connection, number, forms_store.FORM, forms, sorted(reference.codes("qualityCodes")), seed)
    _fill(
        connection, number, forms_store.ATTESTATION, attestations, sorted(reference.attestation_codes()), seed
    )


def take_over(connection: sqlite3.Connection) -> None:
    """Layout 1 kept no forms: its centres get those that they would have had."""
    rows = connection.execute(
        "SELECT enterprise_number FROM organizations WHERE active_from IS NULL"
    ).fetchall()
    for (number,) in rows:
        fill(connection, number)


def _fill(
    connection: sqlite3.Connection,
    number: str,
    kind: str,
    running: int,
    qualities: Sequence[str],
    seed: int,
) -> None:
    stopped = running // _STOPPED if kind == forms_store.FORM else 0
    place = f"{number}.{seed}" if seed else number
    # The last dossier of each group is the one before it once more: its person has two forms of one quality.
    dossiers = [position - (position % _TWICE == _TWICE - 1) for position in range(running + stopped)]
    ssins = {dossier: rehearsal_ssin(f"beneficiary.{place}.{dossier}") for dossier in dossiers}
    persons = access_store.person_ids(connection, ssins.values())
    drafts = []
    for position, dossier in enumerate(dossiers):
        rolled = roll("form", kind, place, position)
        start = (_FIRST_START + timedelta(days=rolled % _START_DAYS)).isoformat()
        is_running = position < running
        locked = is_running and kind == forms_store.FORM and rolled // _START_DAYS % _LOCKED == 0
        drafts.append(
            Draft(
                persons[ssins[dossier]],
                qualities[dossier % len(qualities)],
                f"{start[:4]}-{position + 1:05d}",
                start,
                None if is_running else STOPPED_ON,
                LOCKED_UNTIL if locked else None,
            )
        )
    forms_store.enter(connection, kind, number, drafts, BY, ENTERED_AT)
