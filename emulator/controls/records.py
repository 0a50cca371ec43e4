"""The portal's records: its calls, mails, mutations, the files in folders, forms, FTP accounts."""

from __future__ import annotations

from contextlib import closing
from datetime import time
from pathlib import Path
from typing import Any

from emulator.calendar import clock, mutations
from emulator.controls.connections import open_in_transaction, plain_or_none
from emulator.core import journal as calls
from emulator.core import resources, store
from emulator.core.journal import Selection
from emulator.rehearsal import records_api
from emulator.systems.integrations import store as forms_store
from emulator.systems.ocmw_online import mails


def journal(
    database: Path,
    writes: bool = False,
    kbo: str | None = None,
    since: str | None = None,
    path: str | None = None,
    status: str | None = None,
) -> list[dict[str, Any]]:
    """The calls that the portal got, oldest first: `{seq, at, method, path, actingFor, client, status, outcome?,
    fault?, person?}`; a write was made where `outcome`, the call's own status, is below 400.

    :param writes: only those that can change something at an organisation: no GET, no HEAD, no sign-in.
    :param kbo: only those under this enterprise number.
    :param since: only those from this portal moment on.
    :param path: only those whose path this glob matches.
    :param status: only those with this status (`409`), or of this class (`4xx`).
    :raises ClockError: when `since` is not a moment. :raises ValueError: when `status` is neither.
    """
    moment = None if since is None else clock.parse(since, time.min).isoformat(timespec="seconds")
    statuses = None if status is None else calls.statuses(status)
    with closing(store.connect(database)) as connection:
        return calls.read(connection, Selection(writes, plain_or_none(kbo), moment, path, statuses))


def list_mails(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """The mails that the portal sent, to a centre or to all, oldest first."""
    with open_in_transaction(database) as connection:
        return mails.read(connection, plain_or_none(kbo))


def list_mutations(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """How many mutations of each type arrived and how many did not: `{organization, type, outcome, count}`."""
    with open_in_transaction(database) as connection:
        return mutations.counts(connection, plain_or_none(kbo))


def list_folder_files(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """What lies in the folders of FTP accounts; see `records_api.folder_files`."""
    with open_in_transaction(database) as connection:
        return records_api.folder_files(connection, plain_or_none(kbo))


def list_forms(database: Path) -> list[dict[str, Any]]:
    """Every form and attestation: `{id, organization, kind, personId, qualityCode, reference, startDate, endDate,
    plannedEndDate, stoppedFor, predecessor, successor}`, with None for what a form does not have.

    `plannedEndDate` is when it was to end before it was stopped for the merger of the day `stoppedFor`.
    """
    with open_in_transaction(database) as connection:
        return [
            {
                "id": form.id,
                "organization": form.organization,
                "kind": form.kind,
                "personId": form.person_id,
                "qualityCode": form.quality_code,
                "reference": form.reference,
                "startDate": form.start_date,
                "endDate": form.end_date,
                "plannedEndDate": form.planned_end,
                "stoppedFor": form.stopped_for,
                "predecessor": form.predecessor,
                "successor": form.successor,
            }
            for form in forms_store.every(connection)
        ]


def list_ftp_accounts(database: Path) -> list[dict[str, str]]:
    """`{organization, accountName}` of every FTP account, in the order in which they were saved."""
    with open_in_transaction(database) as connection:
        return [
            {"organization": organization, "accountName": name}
            for organization, name in resources.every_key(connection, "ftpAccount")
        ]
