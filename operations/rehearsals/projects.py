"""Project folders of their own: declarations, program, state and emulated portal apart from the checkout's.

A rehearsal, a story or a test makes one, works in it with the real engine, and throws it away.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import quote

from operations.engine import missing_engine
from operations.private_files import make_private_folder
from providers.settings import REHEARSAL_PASSPHRASE
from schemas.errors import EngineError, RehearsalError
from schemas.files import declarations_in

STACK_TYPE, RETAINED_TYPE = "pulumi:pulumi:Stack", "/retained:"
_READING_STEPS = ("same", "refresh", "read")
_environment_lock = RLock()
_running: set[subprocess.Popen[str]] = set()


def make_project(root: Path, folder: Path, names: Sequence[str] | None = None) -> None:
    """A project in `folder`: the declarations (of these names, or all) and the program of `root`, and nothing else.

    What was in the folder before is thrown away.
    """
    if folder.exists():
        shutil.rmtree(folder)
    make_private_folder(folder)
    shutil.copy2(root / "Pulumi.yaml", folder)
    # Without the stacks' settings: a `portalUrl` or a passphrase of one's own has no business in a rehearsal.
    ignore = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml")
    shutil.copytree(root / "stacks", folder / "stacks", ignore=ignore)
    shutil.copytree(root / "fusions", folder / "fusions", ignore=_no_declarations)
    for declaration in declarations_in(folder / "fusions"):
        if names is not None and declaration.stem not in names:
            declaration.unlink()
    (folder / ".venv").symlink_to(Path(sys.prefix))


def _no_declarations(folder: str, names: list[str]) -> list[str]:
    """Hidden files, such as the lock of an editor, and what is neither file nor folder: a pipe would never be copied."""
    here = Path(folder)
    return [one for one in names if one[0] in "._" or not ((here / one).is_file() or (here / one).is_dir())]


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Nobody else works in `folder` meanwhile. The lock goes with this process, however it ends.

    :raises RehearsalError: when somebody does.
    """
    make_private_folder(folder.parent)
    file = folder.with_name(f"{folder.name}.lock")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RehearsalError(
                f"another rehearsal is at work in {folder}",
                "Wait for its end, then run the same command again",
            ) from None
        yield


def backend(folder: Path) -> str:
    """Where a project in `folder` keeps its state: as in Pulumi.yaml, apart from what else the environment says."""
    return f"file://{quote(str(folder / '.state'))}?metadata=skip"


def environment(folder: Path) -> dict[str, str]:
    """Everything relative to `folder`, and never a rehearsal in somebody's real state."""
    return {
        "FUSION_ROOT": str(folder),
        "PULUMI_BACKEND_URL": backend(folder),
        "PULUMI_CONFIG_PASSPHRASE": REHEARSAL_PASSPHRASE,
        # The declaration is judged before the rehearsal begins: engine/pulumi.sh need not ask before each run.
        "PULUMI_RUN_PROGRAM": "false",
    }


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """This process's own functions work in `folder`'s project: one thread at a time."""
    with set_variables(environment(folder)):
        yield


@contextmanager
def set_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """The environment has these meanwhile: one thread at a time."""
    with _environment_lock:
        # Variable by variable: other threads start engines meanwhile, with what else the environment has.
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


@dataclass(frozen=True)
class EngineRun:
    """What one run of the engine did, by its own events.

    `steps` counts resources by operation (`create`, `update`, `same`, …), the refresh before it aside; `messages` are its
    errors and warnings; `outputs` are the stack's, secrets masked, those of before where it failed; `observed` says of each
    retained thing, by its organisation and kind, what the run last saw of it, be it that it failed.
    """

    operation: str
    succeeded: bool
    steps: Mapping[str, int] = field(default_factory=dict)
    changed: Sequence[str] = ()
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    observed: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """How many resources it changed, or would."""
        return sum(count for operation, count in self.steps.items() if operation != "same")


def run_engine(folder: Path, stack: str, operation: str) -> EngineRun:
    """`up`, `preview` or `refresh` of a stack, by the real engine. A run that fails is a result.

    :raises EngineError: when the engine did not get as far as telling what it does.
    """
    log = folder / ".state" / f"events-{stack}.jsonl"
    log.unlink(missing_ok=True)
    options = {"up": ["--yes", "--skip-preview"], "refresh": ["--yes", "--skip-preview"], "preview": []}
    command = ["pulumi", operation, "-s", stack, *options[operation], "--event-log", str(log)]
    # The engine gives its events only to those who ask for its commands for debugging.
    variables = {**os.environ, **environment(folder), "PULUMI_DEBUG_COMMANDS": "true"}
    try:
        # In a group of its own: at a terminal Ctrl-C would reach it beside `interrupt`, and a second one kills it.
        engine = subprocess.Popen(
            [*command, "--non-interactive", "--color", "never"],
            cwd=folder, env=variables, text=True, process_group=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError:
        raise missing_engine() from None
    _running.add(engine)
    try:
        said = "".join(engine.communicate())
    except BaseException:
        engine.kill()
        raise
    finally:
        _running.discard(engine)
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    log.unlink(missing_ok=True)
    ran = parse_events(operation, events, succeeded=engine.returncode == 0)
    if not ran.succeeded and not ran.errors:
        raise EngineError(f"`{' '.join(command[:4])}` failed:\n{said[-3000:].strip()}")
    return ran


def interrupt_engines() -> None:
    """Have the engines at work here stop as soon as they can, as Ctrl-C does at a terminal."""
    for engine in list(_running):
        engine.send_signal(signal.SIGINT)


def parse_events(operation: str, events: Sequence[Mapping[str, Any]], *, succeeded: bool) -> EngineRun:
    """The run that these events, of the engine's own log, tell of."""
    changed: list[str] = []
    errors: list[str] = []
    warnings: list[str] = []
    steps: dict[str, int] = {}
    outputs: Mapping[str, Any] = {}
    observed: dict[tuple[str, str], str] = {}
    for event in events:
        if "diagnosticEvent" in event:
            found = event["diagnosticEvent"]
            into = {"error": errors, "warning": warnings}.get(found["severity"])
            if into is not None and found["message"].strip():
                into.append(found["message"].strip())
        elif "resOutputsEvent" in event or "resourcePreEvent" in event:
            begins = "resourcePreEvent" in event
            metadata = event["resourcePreEvent" if begins else "resOutputsEvent"]["metadata"]
            kind, what = metadata["op"], metadata["urn"].rpartition("::")[2]
            new = (metadata.get("new") or {}).get("outputs") or {}
            if metadata["type"] == STACK_TYPE:
                outputs = new or outputs
            elif not begins and RETAINED_TYPE in metadata["type"] and "observed" in new:
                # Of what a preview plans there are no outputs yet: it has seen what its refresh saw.
                if kind == "refresh" or operation != "preview":
                    observed[new["organization"], new["kind"]] = new["observed"]
            elif (
                begins
                and kind not in _READING_STEPS
                and (metadata.get("new") or metadata.get("old") or {}).get("custom")
            ):
                changed.append(f"{kind} {what}")
        elif "summaryEvent" in event:
            steps = dict(event["summaryEvent"]["resourceChanges"] or {})
    return EngineRun(operation, succeeded, steps, changed, errors, warnings, outputs, observed)
