"""Why a stack failed, as people read it: the engine's own words and nothing before them."""

from __future__ import annotations

from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import PlayedEngine


def test_what_a_library_in_the_engine_logs_does_not_stand_before_the_error(
    engine: PlayedEngine, fusion: Fusion
) -> None:
    """With an S3-compatible store that sends no checksums: a line for each file that the engine reads."""
    noise = (
        "SDK 2026/11/29 08:03:22 WARN Response has no supported checksum. Not validating response payload.\n"
    )
    locked = "error: the stack is currently locked by 1 lock(s)"
    engine.play("tielt", events=[], code=255, says=f"{noise}{noise}{locked}\n  s3://bucket: created by x\n")
    ran = fusion("preview", "tielt", "--full")
    assert "\ntielt: the stack is currently locked by 1 lock(s)\n  s3://bucket: created by x\n" in ran.out
    assert "checksum" not in ran.out
