"""What operations wait for: every need is asked for somewhere, and the documents have words for it."""

from __future__ import annotations

from typing import get_args

import pytest

from emulator.app import APIS
from emulator.core.operation import Need
from emulator.web.openapi import parts
from schemas.waves import LateScreen


@pytest.mark.parametrize("need", Need)
def test_a_need_has_words_and_an_operation_that_has_it(need: Need) -> None:
    assert need in parts.NOT_YET
    assert any(need in operation.needs for api in APIS for operation in api.operations)


def test_the_screens_that_open_late_are_those_of_which_a_wave_says_when() -> None:
    """R59: a day that no call waits for, or a call that waits for no day, would be a word without effect."""
    late = {
        operation.path.rpartition("/")[2]
        for api in APIS
        for operation in api.operations
        if Need.OPEN in operation.needs
    }
    assert late == set(get_args(LateScreen))
