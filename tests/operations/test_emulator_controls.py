"""`fusion emulator`: what makes a rehearsal hard, who is at the other side, and what happened."""

from __future__ import annotations

import base64
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from emulator import controls
from emulator.core import journal, resources, store
from emulator.core.people import rehearsal_ssin
from emulator.embedded import transport
from providers.settings import REHEARSAL_CLIENT_KEY
from tests.emulator.support.certificate_files import certificate
from tests.operations.conftest import Fusion

PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"


def public(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def signed_up(database: Path, root: Path, key: rsa.RSAPrivateKey) -> Path:
    """The portal with the checkout's client, as `fusion setup` leaves both."""
    file = root / REHEARSAL_CLIENT_KEY
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    controls.register_client(database, "rehearsal", public(key))
    return database


def test_the_copy_can_be_late(database: Path, fusion: Fusion) -> None:
    """R27."""
    ran = fusion("emulator", "postpone", "1010.784.738", "--days", "3")
    assert (ran.code, ran.out) == (0, "the RSZ copies access to 1010.784.738 at 2025-01-04T06:00:00+01:00\n")
    ran = fusion("emulator", "postpone", GALMAARDEN, "--days", "3")
    assert (ran.code, "No copy of access to come found" in ran.err) == (1, True)


# -- clock ------------------------------------------------------------------------------------------------------------


def test_the_clock_runs_and_stops(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "clock", "--run", "3600")
    assert (ran.code, ran.err) == (0, "running, 3600 times as fast as ours\n")
    assert controls.get_speed(database) == 3600
    assert fusion("emulator", "clock", "--stop").err == ""
    assert controls.get_speed(database) == 0
    fusion("emulator", "clock", "--run")
    assert controls.get_speed(database) == 60


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--run", "100000"), "error: a clock runs 0 (it stands still) to 86400 times as fast as ours\n"),
        (("--run", "60", "--stop"), "either --run or --stop"),
        (("--run", "soon"), "--run"),
    ],
)
def test_a_clock_that_cannot_run_so_says_why(
    database: Path, fusion: Fusion, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = fusion("emulator", "clock", *arguments)
    assert ran.code == 1
    assert sentence in ran.err
    assert controls.get_speed(database) == 0


# -- limit, faults ----------------------------------------------------------------------------------------------------


def test_the_rate_limit_is_shown_set_and_taken_back(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "limit").out == "5000 calls a second, 10000 at once\n"
    assert fusion("emulator", "limit", "--per-second", "5").out == "5 calls a second, 5 at once\n"
    set_ = fusion("emulator", "limit", "--per-second", "0.5", "--burst", "3")
    assert set_.out == "0.5 calls a second, 3 at once\n"
    assert controls.get_rate_limit(database) == controls.Limit(0.5, 3)
    assert fusion("emulator", "limit", "--default").out == "5000 calls a second, 10000 at once\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--per-second", "0"),
        ("--burst", "3"),
        ("--per-second", "1", "--burst", "0"),
        ("--default", "--per-second", "1"),
    ],
)
def test_a_limit_that_is_none_is_refused(database: Path, fusion: Fusion, arguments: tuple[str, ...]) -> None:
    assert fusion("emulator", "limit", *arguments).code == 1
    assert controls.get_rate_limit(database).per_second == 5000


def test_faults_are_a_table_to_read(database: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    fusion(
        "emulator",
        "faults",
        "--status",
        "503",
        "--share",
        "0.33",
        "--path",
        "/REST/chaman/*",
        "--retry-after",
        "1",
    )
    fusion("emulator", "faults", "--kind", "reset", "--method", "PUT", "--after-write", "--max-count", "2")
    out = fusion("emulator", "faults", "--kind", "latency", "--delay-ms", "50").out
    head, _, *rows = out.splitlines()
    assert head.split() == ["id", "calls", "share", "fault", "met", "failed"]
    assert [" ".join(row.split()) for row in rows] == [
        "1 all /REST/chaman/* 33% status 503, Retry-After 1 0 0",
        "2 PUT 100% reset, after the call was carried out, at most 2 0 0",
        "3 all 100% latency, after 50 ms 0 0",
    ]
    first = fusion("emulator", "faults", "--format", "json").json[0]
    assert (first["pathPattern"], first["retryAfterSeconds"], first["status"]) == ("/REST/chaman/*", 1, 503)


# -- journal ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def used(database: Path) -> Path:
    """A portal that was called, without a token: a read and a write at Galmaarden."""
    sender = f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender"
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        http.get(sender)
        http.put(sender, json={})
        http.get("/nothing")
    return database


@pytest.mark.parametrize(
    ("selection", "methods"),
    [
        (("--path", "*/sender"), ["GET", "PUT"]),
        (("--path", "/nothing"), ["GET"]),
        (("--status", "404"), ["GET"]),
        (("--status", "4xx", "--writes"), ["PUT"]),
        (("--status", "2xx"), []),
    ],
)
def test_the_journal_by_path_and_answer(
    used: Path, fusion: Fusion, selection: tuple[str, ...], methods: list[str]
) -> None:
    calls = fusion("emulator", "journal", *selection, "--format", "json").json
    assert [call["method"] for call in calls] == methods


def test_whether_anything_was_written_under_a_number_is_an_exit_code(
    used: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    question = ("emulator", "journal", "--writes", "--expect-none", "--kbo")
    none = fusion(*question, PAJOTTEGEM)
    assert (none.code, none.out, none.err) == (0, "", "none\n")
    # One that was refused is shown, and was none.
    refused = fusion(*question, "0212.212.343", "--format", "json")
    assert (refused.code, [call["outcome"] for call in refused.json]) == (0, [401])
    made = journal.Entry("PUT", f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender", fault="reset, after it")
    with closing(store.connect(used)) as connection:
        journal.write(connection, "2025-02-03T09:00:00+01:00", made, 0, 201)
    some = fusion(*question, "0212.212.343", "--format", "json")
    assert some.code == 1
    assert [call["outcome"] for call in some.json] == [401, 201]
    assert fusion("emulator", "journal").out.splitlines()[0].split()[-2:] == ["outcome", "fault"]
    assert some.err == "1 calls where none was expected\n"


def test_a_status_that_is_none_is_a_sentence(used: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "journal", "--status", "all")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: --status: a status")


# -- the supplier -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(signed_up: Path) -> Path:
    """Pajottegem has asked socius to manage its certificate."""
    controls.set_clock(signed_up, "2025-02-03")
    body = {"authorizations": ["ocmwOnlineRequestsRead"], "supplier": "socius", "status": "pending"}
    at = "2025-02-03T09:00:00+01:00"
    with closing(store.connect(signed_up)) as connection, store.transaction(connection):
        resources.create(connection, PAJOTTEGEM, "delegationRequest", "OCMW Online", body, "rehearsal", at)
    return signed_up


def test_r36_the_supplier_accepts_with_its_own_certificate(
    waiting: Path, fusion: Fusion, tmp_path: Path
) -> None:
    own = tmp_path / "socius.cer"
    own.write_bytes(base64.b64decode(certificate(self_signed=True)))
    arguments = (
        "emulator",
        "delegation",
        "1010.784.738",
        "OCMW Online",
        "--accept",
        "--certificate",
        str(own),
    )
    ran = fusion(*arguments)
    assert (ran.code, ran.out) == (0, "OCMW Online: accepted\n")
    with closing(store.connect(waiting)) as connection:
        account = resources.find(connection, PAJOTTEGEM, "restAccount", "OCMW Online")
    assert account is not None
    assert (account.body["certificate"], account.created_by) == ("socius.cer", "socius")


def test_r36_a_certificate_that_is_refused_says_all_that_is_wrong(
    waiting: Path, fusion: Fusion, tmp_path: Path
) -> None:
    """R43, R46; and the request waits on."""
    own = tmp_path / "socius.pem"
    own.write_bytes(base64.b64decode(certificate(self_signed=True, signs=False)))
    arguments = ("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--accept", "--certificate", str(own))
    ran = fusion(*arguments)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "error: certificate.fileName: the file's name ends in .cer; .pfx is refused (R43)",
        "certificate.content: self-signed without the key usage digital signature (R46)",
    ]
    assert fusion(*arguments[:-3], "--accept").out == "OCMW Online: accepted\n"


def test_a_refusal_takes_no_certificate(waiting: Path, fusion: Fusion, tmp_path: Path) -> None:
    own = tmp_path / "socius.cer"
    own.touch()
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--refuse", "--certificate", str(own))
    assert ran.code == 1
    assert "--certificate goes with --accept" in ran.err


# -- clients, tokens --------------------------------------------------------------------------------------------------


def test_clients_are_added_with_scopes_and_listed(
    database: Path, fusion: Fusion, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    file = tmp_path / "public.pem"
    file.write_text(public(key))
    assert fusion("emulator", "clients", "add", "wide", str(file)).out == "wide: all\n"
    narrow = ("--scope", "chaman:read", "--scope", "eBox:read")
    assert fusion("emulator", "clients", "add", "narrow", str(file), *narrow).code == 0
    head, _, *rows = fusion("emulator", "clients").out.splitlines()
    assert head.split() == ["clientId", "scopes"]
    assert [row.split() for row in rows] == [["narrow", "chaman:read", "eBox:read"], ["wide", "all"]]
    listed = fusion("emulator", "clients", "--format", "json").json
    assert [(one["clientId"], one.get("scopes")) for one in listed] == [
        ("narrow", ["chaman:read", "eBox:read"]),
        ("wide", None),
    ]
    assert fusion("emulator", "clients", "add", "wrong", str(file), "--scope", "everything").code == 1
    file.write_text("no key")
    ran = fusion("emulator", "clients", "add", "wrong", str(file))
    assert (ran.code, ran.err.startswith("error: wrong cannot sign in with that")) == (1, True)
    assert len(controls.list_clients(database)) == 2


def asked(database: Path, token: str, path: str) -> httpx.Response:
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        url = f"/REST/accessManagement/v1/organizations/{GALMAARDEN}{path}"
        return http.get(url, headers={"Authorization": f"Bearer {token.strip()}"})


def test_a_token_is_the_clients_or_a_persons(signed_up: Path, fusion: Fusion) -> None:
    """R65, R66; who signed in is in the journal as the portal's number."""
    client = fusion("emulator", "token", "0212.212.343").out
    assert asked(signed_up, client, "").status_code == 200
    (chief,) = asked(signed_up, client, "/chiefAccessManagers").json()["chiefAccessManagers"]
    assert chief["ssin"] == rehearsal_ssin("els.peeters")
    person = fusion("emulator", "token", GALMAARDEN, "--person", "els.peeters")
    assert (person.code, person.err) == (0, "")
    assert asked(signed_up, person.out, "/chiefAccessManagers").status_code == 200
    assert fusion("emulator", "journal", "--format", "json").json[-1]["person"] == chief["personId"]
    shown = fusion("emulator", "journal").out
    assert chief["personId"] in shown
    assert chief["ssin"] not in shown


def test_a_person_without_access_gets_no_token_and_stays_unnamed(signed_up: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "token", GALMAARDEN, "--person", "nobody.here")
    assert (ran.code, ran.out) == (3, "")
    assert "this person has no access" in ran.err
    assert rehearsal_ssin("nobody.here") not in ran.err


# -- what the portal did by itself ------------------------------------------------------------------------------------


def test_r55_a_citizen_asks_for_help_and_the_mail_can_be_looked_at(database: Path, fusion: Fusion) -> None:
    mails = ("emulator", "mails", "--kbo", "0212.212.343", "--format", "json")
    before = len(fusion(*mails).json)
    made = fusion("emulator", "request", "0212.212.343", "--subject", "Leefloon")
    assert made.code == 0
    assert made.out.endswith(": Leefloon\n")
    *_, last = after = fusion(*mails).json
    assert (len(after), last["kind"]) == (before + 1, "newRequest")
    assert made.out.split(":")[0] in last["text"]


def test_r12_a_centre_that_is_not_there_yet_gets_no_request(database: Path, fusion: Fusion) -> None:
    for number in (PAJOTTEGEM, "0999999999"):
        ran = fusion("emulator", "request", number)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error: ")


def test_r48_mutations_and_the_files_with_them(database: Path, fusion: Fusion) -> None:
    controls.advance_clock(database, 7)
    counted = fusion("emulator", "mutations", "--kbo", GALMAARDEN, "--format", "json").json
    assert {one["organization"] for one in counted} == {GALMAARDEN}
    assert sum(one["count"] for one in counted) > 0
    files = fusion("emulator", "boxes", "--kbo", "0212.212.343", "--format", "json").json
    assert {one["account"] for one in files} == {"FTP Galmaarden"}
    for command in ("mutations", "boxes", "mails"):
        assert fusion("emulator", command).code == 0
