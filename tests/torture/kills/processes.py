"""The processes of one run of the engine: who is who, and killing one of them with SIGKILL. Linux, by /proc."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ENGINE, HOST, PROGRAM = "engine", "provider host", "program"
LANGUAGE_HOST = "language host"
_PATIENCE_SECONDS = 10
# A library that only the portal's client needs.
_OF_THE_CLIENT = "cryptography"
# In a run of many stacks it forks what engines ask for; whoever asked stands for it, and is found by its mark.
_WARM = "operations.fleet.warm.server"
WARM = "warm Python"
"""In a run of many stacks: what forks instead of starting Python, and what it forked."""
# What each is started with; the shell around the provider host has its script's name only.
_MARKS = {
    HOST: ("-m", "pulumi.dynamic"),
    PROGRAM: ("pulumi-language-python-exec",),
    LANGUAGE_HOST: ("pulumi-language-python",),
}


@dataclass(frozen=True)
class Process:
    """One that runs now: `words` are its command line."""

    pid: int
    words: tuple[str, ...]

    @property
    def who(self) -> str:
        names = {self.words[0].rpartition("/")[2], *(word.rpartition("/")[2] for word in self.words)}
        return next((who for who, marks in _MARKS.items() if names.issuperset(marks)), " ".join(self.words))

    @property
    def is_engine(self) -> bool:
        """Whether it works on a stack in a run of many."""
        return self.words[0].rpartition("/")[2] == "pulumi" and "--stack" in self.words

    def is_a(self, who: str) -> bool:
        """Whether it is one of these in a run of many stacks."""
        if who == ENGINE:
            return self.is_engine
        return _WARM in self.words if who == WARM else self.who == who

    @property
    def has_work(self) -> bool:
        """Whether calls can be under way here. None are in a language host, which looks for its engine every five minutes,
        nor in a provider host whose engine was killed before it asked anything: it has not loaded the portal's client, and
        its shell waits for it. What a warm Python forked has loaded all, and works while it has a connection, as to its
        engine."""
        if self.who == LANGUAGE_HOST:
            return False
        if _WARM in self.words:
            return _is_connected(self.pid)
        if self.who != HOST:
            return not self.who.startswith("/bin/sh ")
        try:
            return _OF_THE_CLIENT in Path(f"/proc/{self.pid}/maps").read_text()
        except OSError:
            return False

    def kill(self) -> None:
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Session:
    """`command`, started as the leader of a session of its own: what it starts stays in it, whoever its parent is."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], output: Path) -> None:
        with output.open("wb") as file:
            self.leader = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        # `Popen` is back before /proc shows the command line: until then the leader looks like a zombie.
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (
            not _words(Path(f"/proc/{self.leader.pid}"))
            and self.leader.poll() is None
            and time.monotonic() < deadline
        ):
            time.sleep(0.001)

    def find(self, who: str) -> Process | None:
        """The engine, or one of its children; None where it is not running."""
        if who == ENGINE:
            return Process(self.leader.pid, (who,)) if self.leader.poll() is None else None
        return next((process for process in self.running() if process.who == who), None)

    def find_all(self, who: str) -> list[Process]:
        """In a run of many stacks: all engines, or all of the children of this kind that any of them has."""
        return [process for process in self.running() if process.is_a(who)]

    def running(self) -> list[Process]:
        """All of the session but zombies."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and _session(folder) == self.leader.pid:
                words = _words(folder)
                if words:  # a zombie has none
                    found.append(Process(int(folder.name), words))
        return found

    def left_behind(self) -> list[str]:
        """Who still runs some seconds after the engine's end and could do something; all of them are ended."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            left = [process for process in self.running() if process.has_work]
            if not left or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        for process in self.running():
            process.kill()
        return [process.who for process in left]


def _is_connected(pid: int) -> bool:
    try:
        found = psutil.Process(pid).net_connections("inet")
    except psutil.Error:
        return False
    return any(one.status != psutil.CONN_LISTEN for one in found)


def _session(folder: Path) -> int | None:
    try:
        # After the name, which stands in brackets and may hold anything: state, parent, group, session.
        return int((folder / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError):
        return None


def _words(folder: Path) -> tuple[str, ...]:
    try:
        return tuple((folder / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1])
    except OSError:
        return ()
