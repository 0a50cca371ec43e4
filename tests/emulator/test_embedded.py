"""The portal inside the caller's process: threads, processes, kill -9, and what it costs to import."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from emulator import controls
from emulator.embedded import transport
from tests.emulator.conftest import BASE, GALMAARDEN, PAJOTTEGEM, Acting, Portal

HEALTH = "/REST/chaman/v1/health"


def test_a_fresh_checkout_has_a_portal_with_nothing_started(tmp_path: Path) -> None:
    with httpx.Client(transport=transport(tmp_path / "portal.db"), base_url=BASE) as http:
        assert http.get(HEALTH).json() == {"status": "UP"}


def test_threads_share_a_portal(pajottegem: Acting) -> None:
    def work(number: int) -> int:
        body = {"authorizations": ["integrationsConsult"], "supplier": "socius"}
        return pajottegem.create("chaman", f"/delegationRequests/r{number % 10}", body).status_code

    pajottegem.create(
        "chaman",
        "/sender",
        {"name": "ICT", "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl"},
    )
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(work, range(40)))
    # Of four that make the same thing exactly one does.
    assert (statuses.count(201), statuses.count(412)) == (10, 30)
    assert pajottegem.get("chaman", "/delegationRequests").json()["total"] == 10


def _python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


WRITER = """
    import sys, httpx
    from pathlib import Path
    from emulator.embedded import transport
    http = httpx.Client(transport=transport(Path({database!r})), base_url={base!r})
    url = "/REST/ocmwConfiguration/v1/organizations/{number}/mutations"
    headers = {{"Authorization": {token!r}, "If-Match": "*"}}
    for count in range({times}):
        receive = ["death"] if count % 2 else ["name"]
        answer = http.put(url, json={{"receive": receive}}, headers=headers)
        print(answer.status_code, answer.headers["ETag"], flush=True)
"""


def writer(centre: Acting, times: int) -> subprocess.Popen[str]:
    """Another process that saves Galmaarden's mutations over and over, and prints each answer's ETag."""
    code = WRITER.format(
        database=str(centre.portal.database),
        base=BASE,
        number=centre.number,
        token=centre.headers["Authorization"],
        times=times,
    )
    return _python(code)


def test_processes_that_write_at_once_lose_nothing(portal: Portal, galmaarden: Acting) -> None:
    processes = [writer(galmaarden, 50) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    lines = [line for lines in printed for line in lines]
    assert len(lines) == 100
    assert all(line.startswith("200 ") for line in lines)
    # Each write has an ETag of its own, and its entry in the journal.
    assert len({line.split()[1] for line in lines}) == 100
    assert len(controls.journal(portal.database, writes=True, kbo=GALMAARDEN)) == 100


def test_what_was_answered_survives_kill_9(galmaarden: Acting) -> None:
    process = writer(galmaarden, 10**6)
    assert process.stdout is not None
    answered = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    answered += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    complete = [line.split()[1] for line in answered if line.endswith("\n")]
    found = galmaarden.get("ocmwConfiguration", "/mutations").headers["ETag"]
    # The last write may have been made without its answer being read.
    assert int(found.strip('"')) >= int(complete[-1].strip('"'))
    entries = controls.journal(galmaarden.portal.database, writes=True, kbo=GALMAARDEN)
    assert len(entries) >= len(complete)
    assert galmaarden.replace("ocmwConfiguration", "/mutations", {"receive": []}).status_code == 200


def test_reading_imports_nothing_that_only_writing_needs(portal: Portal) -> None:
    code = f"""
        import sys, httpx
        from pathlib import Path
        from emulator.embedded import transport
        http = httpx.Client(transport=transport(Path({str(portal.database)!r})), base_url={BASE!r})
        headers = {{"Authorization": {"Bearer " + portal.token(PAJOTTEGEM)!r}}}
        url = "/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/chiefAccessManagers"
        assert http.get(url, headers=headers).status_code == 200
        heavy = ["pydantic", "cryptography", "jwt", "yaml", "uvicorn", "stdnum", "email_validator", "swagger_ui_bundle"]
        print([name for name in heavy if name in sys.modules])
    """
    process = _python(code)
    assert process.communicate(timeout=60)[0].strip() == "[]"
    assert process.returncode == 0


def test_threads_that_ended_leave_nothing_open(galmaarden: Acting) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def call() -> None:
        assert galmaarden.get("chaman", "/sender").status_code == 200

    def in_threads(count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()

    in_threads(1)
    before = descriptors()
    in_threads(20)
    assert descriptors() <= before + 2
    call()
