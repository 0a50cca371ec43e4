"""What is read of a portal without starting it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator import controls
from emulator.embedded import open_portal
from emulator.standing import read_standing

CLIENT = "rehearsal"
CHANGES: dict[str, Callable[[Path], object]] = {
    "another portal": lambda database: controls.reset(database, None),
    "another key": lambda database: controls.register_client(database, CLIENT, make_key()),
    "fewer rights": lambda database: controls.register_client(database, CLIENT, KEY, "chaman:read"),
    "a supplier's client": lambda database: controls.register_client(
        database, CLIENT, KEY, supplier="socius"
    ),
}
ONLY_THE_PORTAL_TELLS: dict[str, Callable[[Path], object]] = {
    "a fault": lambda database: controls.add_fault(database, controls.Rule(status=503)),
    "a limit": lambda database: controls.set_rate_limit(database, controls.Limit(1, 1)),
    "no portal": lambda database: database.unlink(),
    "an empty file": lambda database: database.write_bytes(b""),
    "no database": lambda database: database.write_bytes(b"none" * 1000),
}


def make_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


KEY: str = make_key()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal that knows a client: made once, since that takes a while."""
    path = tmp_path_factory.mktemp("opened") / "portal.db"
    open_portal(path)
    controls.register_client(path, CLIENT, KEY)
    return path


@pytest.fixture
def database(opened: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy2(opened, tmp_path))


def test_it_stands_as_long_as_nothing_changes(database: Path) -> None:
    standing = read_standing(database, CLIENT)
    assert standing
    controls.advance_clock(database, 1)
    assert read_standing(database, CLIENT) == standing
    assert read_standing(database, "somebody else") is None, "whom it does not know"


@pytest.mark.parametrize("change", CHANGES)
def test_what_may_keep_a_client_out_is_noticed(change: str, database: Path) -> None:
    before = read_standing(database, CLIENT)
    CHANGES[change](database)
    after = read_standing(database, CLIENT)
    assert before
    assert after
    assert before != after
    assert (before.identity == after.identity) == (change != "another portal")


@pytest.mark.parametrize("change", ONLY_THE_PORTAL_TELLS)
def test_what_only_the_portal_can_tell(change: str, database: Path) -> None:
    ONLY_THE_PORTAL_TELLS[change](database)
    assert read_standing(database, CLIENT) is None


def test_nothing_beside_pythons_own_is_imported() -> None:
    """Else each run would pay for it."""
    code = (
        "import sys; before = {*sys.modules}; import emulator.standing;"
        "print(*{name.partition('.')[0] for name in {*sys.modules} - before})"
    )
    names = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert set(names.split()) - sys.stdlib_module_names == {"emulator"}
