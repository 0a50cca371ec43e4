"""What operations wait for: every need is asked for somewhere, and the documents have words for it."""

from __future__ import annotations

import pytest

from emulator.app import APIS
from emulator.core.operation import Need
from emulator.web.openapi import parts


@pytest.mark.parametrize("need", Need)
def test_a_need_has_words_and_an_operation_that_has_it(need: Need) -> None:
    assert need in parts.NOT_YET
    assert any(need in operation.needs for api in APIS for operation in api.operations)
