"""How much memory the client needs for the largest of the odd answers, on four threads at once as in the provider host:
`python -m tests.torture.hostile.memory` says it, in MiB."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.torture.hostile.cases import CASES

LARGEST = (
    "endless body",
    "endless chunks",
    "endless header",
    "gzip bomb",
    "gzip bomb in a refusal",
    "lists in lists",
    "a long text",
    "500,000 tiny objects",
)
THREADS = 4
DEADLINE_SECONDS = 10.0
"""Long enough to take whatever comes as far as it is taken."""
LIMIT_MIB = 300


def measure() -> int:
    """The peak of a process that has client and portal, in MiB."""
    code = "from tests.torture.hostile.memory import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return int(run.stdout.split()[-1])


def main() -> None:
    from tests.torture.hostile.trial import try_out

    assert set(LARGEST) <= set(CASES)
    with ThreadPoolExecutor(THREADS) as pool:
        for name in LARGEST:
            for outcome in pool.map(
                lambda call, name=name: try_out(name, call, DEADLINE_SECONDS), ["GET"] * THREADS
            ):
                # A client that fails at once needs little.
                assert not outcome.wrong, f"{name}: {outcome.wrong}"
    sys.stdout.write(f"{_peak_mib()}\n")


def _peak_mib() -> int:
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts the process that started this one into ru_maxrss
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(peak) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024)


if __name__ == "__main__":
    main()
