"""uv: found on PATH, or installed by pip into a folder of ours; and started so that it reaches its index."""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.commands import Step, ask, programs, run
from engine.failures import UNTRUSTED, CommandFailed, SetupError
from engine.places import Places
from engine.versions import Version, parse, pinned_requirement

# The oldest that was seen to read uv.lock.
OLDEST = Version(0, 7)
# One variable under its older and its newer name; a release takes no notice of the other.
_SYSTEM_CERTIFICATES = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true"}
_YOURSELF = "or install uv yourself (https://docs.astral.sh/uv/getting-started/installation/) and run again"


def find(step: Step, places: Places) -> Path:
    """The uv to use: the first on PATH that is new enough, else the pinned one in .setup/uv."""
    for program in programs("uv", os.environ.get("PATH", "")):
        version = parse(ask([program, "--version"]))
        if version is not None and version >= OLDEST:
            step.done(f"{version} at {program}")
            return program
    requirements = places.sources / "requirements" / "uv.txt"
    pinned = pinned_requirement(requirements)
    uv = places.tools / "uv" / "bin" / "uv"
    if parse(ask([uv, "--version"])) != pinned:
        step.say(f"pip install uv {pinned} …")
        try:
            _pip_install(step, places, requirements)
        except CommandFailed as error:
            raise SetupError(error.why, f"{error.way_out};\n{_YOURSELF}") from error
    step.done(f"{pinned} in .setup/uv")
    return uv


def _pip_install(step: Step, places: Places, requirements: Path) -> None:
    folder = places.tools / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    env = places.environment(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    install: list[str | Path] = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements]
    try:
        # An environment of its own: a distribution's Python refuses packages in the system's.
        run(step, "making .setup/uv", [sys.executable, "-m", "venv", folder], env=env)
        command = [folder / "bin" / "python", *install]
    except CommandFailed:
        # Debian splits venv off; its pip alone, where there is one, does as well.
        if ask([sys.executable, "-m", "pip", "--version"]) is None:
            raise
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, *install, "--target", folder]
    run(step, "pip install uv", command, env=env)


def run_uv(step: Step, what: str, uv: Path, arguments: Sequence[str | Path], places: Places) -> None:
    """Run uv in the checkout. Raises CommandFailed.

    uv trusts a list of its own. Where that fails, as behind a company's proxy, the system's certificates are
    tried, which pip and go trust anyway.
    """
    try:
        run(step, what, [uv, *arguments], cwd=places.root, env=places.environment())
    except CommandFailed as error:
        if not re.search(UNTRUSTED, error.output, re.IGNORECASE):
            raise
        step.say(f"{what}: again, with the system's certificates …")
        run(step, what, [uv, *arguments], cwd=places.root, env=places.environment(**_SYSTEM_CERTIFICATES))
