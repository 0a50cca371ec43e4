"""The thirteen declarations that ship, with generated people and passwords, and their plans."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from emulator.controls import rehearsal_ssin
from schemas.declaration import Fusion, slug
from schemas.loading import load_declaration, parse_declaration
from schemas.reference import reference
from schemas.secrets import Secrets, parse_secrets
from stacks import findings
from stacks.plan import plan
from stacks.planned import Planned
from stacks.program import register
from tests.support.private import write_private

Answer = Callable[[str], Path]
FUSIONS = Path(__file__).parents[2] / "fusions"
NAMES = sorted(slug(fusion.name) for fusion in reference().fusions if fusion.takes_effect == date(2025, 1, 1))
PASSWORD = "Appel+Peer=1"


@dataclass(frozen=True)
class Planning:
    """A declaration with its secrets and what is planned for it."""

    fusion: Fusion
    secrets: Secrets
    resources: list[Planned]

    def at(self, *numbers: str) -> list[Planned]:
        return [item for item in self.resources if item.centre.kbo in numbers]

    def named(self, name: str) -> Planned:
        (found,) = [item for item in self.resources if item.name == name]
        return found


@cache
def shipped(name: str) -> Planning:
    path = FUSIONS / f"{name}.yaml"
    return planning(load_declaration(path), path.parent)


def edited(name: str, *edits: tuple[str, str]) -> Planning:
    """A shipped declaration with changes in its text."""
    text = (FUSIONS / f"{name}.yaml").read_text()
    for before, after in edits:
        assert before in text, f"{name} has no {before!r}"
        text = text.replace(before, after, 1)
    return planning(parse_declaration(text, name, FUSIONS), FUSIONS)


def planning(fusion: Fusion, folder: Path) -> Planning:
    known = secrets_of(fusion)
    return Planning(fusion, known, plan(fusion, known, folder))


def secrets_of(fusion: Fusion) -> Secrets:
    """A secrets file with everybody whom the declaration names, as the rehearsal makes one."""
    keys = {key for _, access in fusion.accesses() for _, key in access.people()}
    people: dict[str, Any] = {
        key: {"insz": rehearsal_ssin(key), "email": f"{key}@ocmw.example", "language": "nl"} for key in keys
    }
    return parse_secrets(
        json.dumps({"people": people, "passwords": {fusion.ftp_password_key: PASSWORD}}), "secrets"
    )


class Registered(MockMonitor):
    """What the program asked the engine to register, in order; everything is answered as made."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.requests: list[Any] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the engine's name
        self.requests.append(request)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def named(self, name: str) -> Any:
        (found,) = [request for request in self.requests if request.name == name]
        return found


class Portal(pulumi.runtime.Mocks):
    """Outputs of resources and of the last run; by default everything was created, is unchanged and waits for nothing."""

    def __init__(self) -> None:
        self.outputs: dict[str, dict[str, Any]] = {}
        self.last_run: dict[str, Any] = {}
        """The stack's outputs in its state."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        standard: dict[str, Any] = {
            "origin": "created",
            "waiting": {},
            "observed": "unchanged",
            "acceptedOn": "",
            "accepting": "",
            "status": "",
            "refused": "",
            "end": "",
        }
        if "handledBy" in args.inputs:
            standard |= {"toStop": {}, "toEnter": {}, "waits": "", "stopped": 0, "entered": 0}
            standard |= {"refused": [], "refusedCount": 0}
        return f"{args.name}-id", {**args.inputs, **standard, **self.outputs.get(args.name, {})}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        assert args.token == "pulumi:pulumi:readStackOutputs"
        assert args.args["name"].endswith("/fusion/pajottegem")
        return {"outputs": self.last_run}, []


@dataclass
class Engine:
    """The engine's side of a program's run: what was registered, exported, warned of."""

    portal: Portal
    registered: Registered
    exports: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def run(self, program: Callable[[], None]) -> dict[str, Any]:
        """Run a program to its end; its outputs. Raises what it raises."""
        self.exports.clear()
        self.registered.requests.clear()

        outputs: dict[str, Any] = {}

        def keep(known: dict[str, Any]) -> None:
            outputs.update(known)

        def running() -> pulumi.Output[None]:
            program()
            return pulumi.Output.all(**self.exports).apply(keep)

        pulumi.runtime.test(running)()  # type: ignore[no-untyped-call]
        return outputs

    def register(self, name: str) -> tuple[list[Planned], dict[str, Any]]:
        """Register a shipped fusion's plan; the plan and the outputs."""
        made = shipped(name)
        return made.resources, self.run(lambda: register(made.fusion, made.resources))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The SDK's mocks, and an end to the event loops that it makes and leaves open."""
    loops = [asyncio.new_event_loop()]
    asyncio.set_event_loop(loops[0])
    make = asyncio.new_event_loop

    def new_event_loop() -> asyncio.AbstractEventLoop:
        loops.append(make())
        return loops[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", new_event_loop)
    portal = Portal()
    engine = Engine(portal, Registered(portal))
    pulumi.runtime.set_mocks(
        portal, project="fusion", stack="pajottegem", preview=False, monitor=engine.registered
    )
    monkeypatch.setattr(pulumi, "export", engine.exports.__setitem__)
    monkeypatch.setattr(pulumi.log, "warn", engine.warnings.append)
    yield engine
    pulumi.runtime.set_all_config({})
    for loop in loops:
        loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with two declarations."""
    (tmp_path / "fusions").mkdir()
    for name in ("pajottegem", "lochristi"):
        (tmp_path / "fusions" / f"{name}.yaml").write_bytes((FUSIONS / f"{name}.yaml").read_bytes())
    shutil.copytree(FUSIONS / "certificates", tmp_path / "fusions" / "certificates")
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    return tmp_path


def secrets_text(**changes: Any) -> str:
    known = secrets_of(shipped("pajottegem").fusion)
    people = {key: {"insz": known.person(key).insz} for key in known.people()}
    return json.dumps({"people": people, "passwords": {"pajottegem/ftp": PASSWORD}} | changes)


@pytest.fixture
def project(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sound declarations and secrets; nothing in the environment chooses a stack."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    (root / "stacks").mkdir()
    (root / ".state" / "rehearsal").mkdir(parents=True)
    write_private(root / ".state" / "rehearsal" / "secrets.yaml", secrets_text())
    set_up(root, "pajottegem")
    monkeypatch.setattr(findings, "_ask_identity", lambda *_: "ab12")
    return root


@pytest.fixture
def answering_engine(tmp_path: Path) -> Answer:
    """An engine that writes down what it was asked, and answers this."""

    def make(answer: str) -> Path:
        program = tmp_path / "engine"
        (tmp_path / "answer").write_text(answer)
        program.write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\ncat "{tmp_path}/answer"\n')
        program.chmod(0o755)
        return program

    return make


def set_up(project: Path, stack: str, **settings: object) -> None:
    config = {f"fusion:{key}": value for key, value in settings.items()}
    (project / "stacks" / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))
