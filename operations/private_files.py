"""Files about people: readable for their owner only, whatever the umask, and never where git would take them up."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

from schemas.errors import FusionError, GuardRefused


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else on the machine can read, whole or not at all."""
    make_private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    temporary.replace(path)


def write_whole(path: Path, text: str) -> None:
    """The same of a text. Raises `FusionError` where it cannot be written."""
    try:
        write_private(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise FusionError(f"{path} cannot be written: {error.strerror}", "Choose another place") from None


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those to it, for their owner only; one that is there stays as it is."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def close_to_others(folder: Path) -> None:
    """Take from everybody else what they may do with a folder of one's own and all in it, as earlier versions left it."""
    for place, _, files in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in files)):
            with suppress(FileNotFoundError, PermissionError):  # gone meanwhile, or somebody else's
                mode = path.lstat().st_mode
                if mode & 0o077 and not stat.S_ISLNK(mode):
                    path.chmod(stat.S_IMODE(mode) & 0o700)


def require_outside_git(path: Path, what: str, way_out: str = "") -> None:
    """Refuse a file or folder that git would take up.

    :param what: what it would hold, as the message says it: "INSZ".
    :param way_out: another way than those that always help.
    :raises GuardRefused: when it lies in a git working tree that does not ignore it.
    """
    file = path.resolve()
    if not any((folder / ".git").exists() for folder in file.parents):
        return
    there = next(folder for folder in file.parents if folder.is_dir())
    try:
        command = ["git", "-C", str(there), "check-ignore", "--quiet", "--", str(file)]
        ignored = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        ignored = False
    if not ignored:
        raise GuardRefused(
            f"{path} would hold {what} inside a git working tree that does not ignore it",
            f"Choose a place outside, such as ~/{path.name}, or one that .gitignore names"
            + (f"; {way_out}" if way_out else ""),
        )


def write_new(path: Path, content: bytes) -> None:
    """Write a file that nobody else on the machine can read, and that is not there yet: nothing is overwritten. It outlasts
    a machine that fails right afterwards.

    Raises `FusionError` where something has this name, or where it cannot be written.
    """
    try:
        make_private_folder(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise FusionError(
            f"{path} is there already, and is not overwritten", "Give --out another folder"
        ) from None
    except OSError as error:
        raise FusionError(f"{path} cannot be written: {error.strerror}", "Choose another place") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)  # an umask may have taken the owner's right too
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        _keep_entries(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FusionError(f"{path} cannot be written: {error.strerror}", "Choose another place") from None


def _keep_entries(folder: Path) -> None:
    """A file's own `fsync` says nothing of its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
