"""A portal's folders, served over SFTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.sftp import server as sftp
from tests.emulator.conftest import Portal
from tests.emulator.support.sftp_client import served


@pytest.fixture
def address(portal: Portal) -> Iterator[sftp.Address]:
    with served(portal) as address:
        yield address
