"""`fusion emulator`: which file is the portal, and what keeps it from being served."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from emulator import controls
from tests.operations.conftest import Fusion


def test_a_portal_that_is_not_there_yet_is_made(root: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock").out == "2025-02-03T09:00:00+01:00\n"
    assert (root / ".state" / "portal.db").exists()


def test_another_file_can_be_named(database: Path, root: Path, fusion: Fusion) -> None:
    other = root / "other.db"
    shutil.copyfile(database, other)
    fusion("emulator", "--database", str(other), "clock", "--advance", "5")
    assert controls.get_clock(other).startswith("2024-12-07")
    assert controls.get_clock(database).startswith("2024-12-02")


def test_a_file_that_is_no_portal_is_a_sentence(tmp_path: Path, fusion: Fusion) -> None:
    other = tmp_path / "notes.db"
    other.write_text("no database, but long enough to be taken for one " * 50)
    ran = fusion("emulator", "--database", str(other), "clock")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert "fusion emulator reset" in ran.err


def test_a_port_in_use_is_a_sentence(database: Path, fusion: Fusion) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = fusion("emulator", "--port", port)
        sftp = fusion("emulator", "--port", "0", "--sftp-port", port)
    assert (ran.code, sftp.code) == (1, 1)
    assert f"127.0.0.1:{port} cannot be used" in ran.err
    assert "Choose another with --port" in ran.err
    assert f"127.0.0.1:{port} cannot be used" in sftp.err
    assert "Choose another with --sftp-port" in sftp.err


@pytest.mark.parametrize("command", [(), ("clock",), ("journal",), ("mails",)])
def test_a_portal_that_cannot_be_written_loses_nothing(
    fusion: Fusion, database: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path) != database)
    ran = fusion("emulator", "--database", str(database), *command)
    assert (ran.code, ran.out) == (1, "")
    assert f"{database}: cannot be written: nothing was done, and nothing has to be deleted" in ran.err
    assert "reset" not in ran.err
