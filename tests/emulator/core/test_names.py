"""Names in a path, on the two sides that judge them."""

from __future__ import annotations

from emulator.core import names
from schemas.fields import name_problem
from schemas.visible import visible

SIGNS = [chr(point) for point in (*range(0x10000), *range(0xE0000, 0xE0080))]


def test_what_the_portal_refuses_in_a_name_is_a_finding_first() -> None:
    refused = [sign for sign in SIGNS if not names.is_name(f"a{sign}b") and not "\ud800" <= sign <= "\udfff"]
    assert len(refused) > 100
    assert [visible(sign) for sign in refused if not name_problem(f"a{sign}b")] == []


def test_no_sign_that_a_message_writes_out_stands_in_a_name() -> None:
    """Two names with and without it would look the same."""
    assert [hex(ord(sign)) for sign in SIGNS if visible(sign) != sign and not name_problem(f"a{sign}b")] == []
