"""Which stacks a plan is of: those that are named, all, or those whose declaration is another than in a git revision."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath

from operations import engine
from schemas.errors import FusionError
from schemas.files import declarations_in
from schemas.terms import nearest
from stacks.settings_file import file_of

FOLDER = "fusions"
NOTES = "done"
"""The folder in it of what people noted as done (`operations.runbooks.notes`)."""
_SUFFIX = ".yaml"
_CERTIFICATE = ".cer"


class NoStack(FusionError):
    """Names that are no stack's; the way out names what was meant, what makes the missing ones, and those that there are."""

    def __init__(self, root: Path, unknown: Sequence[str], present: Sequence[str]) -> None:
        declared = {path.stem for path in declarations_in(root / FOLDER)}
        close = [near for name in unknown if name not in declared and (near := nearest(name, [*present]))]
        ways = [f"Did you mean {', '.join(close)}?"] if close else []
        if not declared.isdisjoint(unknown):
            ways.append("`fusion setup` makes the stack of a declaration that has none.")
        super().__init__(
            f"no stack {', '.join(unknown)}", " ".join([*ways, f"There are {', '.join(present)}"])
        )


def choose_all(root: Path) -> list[str]:
    """Every stack. Raises `FusionError` where there is none."""
    present = engine.list_stacks(root)
    if not present:
        raise FusionError("there are no stacks", "Run `fusion setup`")
    return present


def choose_named(
    root: Path, names: Sequence[str], list_all: Callable[[Path], list[str]] = choose_all
) -> list[str]:
    """The named stacks, each once. Raises `NoStack` for other names, `FusionError` where there are none.

    Whoever has settings here is taken for a stack: the engine is started to list them only where one has none, and says
    itself of one that has and is none.
    """
    asked = list(dict.fromkeys(names))
    without = [name for name in asked if not (root / file_of(name)).exists()]
    present = list_all(root) if without else ()
    if unknown := [name for name in without if name not in present]:
        raise NoStack(root, unknown, present)
    return asked


def choose_changed(root: Path, revision: str, present: Sequence[str]) -> list[str]:
    """Those of the present stacks whose declaration differs from a revision; of a declaration without a stack its own name,
    so that the plan says that there is none. Raises `FusionError` for what is no revision here."""
    changed = find_changed(root, revision)
    stacks = [stack for stack in present if stack.partition(".")[0] in changed]
    without = changed - {stack.partition(".")[0] for stack in stacks}
    return sorted({*stacks, *without})


def find_changed(root: Path, revision: str) -> set[str]:
    """The fusions whose file differs from the revision, by content, or names a certificate that does. One that is gone, or
    new, differs."""
    if revision.startswith("-"):
        raise FusionError(f"{revision} is no git revision")
    differing = _git(root, "diff", "--name-only", "-z", "--no-renames", "--relative", revision, "--", FOLDER)
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", FOLDER)
    return find_concerned(root / FOLDER, {path for path in (differing + untracked).split("\0") if path})


def find_concerned(folder: Path, paths: Iterable[str]) -> set[str]:
    """The fusions that files of `fusions/` belong to: their declaration is among them or names one that is, or what people
    noted beside it."""
    declarations, certificates = set(), set()
    for path in paths:
        if is_declaration(path) or (_is_notes(path) and (folder / Path(path).name).exists()):
            declarations.add(Path(path).stem)
        elif path.lower().endswith(_CERTIFICATE):
            certificates.add(path.removeprefix(f"{FOLDER}/"))
    if certificates:
        files = folder.glob(f"*{_SUFFIX}")
        declarations |= {file.stem for file in files if _names_one(file, certificates)}
    return declarations


def _names_one(declaration: Path, certificates: Collection[str]) -> bool:
    """Whether it names one of these. As its model reads it: YAML has many spellings of one text. Where it has none, whether
    its text has the name of one."""
    from schemas.document import read
    from schemas.loading import examine

    fusion, _ = examine(read(declaration, within=declaration.parent))
    if fusion is not None:
        named = fusion.accounts.certificate_files if fusion.accounts else []
        return not {str(PurePosixPath(one)) for one in named}.isdisjoint(certificates)
    text = declaration.read_text("utf-8", "replace")
    return any(PurePosixPath(one).name in text for one in certificates)


def is_declaration(path: str) -> bool:
    """Whether this is a declaration's path, such as `fusions/tielt.yaml`."""
    return path.startswith(f"{FOLDER}/") and path.endswith(_SUFFIX) and path.count("/") == 1


def _is_notes(path: str) -> bool:
    return path.endswith(_SUFFIX) and Path(path).parent == Path(FOLDER, NOTES)


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise FusionError("git is not on PATH", "Name the fusions instead") from None
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        raise FusionError(
            f"git cannot say what changed: {why[0] if why else 'it ended without a word'}",
            "Give a revision that this checkout has, such as origin/main; a shallow clone has few",
        )
    return done.stdout.decode("utf-8", "surrogateescape")
