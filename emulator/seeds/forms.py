"""The forms and attestations that centres have at first: made up, the same for the same centre and seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from emulator.core import reference, waves
from emulator.core.deterministic_random import roll
from emulator.core.people import rehearsal_ssin
from emulator.core.waves import Wave
from emulator.systems.access_management import store as access_store
from emulator.systems.integrations import store as forms_store
from emulator.systems.integrations.store import Draft

FORMS = 30
ATTESTATIONS = 8
BY = "portal"
# Every so many dossiers have two forms; of every so many one is being handled, or was stopped long ago.
_TWICE = 5
_LOCKED = 25
_STOPPED = 10
# Days from the mergers.
ENTERED, ENTERED_HOUR = -92, 9
LOCKED_UNTIL = 45
STOPPED_ON = -93
_FIRST_START = -1096
_START_DAYS = 1000  # up to 97 days before


def fill(
    connection: sqlite3.Connection,
    number: str,
    wave: Wave,
    forms: int = FORMS,
    attestations: int = ATTESTATIONS,
    seed: int = 0,
) -> None:
    """Around a wave: so many running forms and attestations of a centre, and a tenth as many forms that were stopped before.

    :param seed: another one gives other people, dates and locks.
    """
    _fill(connection, number, wave, forms_store.FORM, forms, sorted(reference.codes("qualityCodes")), seed)
    _fill(
        connection,
        number,
        wave,
        forms_store.ATTESTATION,
        attestations,
        sorted(reference.attestation_codes()),
        seed,
    )


def take_over(connection: sqlite3.Connection) -> None:
    """Layout 1 kept no forms: its centres get those that they would have had."""
    rows = connection.execute(
        "SELECT enterprise_number FROM organizations WHERE active_from IS NULL"
    ).fetchall()
    for (number,) in rows:
        fill(connection, number, waves.every()[0])


def _fill(
    connection: sqlite3.Connection,
    number: str,
    wave: Wave,
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
        start = wave.at(_FIRST_START + rolled % _START_DAYS).date().isoformat()
        is_running = position < running
        locked = is_running and kind == forms_store.FORM and rolled // _START_DAYS % _LOCKED == 0
        drafts.append(
            Draft(
                persons[ssins[dossier]],
                qualities[dossier % len(qualities)],
                f"{start[:4]}-{position + 1:05d}",
                start,
                None if is_running else wave.at(STOPPED_ON).date().isoformat(),
                wave.at(LOCKED_UNTIL).date().isoformat() if locked else None,
            )
        )
    forms_store.enter(connection, kind, number, drafts, BY, wave.at(ENTERED, ENTERED_HOUR).isoformat())
