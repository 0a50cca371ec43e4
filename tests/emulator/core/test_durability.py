"""What was answered is kept: through a killed server, with several processes at work, and when the file goes away."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import controls
from emulator.core import store
from emulator.seeds import content, opening
from tests.emulator.conftest import GALMAARDEN, GOOIK, SIGN_IN_PATH, Portal

WRITERS = 6
CENTRES = [centre["enterpriseNumber"] for centre in content.load()["centres"]][:WRITERS]
HEALTH = "/REST/chaman/v1/health"
SERVER = """
from pathlib import Path
from emulator.serve import serve
serve(Path({database!r}), port=0, sftp_port=0)
"""


@contextmanager
def server(database: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves this file, and its URL; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER.format(database=str(database))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


def sent(saved: dict[str, Any]) -> dict[str, Any]:
    """A screen as a client sends it: without what the portal says of it."""
    return {
        name: value for name, value in saved.items() if name not in {"createdBy", "createdAt", "changedAt"}
    }


class Writer:
    """One organisation at a served portal, by one thread."""

    def __init__(self, portal: Portal, url: str, number: str) -> None:
        self.number = number
        self.http = httpx.Client(base_url=url, timeout=30)
        form = portal.form(number, client_assertion=portal.assertion(aud=url + SIGN_IN_PATH))
        token = self.http.post(SIGN_IN_PATH, data=form).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        self._screen = sent(self.saved().json())

    def path(self, api: str, rest: str) -> str:
        return f"/REST/{api}/v1/organizations/{self.number}{rest}"

    def save(self, website: str, etag: str) -> httpx.Response:
        """Contact details with something of one's own in them."""
        body = {**self._screen, "website": website}
        path = self.path("ocmwConfiguration", "/contactDetails")
        return self.http.put(path, json=body, headers={"If-Match": etag})

    def saved(self) -> httpx.Response:
        return self.http.get(self.path("ocmwConfiguration", "/contactDetails"))


def write_on(centre: Writer, answered: list[tuple[str, str]], ended: threading.Event) -> None:
    """Save, make and delete over and over; `(what, ETag)` of what was answered, until the connection breaks."""
    etag = "*"
    for count in range(10**6):
        name = f"r{count}"
        try:
            made = centre.save(f"https://www.{centre.number}-{count}.example", etag)
            assert made.status_code == 200, made.text
            etag = made.headers["ETag"]
            answered.append(("PUT contactDetails", etag))
            body = {"authorizations": ["integrationsConsult"], "supplier": "socius"}
            made = centre.http.put(
                centre.path("chaman", f"/delegationRequests/{name}"),
                json=body,
                headers={"If-None-Match": "*"},
            )
            assert made.status_code == 201, made.text
            answered.append((f"PUT {name}", made.headers["ETag"]))
            if count % 3 == 0:
                gone = centre.http.delete(
                    centre.path("chaman", f"/delegationRequests/{name}"), headers={"If-Match": "*"}
                )
                assert gone.status_code == 204, gone.text
                answered.append((f"DELETE {name}", ""))
        except httpx.TransportError:
            return
        finally:
            ended.set()


@pytest.mark.parametrize("run", range(3))
def test_every_answered_write_survives_kill_9(portal: Portal, run: int) -> None:
    seeded = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(10**6)
    chance = random.Random(seeded)  # noqa: S311 - when to kill
    print(f"KILL_SEED={seeded}")  # noqa: T201 - shown when it fails
    answered: dict[str, list[tuple[str, str]]] = {number: [] for number in CENTRES}
    began = threading.Event()
    with server(portal.database) as (process, url), ThreadPoolExecutor(WRITERS) as pool:
        centres = [Writer(portal, url, number) for number in CENTRES]
        work = [pool.submit(write_on, centre, answered[centre.number], began) for centre in centres]
        assert began.wait(30)
        time.sleep(chance.uniform(0.1, 0.8))
        process.send_signal(signal.SIGKILL)
        for one in work:
            one.result(60)
        for centre in centres:
            centre.http.close()
    assert sum(map(len, answered.values())) > WRITERS
    with server(portal.database) as (_, url):
        for number in CENTRES:
            check_kept(Writer(portal, url, number), answered[number])
    check_journal(portal.database, answered)


def check_kept(centre: Writer, answered: list[tuple[str, str]]) -> None:
    """Everything that was answered is there; at most one write more, whose answer did not arrive."""
    with closing(centre.http):
        saves = [etag for what, etag in answered if what == "PUT contactDetails"]
        found = centre.saved()
        # The last one that was answered, or the one that was under way.
        if found.headers["ETag"] != saves[-1]:
            assert found.json()["website"] == f"https://www.{centre.number}-{len(saves)}.example"
        listed = centre.http.get(
            centre.path("chaman", "/delegationRequests"), params={"pageSize": 500}
        ).json()
        there = {one["accountName"] for one in listed["items"] if one["accountName"].startswith("r")}
        made = {what.removeprefix("PUT ") for what, _ in answered if what.startswith("PUT r")}
        deleted = {what.removeprefix("DELETE ") for what, _ in answered if what.startswith("DELETE")}
        assert len(there ^ (made - deleted)) <= 1
        for what, etag in answered:
            name = what.removeprefix("PUT ")
            if name in there and etag:
                one = centre.http.get(centre.path("chaman", f"/delegationRequests/{name}"))
                assert one.headers["ETag"] == etag


def check_journal(database: Path, answered: dict[str, list[tuple[str, str]]]) -> None:
    """The journal has the writes that were answered, and agrees with what there is."""
    with closing(store.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for number in CENTRES:
            entries = controls.journal(database, writes=True, kbo=number)
            kept = [(one["method"], one["path"].rsplit("/", 1)[-1]) for one in entries if one["status"] < 300]
            told = [tuple(what.split()) for what, _ in answered[number]]
            assert kept[: len(told)] == told
            assert len(kept) - len(told) <= 1
            there = {name for method, name in kept if method == "PUT" and name.startswith("r")}
            there -= {name for method, name in kept if method == "DELETE"}
            rows = connection.execute(
                "SELECT key FROM resources WHERE organization = ? AND kind = 'delegationRequest' AND key GLOB 'r[0-9]*'",
                (number,),
            )
            assert {key for (key,) in rows} == there


def test_several_processes_see_one_portal(portal: Portal) -> None:
    """Two served, one embedded: what one writes the others read at once, and of equal updates one wins."""
    with server(portal.database) as (_, first), server(portal.database) as (_, second):
        centres = [Writer(portal, url, GALMAARDEN) for url in (first, second)]
        embedded = portal.acting_for(GALMAARDEN)
        for count in range(20):
            writer, reader = centres if count % 2 else reversed(centres)
            wanted = f"https://www.galmaarden-{count}.example"
            etag = reader.saved().headers["ETag"]
            written = writer.save(wanted, etag)
            assert written.status_code == 200
            assert reader.saved().json() == written.json()
            assert embedded.get("ocmwConfiguration", "/contactDetails").json() == written.json()
            assert reader.save("https://www.late.example", etag).status_code == 412
        for _ in range(10):
            check_one_wins(centres, embedded)
        for centre in centres:
            centre.http.close()


def check_one_wins(centres: list[Writer], embedded: Any) -> None:
    etag = centres[0].saved().headers["ETag"]
    together = threading.Barrier(6)

    def save(number: int) -> int:
        together.wait(30)
        if number % 3 == 2:
            body = sent(embedded.get("ocmwConfiguration", "/contactDetails").json())
            return int(embedded.replace("ocmwConfiguration", "/contactDetails", body, etag).status_code)
        return centres[number % 3].save(f"https://www.{number}.example", etag).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(save, range(6)))
    assert statuses == [200, *[412] * 5]


def test_a_fault_and_a_clock_set_elsewhere_count_at_once(portal: Portal) -> None:
    with server(portal.database) as (_, url), httpx.Client(base_url=url) as http:
        controls.add_fault(portal.database, controls.Rule(status=503, max_count=1))
        assert [http.get(HEALTH).status_code for _ in range(2)] == [503, 200]
        controls.advance_clock(portal.database, 3)
        assert http.get("/rehearsal/v1/clock").json()["now"].startswith("2025-02-06")
        controls.reset(portal.database)
        assert http.get("/rehearsal/v1/clock").json()["now"].startswith("2025-02-03")


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_goes_away_is_told(portal: Portal, how: str) -> None:
    """Neither written to unseen nor mixed up with another one; the log says it once."""
    with server(portal.database) as (process, url):
        centre = Writer(portal, url, GOOIK)
        etag = centre.saved().headers["ETag"]
        aside = portal.database.with_suffix(".aside")
        portal.database.rename(aside)
        if how == "replaced":
            opening.open_portal(portal.database)
        for answer in (centre.saved(), centre.save("https://www.x.example", etag), centre.http.get("/")):
            assert answer.status_code == 503
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "deleted or replaced" in answer.json()["detail"]
        assert portal.database.exists() == (how == "replaced")
        if how == "deleted":
            aside.rename(portal.database)
            assert centre.saved().headers["ETag"] == etag
        centre.http.close()
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read().count("was deleted or replaced while it was in use") == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_file_that_is_busy_for_long_is_no_failure(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr("emulator.core.store.BUSY_SECONDS", 0.01)
    centre = portal.acting_for(GOOIK)
    with closing(store.connect(portal.database)) as other, store.transaction(other):
        for answer in (
            centre.call(method, "ocmwConfiguration", "/mutations"),
            portal.http.delete("/rehearsal/v1/faults"),
        ):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.json()["type"] == "urn:problem-type:belgif:serviceUnavailable"
    assert centre.get("ocmwConfiguration", "/mutations").status_code == 200


def test_an_embedded_portal_whose_file_goes_away_is_told(portal: Portal) -> None:
    http = httpx.Client(transport=portal.http._transport, base_url=portal.http.base_url)
    assert http.get(HEALTH).status_code == 200
    portal.database.unlink()
    answer = http.get(HEALTH)
    assert (answer.status_code, json.loads(answer.content)["type"]) == (
        503,
        "urn:problem-type:belgif:serviceUnavailable",
    )
