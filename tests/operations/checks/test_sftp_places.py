"""Where the folders of FTP accounts are: told by the portal, set, pinned, and each way in which nobody opens there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest

from emulator import controls
from emulator.sftp import server as sftp
from operations.checks import folders
from operations.checks.folders import FolderClosed, Folders
from operations.checks.results import OK, UNKNOWN
from providers.portal import Answer, ReadingPortal
from providers.settings import Settings, SftpSettings
from schemas.errors import NotFound
from tests.operations.checks.conftest import HERNE, PAJOTTEGEM, Setting


@pytest.fixture
def served(applied: Setting) -> Iterator[sftp.Address]:
    """The folders have a place of their own, as they have with a portal that is served."""
    with sftp.running(applied.database, failed_seconds=0.01) as address:
        applied.settings |= {"sftpHost": address.host, "sftpPort": str(address.port)}
        yield address


def test_the_place_can_be_configured_and_its_key_pinned(applied: Setting, served: sftp.Address) -> None:
    assert applied.found("SFTP folder")[0] == OK
    applied.settings["sftpHostKey"] = served.fingerprint
    assert applied.found("SFTP folder")[0] == OK


def test_a_served_portal_says_where_its_folders_are(applied: Setting) -> None:
    """On whatever port, and by which key they are known; nothing is set but where the portal is."""
    serve = f"serve(Path({str(applied.database)!r}), port=0, sftp_port=0)"
    code = f"from pathlib import Path; from emulator.serve import serve; {serve}"
    checkout = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=checkout
    ) as portal:
        assert portal.stdout
        try:
            applied.settings["portalUrl"] = portal.stdout.readline().split()[-1]
            portal.stdout.readline()
            port = portal.stdout.readline().split()[4]
            assert applied.found("SFTP folder")[0] == OK
            url = applied.settings["portalUrl"] + "/rehearsal/v1/folders"
            assert httpx.get(url).json()["port"] == int(port)
        finally:
            portal.terminate()
            portal.wait(timeout=20)
    applied.settings.pop("portalUrl")
    with pytest.raises(NotFound):
        applied.portal(PAJOTTEGEM).get("/rehearsal/v1/folders")


@pytest.mark.parametrize(
    ("port", "pinned", "trusted"),
    [(0, "", "told"), (8022, "", "told"), (8022, "pinned", "pinned"), (2222, "", "")],
    ids=str,
)
def test_the_told_key_is_that_of_the_told_port(port: int, pinned: str, trusted: str) -> None:
    """Also where the port is set: else anybody's server there would get the password."""

    class Telling:
        def get(self, _: str) -> Answer:
            return Answer({"port": 8022, "hostKey": "told"})

    place = folders._told_by(cast("ReadingPortal", Telling()), SftpSettings("127.0.0.1", port, pinned))
    assert place == SftpSettings("127.0.0.1", port or 8022, trusted)


def test_another_key_than_the_pinned_one_gets_no_password(applied: Setting, served: sftp.Address) -> None:
    applied.settings["sftpHostKey"] = "SHA256:" + "A" * 43
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "has another host key" in detail
    assert [call for call in controls.journal(applied.database) if call["method"] == "SFTP"] == []


def test_a_server_elsewhere_without_a_pinned_key_gets_no_password(applied: Setting) -> None:
    applied.settings["sftpHost"] = "sftp.portal.example"
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "Set fusion:sftpHostKey" in detail


def test_nobody_listens(applied: Setting) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    applied.settings |= {"sftpHost": "127.0.0.1", "sftpPort": str(port)}
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert f"127.0.0.1:{port} gives no usable answer" in detail
    assert "fusion:sftpPort" in detail


def test_who_accepts_and_says_nothing_is_waited_for_once(
    applied: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for each of the accounts again."""
    monkeypatch.setattr(folders, "_CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        applied.settings |= {"sftpHost": "127.0.0.1", "sftpPort": str(mute.getsockname()[1])}
        closed = [line for line in applied.check() if "gives no usable answer" in line.detail]
        accepted = 0
        mute.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while True:
                mute.accept()[0].close()
                accepted += 1
    assert {line.result for line in closed} == {UNKNOWN}
    assert {line.kbo for line in closed} >= {PAJOTTEGEM, HERNE}
    assert accepted == 1


def test_a_tunnel_to_a_portal_elsewhere_gets_no_password_without_a_pinned_key(applied: Setting) -> None:
    """On a loopback address anybody may listen: only a rehearsal's portal is known to be there."""
    elsewhere = Settings("https://portal.example", "client", None, Path("unused"), 5)
    at = Folders(elsewhere, SftpSettings("127.0.0.1", 8022, ""))
    with pytest.raises(FolderClosed, match="Set fusion:sftpHostKey"):
        at.open(
            applied.portal(PAJOTTEGEM),
            "pajot2025",
            "Planted+Secret=",
            datetime.now(UTC),
            "pajottegem/pajottegem",
        )


def test_without_the_sftp_package(applied: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "extra `check`" in detail


def test_a_server_that_never_answers_is_not_waited_for_for_ever(
    applied: Setting, served: sftp.Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def listing(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(folders, "_list_files", listing)
    monkeypatch.setattr(folders, "_SECONDS", 0.2)
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "gives no usable answer (TimeoutError)" in detail


def test_an_embedded_portal_that_cannot_serve(applied: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(sftp, "running", taken)
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "Address already in use" in detail
