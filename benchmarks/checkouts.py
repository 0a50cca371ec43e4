"""Projects with many stacks, whose commands are timed: the shipped fusions, or made-up ones, embedded or served."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import psutil

from benchmarks import made_up
from benchmarks.__main__ import ROOT
from emulator import controls
from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare
from providers.settings import embedded_database
from stacks.settings_file import file_of

SAMPLE_SECONDS = 0.2
MIB = 2**20


@dataclass(frozen=True)
class Measure:
    """What a command took.

    :param seconds: by the clock. :param processor: seconds of processors, of all its processes. :param mebibytes: the most
        that its processes had in memory together; what they share is counted for each, so this is more than the machine had
        to give.
    """

    seconds: float
    processor: float
    mebibytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.processor:.1f} s of processors"


@dataclass(frozen=True)
class Checkout:
    """A project in `folder`, before the first `up` of its stacks."""

    folder: Path
    stacks: Sequence[str]
    environment: Mapping[str, str]

    @classmethod
    def shipped(cls, folder: Path) -> Checkout:
        """With the declarations of this checkout."""
        projects.make_project(ROOT, folder)
        environment = _environment(folder)
        list(prepare(folder, environment))
        return cls(folder, sorted(path.stem for path in (folder / "fusions").glob("*.yaml")), environment)

    @classmethod
    def made_up(cls, folder: Path, centres: int) -> Checkout:
        """With those of the mergers of so many made-up centres."""
        environment = _environment(folder)
        return cls(folder, made_up.make_checkout(ROOT, folder, centres, environment), environment)

    def measure(self, *command: str) -> Measure:
        """Run a command. Ends the program where it fails."""
        return measure(command, self.folder, self.environment)

    def one_by_one(self, *arguments: str) -> Measure:
        """The same engine's command for each stack, together."""
        took = [self.measure("pulumi", *arguments, "-s", stack, "--non-interactive") for stack in self.stacks]
        return Measure(
            sum(one.seconds for one in took),
            sum(one.processor for one in took),
            max(one.mebibytes for one in took),
        )

    def keep(self, place: Path) -> None:
        """Keep the state and the portal as they are now."""
        shutil.copytree(self.folder / ".state", place)

    def set_back(self, kept: Path) -> None:
        """As it was when `kept` was made."""
        shutil.rmtree(self.folder / ".state")
        shutil.copytree(kept, self.folder / ".state")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Its portal over HTTP meanwhile, in a process of its own; each stack is set to it, before the first `up`."""
        command = ["fusion", "emulator", "--port", "0", "--sftp-port", "0"]
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            try:
                found = re.search(r"http://\S+", server.stdout.readline())
                assert found, "the server says where it is"
                for stack in self.stacks:
                    with (self.folder / file_of(stack)).open("a", encoding="utf-8") as settings:
                        settings.write(f"config:\n  fusion:portalUrl: {found[0]}\n")
                yield
            finally:
                server.terminate()

    def delay(self, milliseconds: int) -> None:
        """Each answer of the portal takes so much longer from now on, signing in too."""
        database = embedded_database(self.folder)
        controls.clear_faults(database)
        if milliseconds:
            for pattern in (None, "*/oauth/*"):
                rule = controls.Rule(kind="latency", delay_ms=milliseconds, path_pattern=pattern)
                controls.add_fault(database, rule)


def _environment(folder: Path) -> dict[str, str]:
    """As people run it: the look before each run is part of the time, and so are Python's caches."""
    environment = {**os.environ, **projects.environment(folder)}
    for name in ("PULUMI_RUN_PROGRAM", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    environment["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{environment['PATH']}"
    return environment


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Measure:
    """Run a command in a folder. Ends the program where it fails."""
    used, started = _processor_of_children(), perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    with _peak_of(process.pid) as peak:
        told, _ = process.communicate()
    seconds = perf_counter() - started
    if process.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed:\n{told[-5000:]}")
    return Measure(seconds, _processor_of_children() - used, peak[0] / MIB)


def _processor_of_children() -> float:
    """Of those that have ended and were waited for, so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def count_resources(checkout: Checkout) -> Mapping[str, int]:
    """How many dynamic resources each stack has, after its `up`."""
    states = checkout.folder / ".state" / ".pulumi" / "stacks" / "fusion"
    counts: dict[str, int] = {}
    for stack in checkout.stacks:
        state = json.loads((states / f"{stack}.json").read_text("utf-8"))
        kinds = [one["type"] for one in state["checkpoint"]["latest"]["resources"]]
        counts[stack] = sum(kind.startswith("pulumi-python:dynamic/") for kind in kinds)
    return counts


@contextmanager
def _peak_of(process: int) -> Iterator[list[int]]:
    """The most bytes that a process and its children have in memory together, looked at from time to time."""
    peak, ended = [0], Event()

    def look() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], _bytes_of(process))

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def _bytes_of(process: int) -> int:
    total = 0
    try:
        first = psutil.Process(process)
        family = [first, *first.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in family:
        try:
            total += one.memory_info().rss
        except psutil.Error:
            continue  # it ended meanwhile
    return total
