"""A run begins: its first line, and how many runs a ledger keeps."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import pwd
import socket
import stat
import subprocess
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from providers import ledger
from stacks import beginning, processes
from stacks.beginning import (
    KEPT_RUNS,
    begin,
    find_address,
    is_under_way,
    main,
    moment_of,
    read_options,
)

STACK = "pajottegem"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.STACK, "")
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    return tmp_path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many runs are kept, and no more."""
    monkeypatch.setattr(beginning, "KEPT_RUNS", 6)
    return 6


def begin_run(monkeypatch: pytest.MonkeyPatch, name: str, command: str = "up") -> None:
    monkeypatch.setenv(ledger.RUN, name)
    begin(STACK, command)


def read(project: Path) -> list[dict[str, Any]]:
    path = ledger.file_of(project, STACK)
    return [json.loads(line) for line in path.read_text().split("\n") if line] if path.exists() else []


def ended(number: int) -> str:
    """A run whose process is gone."""
    return f"20250203T0900{number:02}Z-{2**22 + 1}"


@pytest.mark.parametrize(("command", "plain"), [("update", "up"), ("refresh", "refresh"), ("dn", "destroy")])
def test_the_first_line(project: Path, monkeypatch: pytest.MonkeyPatch, command: str, plain: str) -> None:
    begin_run(monkeypatch, f"20250203T090000Z-{os.getpid()}", command)
    (line,) = read(project)
    assert (line["kind"], line["operation"], line["process"]) == ("begin", plain, os.getpid())
    assert line["started"] == moment_of(os.getpid())
    assert line["who"]
    assert line["host"]


def test_who_is_the_one_that_the_system_knows(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody else")
    begin_run(monkeypatch, ended(1))
    (line,) = read(project)
    assert line["who"] == pwd.getpwuid(os.getuid()).pw_name

    def know_nobody(_: int) -> object:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", know_nobody)
    begin_run(monkeypatch, ended(2))
    assert read(project)[1]["who"] == str(os.getuid())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("file:///srv/a%20b/.state?metadata=skip", "file:///srv/a%20b/.state?metadata=skip"),
        (
            "postgres://els:geheim@db.example:5432/states?sslmode=require&password=geheim",
            "postgres://db.example:5432/states",
        ),
        ("s3://states/fusion?region=eu-west-1&awssdk=v2", "s3://states/fusion"),
        ("https://app.example", "https://app.example"),
        ("postgres://els:geh[eim@db", "postgres"),
        ("", "gs://of-the-project/it"),
    ],
)
def test_the_first_line_says_which_portal_and_backend(
    project: Path, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    """Never with a password."""
    (project / "Pulumi.yaml").write_text("backend:\n  url: gs://of-the-project/it?access_id=geheim\n")
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    monkeypatch.setenv(ledger.RUN, ended(1))
    begin(STACK, "up", "ab12")
    (line,) = read(project)
    assert (line["portal"], line["backend"]) == ("ab12", told)


@pytest.mark.parametrize(
    ("settings", "arguments", "address"),
    [
        (None, [], "embedded"),
        ("", [], "embedded"),
        ("config: {fusion:operator: els}", [], "embedded"),
        ("config: {fusion:portalUrl: HTTPS://portal.example/}", [], "https://portal.example"),
        (
            "config: {fusion:portalUrl: embedded}",
            ["-c", "fusion:portalUrl=https://other.example"],
            "https://other.example",
        ),
        ("config: {fusion:portalUrl: embedded}", ["--config-file", "ELSEWHERE"], "https://third.example"),
        ("config: {fusion:portalUrl: {secure: v1}}", [], ""),
        ("config: {fusion:portalUrl: 'https://els:geheim@portal.example'}", [], ""),
        ("config: [", [], ""),
    ],
)
def test_the_portals_address_without_the_look(
    project: Path, settings: str | None, arguments: list[str], address: str
) -> None:
    (project / "stacks").mkdir()
    if settings is not None:
        (project / "stacks" / f"Pulumi.{STACK}.yaml").write_text(settings)
    (project / "elsewhere.yaml").write_text("config: {fusion:portalUrl: https://third.example}")
    said = [text.replace("ELSEWHERE", str(project / "elsewhere.yaml")) for text in arguments]
    assert find_address(STACK, read_options(["up", *said])) == address


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["--help"], False),
        (["-yh"], False),
        (["--preview-only"], False),
        (["--preview-only=true", "--yes"], False),
        (["--preview-only=false"], True),
        (["--help=0"], True),
    ],
)
def test_what_only_looks_begins_no_run(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    begins: bool,
) -> None:
    monkeypatch.setenv(ledger.RUN, ended(1))
    assert main(Path("nowhere"), ["destroy", *arguments, "-s", STACK]) == 0
    assert capsys.readouterr().out == (f"{STACK} " if begins else "/ ")
    assert len(read(project)) == begins


def test_a_preview_has_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run(monkeypatch, ended(1), "preview")
    assert read(project) == []


def test_without_the_look_the_stack_is_told_all_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ledger.RUN, ended(1))
    assert main(Path("nowhere"), ["up", "-ys", STACK]) == 0
    assert capsys.readouterr().out == f"{STACK} "
    assert main(Path("nowhere"), ["up"]) == 0
    assert capsys.readouterr().out == ""
    assert len(read(project)) == 1


def test_the_last_runs_stay_and_those_with_something_uncertain(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(monkeypatch, ended(0))
    assert ledger.ask("PUT", "/REST/chaman/v1/organizations/1010784738/sender")
    for number in range(1, KEPT_RUNS + 5):
        begin_run(monkeypatch, ended(number))
        ledger.note("ended")
    runs = [line["run"] for line in read(project) if line["kind"] == "begin"]
    assert runs == [ended(0), *(ended(number) for number in range(5, KEPT_RUNS + 5))]
    assert ledger.file_of(project, STACK).stat().st_mode & 0o777 == 0o600


def test_runs_that_ended_before_they_began_to_work_go_first(
    few: int, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try of a run that waits for another one's lock is such a run; what the other did stays."""
    for number in range(4):
        begin_run(monkeypatch, ended(number))
        ledger.note("ended")
    for number in range(4, 4 + 2 * few):
        begin_run(monkeypatch, ended(number))
        if number % 2:
            ledger.note("result", result="failed", why="locked by els@here")
    runs = [line["run"] for line in read(project) if line["kind"] == "begin"]
    assert runs[:4] == [ended(number) for number in range(4)]
    assert len(runs) == few
    assert runs[-1] == ended(3 + 2 * few)


def test_the_upkeep_survives_any_line(few: int, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no UTF-8, and another version's lines: the run begins, and the look before it goes on."""
    for number in range(few):
        begin_run(monkeypatch, ended(number))
    with ledger.file_of(project, STACK).open("a") as file:
        file.write(f'\n{{"kind": "begin", "run": "{ended(few)}", "at": "2025", "who": "\\udcff"}}')
    begin_run(monkeypatch, ended(few + 1))
    lines = read(project)
    assert (lines[-2]["who"], lines[-1]["run"]) == ("\udcff", ended(few + 1))
    assert len(lines) == few

    def stumble(_: object) -> object:
        raise TypeError("a line of another shape")

    monkeypatch.setattr(beginning, "find_uncertain", stumble)
    begin_run(monkeypatch, ended(few + 2))
    assert [line["run"] for line in read(project)][-2:] == [ended(few + 1), ended(few + 2)]


def test_who_holds_a_ledger_for_long_keeps_nobody_from_beginning(
    few: int, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "LOCK_SECONDS", 0.1)
    for number in range(few):
        begin_run(monkeypatch, ended(number))
    with ledger.file_of(project, STACK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        beginner = Thread(target=begin_run, args=(monkeypatch, ended(few)), daemon=True)
        beginner.start()
        beginner.join(30)
        has_begun = not beginner.is_alive()
    assert has_begun
    assert len(read(project)) == few + 1, "nothing is dropped meanwhile"


def test_the_folder_is_on_the_disk_with_its_new_file(
    few: int, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a first run, and where old runs were dropped: else a machine that goes down has the file of before, or none."""
    saved: list[list[str]] = []
    fsync = os.fsync

    def follow(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            saved.append([line["run"] for line in read(project)])
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", follow)
    for number in range(few + 1):
        begin_run(monkeypatch, ended(number))
    assert saved[0] == [], "the name of a file in which nothing stands yet"
    assert saved[-1] == [ended(number) for number in range(1, few)], "before the new run's line"


def test_where_the_system_does_not_say_when_a_process_began_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = {"host": socket.gethostname(), "process": os.getpid(), "started": moment_of(os.getpid())}
    assert is_under_way(begun)
    assert is_under_way({**begun, "started": ""}) is None
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    assert is_under_way(begun) is None
    assert is_under_way({**begun, "process": 2**22 + 1}) is False


def test_nothing_is_dropped_while_another_run_is_under_way(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(monkeypatch, f"20250203T080000Z-{os.getpid()}")
    for number in range(KEPT_RUNS + 5):
        begin_run(monkeypatch, ended(number))
    assert len(read(project)) == KEPT_RUNS + 6


def test_runs_that_begin_at_once_lose_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever drops old runs puts another file in the place of the one that others have open."""
    monkeypatch.setattr(beginning, "KEPT_RUNS", 10)
    processes = [multiprocessing.get_context("fork").Process(target=_begin_many, args=(n,)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    lines = read(project)
    assert len(lines) == 10
    assert all(line["kind"] == "begin" for line in lines)


def _begin_many(number: int) -> None:
    for turn in range(20):
        os.environ[ledger.RUN] = f"{number}T{turn}-{2**22 + 1}"
        begin(STACK, "up")


def test_a_process_that_ended_and_that_nobody_waited_for_is_not_under_way() -> None:
    child = subprocess.Popen(["sleep", "60"])
    begun = {"host": socket.gethostname(), "process": child.pid, "started": moment_of(child.pid)}
    assert is_under_way(begun)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_under_way(begun)
    child.wait()


def test_a_ledger_that_cannot_be_written_ends_nothing_yet(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.file_of(project, STACK).mkdir(parents=True)
    begin_run(monkeypatch, ended(1))
