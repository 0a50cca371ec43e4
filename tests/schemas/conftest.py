from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from schemas.secrets import Secrets, parse_secrets
from tests.schemas import certificates

# The same examples in every run, and none too slow for a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# Made up: dates nobody was born on who is in office, check digits computed.
SECRETS = """\
people:
  els.peeters: {insz: "%s", email: els.peeters@ocmw.example, language: nl}
  jan.janssens: {insz: "%s"}
  an.claes: {insz: "%s"}
  tom.maes: {insz: "%s"}
passwords:
  testdorp/ftp: "Aa1!bb-2"
"""


def made_up_ssin(serial: int) -> str:
    """An INSZ of nobody: a BIS number of 1902."""
    nine = f"0241{10 + serial % 10:02d}{serial:03d}"
    return f"{nine}{97 - int(nine) % 97:02d}"


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cases' declarations stand as it were: `certificates/` beside them."""
    path = tmp_path_factory.mktemp("fusions")
    certificates.write_all(path)
    return path


@pytest.fixture(scope="session")
def secrets() -> Secrets:
    return parse_secrets(SECRETS % tuple(made_up_ssin(serial) for serial in range(1, 5)), "secrets.yaml")
