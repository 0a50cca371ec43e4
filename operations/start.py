"""How the `fusion` command begins. Nothing heavy is imported before it can be interrupted without a traceback."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Load the commands and run one. Ctrl-C ends it as it does later, also while they are loaded."""
    try:
        from operations.cli import main as run

        run()
    except KeyboardInterrupt:
        from click import Abort

        from operations.exit_codes import of_error

        sys.stderr.write("interrupted\n")
        sys.stderr.flush()
        os._exit(of_error(Abort()))  # what is half imported has nothing to say at its end
