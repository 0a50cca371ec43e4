"""The official distribution, fetched by its own installer: the last resort."""

import urllib.error
import urllib.request
from pathlib import Path

from engine.commands import Step, run
from engine.failures import SetupError
from engine.versions import Version

URL = "https://get.pulumi.com"
NETWORK = "no access to get.pulumi.com: check the network or the proxy (HTTPS_PROXY)"
_TIMEOUT_SECONDS = 30


def install(step: Step, pinned: Version, work: Path, made: Path) -> str:
    """Put the pinned distribution's programs into the folder `made`; say how. Raises SetupError."""
    step.say(f"fetching pulumi {pinned} with the official installer …")
    script = work / "install.sh"
    try:
        with urllib.request.urlopen(URL, timeout=_TIMEOUT_SECONDS) as answer:
            script.write_bytes(answer.read())
    except (OSError, urllib.error.URLError) as error:
        raise SetupError(f"{URL}: {error}", NETWORK) from error
    command: list[str | Path] = ["sh", script, "--version", str(pinned)]
    command += ["--install-root", work / "official", "--no-edit-path"]
    run(step, "the official installer", command, network=NETWORK)
    for program in (work / "official" / "bin").iterdir():
        program.replace(made / program.name)
    return f"fetched from {URL}"
