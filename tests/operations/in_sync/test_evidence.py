"""What is kept of a full look."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from operations.in_sync import evidence
from operations.in_sync.evidence import FOLDER, CentreTags, Evidence, Files

FILES = Files(
    declaration="d",
    certificates={},
    settings="s",
    secrets="h",
    others="o",
    program="p",
    engine="e",
    state="t",
)
KEPT = Evidence(
    files=FILES,
    centres={"1010784738": CentreTags(etag='"a"', systems={"chaman": "3"})},
    compared={"1010784738": ("chaman",)},
    seen_on=date(2025, 2, 3),
    until=None,
    counts={"same": 3},
    waits={},
)


def test_what_is_kept_is_read_again_and_nobody_else_reads_it(tmp_path: Path) -> None:
    evidence.keep(tmp_path, "pajottegem.production", KEPT)
    assert evidence.read(tmp_path, "pajottegem.production") == KEPT
    (file,) = (tmp_path / FOLDER).iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"{}", b'{"version": 1}', KEPT.model_dump_json().encode()[:-9]]
)
def test_what_cannot_be_understood_is_as_good_as_nothing(tmp_path: Path, content: bytes) -> None:
    evidence.keep(tmp_path, "tielt", KEPT)
    (tmp_path / FOLDER / "tielt.json").write_bytes(content)
    assert evidence.read(tmp_path, "tielt") is None


def test_another_versions_is_as_good_as_nothing(tmp_path: Path) -> None:
    evidence.keep(tmp_path, "tielt", KEPT.model_copy(update={"version": 1}))
    assert evidence.read(tmp_path, "tielt") is None
    assert evidence.read(tmp_path, "hasselt") is None
