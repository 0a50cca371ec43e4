"""28 certificates for 28 centres: what is wrong is told, the rest is done, and a second run does what is left."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from emulator import controls
from operations.suppliers import upload as uploading
from operations.suppliers.desk import Desk, Standing
from operations.suppliers.settings import VARIABLE
from providers.settings import project_root
from tests.emulator.support.certificate_files import P256, private_key_pem
from tests.operations.conftest import Fusion
from tests.operations.suppliers.conftest import AUTHORIZATIONS, CENTRES, OTHER, Portal, good

CHECKOUT = Path(__file__).parents[3]
DONE = {"accepted", "renewed", "already there"}


def file_of(folder: Path, number: str) -> Path:
    return next(path for path in folder.iterdir() if path.stem.replace(".", "") == number)


def spoil(folder: Path, centres: list[str]) -> dict[str, str]:
    """Three files are wrong; by the file's name, the rule."""
    short, with_key, unsigned = (file_of(folder, number) for number in centres[:3])
    short.write_bytes(good(key=ec.generate_private_key(P256)))
    with_key.write_bytes(private_key_pem() + b"\n")
    unsigned.write_bytes(good(signs=None))
    return {short.name: "R40", with_key.name: "private key", unsigned.name: "R46"}


def results(lines: list[dict[str, Any]]) -> Counter[str]:
    return Counter(line["result"] for line in lines)


def test_of_28_certificates_25_are_uploaded_3_are_told_and_the_second_run_does_these(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path, desk: Desk
) -> None:
    """R36, R40, R43, R46."""
    wrong = spoil(folder, centres)
    first = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert (first.code, results(first.json)) == (5, {"accepted": 12, "renewed": 13, "wrong": 3})
    told = {line["file"]: line["reason"] for line in first.json if line["result"] == "wrong"}
    assert told.keys() == wrong.keys()
    assert all(rule in told[file] for file, rule in wrong.items())
    assert len(portal.writes()) == CENTRES - 3

    for file in wrong:
        (folder / file).write_bytes(good())
    second = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert second.code == 0
    assert results(second.json) == {"already there": 25, "accepted": 2, "renewed": 1}
    assert {line["file"] for line in second.json if line["result"] != "already there"} == wrong.keys()
    assert len(portal.writes()) == CENTRES

    third = supplier("upload", str(folder), "--all", "--format", "json", "--yes")
    assert (third.code, results(third.json)) == (0, {"already there": CENTRES})
    assert len(portal.writes()) == CENTRES
    mine = [one for one in desk.list_delegations() if one.number in centres]
    assert {one.standing for one in mine} == {Standing.MANAGED}


def test_it_touches_nobody_elses_centre(
    fusion: Fusion, portal: Portal, centres: list[str], folder: Path
) -> None:
    """Another supplier with the same folder hears of none of them, and the portal's side keeps it out."""
    ran = fusion(
        "supplier", "upload", str(folder), "--all", "--yes", "--format", "json",
        "--settings", str(portal.settings(OTHER)),
    )  # fmt: skip
    assert (ran.code, results(ran.json)) == (1, {"not asked": CENTRES})
    assert portal.writes(OTHER) == []


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path
) -> None:
    spoil(folder, centres)
    ran = supplier("upload", str(folder), "--all", "--dry-run", "--format", "json")
    assert (ran.code, results(ran.json)) == (5, {"accept": 12, "renew": 13, "wrong": 3})
    assert portal.writes() == []


def test_without_a_terminal_nobody_can_be_asked(supplier: Fusion, portal: Portal, folder: Path) -> None:
    ran = supplier("upload", str(folder), "--all")
    assert (ran.code, "Give --yes" in ran.err) == (1, True)
    assert portal.writes() == []


def test_wrong_files_cost_no_call(supplier: Fusion, portal: Portal, centres: list[str], folder: Path) -> None:
    for path in folder.glob("*.cer"):
        path.write_bytes(good(signs=None))
    before = len(controls.journal(portal.database))
    assert supplier("upload", str(folder), "--all", "--yes").code == 1
    asked = [call["path"] for call in controls.journal(portal.database)[before:]]
    assert not [path for path in asked if "/organizations/" in path]


def test_only_the_named_centres(supplier: Fusion, portal: Portal, centres: list[str], folder: Path) -> None:
    file_of(folder, centres[2]).unlink()
    options = [word for number in centres[:3] for word in ("--centre", number)]
    ran = supplier("upload", str(folder), *options, "--yes", "--format", "json")
    assert (ran.code, results(ran.json)) == (5, {"accepted": 1, "renewed": 1, "wrong": 1})
    assert ran.json[-1]["reason"] == "the folder has no file for it"
    assert len(portal.writes()) == 2


def test_who_waits_and_has_no_file_is_named(supplier: Fusion, centres: list[str], folder: Path) -> None:
    file_of(folder, centres[0]).unlink()
    ran = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert (ran.code, results(ran.json)) == (5, {"accepted": 13, "renewed": 14, "no file": 1})


def test_a_lost_answer_is_found_again(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path
) -> None:
    """The portal did what it was asked, and the answer never came: the call is repeated, and finds it done."""
    controls.add_fault(
        portal.database,
        controls.Rule(
            kind="reset", method="PUT", path_pattern="/REST/delegations/*", share=0.5, after_write=True
        ),
    )
    ran = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert (ran.code, results(ran.json)) == (0, {"accepted": 14, "renewed": 14})
    assert len(portal.writes()) == CENTRES
    lost = [
        call["path"]
        for call in controls.journal(portal.database, writes=True)
        if call.get("fault", "").startswith("reset") and call["outcome"] == 200
    ]
    told = {line["kbo"].replace(".", ""): line["result"] for line in ran.json}
    assert lost
    assert {told[path.split("/")[7]] for path in lost} <= {"accepted", "renewed"}


def test_a_portal_that_fails_at_some_stops_no_other(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path
) -> None:
    controls.add_fault(
        portal.database,
        controls.Rule(
            kind="status", status=500, method="PUT", path_pattern=f"*/organizations/{centres[4]}/*"
        ),
    )
    ran = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert (ran.code, results(ran.json)) == (5, {"accepted": 13, "renewed": 14, "failed": 1})
    controls.clear_faults(portal.database)
    again = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert (again.code, results(again.json)) == (0, {"already there": 27, "accepted": 1})


def test_a_killed_run_is_taken_up_by_the_next(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path
) -> None:
    """Killed between the portal's acceptance and the report."""
    environment = {**os.environ, "FUSION_ROOT": str(project_root()), VARIABLE: str(portal.settings())}
    arguments = ["supplier", "upload", str(folder), "--all", "--yes"]
    running = subprocess.Popen(
        [sys.executable, "-c", "from operations.start import main; main()", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while len(portal.writes()) < 5 and running.poll() is None:
            time.sleep(0.02)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    written = len(portal.writes())
    assert written >= 5
    ran = supplier("upload", str(folder), "--all", "--yes", "--format", "json")
    assert ran.code == 0
    assert results(ran.json)["already there"] == written
    assert {line["result"] for line in ran.json} <= DONE
    assert len(portal.writes()) == CENTRES


def test_a_request_that_changed_meanwhile_is_looked_at_again(
    portal: Portal, centres: list[str], folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the answer a colleague refuses it."""
    lines = uploading.plan(desk, folder, [centres[0]], None)
    accept = desk.accept
    disturbed: list[bool] = []

    def late(*arguments: Any) -> None:
        if not disturbed:
            disturbed.append(True)
            controls.answer_delegation(portal.database, centres[0], "OCMW Online", False, "a colleague")
        accept(*arguments)

    monkeypatch.setattr(desk, "accept", late)
    [line] = uploading.carry_on(desk, lines, lambda _: None)
    assert (line.result, line.reason) == ("not asked", "it was refused (a colleague), and not asked again")
    assert portal.writes() == []


def test_what_is_answered_is_what_was_seen(
    portal: Portal, centres: list[str], folder: Path, desk: Desk, supplier: Fusion
) -> None:
    """R36. After the table was shown one centre asks for more, one withdraws its request, and one account changes."""
    lines = uploading.plan(desk, folder, [centres[0], centres[2], centres[1]], None)
    portal.ask(centres[0], authorizations=[*AUTHORIZATIONS, "integrationsConsult"])
    portal.withdraw(centres[2])
    portal.ask(centres[1])
    done = uploading.carry_on(desk, lines, lambda _: None)
    assert [(line.result, line.passed) for line in done] == [("changed", False)] * 3
    assert [line.reason for line in done] == [
        "it was changed meanwhile: look again",
        "the centre withdrew it meanwhile: look again",
        "it was changed meanwhile: look again",
    ]
    assert portal.writes() == []
    named = [word for number in (centres[0], centres[1]) for word in ("--centre", number)]
    again = supplier("upload", str(folder), *named, "--yes", "--format", "json")
    assert (again.code, results(again.json)) == (0, {"accepted": 2})


def test_a_change_between_the_last_look_and_the_answer_is_seen_too(
    portal: Portal, centres: list[str], folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R36. The portal refuses the answer to what is no more, and the next look is at another request."""
    lines = uploading.plan(desk, folder, [centres[0]], None)
    accept = desk.accept

    def late(*arguments: Any) -> None:
        portal.ask(centres[0], authorizations=["integrationsConsult"])
        accept(*arguments)

    monkeypatch.setattr(desk, "accept", late)
    [line] = uploading.carry_on(desk, lines, lambda _: None)
    assert line.result == "changed"
    assert portal.writes() == []


def test_somebody_elses_certificate_is_not_renewed_over(
    portal: Portal, centres: list[str], folder: Path, desk: Desk
) -> None:
    """R36. A colleague accepted one, and renewed the other, after the table was shown."""
    numbers = [centres[0], centres[1]]
    mine = uploading.plan(desk, folder, numbers, None)
    for number in numbers:
        file_of(folder, number).write_bytes(good())
    uploading.carry_on(desk, uploading.plan(desk, folder, numbers, None), lambda _: None)
    written = portal.writes()
    assert [line.result for line in uploading.carry_on(desk, mine, lambda _: None)] == ["changed"] * 2
    assert portal.writes() == written


def test_the_table_before_the_question_is_not_among_the_results(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = io.StringIO("y\n")
    monkeypatch.setattr(somebody, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", somebody)
    ran = supplier("upload", str(folder), "--centre", centres[0], "--format", "json")
    assert (ran.code, [line["result"] for line in ran.json]) == (0, ["accepted"])
    assert centres[0][-3:] in ran.err.partition("Upload 1 certificate?")[0]


def test_hidden_files_are_left_alone_and_links_are_followed(
    supplier: Fusion, centres: list[str], folder: Path, tmp_path: Path
) -> None:
    file = file_of(folder, centres[0])
    (folder / f"._{file.name}").write_bytes(b"a system's notes")
    elsewhere = file.rename(tmp_path / "elsewhere.cer")
    file.symlink_to(elsewhere)
    ran = supplier("upload", str(folder), "--centre", centres[0], "--yes", "--format", "json")
    assert (ran.code, ran.json[0]["file"], ran.json[0]["result"]) == (0, file.name, "accepted")
