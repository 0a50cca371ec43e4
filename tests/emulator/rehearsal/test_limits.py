"""How often a client may call: 429 beyond it, for each client by itself, and a real client gets through all the same."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emulator import controls
from emulator.controls import Limit
from emulator.embedded import transport
from emulator.rehearsal import limits
from providers.portal import Connection, ReadingPortal
from providers.settings import EMBEDDED, Settings
from tests.emulator.conftest import GALMAARDEN, PAJOTTEGEM, SIGN_IN_PATH, Acting, Portal, problem, public_pem

BASE = "/rehearsal/v1/rateLimit"
STANDARD = {"requestsPerSecond": 5000, "burst": 10000}


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by which calls are counted; it goes where a test puts it."""
    now = [1000.0]
    monkeypatch.setattr("emulator.rehearsal.limits.time.monotonic", lambda: now[0])
    return now


def called(centre: Acting) -> int:
    return centre.get("chaman", "/ftpAccounts").status_code


def test_beyond_the_limit_a_call_is_refused_until_there_is_room(
    pajottegem: Acting, seconds: list[float]
) -> None:
    controls.set_rate_limit(pajottegem.portal.database, Limit(0.5, 3))
    assert [called(pajottegem) for _ in range(3)] == [200] * 3
    refused = pajottegem.get("chaman", "/ftpAccounts")
    assert problem(refused) == (429, "tooManyRequests")
    assert (refused.headers["Retry-After"], refused.json()["retryAfterSec"]) == ("2", 2)
    seconds[0] += 2
    assert [called(pajottegem) for _ in range(2)] == [200, 429]
    # After a pause as many at once as there were at first.
    seconds[0] += 3600
    assert [called(pajottegem) for _ in range(4)] == [200, 200, 200, 429]


def test_a_refused_call_is_in_the_journal_and_did_nothing(pajottegem: Acting, seconds: list[float]) -> None:
    database = pajottegem.portal.database
    controls.set_rate_limit(database, Limit(1, 1))
    assert pajottegem.create("ocmwConfiguration", "/mutations", {"receive": []}).status_code == 201
    assert pajottegem.create("ocmwConfiguration", "/technicalProviders", {}).status_code == 429
    *_, refused = controls.journal(database, writes=True)
    assert (refused["status"], refused["client"], refused["actingFor"]) == (429, "rehearsal", PAJOTTEGEM)
    assert "fault" not in refused


def test_each_client_has_calls_of_its_own(
    portal: Portal, key: rsa.RSAPrivateKey, seconds: list[float]
) -> None:
    controls.register_client(portal.database, "other", public_pem(key))
    form = portal.form(GALMAARDEN, client_assertion=portal.assertion(iss="other", sub="other"))
    token = portal.http.post(SIGN_IN_PATH, data=form).json()["access_token"]
    ours, other = portal.acting_for(GALMAARDEN), Acting(portal, GALMAARDEN, token)
    controls.set_rate_limit(portal.database, Limit(1, 2))
    assert [called(ours) for _ in range(3)] == [200, 200, 429]
    assert [called(other) for _ in range(3)] == [200, 200, 429]
    # A client's organisations share what it has.
    assert called(portal.acting_for(PAJOTTEGEM)) == 429


def test_neither_signing_in_nor_controls_are_counted(portal: Portal, seconds: list[float]) -> None:
    controls.set_rate_limit(portal.database, Limit(1, 1))
    for _ in range(3):
        portal.acting_for(GALMAARDEN)
        assert portal.http.get("/rehearsal/v1/clock").status_code == 200


def test_a_new_limit_counts_anew(pajottegem: Acting, seconds: list[float]) -> None:
    for _ in range(2):
        controls.set_rate_limit(pajottegem.portal.database, Limit(1, 1))
        assert [called(pajottegem) for _ in range(2)] == [200, 429]
    controls.clear_rate_limit(pajottegem.portal.database)
    assert called(pajottegem) == 200


def test_the_limit_over_http(portal: Portal) -> None:
    assert portal.http.get(BASE).json() == STANDARD
    wanted = {"requestsPerSecond": 2.5, "burst": 10}
    assert portal.http.put(BASE, json=wanted).json() == wanted
    assert portal.http.get(BASE).json() == wanted
    assert controls.get_rate_limit(portal.database) == Limit(2.5, 10)
    assert portal.http.delete(BASE).status_code == 204
    assert portal.http.get(BASE).json() == STANDARD


@pytest.mark.parametrize(
    "body",
    [
        {"requestsPerSecond": 0, "burst": 1},
        {"requestsPerSecond": 1, "burst": 0},
        {"requestsPerSecond": 1},
        {"requestsPerSecond": "1", "burst": 1, "perMinute": 1},
    ],
)
def test_a_limit_lets_something_through(portal: Portal, body: dict[str, object]) -> None:
    assert problem(portal.http.put(BASE, json=body)) == (400, "badRequest")
    assert portal.http.get(BASE).json() == STANDARD


def test_the_client_of_the_providers_gets_through_under_a_low_limit(
    portal: Portal, key: rsa.RSAPrivateKey, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits as long as the portal says, and no call is lost."""
    waits: list[float] = []

    def sleep(wait: float) -> None:
        waits.append(wait)
        seconds[0] += wait

    monkeypatch.setattr("tenacity.nap.time.sleep", sleep)
    controls.set_rate_limit(portal.database, Limit(0.5, 2))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    connection = Connection(
        Settings(EMBEDDED, "rehearsal", pem, Path("unused"), deadline_seconds=120), transport(portal.database)
    )
    reading = ReadingPortal(connection, GALMAARDEN)
    try:
        for _ in range(6):
            assert reading.get(f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender").body["language"] == "nl"
    finally:
        connection.close()
    assert waits == [2.0] * 4
    statuses = [call["status"] for call in controls.journal(portal.database, path="*/sender")]
    assert (statuses.count(200), statuses.count(429)) == (6, 4)


def test_the_limit_is_the_files_for_whoever_opens_it(pajottegem: Acting, seconds: list[float]) -> None:
    """The count is each process's own; within one, all that have the file open share it."""
    database = pajottegem.portal.database
    controls.set_rate_limit(database, Limit(1, 1))
    assert called(pajottegem) == 200
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as other:
        path = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/ftpAccounts"
        assert other.get(path, headers=pajottegem.headers).status_code == 429


def test_counts_of_limits_that_hold_no_more_are_forgotten(
    pajottegem: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.rehearsal.limits._MOST_COUNTS", 3)
    monkeypatch.setattr("emulator.rehearsal.limits._buckets", {})
    for _ in range(10):
        controls.set_rate_limit(pajottegem.portal.database, Limit(0.001, 2))
        assert [called(pajottegem) for _ in range(3)] == [200, 200, 429]
    assert len(limits._buckets) == 3


@pytest.mark.parametrize("least", [5e-324, 0.0009, 0])
def test_a_limit_is_no_end(pajottegem: Acting, least: float) -> None:
    http = pajottegem.portal.http
    assert problem(http.put(BASE, json={"requestsPerSecond": least, "burst": 1})) == (400, "badRequest")
    controls.set_rate_limit(pajottegem.portal.database, Limit(least, 1))
    assert [called(pajottegem) for _ in range(2)] == [200, 429]
