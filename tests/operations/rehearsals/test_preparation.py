"""`fusion setup`: makes what is missing beside a checkout's programs, once, and leaves alone what is there."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import controls
from operations.rehearsals import preparation
from operations.rehearsals.preparation import prepare
from providers.portal import Connection, ReadingPortal
from providers.settings import Settings
from schemas.errors import DeclarationError, EngineError
from schemas.identifiers import is_ssin
from schemas.loading import load_declaration
from schemas.passwords import SPECIAL, password_problems
from schemas.secrets import load_secrets
from tests.operations.conftest import FakePulumi, Fusion

PAJOTTEGEM = "1010784738"


def secrets_file(root: Path) -> Path:
    return root / ".state" / "rehearsal" / "secrets.yaml"


def secrets(root: Path) -> dict[str, Any]:
    known: dict[str, Any] = yaml.safe_load(secrets_file(root).read_text())
    return known


def write_secrets(root: Path, text: str) -> Path:
    file = secrets_file(root)
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_makes_key_portal_secrets_and_stacks_and_says_so(root: Path, pulumi: FakePulumi) -> None:
    said = list(prepare(root, pulumi.environment))
    assert [line.partition(":")[0] for line in said] == [
        ".state/rehearsal/client-key.pem",
        ".state/portal.db",
        ".state/rehearsal/suppliers/socius.yaml",
        ".state/rehearsal/secrets.yaml",
        "stack lochristi",
        "stack pajottegem",
    ]


def test_a_second_time_there_is_nothing_to_make(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    files = {path: path.read_bytes() for path in (root / ".state").rglob("*") if path.is_file()}
    assert list(prepare(root, pulumi.environment)) == []
    assert {path: path.read_bytes() for path in files} == files


def test_with_the_stacks_in_the_folder_the_engine_is_not_even_asked(root: Path, pulumi: FakePulumi) -> None:
    """Each call costs a second of `make setup`."""
    list(prepare(root, pulumi.environment))
    folder = root / ".state" / ".pulumi" / "stacks" / "fusion"
    folder.mkdir(parents=True)
    for name in ("pajottegem", "lochristi"):
        (folder / f"{name}.json").write_text("{}")
    before = len(pulumi.calls)
    own_backend = {name: value for name, value in pulumi.environment.items() if name != "PULUMI_BACKEND_URL"}
    list(prepare(root, own_backend))
    assert len(pulumi.calls) == before


def test_only_stacks_that_are_missing_are_made(root: Path, pulumi: FakePulumi) -> None:
    (pulumi.folder / "stacks").write_text("lochristi")
    list(prepare(root, pulumi.environment))
    made = [call for call in pulumi.calls if call[:2] == ["stack", "init"]]
    assert made == [["stack", "init", "pajottegem", "--no-select", "--non-interactive"]]


def test_what_is_secret_only_its_owner_reads(root: Path, pulumi: FakePulumi) -> None:
    before = os.umask(0)
    try:
        list(prepare(root, pulumi.environment))
    finally:
        os.umask(before)
    assert mode(secrets_file(root)) == 0o600
    assert mode(root / ".state" / "rehearsal" / "client-key.pem") == 0o600
    assert mode(root / ".state" / "rehearsal" / "client-key-socius.pem") == 0o600


def test_the_declarations_are_sound_with_the_secrets_that_it_makes(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    made = load_secrets(secrets_file(root))
    for path in (root / "fusions").glob("*.yaml"):
        load_declaration(path, made)
    assert all(is_ssin(person["insz"]) for person in secrets(root)["people"].values())


def test_the_portal_knows_the_client_whose_key_it_made(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    key = root / ".state" / "rehearsal" / "client-key.pem"
    connection = Connection(Settings("embedded", "rehearsal", None, key, 5))
    path = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}"
    assert ReadingPortal(connection, PAJOTTEGEM).get(path).body["status"] == "active"
    connection.close()


def test_a_portal_thrown_away_is_made_anew_for_the_same_key(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    key = (root / ".state" / "rehearsal" / "client-key.pem").read_bytes()
    for file in (root / ".state").glob("portal.db*"):
        file.unlink()
    said = list(prepare(root, pulumi.environment))
    suppliers = ".state/rehearsal/suppliers/socius.yaml"
    assert [line.partition(":")[0] for line in said] == [".state/portal.db", suppliers]
    assert (root / ".state" / "rehearsal" / "client-key.pem").read_bytes() == key


def test_a_portal_in_use_keeps_its_clock(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    database = root / ".state" / "portal.db"
    controls.set_clock(database, "2025-03-01")
    list(prepare(root, pulumi.environment))
    assert controls.get_clock(database).startswith("2025-03-01")


def test_a_persons_own_entries_stay_and_only_what_is_missing_is_added(root: Path, pulumi: FakePulumi) -> None:
    own = {"insz": "85.07.30-033.28", "email": "els@own.example", "language": "fr"}
    extra = {"pajottegem/ftp": "Eigen+Keus=1", "elsewhere/ftp": "Ander+Geheim=1"}
    people = {"els.peeters": own, "not.declared": {"insz": "93051822361"}}
    write_secrets(root, json.dumps({"people": people, "passwords": extra}))
    (said,) = [line for line in prepare(root, pulumi.environment) if "secrets" in line]
    assert "generated people, 0 FTP passwords and 5 of merging centres' accounts" in said
    known = secrets(root)
    assert known["people"]["els.peeters"] == own
    assert "not.declared" in known["people"]
    assert known["people"]["tom.maes"]["email"] == "tom.maes@ocmw.example"
    assert {key: known["passwords"][key] for key in extra} == extra
    assert mode(secrets_file(root)) == 0o600


def test_a_complete_file_is_not_written_again(root: Path, pulumi: FakePulumi) -> None:
    """Comments and order are a person's."""
    list(prepare(root, pulumi.environment))
    file = secrets_file(root)
    file.write_text(f"# ours\n{file.read_text()}")
    assert [line for line in prepare(root, pulumi.environment) if "secrets" in line] == []
    assert file.read_text().startswith("# ours\n")


WITH_FINDINGS = [
    "",
    "people:",
    "people: [",
    'people: {els.peeters: {insz: "85073003329"}}',
    "passwords: {pajottegem/ftp: zwak}",
]


@pytest.mark.parametrize("text", WITH_FINDINGS)
def test_a_file_with_findings_is_a_persons_to_put_right(root: Path, pulumi: FakePulumi, text: str) -> None:
    file = write_secrets(root, text)
    with pytest.raises(DeclarationError, match=r"secrets\.yaml:1:"):
        list(prepare(root, pulumi.environment))
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["{}", "people: {}\n", "passwords: {}\n"])
def test_a_file_with_nobody_in_it_is_filled(root: Path, pulumi: FakePulumi, text: str) -> None:
    write_secrets(root, text)
    list(prepare(root, pulumi.environment))
    assert load_secrets(secrets_file(root)).people()


def test_declarations_with_findings_stop_it_before_anything_is_made(root: Path, pulumi: FakePulumi) -> None:
    path = root / "fusions" / "lochristi.yaml"
    path.write_text(path.read_text().replace("44087", "4408"))
    with pytest.raises(DeclarationError, match="nis-code"):
        list(prepare(root, pulumi.environment))
    assert not (root / ".state").exists()


def test_generated_passwords_obey_the_portal() -> None:
    """R31, over many: at most 15, two signs of those allowed, none that a shell or YAML takes for something else."""
    made = {preparation._password() for _ in range(2000)}
    assert len(made) == 2000
    for password in made:
        assert password_problems(password) == []
        assert set(password) - set(SPECIAL) <= set(preparation._LETTERS)
        assert sum(sign in SPECIAL for sign in password) == 2


def test_each_checkout_has_passwords_of_its_own(root: Path, pulumi: FakePulumi) -> None:
    list(prepare(root, pulumi.environment))
    first = secrets(root)["passwords"]
    secrets_file(root).unlink()
    list(prepare(root, pulumi.environment))
    second = secrets(root)["passwords"]
    assert second.keys() == first.keys()
    assert second["pajottegem/ftp"] != first["pajottegem/ftp"]


def test_merging_centres_own_accounts_have_the_emulated_portals_password(
    root: Path, pulumi: FakePulumi
) -> None:
    """`fusion check` looks into their folders; nobody sets them from here."""
    list(prepare(root, pulumi.environment))
    own = {key: value for key, value in secrets(root)["passwords"].items() if key != "pajottegem/ftp"}
    assert set(own) == {
        *(f"pajottegem/{centre}/ftp" for centre in ("galmaarden", "gooik", "herne")),
        *(f"lochristi/{centre}/ftp" for centre in ("lochristi", "wachtebeke")),
    }
    assert set(own.values()) == set(controls.list_seeded_ftp_passwords().values())


def test_an_engine_that_fails_says_which_command_and_why(root: Path, pulumi: FakePulumi) -> None:
    with pytest.raises(
        EngineError, match=r"`pulumi stack ls --json --non-interactive` failed:\nerror: the passphrase"
    ):
        list(prepare(root, pulumi.environment | {"PULUMI_MOOD": "fails"}))


def test_no_engine_says_how_to_get_one(
    root: Path, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"PATH": str(root), "PULUMI_BACKEND_URL": "file:///nowhere"}
    with pytest.raises(EngineError, match="make setup"):
        list(prepare(root, nowhere))


def test_the_command_prints_a_line_for_each(
    root: Path, pulumi: FakePulumi, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation.prepare, "__defaults__", (pulumi.environment,))
    ran = fusion("setup")
    assert (ran.code, len(ran.out.splitlines())) == (0, 6)
    assert fusion("setup").out == ""


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_nobody_else_reads_what_is_below_state(root: Path, pulumi: FakePulumi, umask: int) -> None:
    """What an earlier version left open included."""
    (root / ".state").mkdir()
    old = root / ".state" / "old" / "portal.db"
    old.parent.mkdir(mode=0o755)
    old.write_text("")
    old.chmod(0o644)
    (root / ".state" / "elsewhere").symlink_to(root / "fusions")
    before = os.umask(umask)
    try:
        list(prepare(root, pulumi.environment))
    finally:
        os.umask(before)
    below = [path for path in (root / ".state", *(root / ".state").rglob("*")) if not path.is_symlink()]
    assert old in below
    assert [path for path in below if path.stat().st_mode & 0o077] == []
    assert (root / "fusions").stat().st_mode & 0o077


@pytest.mark.parametrize("content", ["", '{"version": 3, "checkpoint": {"stack"', "[]"])
def test_a_half_written_state_is_told_with_its_file_and_the_way_out(
    root: Path, pulumi: FakePulumi, content: str
) -> None:
    """The engine only says `unexpected end of JSON input`, of every stack."""
    states = root / ".state" / ".pulumi" / "stacks" / "fusion"
    states.mkdir(parents=True)
    (states / "lochristi.json").write_text('{"version": 3}')
    (states / "pajottegem.production.json").write_text(content)
    here = {name: value for name, value in pulumi.environment.items() if name != "PULUMI_BACKEND_URL"}
    with pytest.raises(EngineError) as told:
        list(prepare(root, here))
    said = str(told.value)
    assert ".state/.pulumi/stacks/fusion/pajottegem.production.json: half written" in said
    assert "lochristi" not in said
    assert "docs/operating.md" in said
    assert pulumi.calls == []


def test_a_half_written_state_stops_nobody_whose_state_is_elsewhere(root: Path, pulumi: FakePulumi) -> None:
    states = root / ".state" / ".pulumi" / "stacks" / "fusion"
    states.mkdir(parents=True)
    (states / "pajottegem.json").write_text("")
    list(prepare(root, pulumi.environment))
    assert pulumi.calls
