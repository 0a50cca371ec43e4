"""The engine's preview of each stack, two at a time; one that fails stops no other."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from operations import heartbeat
from operations.engine import drop_library_logs, drop_program_end, missing_engine
from operations.plans.model import FusionPlan, Plan
from operations.plans.reading import by_hand, read_plan, without_plan
from operations.stack_files import is_by_hand

AT_ONCE = 2
"""A preview keeps a processor busy for seconds."""
Say = Callable[[str], None]


def plan_stacks(root: Path, stacks: Sequence[str], say: Say, saved: Path | None = None) -> Plan:
    """The plans of these stacks of the project in `root`, in their order. Of one that has no portal the engine is not asked.

    :param saved: the folder where the engine saves its own plans, as `<stack>.json`.
    """
    previewed = [stack for stack in stacks if not is_by_hand(root, stack)]
    told = _Progress(len(previewed), say)

    def plan(stack: str) -> FusionPlan:
        with told.busy_with(stack):
            return preview(root, stack, saved=saved and saved / f"{stack}.json")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way: list[Future[FusionPlan]] = [pool.submit(plan, stack) for stack in previewed]
        try:
            told.wait_for(under_way)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    found = dict(zip(previewed, (one.result() for one in under_way), strict=True))
    return Plan(fusions=tuple(found.get(stack) or by_hand(stack) for stack in stacks))


def preview(
    root: Path, stack: str, environment: Mapping[str, str] = os.environ, saved: Path | None = None
) -> FusionPlan:
    """The plan of one stack, by `pulumi preview`; where that fails, why.

    :param saved: the file where the engine saves its own plan.
    :raises EngineError: where there is no engine.
    """
    command = ["pulumi", "preview", "-s", stack, "--json", "--non-interactive", "--color", "never"]
    command += ["--save-plan", str(saved)] if saved else []
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise missing_engine() from None
    document = _read(done.stdout)
    if done.returncode != 0 or document is None:
        return without_plan(stack, "\n".join(_errors(document, done.stderr)))
    return read_plan(stack, document)


def _read(printed: str) -> dict[str, Any] | None:
    try:
        document = json.loads(printed)
    except ValueError:
        return None
    return document if isinstance(document, dict) and "steps" in document else None


def _errors(document: Mapping[str, Any] | None, stderr: str) -> Iterator[str]:
    """The engine's errors, without what it says of the program's end; else what it wrote."""
    found = [
        str(one["message"]).strip().removeprefix("error: ")
        for one in (document or {}).get("diagnostics") or ()
        if one.get("severity") == "error"
    ]
    yield from drop_program_end(found) or [
        drop_library_logs(stderr).strip().removeprefix("error: ") or "the engine ended without a word"
    ]


class _Progress:
    """A line when a stack begins and ends, and ever more rarely in between."""

    def __init__(self, total: int, say: Say) -> None:
        self._total, self._say = total, say
        self._busy: list[str] = []
        self._done = 0
        self._began = monotonic()
        self._lock = threading.Lock()

    @contextmanager
    def busy_with(self, stack: str) -> Iterator[None]:
        began = monotonic()
        with self._lock:
            self._busy.append(stack)
            self._say(f"{stack}: previewing")
        try:
            yield
        finally:
            with self._lock:
                self._busy.remove(stack)
                self._done += 1
                self._say(f"{stack}: {monotonic() - began:.0f} s ({self._done} of {self._total})")

    def wait_for(self, under_way: Sequence[Future[FusionPlan]]) -> None:
        """Until all are done, or the first cannot be done at all, which ends it for the others too."""
        pauses = heartbeat.pauses()
        pause = next(pauses)
        for one in under_way:
            while True:
                try:
                    one.result(timeout=pause)
                    break
                except TimeoutError:
                    with self._lock:
                        busy = ", ".join(self._busy)
                        passed = monotonic() - self._began
                        self._say(f"{passed:.0f} s: {self._done} of {self._total} done; previewing {busy}")
                    pause = next(pauses)
