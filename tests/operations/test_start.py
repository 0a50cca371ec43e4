"""The very beginning of the `fusion` command: what Ctrl-C does before there are commands."""

from __future__ import annotations

import subprocess
import sys

from operations.exit_codes import ExitCode

# The interrupt comes while `operations.cli` is imported, wherever in it.
PROGRAM = """
import builtins
load = builtins.__import__
def interrupted(name, *rest):
    if name == "operations.commands.check":
        raise KeyboardInterrupt
    return load(name, *rest)
builtins.__import__ = interrupted
from operations.start import main
main()
"""


def test_an_interrupt_while_loading_prints_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.INTERRUPTED, "", "interrupted\n")
