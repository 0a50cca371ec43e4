"""What a library does only where another is installed is left when that is hidden."""

import subprocess
import sys

import pytest

from providers.lean_imports import without


def test_what_is_hidden_cannot_be_imported_meanwhile_and_can_afterwards() -> None:
    sys.modules.pop("this", None)
    with without("this"), pytest.raises(ImportError):
        import this  # noqa: F401 - hidden
    assert "this" not in sys.modules


def test_what_is_imported_already_stays() -> None:
    with without("json"):
        import json
    assert sys.modules["json"] is json


def test_the_portals_client_does_without_the_command_line_of_its_http_library() -> None:
    """It would import half a terminal library, in each provider host."""
    shown = "import sys, providers.portal, httpx; print(*sorted({'click', 'pygments', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
