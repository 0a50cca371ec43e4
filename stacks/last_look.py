"""What the last look before a run saw, so that the next one looks again only where something is another.

A look that found nothing notes a digest over all that it went by: the stack's settings, the declarations with what lies
beside them, people and passwords, the client's key, and this program. While these are the same, and so is what decides
whether the embedded portal lets the client in, another look would end alike. What the state remembers of its portal is read
each time. There is no note of a portal that is not embedded, nor of a stack with a secret setting, which only the engine can
read: with these each run looks.

The note, `.state/looks/STACK.json`, is for its owner only, and shows nothing: the client's key is in the digest, so nobody
without it can search for an INSZ. One that is lost, or that nobody can write, costs a look.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from emulator.standing import Standing, read_standing
from providers.settings import EMBEDDED, embedded_database, project_root
from stacks.own_portal import OUTPUT, Portal
from stacks.state_folder import read_outputs

FOLDER = Path(".state") / "looks"
_PROGRAM = Path(__file__).parents[1]
_PARTS = ("emulator", "providers", "schemas", "stacks", "uv.lock")


@dataclass(frozen=True)
class Seen:
    """What a look goes by.

    :param files: its paths, beside the declarations. :param state: the path of the stack's state. :param digest: over all
        that these and the program hold. :param portal: the embedded portal's, to this client.
    """

    stack: str
    client: str
    files: tuple[str, ...]
    state: str
    digest: str
    portal: Standing

    def keep(self) -> None:
        """Note that such a look found nothing, where the portal is still the same."""
        if read_standing(embedded_database(), self.client) != self.portal:
            return
        path = _note_of(self.stack)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    json.dump(asdict(self), file)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)


def see(stack: str, client: str, files: Iterable[Path], state: Path) -> Seen | None:
    """What a look at the embedded portal goes by now; None where that cannot be told."""
    paths = tuple(str(path) for path in files)
    try:
        digest = _digest(paths)
    except OSError:
        return None
    standing = read_standing(embedded_database(), client)
    return Seen(stack, client, paths, str(state), digest, standing) if standing else None


def recall(stack: str) -> str | None:
    """The identity that the embedded portal tells, where a look would find nothing; None: somebody has to look."""
    try:
        note = json.loads(_note_of(stack).read_bytes())
        noted = Standing(**note["portal"])
        if read_standing(embedded_database(), note["client"]) != noted or note["stack"] != stack:
            return None
        remembered = Portal.from_output(read_outputs(Path(note["state"])).get(OUTPUT))
        if remembered and (
            remembered.url != EMBEDDED or not remembered.is_same_as(Portal(EMBEDDED, noted.identity))
        ):
            return None
        return noted.identity if _digest(note["files"]) == note["digest"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_of(stack: str) -> Path:
    return project_root() / FOLDER / f"{stack.rpartition('/')[2]}.json"


def _digest(files: Iterable[str]) -> str:
    total = hashlib.sha256(os.environ.get("PULUMI_BACKEND_URL", "").encode())
    fusions = project_root() / "fusions"
    for path in (*map(Path, files), *sorted(path for path in fusions.rglob("*") if path.is_file())):
        # Whom it is open to counts too: secrets that others may read are refused.
        content, mode = path.read_bytes(), path.stat().st_mode
        total.update(f"{path}\0{mode}\0{len(content)}\0".encode() + content)
    for line in sorted(_list_program()):
        total.update(line.encode())
    return total.hexdigest()


def _list_program() -> Iterator[str]:
    """The program's files as the system lists them: to read them all would take longer than the rest. Nobody can set when
    the system saw the last change, as people and tools set when a file was written."""
    places = [os.path.join(_PROGRAM, part) for part in _PARTS]  # noqa: PTH118 these are many, and pathlib is slow
    while places:
        place = places.pop()
        if not os.path.isdir(place):  # noqa: PTH112
            found = os.stat(place)  # noqa: PTH116
            yield f"{place} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}\n"
        elif not place.endswith("__pycache__"):
            places += [entry.path for entry in os.scandir(place)]
