"""`sftpHostKey` as people write it, against a server that has a key of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncssh
import pytest

from emulator import controls
from emulator.sftp import server as sftp
from operations.checks import host_keys
from operations.checks.folders import FolderClosed, Folders
from operations.checks.host_keys import HostKey, MalformedHostKey
from operations.checks.results import UNKNOWN
from providers.settings import SftpSettings, settings_from
from tests.operations.checks.conftest import PAJOTTEGEM, Setting, no_settings

KEYS = {
    "ED25519": asyncssh.generate_private_key("ssh-ed25519"),
    "ECDSA": asyncssh.generate_private_key("ecdsa-sha2-nistp256"),
    "RSA": asyncssh.generate_private_key("ssh-rsa", key_size=2048),
}
FINGERPRINT = KEYS["RSA"].get_fingerprint()


def public(kind: str) -> str:
    return KEYS[kind].export_public_key().decode().strip()


@pytest.mark.parametrize("kind", list(KEYS))
def test_every_form_is_the_same_key(kind: str) -> None:
    fingerprint = KEYS[kind].get_fingerprint()
    digits = fingerprint.removeprefix("SHA256:")
    known = [HostKey(fingerprint, kind)]
    assert host_keys.parse(fingerprint) == [HostKey(fingerprint)]
    assert host_keys.parse(f"  {fingerprint}=\n") == [HostKey(fingerprint)]
    assert host_keys.parse(f"sha256:{digits}") == [HostKey(fingerprint)]
    assert host_keys.parse(f"256 {fingerprint} sftp.example ({kind})") == known
    assert host_keys.parse(f"# sftp.example:22 SSH-2.0-x\n256 {fingerprint} no comment ({kind})\n") == known
    assert host_keys.parse(public(kind)) == known
    assert host_keys.parse(f"sftp.example,192.0.2.1 {public(kind)}") == known
    assert host_keys.parse(f"[sftp.example]:8022 {public(kind)} a comment") == known
    assert host_keys.parse(f"|1|c2FsdA==|aGFzaA== {public(kind)}") == known


def test_several_may_stand_there() -> None:
    both = [HostKey(KEYS["RSA"].get_fingerprint(), "RSA"), HostKey(KEYS["ECDSA"].get_fingerprint(), "ECDSA")]
    lines = [f"256 {key.fingerprint} host ({key.kind})" for key in both]
    assert host_keys.parse("\n".join(lines)) == both
    assert host_keys.parse(" ".join(lines)) == both
    assert host_keys.parse(f"{both[0].fingerprint}, {both[1].fingerprint}") == [
        HostKey(key.fingerprint) for key in both
    ]
    assert host_keys.parse("") == []


@pytest.mark.parametrize(
    "text",
    [
        FINGERPRINT[:-1],
        FINGERPRINT + "A",
        FINGERPRINT.removeprefix("SHA256:"),
        "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        f"{FINGERPRINT} SHA256:short",
        "ssh-ed25519",
        f"sftp.example {public('RSA')[:60]}",
        "ssh-rsa " + public("ED25519").split()[1],
        f"@cert-authority *.example {public('RSA')}",
        "yes",
        " \n",
        "# sftp.example:22 SSH-2.0-OpenSSH_9.2\n",
    ],
    ids=[
        "short",
        "long",
        "no kind of hash",
        "MD5",
        "two",
        "no key",
        "cut",
        "another kind",
        "an authority",
        "a word",
        "blanks",
        "a comment",
    ],
)
def test_what_is_none_is_malformed(text: str) -> None:
    with pytest.raises(MalformedHostKey):
        host_keys.parse(text)


@contextmanager
def server_of_each_kind(setting: Setting) -> Iterator[sftp.Address]:
    """The portal's folders, by a server with a key of each kind."""
    listen = asyncssh.listen

    def with_all(**options: Any) -> object:
        return listen(**{**options, "server_host_keys": list(KEYS.values())})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncssh, "listen", with_all)
        with sftp.running(setting.database, failed_seconds=0.01) as address:
            yield address


def test_the_kind_of_the_trusted_key_is_asked_for(applied: Setting) -> None:
    password = applied.secrets()["passwords"]["pajottegem/ftp"]
    portal = applied.portal(PAJOTTEGEM)

    def opens(host_key: str) -> bool:
        at = SftpSettings(address.host, address.port, host_key)
        with Folders(settings_from(no_settings), at) as folders:
            return bool(folders.open(portal, "pajot2025", password, datetime.now(UTC), "x").files)

    with server_of_each_kind(applied) as address:
        for kind, key in KEYS.items():
            fingerprint = key.get_fingerprint()
            for written in (fingerprint, f"2048 {fingerprint} sftp.example ({kind})", f"host {public(kind)}"):
                assert opens(written), written
        with pytest.raises(FolderClosed, match="has another host key"):
            opens("SHA256:" + "A" * 43)


@pytest.mark.parametrize("host_key", [" ", "# sftp.example:22 SSH-2.0-OpenSSH_9.2"])
def test_a_text_without_a_key_trusts_no_server(applied: Setting, host_key: str) -> None:
    """With the portal elsewhere whoever answers would get the password, as here, where the server is on this machine."""
    password = applied.secrets()["passwords"]["pajottegem/ftp"]
    portal = applied.portal(PAJOTTEGEM)
    elsewhere = replace(settings_from(no_settings), portal_url="https://portal.example")
    with sftp.running(applied.database, failed_seconds=0.01) as address:
        at = SftpSettings(address.host, address.port, host_key)
        with Folders(elsewhere, at) as folders, pytest.raises(FolderClosed, match="blanks or comments only"):
            folders.open(portal, "pajot2025", password, datetime.now(UTC), "x")
    assert [call for call in controls.journal(applied.database) if call["method"] == "SFTP"] == []


def test_a_malformed_one_is_told_as_that(applied: Setting) -> None:
    applied.settings |= {"sftpHost": "127.0.0.1", "sftpHostKey": "SHA256:tooshort"}
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "fusion:sftpHostKey is malformed: 'SHA256:tooshort' cannot be read" in detail
