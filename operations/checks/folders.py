"""The folders of FTP accounts, opened as their software does: over SFTP, by user name and password.

Only read: files are copied and left where they are. What lies in a folder is about people: contents stay in memory, or go
where the person who asked wants them, readable for nobody else.

The server shows its key before a password is sent. The first of these decides which key is trusted:

1. the embedded portal, without `sftpHost`: the key of its own server, which runs in this process;
2. `sftpHostKey`: that key, or one of those;
3. a portal elsewhere, or an `sftpHost` elsewhere: none, and the folder is not opened;
4. a rehearsal's portal on this machine: the key that it tells for that port; where it tells none, any.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from operations.checks import host_keys
from operations.private_files import write_private
from providers import paths
from providers.settings import LOOPBACK, REHEARSAL_SFTP_PORT, Settings, SftpSettings, embedded_database
from schemas.errors import FusionError

if TYPE_CHECKING:
    import asyncssh

    from providers.portal import ReadingPortal

MUTATIONS = "mutaties-"
"""How the names of files with mutations begin."""
MAX_FILES = 10_000
MAX_BYTES = 64 * 1024 * 1024
"""Of one folder, so much is read into memory, the newest first."""
_CONNECT_SECONDS = 15
_SECONDS, _COPY_SECONDS = 120, 900
_CHUNK = 256 * 1024


class FolderClosed(FusionError):
    """A folder could not be opened or read; `refused`: by the portal, which does not take user name and password;
    `unreachable`: no server can be signed in at there, whoever asks."""

    def __init__(
        self, what: str, way_out: str = "", *, refused: bool = False, unreachable: bool = False
    ) -> None:
        self.refused, self.unreachable = refused, unreachable
        super().__init__(what, way_out)


@dataclass(frozen=True)
class File:
    """A file in a folder; `content` is None where it was not fetched."""

    name: str
    size: int
    received: datetime
    content: bytes | None = field(default=None, repr=False)

    @property
    def has_mutations(self) -> bool:
        return self.name.startswith(MUTATIONS)


@dataclass(frozen=True)
class Folder:
    """What lies in a folder, oldest first."""

    files: tuple[File, ...]

    @property
    def mutations(self) -> list[File]:
        return [file for file in self.files if file.has_mutations]


class Folders:
    """The folders of one portal's accounts. Each is opened once: a wrong password is not tried again.

    `keep` is a folder of one's own into which everything is copied; `unreachable` has the servers that gave no answer, by
    address: they are not waited for again.
    """

    def __init__(
        self,
        portal: Settings,
        sftp: SftpSettings,
        keep: Path | None = None,
        unreachable: dict[str, FolderClosed] | None = None,
    ) -> None:
        self._portal, self._sftp, self._keep = portal, sftp, keep
        self._unreachable = {} if unreachable is None else unreachable
        self._opened: dict[str, Folder | FolderClosed] = {}
        self._running = ExitStack()
        self._served: SftpSettings | None = None

    def __enter__(self) -> Folders:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def open(
        self, portal: ReadingPortal, username: str, password: str, since: datetime, keep_as: str
    ) -> Folder:
        """The folder of an account, with the contents of the mutations' files that came after `since`.

        :param portal: a rehearsal's is asked where its folders are, where no setting says it.
        :param keep_as: below the folder of `keep`, where copies go.
        :raises FolderClosed: when it does not open, the first time and every time after.
        """
        known = self._opened.get(username)
        if known is None:
            try:
                keep = self._keep and self._keep / keep_as
                known = self._read_folder(portal, username, password, since, keep)
            except FolderClosed as closed:
                known = closed
            self._opened[username] = known
        if isinstance(known, FolderClosed):
            raise known
        return known

    def _read_folder(
        self, portal: ReadingPortal, username: str, password: str, since: datetime, keep: Path | None
    ) -> Folder:
        try:
            import asyncssh
        except ImportError:
            raise FolderClosed(
                "SFTP needs asyncssh, the extra `check`",
                "`make setup` installs it, or `uv sync --extra check`",
            ) from None
        address = self._address(portal)
        where = f"{address.host}:{address.port}"
        seconds = _COPY_SECONDS if keep else _SECONDS
        if where in self._unreachable:
            raise self._unreachable[where]
        try:
            return asyncio.run(asyncio.wait_for(_fetch(address, username, password, since, keep), seconds))
        except asyncssh.PermissionDenied:
            raise FolderClosed("user name and password are refused", refused=True) from None
        except asyncssh.HostKeyNotVerifiable:
            raise FolderClosed(
                f"{where} has another host key than fusion:sftpHostKey says, and got no password",
                "Find out why before you set the new one",
            ) from None
        except FolderClosed as closed:
            if closed.unreachable:
                self._unreachable[where] = closed
            raise
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unusable(where, error) from None

    def _address(self, portal: ReadingPortal) -> SftpSettings:
        """Where to connect; the embedded portal's folders are served for as long as this is open."""
        if self._served is None:
            served = self._sftp
            if self._portal.embedded and not self._sftp.host:
                from emulator.embedded import serve_folders

                try:
                    address = self._running.enter_context(serve_folders(embedded_database()))
                except OSError as error:
                    raise FolderClosed(
                        f"the embedded portal cannot serve SFTP here ({error.strerror})",
                        "Free a port on 127.0.0.1, then run the same command again",
                    ) from None
                served = SftpSettings(address.host, address.port, address.fingerprint)
            elif not self._sftp.host_key and not self._on_this_machine:
                raise FolderClosed(
                    "the server's key is not known, so it gets no password",
                    "Set fusion:sftpHostKey to its fingerprint",
                )
            elif not (served.port and served.host_key):
                served = _told_by(portal, served)
            try:
                host_keys.parse(served.host_key)
            except host_keys.MalformedHostKey as malformed:
                raise FolderClosed(
                    f"fusion:sftpHostKey is malformed: {malformed.what}", malformed.way_out
                ) from None
            self._served = served
        return self._served

    @property
    def _on_this_machine(self) -> bool:
        """A rehearsal's. With the portal elsewhere, whoever listens on a loopback address may be anybody's tunnel."""
        return self._portal.on_this_machine and self._sftp.host in LOOPBACK


def _told_by(portal: ReadingPortal, sftp: SftpSettings) -> SftpSettings:
    """Where a rehearsal's portal says that its folders are, and by which key they are known there; else the usual port."""
    try:
        told = portal.get(paths.REHEARSAL_FOLDERS).body
        port, host_key = int(told["port"]), str(told["hostKey"])
    except (FusionError, KeyError, TypeError, ValueError):
        port, host_key = REHEARSAL_SFTP_PORT, ""
    known = sftp.host_key or (host_key if sftp.port in {0, port} else "")
    return replace(sftp, port=sftp.port or port, host_key=known)


def _unusable(where: str, error: Exception, *, unreachable: bool = False) -> FolderClosed:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return FolderClosed(
        f"SFTP at {where} gives no usable answer ({reason})",
        "Check fusion:sftpHost, fusion:sftpPort and the network",
        unreachable=unreachable,
    )


async def _fetch(
    address: SftpSettings, username: str, password: str, since: datetime, keep: Path | None
) -> Folder:
    import asyncssh

    try:
        connection = await _sign_in(address, username, password)
    except (asyncssh.PermissionDenied, asyncssh.HostKeyNotVerifiable):
        raise
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise _unusable(f"{address.host}:{address.port}", error, unreachable=True) from None
    async with connection, connection.start_sftp_client() as client:
        files = await _list_files(client)
        left = MAX_BYTES
        found = []
        for file in sorted(files, key=lambda file: file.received, reverse=True):
            wanted = file.has_mutations and file.received > since and file.size <= left
            try:
                content = await _read(client, file) if wanted or (keep and file.size <= MAX_BYTES) else None
            except asyncssh.SFTPNoSuchFile:
                continue  # the centre's software fetched it and took it away, as it does, while this was looking
            if keep and content is not None:
                _store(keep, file.name, content)
            left -= file.size if wanted else 0
            found.append(File(file.name, file.size, file.received, content if wanted else None))
    return Folder(tuple(reversed(found)))


async def _sign_in(address: SftpSettings, username: str, password: str) -> asyncssh.SSHClientConnection:
    """The password goes to a server that shows a trusted key; it is asked for each kind of key that may be one."""
    import asyncssh

    trusted = host_keys.parse(address.host_key)
    fingerprints = {key.fingerprint for key in trusted}

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
            return not trusted or key.get_fingerprint() in fingerprints

    refused: asyncssh.Error | None = None
    for algorithms in host_keys.algorithms(trusted) or [()]:
        try:
            return await asyncssh.connect(
                address.host,
                address.port,
                username=username,
                password=password,
                client_factory=Client,
                known_hosts=b"",  # none: every key is Client's to judge
                server_host_key_algs=algorithms,
                preferred_auth="password",
                client_keys=None,
                agent_path=None,
                config=None,
                connect_timeout=_CONNECT_SECONDS,
                login_timeout=_CONNECT_SECONDS,
            )
        except asyncssh.PermissionDenied:
            raise
        except asyncssh.Error as error:
            # Another key; or the server has none of this kind, which servers tell in many ways.
            if refused is None or isinstance(error, asyncssh.HostKeyNotVerifiable):
                refused = error
    assert refused
    raise refused


async def _list_files(client: asyncssh.SFTPClient) -> list[File]:
    files = []
    async for entry in client.scandir("."):
        name, attributes = str(entry.filename), entry.attrs
        if attributes.permissions is None or not stat.S_ISREG(attributes.permissions):
            continue
        received = datetime.fromtimestamp(attributes.mtime or 0, UTC)
        files.append(File(name, attributes.size or 0, received))
        if len(files) > MAX_FILES:
            raise FolderClosed(
                f"the folder holds more than {MAX_FILES} files", "Have the old ones taken away"
            )
    return files


async def _read(client: asyncssh.SFTPClient, file: File) -> bytes:
    parts: list[bytes] = []
    async with client.open(file.name, "rb") as remote:
        while part := await _part(remote):
            parts.append(part)
            if sum(map(len, parts)) > file.size + _CHUNK:
                raise FolderClosed(
                    "a file in the folder is longer than the folder says",
                    "If it is still being written, run the same command again",
                )
    return b"".join(parts)


async def _part(file: asyncssh.SFTPClientFile) -> bytes:
    """Its type, which asyncssh leaves open."""
    data: bytes = await file.read(_CHUNK)
    return data


def _store(folder: Path, name: str, content: bytes) -> None:
    """A file of its own, for its owner only. A name from elsewhere never leads out of the folder."""
    safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name).lstrip(".") or "_"
    try:
        write_private(folder / safe, content)
    except OSError as error:
        raise FolderClosed(
            f"copies cannot be kept in {folder} ({error.strerror})", "Name another folder with --fetch"
        ) from None


def newest(files: Iterable[File]) -> File | None:
    return max(files, key=lambda file: file.received, default=None)
