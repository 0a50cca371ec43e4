"""The provider host ends when its engine is gone: nothing of a killed run is written later."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from providers import host, ledger

HOST = """
import sys, time, types
sys.modules["__main__"].__spec__ = types.SimpleNamespace(name={module!r})
from providers import host
host.end_with_engine()
host.end_with_engine()
print("watching", flush=True)
time.sleep(60)
"""


@contextmanager
def running(address: str, module: str = "pulumi.dynamic.__main__") -> Iterator[subprocess.Popen[str]]:
    code = HOST.format(module=module)
    with subprocess.Popen(
        [sys.executable, "-c", code, address], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "watching\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def engine() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        yield listening


def address(engine: socket.socket) -> str:
    return "{}:{}".format(*engine.getsockname())


def test_it_ends_when_nobody_answers_any_more(engine: socket.socket) -> None:
    with running(address(engine)) as process:
        watching, _ = engine.accept()
        engine.close()
        watching.close()
        assert process.wait(20) == 1


def test_an_engine_that_only_hangs_up_is_still_there(engine: socket.socket) -> None:
    with running(address(engine)) as process:
        for _ in range(3):
            watching, _ = engine.accept()
            watching.close()
        watching, _ = engine.accept()
        assert process.poll() is None
        watching.close()


def test_another_process_than_a_host_watches_nobody(engine: socket.socket) -> None:
    with running(address(engine), "pytest.__main__") as process:
        engine.close()
        time.sleep(0.3)
        assert process.poll() is None


@pytest.mark.parametrize("arguments", [[], ["somewhere"], ["host:port"]])
def test_a_host_that_no_engine_started_watches_nobody(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main = SimpleNamespace(__spec__=SimpleNamespace(name="pulumi.dynamic.__main__"))
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", ["pulumi.dynamic", *arguments])
    assert host._engine() is None


def test_its_end_without_an_engine_is_in_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.RUN, "20250203T090000Z-1")
    monkeypatch.setenv(ledger.STACK, "pajottegem")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = listening.getsockname()

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("providers.host.os._exit", leave)
    with pytest.raises(SystemExit, match="1"):
        host._watch(*nobody)
    (line,) = filter(None, ledger.file_of(tmp_path, "pajottegem").read_text().split("\n"))
    assert json.loads(line)["kind"] == "orphaned"
