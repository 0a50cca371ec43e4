"""What is planted is there, or the test that planted it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.embedded import open_portal
from tests.support import portal_tables


def test_what_changes_nothing_is_a_mistake_of_the_test(tmp_path: Path) -> None:
    open_portal(tmp_path / "portal.db")
    with pytest.raises(AssertionError, match="nothing was changed"):
        portal_tables.change_resources(tmp_path / "portal.db", "sender", "9999999999", phone="1")


def test_only_the_named_fields_of_the_named_things_change(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    open_portal(database)
    before = {row[:5]: row for row in portal_tables.read_all_resources(database)}
    portal_tables.change_resources(database, "certificate", "%", "herne-ftp.cer", sha256="00ff")
    changed = set(portal_tables.read_all_resources(database)) - set(before.values())
    ((number, kind, _, key, *_),) = changed
    found = portal_tables.read_resource(database, number, kind, key)
    assert (key, found and found[0]["sha256"]) == ("herne-ftp.cer", "00ff")
