"""What of a stack is on this machine: any change of it is another digest."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from operations.in_sync.evidence import Evidence, Files
from operations.in_sync.local import Checkout, NotKnown
from tests.support.workspace import CHECKOUT

STACK = "pajottegem"
CERTIFICATE = Path("fusions") / "certificates" / "pajottegem-ftp.cer"
SETTINGS = Path("stacks") / f"Pulumi.{STACK}.yaml"
STATE = Path(".state") / ".pulumi" / "stacks" / "fusion" / f"{STACK}.json"

GONE = (STATE, SETTINGS, CERTIFICATE)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without the engine."""
    for name in ("fusions", "stacks"):
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    shutil.copy2(CHECKOUT / "Pulumi.yaml", tmp_path)
    (tmp_path / "stacks" / f"Pulumi.{STACK}.yaml").write_text("config: {}\n")
    rehearsal = tmp_path / ".state" / "rehearsal"
    rehearsal.mkdir(parents=True)
    for name in ("secrets.yaml", "client-key.pem"):
        shutil.copy2(CHECKOUT / ".state" / "rehearsal" / name, rehearsal)
    state = tmp_path / STATE
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"urn": "one"}]}}}))
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setattr("operations.in_sync.local.version_of_engine", lambda: "v3.276.0")
    return tmp_path


def files(root: Path, kept: Evidence | None = None, **environment: str) -> Files:
    return Checkout(root, environment).read(STACK, kept).files


def kept_of(found: Files) -> Evidence:
    """Where the declaration is the same it is not understood again, nor what it names."""
    return Evidence(
        files=found, centres={}, compared={}, seen_on=date(2025, 2, 3), until=None, counts={}, waits={}
    )


def appended(name: str) -> Callable[[Path], None]:
    def append(root: Path) -> None:
        with (root / name).open("a") as file:
            file.write("\n")

    return append


@pytest.mark.parametrize(
    ("change", "differ"),
    [
        (appended(f"fusions/{STACK}.yaml"), {"declaration", "others"}),
        (appended("fusions/hasselt.yaml"), {"others"}),
        (appended("fusions/certificates/pajottegem-ftp.cer"), {"certificates"}),
        (appended(f"stacks/Pulumi.{STACK}.yaml"), {"settings"}),
        (appended(".state/rehearsal/secrets.yaml"), {"secrets"}),
        (appended(str(STATE)), {"state"}),
        (appended("fusions/certificates/merelbeke-melle-ftp.cer"), set()),
    ],
)
def test_what_differs_is_told_apart(root: Path, change: Callable[[Path], None], differ: set[str]) -> None:
    found = files(root)
    change(root)
    before, after = found.model_dump(), files(root, kept_of(found)).model_dump()
    assert {name for name in before if before[name] != after[name]} == differ


def test_the_same_is_the_same(root: Path) -> None:
    assert files(root) == files(root)


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_RUN_PROGRAM"])
def test_what_the_environment_says_counts(root: Path, name: str) -> None:
    assert Checkout(root, {name: "other"}).read(STACK, None).files.settings != files(root).settings


def test_the_passphrases_file_counts(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("one")
    before = files(root, PULUMI_CONFIG_PASSPHRASE_FILE=str(file)).settings
    file.write_text("two")
    assert files(root, PULUMI_CONFIG_PASSPHRASE_FILE=str(file)).settings != before


def test_the_projects_own_file_counts(root: Path) -> None:
    before = files(root).settings
    appended("Pulumi.yaml")(root)
    assert files(root).settings != before


def test_what_is_saved_while_it_is_read_is_not_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        appended(f"stacks/Pulumi.{STACK}.yaml")(root)

    monkeypatch.setattr("operations.in_sync.local.StackFile.get", read)
    with pytest.raises(NotKnown, match="saved while they were read"):
        files(root)


def test_others_are_read_again_when_that_is_asked(root: Path) -> None:
    checkout = Checkout(root, {})
    before = checkout.read(STACK, None).files.others
    appended("fusions/hasselt.yaml")(root)
    assert checkout.read(STACK, None).files.others == before
    checkout.read_anew()
    assert checkout.read(STACK, None).files.others != before


def test_secrets_cannot_be_searched(root: Path) -> None:
    """Whoever has not the client's key cannot try numbers out."""
    before = files(root)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (root / ".state" / "rehearsal" / "client-key.pem").write_bytes(pem)
    after = files(root)
    assert after.secrets != before.secrets
    assert after.settings != before.settings
    assert (
        hashlib.sha256((root / ".state" / "rehearsal" / "secrets.yaml").read_bytes()).hexdigest()
        != before.secrets
    )


def test_the_centres_are_the_declarations(root: Path) -> None:
    assert Checkout(root, {}).read(STACK, None).numbers == (
        "1010784738",
        "0212212343",
        "0212214026",
        "0212218182",
    )


@pytest.mark.parametrize("backend", ["s3://states", "postgres://states", "https://api.pulumi.com"])
def test_of_a_state_that_is_in_no_folder_nothing_is_known(root: Path, backend: str) -> None:
    with pytest.raises(NotKnown, match="in no folder of this machine"):
        files(root, PULUMI_BACKEND_URL=backend)


def test_a_state_elsewhere_is_found_where_the_engine_has_it(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "a place"
    shutil.copytree(root / ".state" / ".pulumi", elsewhere / ".pulumi")
    appended(str(elsewhere / ".pulumi" / "stacks" / "fusion" / f"{STACK}.json"))(root)
    url = f"file://{str(elsewhere).replace(' ', '%20')}?metadata=skip"
    assert files(root, PULUMI_BACKEND_URL=url).state != files(root).state


@pytest.mark.parametrize("gone", GONE)
def test_what_is_missing_is_not_known(root: Path, gone: Path) -> None:
    found = files(root)
    (root / gone).unlink()
    with pytest.raises(OSError, match="No such file"):
        files(root, kept_of(found))


def test_a_state_that_is_cut_has_no_resources_to_know(root: Path) -> None:
    assert Checkout(root, {}).read_resources(STACK) == [{"urn": "one"}]
    (root / STATE).write_text('{"checkpoint"')
    with pytest.raises(NotKnown, match="cannot be read"):
        Checkout(root, {}).read_resources(STACK)
