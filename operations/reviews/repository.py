"""What git knows of a pull request: its commits, what a merge of it would make, which files that changes, and their bytes.

Nothing is ever checked out. Files come out of git's own store, so that no filter, no attribute and no hook of the pull
request has a say. What is no plain file, could leave its folder or belongs in none is refused by its name.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from schemas.errors import FusionError, GuardRefused
from schemas.visible import visible

MOST_FILES, MOST_BYTES = 5_000, 50_000_000
"""Of a folder of declarations. The thirteen fusions have thirty files with 100 kB."""
LONGEST_NAME, LONGEST_PATH = 255, 1_000
"""Bytes that file systems take in a name, and what is left of a path for this project's own."""
MOST_NAMED = 5
"""How many files a refusal names."""
_TAKEN = re.compile(
    r"[^/]+\.ya?ml|(.+/)?[^/]+\.cer|certificates/.+|done/[^/]+\.yaml|README\.md", re.DOTALL | re.IGNORECASE
)
"""Declarations, certificates, what people noted as done, and the page about them."""
_PLAIN = frozenset({"100644", "100755"})
_KINDS = {"120000": "a link", "160000": "another repository", "040000": "a folder"}


class NoRevision(FusionError):
    """Git does not know what was asked."""

    way_out = (
        "Give revisions that this checkout has, with their history: in CI, fetch all of it (`fetch-depth: 0`)"
    )


@dataclass(frozen=True)
class Merge:
    """A pull request: the commits, and the trees before and after it.

    :param after: what the merge would make, so that what others merged meanwhile is not taken back; where there are
        conflicts, the head as it is.
    :param conflicts: the files that cannot be merged.
    """

    base: str
    head: str
    before: str
    after: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A file that differs, by its path in the repository; `old` is what it was called."""

    status: str
    path: str
    old: str = ""


@dataclass(frozen=True)
class Files:
    """A folder's files by their path below it; `refused` are those that are not taken, with the reason."""

    content: dict[str, bytes]
    refused: tuple[tuple[str, str], ...]


def prefix_of(root: Path) -> str:
    """The project's place in its repository, such as `centres/`; "" where it is the whole of it."""
    return _git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")


def read_merge(root: Path, base: str, head: str) -> Merge:
    """The pull request from `base` to `head`. Raises `NoRevision`."""
    first, second = _commit(root, base), _commit(root, head)
    if _run(root, "merge-base", "--is-ancestor", first, second).returncode == 0:
        return Merge(first, second, _tree(root, first), _tree(root, second))
    fork = _run(root, "merge-base", first, second)
    if fork.returncode != 0:
        raise NoRevision(f"{base} and {head} have no commit in common here")
    merged = _run(root, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", first, second)
    tree, *paths = _split(merged.stdout)
    if merged.returncode == 0:
        return Merge(first, second, _tree(root, first), tree)
    if merged.returncode != 1:
        raise NoRevision(f"git cannot merge {head} into {base}: {_error_of(merged)}")
    before = _tree(root, fork.stdout.decode().strip())
    return Merge(first, second, before, _tree(root, second), tuple(sorted(set(paths))))


def require_program_of(root: Path, base: str, folder: str) -> None:
    """This checkout has the base's program: all that git keeps here, but for `folder`, is as in `base`.

    :raises GuardRefused: where it is another: it would run with the credentials that are here.
    """
    asked = (
        "diff",
        "--name-only",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        base,
        "--",
        ".",
        f":(exclude){folder}",
    )
    done = _run(root, *asked)
    if done.returncode != 0:
        raise NoRevision(f"git cannot compare this checkout with {base}: {_error_of(done)}")
    if differing := _split(done.stdout):
        named = ", ".join(visible(path) for path in differing[:MOST_NAMED])
        more = len(differing) - MOST_NAMED
        raise GuardRefused(
            f"this checkout's program is not that of {base}, and no other may review a pull request. These files differ: "
            f"{named}{f' and {more} more' if more > 0 else ''}",
            f"Check out {base}, or review in a worktree of it: git worktree add ../review {base}",
        )


def find_changes(root: Path, merge: Merge) -> list[Change]:
    """The files that the merge changes, renamed ones under both names."""
    fields = _split(_git(root, "diff-tree", "-r", "-z", "-M", "--name-status", merge.before, merge.after))
    changes, place = [], 0
    while place < len(fields):
        status, path = fields[place], fields[place + 1]
        if status[0] in "RC":
            changes.append(Change(status[0], fields[place + 2], path))
            place += 3
        else:
            changes.append(Change(status[0], path))
            place += 2
    return changes


def read_files(root: Path, tree: str, folder: str) -> Files:
    """The files below `folder`, a path in the repository."""
    listed = _split(_git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--", folder))
    plain: dict[str, str] = {}
    refused = []
    total = 0
    for line in listed:
        about, _, path = line.partition("\t")
        mode, _, name, size = about.split()
        below = path.removeprefix(f"{folder}/")
        why = _refusal(mode, below if below != path else "")
        if why:
            refused.append((path, why))
            continue
        plain[below] = name
        total += int(size)
    if len(plain) > MOST_FILES or total > MOST_BYTES:
        return Files({}, ((folder, f"more than {MOST_FILES} files, or than {MOST_BYTES:,} bytes"),))
    return Files(dict(zip(plain, _contents(root, [*plain.values()]), strict=True)), tuple(refused))


def _refusal(mode: str, path: str) -> str:
    if mode not in _PLAIN:
        return f"{_KINDS.get(mode, 'no plain file')}: put the file itself there"
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\\" in path or {".", "..", ".git"} & set(path.split("/")):
        return "a name that leads out of the folder"
    try:
        sizes = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        return "a name that is no text"
    return _unfit_name(parts, sizes) or (
        ""
        if _TAKEN.fullmatch(path)
        else "neither a declaration, a certificate (.cer) nor a note of what is done: keep it elsewhere"
    )


def _unfit_name(parts: Sequence[str], sizes: Sequence[int]) -> str:
    if any(part.startswith(".") for part in parts):
        return "a name that begins with a dot: such a file can hide from reviewers what others change"
    if max(sizes) > LONGEST_NAME or sum(sizes) > LONGEST_PATH:
        return f"a name of more than {LONGEST_NAME} bytes, or a path of more than {LONGEST_PATH:,}"
    return ""


def _contents(root: Path, names: Sequence[str]) -> list[bytes]:
    """The bytes of these objects, as git keeps them."""
    if not names:
        return []
    done = _run(root, "cat-file", "--batch", told="\n".join(names).encode() + b"\n")
    if done.returncode != 0:
        raise NoRevision(f"git cannot read the files: {_error_of(done)}")
    found, rest = [], done.stdout
    for name in names:
        header, _, rest = rest.partition(b"\n")
        fields = header.split()
        if len(fields) != 3:
            raise NoRevision(f"this checkout lacks the object {name}")
        size = int(fields[2])
        found.append(rest[:size])
        rest = rest[size + 1 :]
    return found


def find_commit(root: Path, revision: str) -> str:
    """The commit in full, "" where this checkout has none of that name."""
    done = _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return "" if revision.startswith("-") or done.returncode != 0 else done.stdout.decode().strip()


def fetch(root: Path, ref: str) -> None:
    """Have the commits of a ref of the remote `origin`, under no name here. Raises `NoRevision`."""
    done = _run(root, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "origin", ref)
    if done.returncode != 0:
        raise NoRevision(f"git cannot fetch {ref}: {_error_of(done)}")


def _commit(root: Path, revision: str) -> str:
    found = find_commit(root, revision)
    if not found:
        raise NoRevision(f"{revision} is no commit that this checkout has")
    return found


def _tree(root: Path, commit: str) -> str:
    return _git(root, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()


def _split(output: bytes) -> list[str]:
    return [field for field in output.decode("utf-8", "surrogateescape").split("\0") if field]


def _git(root: Path, *arguments: str) -> bytes:
    done = _run(root, *arguments)
    if done.returncode != 0:
        raise NoRevision(f"git cannot say what changes: {_error_of(done)}")
    return done.stdout


def _run(root: Path, *arguments: str, told: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=root, input=told, capture_output=True, check=False)
    except FileNotFoundError:
        raise FusionError(
            "git is not on PATH", "Install it: a review reads a pull request out of git"
        ) from None


def _error_of(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it ended without a word"
