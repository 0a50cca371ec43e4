"""The files that people name: which ones are read, what is said of the others, and which are declarations.

A pipe, a device or a link to itself must not make a run wait or fail without words. Whatever is no plain file is refused
before a byte of it is read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.ELOOP: "this is a link that leads back to itself",
    errno.ENAMETOOLONG: "the name is too long for a file",
}

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What the group and everybody else may do with a file."""

OTHER_ENDING = "a declaration's name ends in .yaml: under another one no stack finds it"


class Unreadable(Exception):
    """A file cannot be read; the text says why, without its name."""


class Outside(Unreadable):
    """It is a link to a file elsewhere."""


def declarations_in(folder: Path) -> list[Path]:
    """The files of a folder that hold declarations, sorted.

    One that ends in `.yml` is among them, for its finding: no stack would find it. Hidden ones are an editor's lock or a
    system's notes (`hidden_in`).
    """
    return [path for path in _yaml_files(folder) if not path.name.startswith(".")]


def hidden_in(folder: Path) -> list[Path]:
    """The files of a folder that look like declarations and are left out."""
    return [path for path in _yaml_files(folder) if path.name.startswith(".")]


def has_other_ending(name: str) -> bool:
    """Whether a file has an ending of YAML's under which it is not looked for."""
    return name.lower().endswith((".yaml", ".yml")) and not name.endswith(".yaml")


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.name.lower().endswith((".yaml", ".yml")))


def read_file(path: Path, most: int, within: Path | None = None, *, private: bool = False) -> bytes:
    """The first `most` bytes of a plain file, at once. Raises `Unreadable`, which says why and not which.

    :param within: the folder that a link must not lead out of; None: links may lead anywhere.
    :param private: it holds secrets, and is refused where others than its owner may read or write it.
    """
    try:
        if within is not None and not path.resolve(strict=True).is_relative_to(within.resolve()):
            raise Outside(
                "this is a link to a file outside the declarations' folder: put the file itself there"
            )
        require_plain(path.stat())
        # Without waiting: in between it may have become a pipe.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            require_plain(status)
            if private:
                _require_private(status)
            return file.read(most)
    except ValueError:
        raise Unreadable("the name holds a sign that no file's name can hold") from None
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"the file cannot be read: {error.strerror}")
        raise Unreadable(reason) from None
    except RuntimeError:  # how Python before 3.13 says that a link leads to itself
        raise Unreadable(_REASONS[errno.ELOOP]) from None


def _require_private(status: os.stat_result) -> None:
    if status.st_mode & _OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        raise Unreadable(
            f"others on this machine may use the file (its mode is {mode:04o}), and it holds secrets: `chmod 600` closes it"
        )


def require_plain(status: os.stat_result) -> None:
    """Raises `Unreadable` for what is no plain file."""
    for is_kind, what in _KINDS:
        if is_kind(status.st_mode):
            raise Unreadable(f"this is {what}, not a file")
