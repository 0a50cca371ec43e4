"""Checkpoints of another portal, and what stays unique: no ETag, person or secret goes from one portal to another."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from emulator import controls
from emulator.core import store
from emulator.core.people import rehearsal_ssin
from emulator.rehearsal import checkpoints
from tests.emulator.conftest import GALMAARDEN, SENDER, Acting, Portal, problem


def hand_on(one: Portal, name: str, other: Portal) -> None:
    """Give a checkpoint of one portal to another."""
    folders = [portal.database.with_name(f"{portal.database.name}.checkpoints") for portal in (one, other)]
    folders[1].mkdir(exist_ok=True)
    shutil.copyfile(folders[0] / f"{name}.db", folders[1] / f"{name}.db")


def test_a_checkpoint_of_another_portal_brings_no_etag_that_was_given_here(
    portal_at: Callable[[str], Portal],
) -> None:
    here, there = portal_at("2025-02-03"), portal_at("2025-02-03")
    own, others = here.acting_for(GALMAARDEN), there.acting_for(GALMAARDEN)
    given = [own.get("chaman", "/sender").headers["ETag"]]
    given += [
        own.replace("chaman", "/sender", {**SENDER, "name": f"Here {n}"}).headers["ETag"] for n in range(3)
    ]
    for number in range(3):
        given.append(
            others.replace("chaman", "/sender", {**SENDER, "name": f"There {number}"}).headers["ETag"]
        )
        controls.make_checkpoint(there.database, "there")
        hand_on(there, "there", here)
        controls.restore_checkpoint(here.database, "there")
        assert own.get("chaman", "/sender").json()["name"] == f"There {number}"
        for etag in given:
            assert own.replace("chaman", "/sender", SENDER, etag=etag).status_code == 412
        given.append(own.get("chaman", "/sender").headers["ETag"])


def test_a_token_stands_for_nobody_else_after_it(portal_at: Callable[[str], Portal]) -> None:
    """Each portal counts its people by itself: the same number is somebody else's at another one."""
    here, there = portal_at("2025-02-03"), portal_at("2025-02-03")
    for portal, key in ((here, "new.here"), (there, "new.there")):
        centre = portal.acting_for(GALMAARDEN)
        chiefs = centre.get("accessManagement", "/chiefAccessManagers").json()["chiefAccessManagers"]
        more = [{"ssin": one["ssin"]} for one in chiefs] + [{"ssin": rehearsal_ssin(key)}]
        body = {"chiefAccessManagers": more}
        assert centre.replace("accessManagement", "/chiefAccessManagers", body).status_code == 200
    new = here.acting_for(GALMAARDEN, "new.here")
    controls.make_checkpoint(there.database, "there")
    hand_on(there, "there", here)
    controls.restore_checkpoint(here.database, "there")
    assert problem(new.get("accessManagement", "/chiefAccessManagers")) == (401, "invalidAccessToken")


def test_nothing_that_was_deleted_lies_in_a_checkpoints_free_pages(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where SQLite does not overwrite what it deletes, as many builds of it do not."""
    connect = checkpoints._connect

    def lax(file: Path) -> sqlite3.Connection:
        connection = connect(file)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    monkeypatch.setattr(checkpoints, "_connect", lax)
    secrets = ["s3cret-in-the-journal", "s3cret-of-before"]
    with closing(sqlite3.connect(portal.database)) as connection, connection:
        connection.execute("PRAGMA secure_delete=OFF")
        for secret in secrets:
            connection.executemany(
                "INSERT INTO journal (at, method, path, status) VALUES ('', 'GET', ?, 200)",
                [(secret * 20,)] * 500,
            )
        connection.execute("DELETE FROM journal WHERE path GLOB 's3cret-of-before*'")
    controls.make_checkpoint(portal.database, "shared")
    file = portal.database.with_name(f"{portal.database.name}.checkpoints") / "shared.db"
    content = file.read_bytes()
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_no_etag_of_before_a_reset_is_given_after_it(galmaarden: Acting) -> None:
    """Else what somebody read before it could overwrite what is there now."""
    before = galmaarden.replace("chaman", "/sender", SENDER).headers["ETag"]
    controls.reset(galmaarden.portal.database, "2025-02-03")
    anew = galmaarden.portal.acting_for(GALMAARDEN)
    with closing(store.connect(galmaarden.portal.database)) as connection:
        (least,) = connection.execute("SELECT min(etag) FROM resources").fetchone()
    assert least > int(before.strip('"'))
    assert problem(anew.replace("chaman", "/sender", SENDER, etag=before)) == (412, "preconditionFailed")
