"""The portal's file and its checkpoints are about people: for their owner only, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import controls
from emulator.embedded import open_portal


@pytest.fixture(params=[0o000, 0o022])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_nobody_else_reads_the_portal_and_its_checkpoints(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = tmp_path / "state" / "deep" / "portal.db"
    open_portal(database)
    controls.make_checkpoint(database, "before")
    controls.restore_checkpoint(database, "before")
    modes = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes["state/deep/portal.db.checkpoints/before.db"] == 0o600
    assert {mode for name, mode in modes.items() if (tmp_path / name).is_dir()} == {0o700}
    assert {mode for name, mode in modes.items() if (tmp_path / name).is_file()} == {0o600}


@pytest.mark.usefixtures("umask")
def test_what_sqlite_writes_beside_it_is_private_too(tmp_path: Path) -> None:
    from emulator.core import store

    database = tmp_path / "portal.db"
    connection = store.connect(database)
    connection.execute("CREATE TABLE t (a)")
    beside = sorted(path.name for path in tmp_path.iterdir())
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    connection.close()
    assert beside == ["portal.db", "portal.db-shm", "portal.db-wal"]
    assert modes == {0o600}


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_portal(tmp_path / "portal.db")
    assert tmp_path.stat().st_mode & 0o777 == 0o755
