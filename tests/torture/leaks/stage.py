"""A project with planted secrets, under a umask that forbids nothing, and what its commands print and leave behind."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from operations.rehearsals.preparation import prepare
from operations.rehearsals.projects import make_project
from tests.support.workspace import CHECKOUT, ENGINE_SECONDS, Workspace, switch_engine_log_on
from tests.torture.leaks.planted import (
    AWKWARD_PASSWORD,
    OWN_PASSPHRASE,
    PASSPHRASE,
    Secret,
    find_secrets,
    read_document,
    write_document,
)

FTP = "pajottegem/ftp"
# What the project begins with, and what is no file of its own.
_OURS = (".venv", "stacks/__pycache__")


@dataclass(frozen=True)
class Printed:
    """What a command printed on both streams, and how it ended."""

    status: int
    output: bytes


class Stage(Workspace):
    """A workspace with a passphrase and temporary files of its own; `secrets` gathers what may stand nowhere."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.temporary = root.with_name(f"{root.name}-tmp")
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.passphrase = OWN_PASSPHRASE
        self.seen: set[Secret] = set()
        self.contents: list[tuple[str, bytes]] = []

    @classmethod
    def begin(cls, root: Path) -> Stage:
        """Pajottegem applied, Hasselt not, with a password that is awkward to write."""
        before = os.umask(0)
        try:
            stage = cls(root)
            made = cls.make(root, "pajottegem", "hasselt")
            assert isinstance(made, Stage)
            stage.change_password(AWKWARD_PASSWORD)
        finally:
            os.umask(before)
        switch_engine_log_on(stage.engine_home)
        ended = stage.call("pulumi up -s pajottegem --yes --skip-preview")
        assert ended.status == 0, "the stage cannot be set"
        return stage

    @classmethod
    def without_engine(cls, root: Path) -> Stage:
        """With the same secrets and a portal, and no stack."""
        make_project(CHECKOUT, root, ("pajottegem",))
        stage = cls(root)
        for _ in prepare(root, stage.environment):
            if stage.secrets_file.exists():
                break  # the stacks come next
        stage.change_password(AWKWARD_PASSWORD)
        return stage

    def go_on(self, root: Path) -> Stage:
        """A copy of it, to spoil."""
        self.copy(root)
        return Stage(root)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "TMPDIR": str(self.temporary),
        }

    @property
    def out(self) -> Path:
        """Where commands put the files that they are asked for."""
        folder = self.root / ".state" / "out"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def secrets_file(self) -> Path:
        return self.root / ".state" / "rehearsal" / "secrets.yaml"

    @property
    def client_key(self) -> Path:
        return self.root / ".state" / "rehearsal" / "client-key.pem"

    def change_password(self, new: str) -> None:
        document = read_document(self.secrets_file)
        document["passwords"][FTP] = new
        write_document(self.secrets_file, document)

    def set_up_settings(self, **settings: str) -> None:
        """Of Pajottegem's stack."""
        for name, value in settings.items():
            assert self.call(f"pulumi config set {name} {shlex.quote(value)} -s pajottegem").status == 0

    def call(self, line: str, given: bytes = b"") -> Printed:
        """Run a command as it is written in a shell, with variables before it and `{out}` in it; `given` is its input."""
        words = shlex.split(line.format(out=self.out))
        variables = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        if words[0] == "pulumi":
            words += ["--non-interactive", *([] if "--color" in words else ["--color", "never"])]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as typed:
            typed.write(given)
            typed.seek(0)
            done = subprocess.run(
                words, cwd=self.root, env={**self.environment, **variables}, umask=0, check=False,
                stdin=typed, stdout=output, stderr=subprocess.STDOUT, timeout=ENGINE_SECONDS,
            )  # fmt: skip
            output.seek(0)
            return Printed(done.returncode, output.read())

    def secrets_there(self) -> set[Secret]:
        """All that is planted by now: what was replaced, or came over the wire, counts too."""
        planted = Secret(PASSPHRASE, "of the stack", self.passphrase)
        return {*self.seen, planted, *find_secrets(self.root)}

    def remember(self) -> None:
        """What is planted now stays a secret, whatever becomes of the files."""
        self.seen |= self.secrets_there()

    def files(self) -> Iterator[tuple[str, Path]]:
        """Everything that lies in the project or in its temporary folder, by its name there."""
        for folder, prefix in ((self.root, ""), (self.temporary, "TMPDIR/")):
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and not path.is_symlink() and not name.startswith(_OURS):
                    yield f"{prefix}{name}", path
