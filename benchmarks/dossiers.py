"""`make bench`: what moving running dossiers costs, with the real engine, for few forms and for many.

A centre of Hasselt gets so many forms; a `pulumi preview` and an `up` move them. In the same run the same batches go over a
bare loop of the portal's own client, on a copy of the same portal: that is the portal's own rate, and `up` is given as a
ratio to it. Memory is the highest of the provider hosts, sampled. The figures hold for this machine, at this moment;
nothing here fails on one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.__main__ import ROOT, Project
from emulator import controls
from emulator.embedded import transport
from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare
from providers.contract import PAGE_SIZE
from providers.dossiers import FORMS
from providers.paths import INTEGRATIONS
from providers.portal import Connection, WritingPortal
from providers.settings import REHEARSAL_CLIENT_KEY, Settings, embedded_database

FUSION = "hasselt"
MERGED, CENTRE = "0212216402", "0212189577"
FEW, MANY = 2_000, 100_000
DAY, EVE, FREE = "2025-01-01", "2024-12-31", "2025-02-17"


@dataclass(frozen=True)
class Measured:
    """Seconds of a preview, of `up` and of the bare loop; the highest memory of a provider host, in MiB."""

    preview: float
    up: float
    loop: float
    peak: float


def measure(folder: Path, forms: int) -> Measured:
    project = _project(folder)
    database = embedded_database(folder)
    project.run("up", "--yes", "--skip-preview")  # everything else is in sync, and the portal there
    controls.add_forms(database, CENTRE, forms, seed=1)
    copy = folder / "copy.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with _peak(folder) as peak:
        preview = project.cost("preview").time
        up = project.cost("up", "--yes", "--skip-preview").time
    return Measured(preview, up, _bare_loop(folder, copy), max(peak) / 2**20)


def _project(folder: Path) -> Project:
    (folder / "fusions").mkdir(parents=True)
    shutil.copy2(ROOT / "Pulumi.yaml", folder)
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "fusions" / f"{FUSION}.yaml", folder / "fusions")
    environment = {**os.environ, "FUSION_ROOT": str(folder)}
    list(prepare(folder, {**environment, "PULUMI_BACKEND_URL": projects.backend(folder)}))
    database = embedded_database(folder)
    controls.set_clock(database, FREE)
    controls.set_rate_limit(database, controls.Limit(10**6, 10**6))
    return Project(folder, FUSION, environment)


def _bare_loop(folder: Path, database: Path) -> float:
    """The same batches over the client alone; seconds."""
    settings = Settings("embedded", "rehearsal", None, folder / REHEARSAL_CLIENT_KEY, deadline_seconds=60)
    connection = Connection(settings, transport(database))
    old, new = WritingPortal(connection, CENTRE), WritingPortal(connection, MERGED)
    work = f"{INTEGRATIONS}/{CENTRE}/work/{FORMS}?mergerOn={DAY}&pageSize={PAGE_SIZE}"
    started = perf_counter()
    for page in old.pages(f"{work}&step=stop"):
        body = {"endDate": EVE, "mergerOn": DAY, "ids": [form["id"] for form in page]}
        if page:
            old.add(f"{INTEGRATIONS}/{CENTRE}/{FORMS}/stops", body)
    for page in old.pages(f"{work}&step=enter"):
        predecessors = [{"enterpriseNumber": CENTRE, "id": form["id"]} for form in page]
        if page:
            body = {"startDate": DAY, "predecessors": predecessors}
            new.add(f"{INTEGRATIONS}/{MERGED}/{FORMS}/successions", body)
    took = perf_counter() - started
    connection.close()
    return took


@contextmanager
def _peak(folder: Path) -> Iterator[list[int]]:
    """The memory (bytes) of the provider hosts of a project while it runs, again and again."""
    seen, over = [0], threading.Event()

    def sample() -> None:
        while not over.is_set():
            seen.append(max((_resident(process) for process in _hosts(folder)), default=0))
            sleep(0.05)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _hosts(folder: Path) -> Iterator[Path]:
    """Provider hosts are known by their command and by the project that they were started for."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / name for name in ("cmdline", "environ"))
            ours = f"FUSION_ROOT={folder}".encode() in environment.read_bytes()
            if ours and b"pulumi.dynamic" in command.read_bytes():
                yield process
        except OSError:
            continue


def _resident(process: Path) -> int:
    try:
        pages = int((process / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    given = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for forms in (given.few, given.many):
            one = measure(Path(temporary) / str(forms), forms)
            found.append(one)
            print(
                f"{forms} forms: preview {one.preview:.1f} s, up {one.up:.1f} s, {one.up / one.loop:.2f} times the portal's"
                f" own rate ({one.loop:.1f} s); provider host {one.peak:.0f} MiB",
                flush=True,
            )
    few, many = found
    print(f"memory: {many.peak / few.peak:.2f} times with {given.many / given.few:.0f} times the forms")


if __name__ == "__main__":
    main()
