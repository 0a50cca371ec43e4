"""Set up everything this checkout needs: `python3 engine/setup.py`, which is what `make setup` runs.

Only this file has to run under an old Python: it looks for a new enough one and says what to do when there is none.
"""

import os
import subprocess
import sys

NEEDED = (3, 11)
CANDIDATES = ("python3.14", "python3.13", "python3.12", "python3.11")
TOO_OLD = """setup: FAILED before the first step
  why: Python %d.%d or newer is needed; this is %d.%d (%s), and none of %s works either.
  what to do: install a newer Python (Debian, Ubuntu: `apt install python3 python3-venv`; macOS: `brew install python`;
    any system: https://www.python.org/downloads/) and run again,
    or name one: `make setup PYTHON=/path/to/python3`."""


def works(candidate):
    """Whether this command exists and is new enough: version managers put names on PATH that only fail."""
    probe = "import sys; sys.exit(sys.version_info < (%d, %d))" % NEEDED
    try:
        with open(os.devnull, "w") as nowhere:
            return subprocess.call([candidate, "-c", probe], stdout=nowhere, stderr=nowhere) == 0
    except OSError:
        return False


def main():
    """Go on with the steps under a Python that is new enough; return the exit code."""
    if sys.version_info[:2] < NEEDED:
        for candidate in CANDIDATES:
            if works(candidate):
                os.execvp(candidate, [candidate] + sys.argv)
        print(TOO_OLD % (NEEDED + tuple(sys.version_info[:2]) + (sys.executable, ", ".join(CANDIDATES))))
        return 1
    here = os.path.dirname(os.path.abspath(__file__))
    # Python put this folder first, where our modules would hide others' of the same name.
    sys.path[0] = os.path.dirname(here)
    from engine.steps import set_up

    return set_up(os.path.dirname(here))


if __name__ == "__main__":
    sys.exit(main())
