"""A project folder of its own for a test: declarations, program, state and emulated portal, run by the real engine."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator import controls
from emulator.embedded import transport
from operations.rehearsals.certificates import certificate_of
from operations.rehearsals.preparation import prepare
from operations.rehearsals.projects import make_project
from operations.rehearsals.suppliers import answer_as
from providers.portal import Connection, WritingPortal
from providers.settings import REHEARSAL_SECRETS, Settings
from schemas.secrets import load_secrets
from tests.support.private import write_private

CHECKOUT = Path(__file__).parents[2]
ENGINE_SECONDS = 600
KEPT_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LANG")


def switch_engine_log_off(home: Path) -> None:
    """A seventh of the engine's time goes into the log that it keeps of each run: with a file in the log folder's place it
    keeps none."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "logs").touch()


def switch_engine_log_on(home: Path) -> None:
    """Undo `switch_engine_log_off`."""
    (home / "logs").unlink()


class Workspace:
    """A folder with Pulumi.yaml, stacks/ and some of fusions/, prepared as `fusion setup` prepares a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._connections: list[Connection] = []

    @classmethod
    def make(cls, root: Path, *fusions: str) -> Workspace:
        """A fresh one with these declarations."""
        make_project(CHECKOUT, root, fusions)
        workspace = cls(root)
        workspace.prepare()
        return workspace

    @classmethod
    def restore(cls, root: Path, kept: Path) -> Workspace:
        """One that goes on with a stack of an earlier version (`tests/e2e/states/README.md`), whose name the folder has."""
        kept = kept.resolve()
        make_project(CHECKOUT, root, ())
        workspace = cls(root)
        shutil.copy2(kept / f"{kept.name}.yaml", workspace.declaration(kept.name))
        for certificate in (kept / "certificates").glob("*"):
            shutil.copy2(certificate, root / "fusions" / "certificates")
        shutil.copy2(kept / f"Pulumi.{kept.name}.yaml", root / "stacks")
        (root / ".state" / "rehearsal").mkdir(parents=True)
        write_private(root / ".state" / "rehearsal" / "secrets.yaml", (kept / "secrets.yaml").read_text())
        workspace.database.write_bytes(gzip.decompress((kept / "portal.db.gz").read_bytes()))
        workspace.prepare()
        workspace.pulumi("stack", "import", "-s", kept.name, "--file", str(kept / "stack.json"))
        return workspace

    def prepare(self) -> None:
        switch_engine_log_off(self.engine_home)
        list(prepare(self.root, self.environment))

    def copy(self, root: Path) -> Workspace:
        """The same at this moment, to go on with elsewhere."""
        shutil.copytree(self.root, root, symlinks=True)
        return Workspace(root)

    @property
    def environment(self) -> dict[str, str]:
        """What the engine runs in: nothing of the caller's own Pulumi settings."""
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{kept['PATH']}"
        return {
            **kept,
            "PATH": path,
            "FUSION_ROOT": str(self.root),
            "PULUMI_HOME": str(self.engine_home),
            "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    # -- the engine -------------------------------------------------------------------------------------------------

    @property
    def engine_home(self) -> Path:
        return self.root / ".state" / "engine-home"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the real `pulumi`, however it ends.

        It writes into files: the end of a pipe would also wait for the hosts of an engine that was stopped for its time.
        """
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                ["pulumi", *arguments, "--non-interactive", "--color", "never"],
                cwd=self.root,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                check=False,
                timeout=ENGINE_SECONDS,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())

    def pulumi(self, *arguments: str, succeeds: bool = True, **environment: str) -> str:
        """Run the real `pulumi`; its whole output. Fails the test when it ends otherwise than expected."""
        judged = (
            {"PULUMI_RUN_PROGRAM": "false"} if succeeds else {}
        )  # engine/pulumi.sh need not look for findings
        done = self.run(*arguments, **judged, **environment)
        output = done.stdout + done.stderr
        assert (done.returncode == 0) == succeeds, (
            f"pulumi {' '.join(arguments)}: {done.returncode}\n{output[-3000:]}"
        )
        return output

    def fusion(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the `fusion` command, however it ends."""
        return subprocess.run(
            ["fusion", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=ENGINE_SECONDS,
        )

    def up(self, stack: str, *, succeeds: bool = True) -> str:
        """One that must fail runs as people run it, with its own preview first. One that must succeed does without: the
        state is the same."""
        if not succeeds:
            return self.pulumi("up", "-s", stack, "--yes", succeeds=False)
        return self.pulumi("up", "-s", stack, "--yes", "--skip-preview")

    def preview(self, stack: str, *options: str, succeeds: bool = True) -> str:
        return self.pulumi("preview", "-s", stack, *options, succeeds=succeeds)

    def in_sync(self, stack: str) -> None:
        """A preview that must show no change."""
        self.preview(stack, "--expect-no-changes", "--diff")

    def outputs(self, stack: str) -> dict[str, Any]:
        shown = self.pulumi("stack", "output", "-s", stack, "--json", "--show-secrets")
        outputs: dict[str, Any] = json.loads(shown)
        return outputs

    def waiting(self, stack: str) -> list[str]:
        """What waits, a line each: `Gooik, Uniek verslag: waits for …`."""
        return [f"{thing}: {why}" for thing, why in self.outputs(stack)["waiting"].items()]

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The state's resources, secrets as they lie there."""
        state = json.loads(self.pulumi("stack", "export", "-s", stack))
        resources: list[dict[str, Any]] = state["deployment"].get("resources", [])
        return resources

    def engine_files(self) -> list[Path]:
        """Everything that the engine keeps: state, history, backups, its own logs."""
        return [
            *(self.root / ".state" / ".pulumi").rglob("*"),
            *self.engine_home.rglob("*"),
        ]

    # -- the declaration --------------------------------------------------------------------------------------------

    def declaration(self, fusion: str) -> Path:
        return self.root / "fusions" / f"{fusion}.yaml"

    def edit(self, fusion: str, change: Callable[[str], str]) -> None:
        """Change a declaration's text; a change that changes nothing is a test's mistake."""
        path = self.declaration(fusion)
        before = path.read_text()
        after = change(before)
        assert after != before, "the edit changed nothing"
        path.write_text(after)

    # -- the portal -------------------------------------------------------------------------------------------------

    @property
    def database(self) -> Path:
        return self.root / ".state" / "portal.db"

    def journal(self, *, writes: bool = False, kbo: str | None = None) -> list[dict[str, Any]]:
        return controls.journal(self.database, writes=writes, kbo=kbo)

    def advance_clock(self, days: int) -> None:
        controls.advance_clock(self.database, days)

    def set_clock(self, moment: str) -> None:
        controls.set_clock(self.database, moment)

    def restart_portal(self, moment: str) -> None:
        """A fresh portal whose clock starts then."""
        controls.reset(self.database, moment)

    def answer_delegation(
        self, organization: str, account: str, *, accept: bool, reason: str | None = None
    ) -> None:
        """As socius, through its own client."""
        secrets = load_secrets(self.root / REHEARSAL_SECRETS)
        certificate = certificate_of(secrets.key("pajottegem/rest")) if accept else None
        answer_as(self.root, "socius", organization, account, certificate, reason)

    def portal(self, organization: str) -> WritingPortal:
        """The portal as somebody else uses it: what is done through this is drift to the stack."""
        settings = Settings(
            "embedded",
            "rehearsal",
            None,
            self.root / ".state" / "rehearsal" / "client-key.pem",
            deadline_seconds=10,
        )
        connection = Connection(settings, transport(self.database))
        self._connections.append(connection)
        return WritingPortal(connection, organization)

    def close(self) -> None:
        """Let go of what `portal` opened."""
        while self._connections:
            self._connections.pop().close()

    def secrets(self) -> dict[str, Any]:
        """The rehearsal's secrets: `{people: {key: {insz, …}}, passwords: {…}}`."""
        text = (self.root / ".state" / "rehearsal" / "secrets.yaml").read_text()
        document: dict[str, Any] = json.loads(text.split("\n", 1)[1])
        return document
