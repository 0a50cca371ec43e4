"""What a plan is made from: each file, each secret that it names, byte by byte; and nothing of it can be told from it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from operations import engine
from operations.approvals import basis
from operations.approvals.basis import NoBasis, read_basis
from operations.plans.model import Basis
from operations.runbooks.notes import add_notes
from providers.settings import REHEARSAL_CLIENT_KEY, REHEARSAL_SECRETS
from schemas.errors import EngineError
from schemas.loading import load_declaration
from tests.providers.portal_double import client_key
from tests.support.private import write_private
from tests.torture.properties.world import ssin

PASSWORD = "Appel+Peer=1"
STRANGER = "85073003328"


@pytest.fixture(autouse=True)
def project(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the secrets of one fusion, and somebody else's."""
    (root / "stacks").mkdir()
    (root / REHEARSAL_CLIENT_KEY).parent.mkdir(parents=True)
    write_private(root / REHEARSAL_CLIENT_KEY, client_key())
    fusion = load_declaration(root / "fusions" / "pajottegem.yaml")
    keys = {key for _, access in fusion.accesses() for _, key in access.people()}
    people = {key: {"insz": ssin(key), "email": f"{key}@ocmw.example", "language": "nl"} for key in keys}
    write_secrets(root, {"people": people, "passwords": {"pajottegem/ftp": PASSWORD}})
    monkeypatch.setattr(engine, "run_pulumi", lambda *_: "v3.276.0\n")
    basis.read_anew()
    return root


def write_secrets(root: Path, secrets: dict[str, Any]) -> None:
    write_private(root / REHEARSAL_SECRETS, json.dumps(secrets))


def read_secrets(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / REHEARSAL_SECRETS).read_text())
    return found


def read() -> Basis:
    return read_basis("pajottegem")


def differing(one: Basis, other: Basis) -> set[str]:
    before, after = one.model_dump(), other.model_dump()
    return {name for name in before if before[name] != after[name]}


def test_the_same_files_are_the_same(root: Path) -> None:
    assert read() == read()


def test_a_byte_of_the_declaration(root: Path) -> None:
    """A comment too: what is applied is the file that was read."""
    before = read()
    path = root / "fusions" / "pajottegem.yaml"
    path.write_text(path.read_text() + "#\n")
    assert differing(before, read()) == {"declaration"}


def test_what_people_note_is_no_part_of_it(root: Path) -> None:
    """`fusion runbook --done` between plan and `up` changes nothing at the portal."""
    before = read()
    add_notes(root / "fusions" / "pajottegem.yaml", ["scenario"], "tom.maes", date(2025, 1, 6))
    assert read() == before


def test_another_certificate(root: Path) -> None:
    before, folder = read(), root / "fusions" / "certificates"
    (folder / "pajottegem-ftp.cer").write_bytes((folder / "nazareth-de-pinte-ftp.cer").read_bytes())
    assert differing(before, read()) == {"certificates"}


def test_a_password_and_a_person(root: Path) -> None:
    before, secrets = read(), read_secrets(root)
    secrets["passwords"]["pajottegem/ftp"] = "Appel+Peer=2"
    write_secrets(root, secrets)
    middle = read()
    assert differing(before, middle) == {"secrets"}
    secrets["people"]["tom.maes"]["email"] = "tom.maes@ocmw.examplf"
    write_secrets(root, secrets)
    assert differing(middle, read()) == {"secrets"}


def test_somebody_whom_the_declaration_does_not_name(root: Path) -> None:
    before, secrets = read(), read_secrets(root)
    secrets["people"]["some.body"] = {"insz": STRANGER}
    secrets["passwords"]["lochristi/ftp"] = PASSWORD
    write_secrets(root, secrets)
    assert read() == before


def test_another_portal_client_or_operator(root: Path) -> None:
    before = read()
    settings = root / "stacks" / "Pulumi.pajottegem.yaml"
    settings.write_text("config:\n  fusion:portalUrl: https://portal.example\n  fusion:clientId: supplier\n")
    after = read()
    assert differing(before, after) == {"target"}
    assert after.target == {
        "stack": "pajottegem",
        "portal": "https://portal.example",
        "client": "supplier",
        "operator": "",
    }


def test_a_byte_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every part of it; the emulated portal and the tests are none."""
    program = tmp_path / "program"
    for part in (
        "providers/access.py",
        "schemas/reference.yaml",
        "stacks/plan.py",
        "emulator/app.py",
        "uv.lock",
    ):
        (program / part).parent.mkdir(parents=True, exist_ok=True)
        (program / part).write_text("one")
    monkeypatch.setattr(basis, "_PROGRAM", program)
    digests = []
    for part in ("", "providers/access.py", "schemas/reference.yaml", "uv.lock", "emulator/app.py"):
        if part:
            (program / part).write_text("two")
        basis.read_anew()
        digests.append(basis.digest_program())
    basis.read_anew()
    assert len(set(digests[:4])) == 4
    assert digests[4] == digests[3]


def test_no_secret_can_be_found_by_trying(root: Path) -> None:
    """An INSZ has eleven digits: with another client's key the same secrets have another HMAC."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    before = read()
    shown = before.model_dump_json()
    assert PASSWORD not in shown
    assert all(ssin(key) not in shown for key in read_secrets(root)["people"])
    other = generate_private_key(65537, 2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (root / REHEARSAL_CLIENT_KEY).write_bytes(pem)
    assert differing(before, read()) == {"secrets"}


def test_the_settings_of_another_stack_are_no_part_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    (program / "stacks" / "__pycache__").mkdir(parents=True)
    monkeypatch.setattr(basis, "_PROGRAM", program)
    digests = []
    for name in ("plan.py", "Pulumi.tielt.yaml", "__pycache__/plan.cpython-311.pyc", ".plan.py.swp"):
        (program / "stacks" / name).write_text("one")
        basis.read_anew()
        digests.append(basis.digest_program())
    basis.read_anew()
    assert len(set(digests)) == 1


def test_an_operator_is_held_as_a_person(root: Path) -> None:
    secrets = read_secrets(root)
    secrets["people"]["some.body"] = {"insz": STRANGER}
    write_secrets(root, secrets)
    (root / "stacks" / "Pulumi.pajottegem.yaml").write_text("config:\n  fusion:operator: some.body\n")
    before = read()
    secrets["people"]["some.body"]["email"] = "some.body@ocmw.example"
    write_secrets(root, secrets)
    assert differing(before, read()) == {"secrets"}


WRONG = {
    "fusions/pajottegem.yaml": "{",
    REHEARSAL_SECRETS: "{",
    REHEARSAL_CLIENT_KEY: "{",
    "stacks/Pulumi.pajottegem.yaml": "config: [",
    "fusions/certificates/pajottegem-ftp.cer": "no certificate",
}


@pytest.mark.parametrize("path", WRONG)
def test_what_cannot_be_read_is_nothing_to_hold_to(root: Path, path: str) -> None:
    (root / path).write_text(WRONG[path])
    with pytest.raises(NoBasis, match="pajottegem: what its plan is made from cannot be read"):
        read_basis("pajottegem")


def test_an_engine_that_fails_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise EngineError("pulumi is not on PATH")

    monkeypatch.setattr(engine, "run_pulumi", fail)
    basis.read_anew()
    with pytest.raises(NoBasis, match="pulumi is not on PATH"):
        read_basis("pajottegem")
