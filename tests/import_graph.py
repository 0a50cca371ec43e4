"""Which module imports which, as the source says, and what is wrong with it: for a project, or for a planted one.

Checks take a tree of files and return sentences, one for each breach; so a test can plant a breach and see it found.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """`file` (relative to the tree's root) imports the module `imported`, in this line."""

    file: str
    line: int
    imported: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.imported}"


def imports_of(root: Path, packages: Collection[str]) -> Iterator[Import]:
    """Every import within `root` of one of its own `packages`, also within functions and by `import_module("...")`.

    What is imported is a module where there is such a file, and else the name as it stands: `emulator.calendar.clock.now`.
    """
    for path in sorted(path for package in packages for path in (root / package).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"), file)):
            for name in _imported(node, file):
                if name.partition(".")[0] in packages:
                    yield Import(file, getattr(node, "lineno", 0), name)


def _imported(node: ast.AST, file: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level or not node.module:
            raise ValueError(f"{file}:{node.lineno} imports relatively, which the checks do not follow")
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def folders_known(root: Path, package: str) -> dict[str, set[str]]:
    """Folder of `package` → the folders that it imports from. A module beside the folders counts as one: `app`."""
    found: dict[str, set[str]] = {}
    for one in imports_of(root, [package]):
        importing = _folder(
            root, package, one.file.removesuffix(".py").removesuffix("/__init__").split("/")[1:]
        )
        imported = _folder(root, package, one.imported.split(".")[1:])
        found.setdefault(importing, set())
        if importing != imported:
            found[importing].add(imported)
    return found


def _folder(root: Path, package: str, parts: list[str]) -> str:
    """The deepest folder on a dotted path, or the first part: `systems/chaman` for `systems.chaman.api.API`."""
    deepest = parts[:1]
    for length in range(1, len(parts) + 1):
        if (root / package / "/".join(parts[:length])).is_dir():
            deepest = parts[:length]
    return "/".join(deepest)


def unlike_the_table(known: Mapping[str, set[str]], allowed: Mapping[str, Collection[str]]) -> list[str]:
    """How the folders' imports differ from a table of them, lowest first, in which each may know only earlier ones.

    Such a table has no circle. What it allows and nobody uses is a breach as well: else the table says less than is so.
    """
    breaches = [f"{folder} has no place in the table" for folder in known.keys() - allowed.keys()]
    earlier: set[str] = set()
    for folder, may in allowed.items():
        breaches += [
            f"the table lets {folder} know {other}, which is no lower" for other in set(may) - earlier
        ]
        earlier.add(folder)
        seen = known.get(folder, set())
        breaches += [f"{folder} imports {other}" for other in seen - set(may)]
        breaches += [f"{folder} no longer imports {other}" for other in set(may) - seen]
    return sorted(breaches)


def circles(known: Mapping[str, set[str]]) -> list[str]:
    """The folders that come back to themselves by way of others."""

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        left = [start]
        while left:
            for other in known.get(left.pop(), set()) - found:
                found.add(other)
                left.append(other)
        return found

    return sorted(folder for folder in known if folder in reached(folder))


def past_the_doors(
    imports: Iterable[Import], package: str, doors: Collection[str], excused: Collection[str] = ()
) -> list[str]:
    """The imports from outside `package` that come in by anything but its doors.

    :param doors: modules: `emulator.app`. One may take names from them, and not what stands below them.
    :param excused: files, or folders with a slash at their end, that may.
    """
    return [
        str(one)
        for one in imports
        if one.imported.partition(".")[0] == package
        and not one.file.startswith((f"{package}/", *excused))
        and not any(one.imported == door or one.imported.rpartition(".")[0] == door for door in doors)
    ]
