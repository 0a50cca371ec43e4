"""The steps of the set-up, in order. Each looks first whether there is anything to do."""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from engine import golang, official, uv
from engine.choice import choose, engines_on
from engine.commands import Step, ask, run
from engine.failures import LINE_ENDS, RUN_AGAIN, Attempt, NoEngine, SetupError, failure_text
from engine.places import Places
from engine.stamp import PROGRAMS, is_current, move_in, sources_digest
from engine.versions import OLDEST_ENGINE, Version, parse, pinned_engine

ELSEWHERE = "elsewhere"
PROGRAM = ("emulator", "operations", "providers", "schemas", "stacks")
"""The packages of this checkout that an operation imports."""


class SetUp:
    """One run of the set-up: the steps share where uv is."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.uv = Path()

    def steps(self) -> list[tuple[str, Callable[[Step], None]]]:
        """Every step's name and what it does."""
        return [
            ("uv", self.find_uv),
            ("python environment", self.sync),
            ("engine", self.provide_engine),
            ("pulumi command", self.link_wrapper),
            ("stacks", self.make_stacks),
        ]

    def find_uv(self, step: Step) -> None:
        """Find uv on PATH, or put the pinned one into a private virtual environment."""
        self.uv = uv.find(step, self.places)

    def sync(self, step: Step) -> None:
        """Bring .venv in sync with uv.lock."""
        arguments = ["sync", "--locked", "--all-extras"]
        fresh = ask([self.places.bin / "python", "--version"]) is None
        if fresh:
            step.say("uv sync …")
            # Once, instead of at every preview where Python may not write its caches.
            arguments += ["--compile-bytecode"]
            if "UV_PYTHON" not in os.environ:
                # This Python is there and new enough; another one might have to be fetched.
                arguments += ["--python", sys.executable]
        uv.run_uv(step, "uv sync", self.uv, arguments, self.places)
        # Ours too, which are no part of the environment: each `pulumi preview` starts three Pythons that import them.
        command: list[str | Path] = [self.places.bin / "python", "-m", "compileall", "-q", *PROGRAM]
        run(step, "compiling", command, cwd=self.places.root, env=self.places.environment())
        step.done("made from uv.lock" if fresh else "as uv.lock says")

    def provide_engine(self, step: Step) -> None:
        """Use an engine of the person's own that fits, else the pinned one, built or fetched."""
        pinned = pinned_engine(self.places.sources)
        folder = self.places.engine
        folder.mkdir(parents=True, exist_ok=True)
        elsewhere = folder / ELSEWHERE
        own, refused = choose(engines_on(os.environ.get("PATH", "")))
        if own is not None:
            elsewhere.write_text(f"{own.program.parent}\n")
            step.done(f"pulumi {own.version} of your own, at {own.program}")
            return
        elsewhere.unlink(missing_ok=True)
        for reason in refused:
            step.say(f"not used: {reason}")
        digest = sources_digest(self.places.sources)
        if is_current(folder, digest):
            step.done(f"pulumi {pinned} in {self._short(folder)}")
            return
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as work:
            made, how = self._make_engine(step, pinned, Path(work))
            move_in(made, folder, digest, how)
        step.done(f"pulumi {pinned} in {self._short(folder)}, {how}")

    def _make_engine(self, step: Step, pinned: Version, work: Path) -> tuple[Path, str]:
        """The folder with the programs, and how they came there; the first way that works."""

        def built(made: Path) -> str:
            return golang.build(step, self.places, self.uv, made)

        def fetched(made: Path) -> str:
            return official.install(step, pinned, work, made)

        attempts: list[Attempt] = []
        for name, way in (("building it with Go", built), ("the official installer", fetched)):
            made = work / name.split()[-1]
            made.mkdir()
            try:
                how = way(made)
                check_engine(made, pinned)
            except SetupError as error:
                step.say(f"{name} did not work: {error.why}")
                attempts.append(Attempt(name, error.why, error.way_out))
            else:
                return made, how
        raise NoEngine(attempts, str(OLDEST_ENGINE))

    def link_wrapper(self, step: Step) -> None:
        """Make `.venv/bin/pulumi` the wrapper, relative so that it follows the checkout."""
        script = self.places.sources / "pulumi.sh"
        if b"\r\n" in script.read_bytes():
            raise SetupError(
                f"{self._short(script)} has CRLF line ends, with which no shell runs it", LINE_ENDS
            )
        if not os.access(script, os.X_OK):
            # Copies and unzipped trees lose it; git has it.
            script.chmod(script.stat().st_mode | 0o111)
            step.say(f"{self._short(script)} had lost its run bit, and has it again")
        link = self.places.bin / "pulumi"
        target = os.path.relpath(script, self.places.bin)
        if not (link.is_symlink() and str(link.readlink()) == target):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
        version = ask([link, "version"])
        if version is None:
            raise SetupError(
                f"`{self._short(link)} version` does not work", "remove .venv/engine and run again"
            )
        step.done(f"{self._short(link)}, {version}")

    def make_stacks(self, step: Step) -> None:
        """Let the project make its rehearsal's secrets and stacks."""
        step.say("fusion setup …")
        path = os.pathsep.join([str(self.places.bin), os.environ.get("PATH", "")])
        try:
            code = subprocess.call(
                [self.places.bin / "fusion", "setup"],
                cwd=self.places.root,
                env=self.places.environment(PATH=path),
            )
        except OSError as error:
            raise SetupError(
                f".venv/bin/fusion cannot be started: {error}", "remove .venv and run again"
            ) from error
        if code != 0:
            raise SetupError(
                f"`fusion setup` ended with {code}, for the reason above", "put that right and run again"
            )
        step.done("ready")

    def _short(self, path: Path) -> str:
        return str(path.relative_to(self.places.root))


def check_engine(folder: Path, pinned: Version) -> None:
    """Raise SetupError unless the folder holds a complete engine of the pinned version that starts."""
    missing = [program for program in PROGRAMS if not (folder / program).is_file()]
    if missing:
        raise SetupError(f"it brought no {', '.join(missing)}", "")
    version = ask([folder / "pulumi", "version"])
    if parse(version) != pinned:
        raise SetupError(f"its `pulumi version` answers {version!r}, not {pinned}", "")


def set_up(root: str) -> int:
    """Do every step in the checkout at `root`; return the exit code."""
    places = Places(Path(root))
    places.tools.mkdir(exist_ok=True)
    with (places.tools / "lock").open("w") as lock:
        _wait_for(lock)
        run_ = SetUp(places)
        steps = run_.steps()
        for number, (name, do) in enumerate(steps, 1):
            step = Step(f"setup {number}/{len(steps)} {name}")
            try:
                do(step)
            except SetupError as error:
                print(failure_text(step.label, error), flush=True)
                return 1
            except OSError as error:
                print(failure_text(step.label, SetupError(str(error), RUN_AGAIN)), flush=True)
                return 1
            except KeyboardInterrupt:
                print(f"{step.label}: interrupted; run again to go on", flush=True)
                return 130
    return 0


def _wait_for(lock: IO[str]) -> None:
    """Two commands that set up the same checkout at once would spoil each other's work."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("setup: another set-up of this checkout is running; waiting for it …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
