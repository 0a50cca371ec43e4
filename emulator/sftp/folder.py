"""An FTP account's folder in the words of SFTP: list, read, and take away what was read; nothing else.

Nothing of it is on a disk: every step of asyncssh's server class, which would go there, is replaced. The account is looked
at again at every step: one that was deleted, or whose password or certificate is not what it was, has no more to say.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import asyncssh
from asyncssh import SFTPAttrs, SFTPName

from emulator.core import store
from emulator.sftp import accounts
from emulator.sftp.progress import HandedOut

OPEN_FILES = 64
_READ = 1  # FXF_READ
# With a number of links: programs that read a listing as text count its columns.
_FOLDER_ATTRIBUTES = SFTPAttrs(uid=0, gid=0, permissions=stat.S_IFDIR | 0o750, nlink=2)

_log = logging.getLogger("emulator")
_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Open(io.BytesIO):
    """A file as it was when it was opened; one that was taken away meanwhile can be read to its end."""

    def __init__(self, file: accounts.File, content: bytes) -> None:
        super().__init__(content)
        self.file = file
        self.fetched = False

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """asyncssh's clients ask where a file has holes; this one has none."""
        if whence == getattr(os, "SEEK_HOLE", None):
            return self.file.size
        if whence == getattr(os, "SEEK_DATA", None):
            if offset >= self.file.size:
                raise OSError(errno.ENXIO, "no data from there on")
            return offset
        return super().seek(offset, whence)


def _answering(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """A step whose failure goes to the log: the client hears nothing of what is inside."""

    @wraps(method)
    def answer(*arguments: _P.args, **named: _P.kwargs) -> _T:
        try:
            return method(*arguments, **named)
        except asyncssh.SFTPError:
            raise
        except Exception:
            _log.exception("SFTP: %s failed", method.__name__)
            raise asyncssh.SFTPFailure("the portal failed; its log says why") from None

    return answer


def _read_only(*_: object, **__: object) -> NoReturn:
    raise asyncssh.SFTPPermissionDenied("this folder only gives: nothing can be put, renamed or changed here")


def _unsupported(*_: object, **__: object) -> NoReturn:
    raise asyncssh.SFTPOpUnsupported("this folder does not do that")


class Folder(asyncssh.SFTPServer):
    """One session of an account that logged in."""

    def __init__(
        self,
        chan: asyncssh.SSHServerChannel[bytes],
        memory: Callable[[], sqlite3.Connection],
        account: accounts.Account,
        handed_out: HandedOut,
    ) -> None:
        super().__init__(chan)
        self._memory, self._account, self._handed_out = memory, account, handed_out
        self._open_files = 0

    def _connection(self) -> sqlite3.Connection:
        """:raises SFTPPermissionDenied: when the account is no longer as it was when it logged in."""
        connection = self._memory()
        same = accounts.find(connection, self._account.username) == self._account
        if not same or not accounts.is_open(connection, self._account):
            raise asyncssh.SFTPPermissionDenied("the account or its certificate changed: log in again")
        return connection

    def _file(self, connection: sqlite3.Connection, path: bytes) -> accounts.File:
        found = accounts.find_file(connection, self._account, _name(path))
        if found is None:
            raise asyncssh.SFTPNoSuchFile("no such file")
        return found

    # -- looking -------------------------------------------------------------------------------------------------

    @_answering
    def stat(self, path: bytes) -> SFTPAttrs:
        connection = self._connection()
        return _attributes(self._file(connection, path)) if _name(path) else _FOLDER_ATTRIBUTES

    def lstat(self, path: bytes) -> SFTPAttrs:
        return self.stat(path)

    def fstat(self, file_obj: object) -> SFTPAttrs:
        return _attributes(_opened(file_obj).file)

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        for name in self._list_names(path):
            yield name

    @_answering
    def _list_names(self, path: bytes) -> list[SFTPName]:
        connection = self._connection()
        if _name(path):
            self._file(connection, path)
            raise asyncssh.SFTPFailure("this is no folder")
        listed = [SFTPName(name, attrs=_FOLDER_ATTRIBUTES) for name in (b".", b"..")]
        found = accounts.list_files(connection, self._account)
        return [*listed, *(SFTPName(file.name.encode(), attrs=_attributes(file)) for file in found)]

    def realpath(self, path: bytes) -> bytes:
        return b"/" + _name(path).encode()

    def format_user(self, uid: int | None) -> str:  # noqa: ARG002 - its base's signature
        return self._account.username

    def format_group(self, gid: int | None) -> str:  # noqa: ARG002 - its base's signature
        return "ocmw"

    # -- fetching ------------------------------------------------------------------------------------------------

    @_answering
    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:  # noqa: ARG002 - its base's signature
        if pflags & ~_READ:
            _read_only()
        connection = self._connection()
        if not _name(path):
            raise asyncssh.SFTPFailure("this is the folder itself")
        file = self._file(connection, path)
        content = accounts.read_content(connection, self._account, file)
        if content is None:
            raise asyncssh.SFTPNoSuchFile("no such file")
        if self._open_files == OPEN_FILES:
            raise asyncssh.SFTPFailure("too many open files")
        self._open_files += 1
        return _Open(file, content)

    @_answering
    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        connection = self._connection()
        opened = _opened(file_obj)
        opened.seek(offset)
        data = opened.read(size)
        if not opened.fetched and self._is_whole(opened.file, offset, len(data)):
            with store.transaction(connection):
                accounts.record_fetch(connection, self._account, opened.file)
            opened.fetched = True
        return data

    def _is_whole(self, file: accounts.File, offset: int, length: int) -> bool:
        this = (self._account.organization, self._account.name, file.seq, file.name, file.received_at)
        read = bool(length) or not file.size
        return read and self._handed_out.note(this, offset, offset + length, file.size)

    def close(self, file_obj: object) -> None:
        self._open_files -= 1
        _opened(file_obj).close()

    @_answering
    def remove(self, path: bytes) -> None:
        connection = self._connection()
        if not _name(path):
            _read_only()
        with store.transaction(connection):
            file = self._file(connection, path)
            if not file.fetched:
                raise asyncssh.SFTPPermissionDenied("this file was never fetched: fetch it first")
            accounts.remove(connection, self._account, file)

    # What a folder does not do.
    write = setstat = lsetstat = fsetstat = mkdir = rmdir = _read_only
    rename = posix_rename = symlink = link = _read_only
    open56 = readlink = statvfs = fstatvfs = fsync = lock = unlock = _unsupported


def _name(path: bytes) -> str:
    """The name that a path stands for; empty for the folder itself.

    :raises SFTPPermissionDenied: for a way out.
    :raises SFTPNoSuchFile: for what cannot be a file's path here.
    """
    parts = [part for part in path.split(b"/") if part not in {b"", b"."}]
    if b".." in parts:
        raise asyncssh.SFTPPermissionDenied("there is nothing above this folder")
    if len(parts) > 1:
        raise asyncssh.SFTPNoSuchFile("there are no folders in this one")
    try:
        return parts[0].decode() if parts else ""
    except UnicodeDecodeError:
        raise asyncssh.SFTPNoSuchFile("no such file") from None


def _attributes(file: accounts.File) -> SFTPAttrs:
    at = int(file.received_at.timestamp())
    permissions = stat.S_IFREG | 0o440
    return SFTPAttrs(size=file.size, uid=0, gid=0, permissions=permissions, atime=at, mtime=at, nlink=1)


def _opened(file_obj: object) -> _Open:
    assert isinstance(file_obj, _Open)
    return file_obj
