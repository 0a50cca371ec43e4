"""What the warm Python does for an engine is what Python would have done, begun sooner."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from time import monotonic, sleep

import pytest

from operations.fleet.warm import starter
from operations.fleet.warm.python import VARIABLE, warm_python

SECONDS = 60.0
TOLD = """
    import os, sys
    print(__name__, sys.argv[1:], os.getcwd(), os.environ.get("FUSION_STACK"), sorted(os.environ) == sorted(set(os.environ)))
    mask = os.umask(0o22)
    print(oct(mask), sys.stdin.read(), sys.modules["__main__"].__dict__ is globals(), len(os.environ))
    os.write(3, b"on the third file")
    sys.stdout.buffer.write(b"not held back")
    sys.exit(7)
"""


@pytest.fixture(scope="module")
def command() -> Iterator[str]:
    """What an engine starts, instead of Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        with warm_python(2) as variables:
            yield variables[VARIABLE]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Called as that in which the language host runs a program."""
    return tmp_path / "pulumi-language-python-exec"


def write(script: Path, text: str) -> Path:
    script.write_text(dedent(text), "utf-8")
    return script


def test_it_is_what_python_would_have_done(command: str, script: Path, tmp_path: Path) -> None:
    write(script, TOLD)
    did = []
    for asked in (command, sys.executable):
        third = tmp_path / "third"
        shell = f'umask 027; "{asked}" -u "{script}" "one word" "" 3>"{third}"; echo "code $?"'
        variables = {**os.environ, "FUSION_STACK": "hasselt", "EMPTY": "", "LINES": "a\nb=c"}
        done = subprocess.run(
            ["/bin/sh", "-c", shell], cwd=tmp_path, env=variables, input="asked", text=True,
            capture_output=True, check=True, timeout=SECONDS,
        )  # fmt: skip
        did.append((done.stdout, done.stderr, third.read_text()))
    assert did[0] == did[1]
    assert "code 7" in did[0][0]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit('no such stack')", 1, "no such stack"),
        ("raise ValueError('the portal')", 1, "ValueError: the portal"),
        ("import os; os._exit(5)", 1, ""),
        ("import atexit; atexit.register(print, 'at the end')", 0, "at the end"),
    ],
)
def test_how_it_ended_is_told(command: str, script: Path, text: str, code: int, said: str) -> None:
    done = subprocess.run(
        [command, write(script, text)], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_what_every_run_imports_is_there_already(command: str, script: Path) -> None:
    write(
        script,
        "import sys; print(*sorted({'pulumi', 'stacks.program', 'providers.portal'} & {*sys.modules}))",
    )
    done = subprocess.run([command, script], capture_output=True, text=True, check=True, timeout=SECONDS)
    assert done.stdout.split() == ["providers.portal", "pulumi", "stacks.program"]


def test_an_interrupt_reaches_it(command: str, script: Path) -> None:
    write(
        script,
        """
        import time
        try:
            print("at work", flush=True)
            time.sleep(600)
        except KeyboardInterrupt:
            raise SystemExit(9)
        """,
    )
    with subprocess.Popen([command, script], stdout=subprocess.PIPE, text=True) as asked:
        assert asked.stdout is not None
        assert asked.stdout.readline() == "at work\n"
        asked.send_signal(signal.SIGINT)
        assert asked.wait(SECONDS) == 9


def test_it_goes_with_the_process_that_stands_for_it(command: str, script: Path) -> None:
    """A provider host that is killed writes nothing more."""
    write(script, "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    with subprocess.Popen([command, script], stdout=subprocess.PIPE, text=True) as asked:
        assert asked.stdout is not None
        worker = int(asked.stdout.readline())
        assert worker != asked.pid
        asked.kill()
    until = monotonic() + SECONDS
    while Path(f"/proc/{worker}").exists() and monotonic() < until:
        sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


def test_without_it_python_is_started(script: Path, tmp_path: Path) -> None:
    """As after a kill of the command, whose engines go on."""
    write(script, "import os; print(os.getpid())")
    words = [
        sys.executable,
        "-IS",
        starter.__file__,
        str(tmp_path / "nobody"),
        sys.executable,
        "-u",
        str(script),
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as asked:
        told, _ = asked.communicate(timeout=SECONDS)
    assert (int(told), asked.returncode) == (asked.pid, 0)


def test_what_it_does_not_serve_python_does(command: str) -> None:
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=SECONDS)
    assert done.stdout == f"Python {sys.version.split()[0]}\n"


def test_nothing_is_under_way_before_it_forks() -> None:
    """Threads do not survive a fork, and a connection would be shared."""
    look = """
        import os, threading
        before = sorted(os.listdir("/proc/self/fd"))
        from operations.fleet.warm.server import preload
        preload()
        print(threading.active_count(), sorted(os.listdir("/proc/self/fd")) == before)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(look)], capture_output=True, text=True, check=True, timeout=SECONDS
    )
    assert done.stdout.split() == ["1", "True"]


def test_people_have_their_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "python3.12")
    with warm_python(2) as variables:
        assert variables == {}


@pytest.mark.parametrize("variable", ["TRACEPARENT", "PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_who_has_runs_traced_does_without(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """What is imported reads these, once."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv(variable, "set")
    with warm_python(2) as variables:
        assert variables == {}


def test_looks_before_a_run_ask_it_too(command: str) -> None:
    """By a variable of their own: people's `PULUMI_PYTHON_CMD` is the engine's alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        with warm_python(2) as variables:
            assert variables.keys() == {VARIABLE, "FUSION_PYTHON"}
            assert len({*variables.values()}) == 1
    assert Path(command).exists(), "the other command's"


def test_what_a_killed_command_left_goes_with_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not at once: its engines may go on, and start Python by what lies there. Not one at which somebody listens."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with TemporaryDirectory() as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        old, new, heard = (Path(short, f"fusion-python-{name}", "socket") for name in ("old", "new", "heard"))
        with socket.socket(socket.AF_UNIX) as listener:
            for one in (old, new, heard):
                one.parent.mkdir()
                if one is heard:
                    listener.bind(str(one))
                    listener.listen()
                else:
                    one.touch()
            for one in (old, heard):
                os.utime(one, (0, 0))
            with warm_python(2) as variables:
                assert variables
        assert [one.exists() for one in (old.parent, new, heard)] == [False, True, True]


def test_one_stack_does_without() -> None:
    with warm_python(1) as variables:
        assert variables == {}


def test_where_no_socket_can_be_made_python_is_started_as_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A socket's path has at most 107 characters."""
    far = tmp_path / ("x" * 100)
    far.mkdir()
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(far))
    with warm_python(2) as variables:
        assert variables == {}


def test_nor_where_no_command_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder of temporary files that is mounted `noexec`."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("os.access", lambda *_: False)
    with warm_python(2) as variables:
        assert variables == {}
