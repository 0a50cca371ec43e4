"""Make the states of one version of this project, three stacks with their portals, for `tests/e2e/test_old_states.py`.

    python tests/e2e/states/make.py CHECKOUT

`CHECKOUT` is a checkout of that version in which `make setup` was run. It is used by its commands only, so that any version
will do. What comes out stands in a folder of this one, named after the version's commit.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# What the portal keeps of mutations, letters and the like, by far the most of its file.
PASSING = ("aid_requests", "box_files", "documents", "forms", "mails", "mutations")
SECRETS = "# People and passwords of a rehearsal: generated, of nobody.\n"


PLACES = ("sourcePosition", "stackTrace")
"""Where in a program a resource was made: paths of the machine that made the state, of no use to the engine."""


def without_places(value: Any) -> Any:
    """A state without the paths of the machine that made it."""
    if isinstance(value, dict):
        return {name: without_places(inner) for name, inner in value.items() if name not in PLACES}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Stack:
    """What happened to a stack: edits of its declaration, and the days on which it was applied."""

    days: tuple[str, ...]
    edits: tuple[tuple[str, str], ...] = ()


STACKS = {
    # Scenario 1, between the day of the merger and the end of what it waits for: the supplier, the contact details (R59),
    # a release by the calendar (R61), the reports (R62).
    "pajottegem": Stack(
        ("2024-11-18", "2025-01-02"),
        ((
            "  reviewOn: 2026-01-01\n",
            "  reviewOn: 2025-02-05\n"
            "  release: [{centre: Herne, item: ftpAccounts, on: 2025-02-10, reason: fetched}]\n",
        ),),
    ),
    # Scenario 2, with forms that people stop and enter again by hand (R70).
    "bilzen-hoeselt": Stack(("2025-02-03",)),
    # Scenario 3, with access cleaned up at both centres (R24).
    "antwerpen": Stack(("2024-11-18", "2025-02-03")),
}  # fmt: skip


class Project:
    """A folder with one declaration and the program of a checkout, and that checkout's commands."""

    def __init__(self, checkout: Path, folder: Path, stack: str) -> None:
        self.folder, self.stack = folder, stack
        folder.mkdir()
        shutil.copy2(checkout / "Pulumi.yaml", folder)
        shutil.copytree(
            checkout / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("Pulumi.*", "__py*")
        )
        shutil.copytree(checkout / "fusions" / "certificates", folder / "fusions" / "certificates")
        shutil.copy2(checkout / "fusions" / f"{stack}.yaml", self.declaration)
        (folder / ".venv").symlink_to(checkout / ".venv")
        self._environment: Mapping[str, str] = {
            "PATH": f"{checkout / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "FUSION_ROOT": str(folder),
            "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
        }

    @property
    def declaration(self) -> Path:
        return self.folder / "fusions" / f"{self.stack}.yaml"

    def run(self, *command: str) -> str:
        """Run one of the checkout's commands in the folder; its output. Ends the program where it fails."""
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def live(self, what: Stack) -> None:
        """Let everything happen to the stack."""
        self.run("fusion", "setup")
        for old, new in what.edits:
            text = self.declaration.read_text()
            if old not in text:
                raise SystemExit(f"{self.declaration.name} has no {old!r}")
            self.declaration.write_text(text.replace(old, new))
        self.run("fusion", "emulator", "reset", "--at", what.days[0], "--yes")
        for day in what.days:
            self.run("fusion", "emulator", "clock", "--set", day)
            self.run("pulumi", "up", "-s", self.stack, "--yes", "--non-interactive")
            sys.stdout.write(f"{self.stack}: applied on {day}\n")

    def keep(self, folder: Path) -> None:
        """Write what another version needs to go on from here."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy2(self.declaration, folder)
        shutil.copy2(self.folder / "stacks" / f"Pulumi.{self.stack}.yaml", folder)
        for name in self._certificates():
            (folder / "certificates").mkdir(exist_ok=True)
            shutil.copy2(self.folder / "fusions" / "certificates" / name, folder / "certificates")
        state = without_places(json.loads(self.run("pulumi", "stack", "export", "-s", self.stack)))
        (folder / "stack.json").write_text(json.dumps(state, indent=1, ensure_ascii=False) + "\n")
        secrets = json.loads((self.folder / ".state/rehearsal/secrets.yaml").read_text().partition("\n")[2])
        del secrets[
            "keys"
        ]  # nothing that the engine writes depends on them, and a private key has no business in git
        (folder / "secrets.yaml").write_text(SECRETS + json.dumps(secrets, indent=2, sort_keys=True) + "\n")
        own = [
            number.replace(".", "") for number in re.findall(r"kbo: ([\d.]+)", self.declaration.read_text())
        ]
        portal = small_copy(self.folder / ".state" / "portal.db", self.folder / "kept.db", own)
        (folder / "portal.db.gz").write_bytes(gzip.compress(portal.read_bytes(), 9, mtime=0))

    def _certificates(self) -> list[str]:
        names = [path.name for path in (self.folder / "fusions" / "certificates").iterdir()]
        return [name for name in names if f"certificates/{name}" in self.declaration.read_text()]


def small_copy(portal: Path, copy: Path, centres: list[str]) -> Path:
    """A portal's file without what came and went at other centres; its layout stays. Returns the copy."""
    with closing(sqlite3.connect(portal)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        marks = ", ".join("?" * len(centres))
        for table in PASSING:
            connection.execute(f"DELETE FROM {table} WHERE organization NOT IN ({marks})", centres)  # noqa: S608
        connection.execute("VACUUM")
    return copy


def main() -> None:
    checkout = Path(sys.argv[1]).resolve()
    commit = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=checkout, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as temporary:
        for stack, what in STACKS.items():
            project = Project(checkout, Path(temporary, stack), stack)
            project.live(what)
            project.keep(HERE / commit / stack)


if __name__ == "__main__":
    main()
