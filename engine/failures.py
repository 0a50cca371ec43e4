"""What can go wrong in the set-up, and the words for it.

SetupError                a step cannot be done: why, and what the person can do
├── CommandFailed         a program that the step started ended with an error
└── NoEngine              every way to the engine was tried, each with its reason
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TAIL = 15

PYTHON_INDEX = (
    "no access to the Python package index: check the network or the proxy (HTTPS_PROXY), or name a mirror with "
    "PIP_INDEX_URL and UV_DEFAULT_INDEX, and run again"
)
GO_PROXY = (
    "no access to the Go module proxy: check the network or the proxy (HTTPS_PROXY), or name a mirror with GOPROXY, "
    "and run again"
)
OWN_ENGINE = "or install pulumi >= {oldest} yourself from https://www.pulumi.com/docs/install and run again"
LINE_ENDS = (
    "take the scripts from git again, which gives them LF: "
    "`rm engine/pulumi.sh activate .ci/run && git checkout engine/pulumi.sh activate .ci/run`; "
    "in a copy without git, take away the CR at their lines' ends; and run again"
)
RUN_AGAIN = "put right what the lines above complain of and run again: what is done already is kept"

# Output of a program that does not trust a certificate.
UNTRUSTED = r"x509:|certificate.verify.failed|invalid peer certificate|unable to get local issuer"

# The first pattern that fits decides; those that name one cause come before those that only say "network".
_ADVICE: tuple[tuple[str, str], ...] = (
    (
        r"no space left on device|disk quota exceeded",
        "free some disk space (the engine's build needs about 5 GB) and run again",
    ),
    (
        UNTRUSTED,
        "the network's certificate is not trusted: "
        "point SSL_CERT_FILE and PIP_CERT at your organisation's CA bundle and run again",
    ),
    (
        r"checksum mismatch|SECURITY ERROR",
        "a downloaded Go module differs from go.sum: do not use it; `go clean -modcache`, and run again",
    ),
    (
        r"do not match the hashes|hash mismatch",
        "a downloaded package differs from its pinned hash: do not use it; ask whoever runs the mirror",
    ),
    (
        r"lockfile.*needs to be updated|unable to find lockfile",
        "uv.lock does not fit pyproject.toml: run `uv lock` and commit it",
    ),
    (
        r"no interpreter found|no python at|requires-python|failed to inspect python",
        "no Python >= 3.11 that fits: install one, or let uv fetch one with `uv python install 3.12`, and run again",
    ),
    (
        r"ensurepip|no module named venv|no module named pip",
        "install what Debian leaves out (`apt install python3-venv`) and run again",
    ),
    (
        r"signal: killed|cannot allocate memory|out of memory",
        "the machine ran out of memory (the engine's build needs about 2 GB): free some and run again",
    ),
)
_NETWORK = re.compile(
    r"dial tcp|no such host|connection (refused|reset|timed out)|i/o timeout|tls handshake"
    r"|name resolution|network is unreachable"
    r"|could not find a version|failed to fetch|error sending request|newconnectionerror"
    r"|nodename nor servname|urlopen error"
    r"|proxyerror|tunnel|no solution found|\b(401|403|404|407|410|502|503)\b"
    r"|disabled by GOPROXY=off|module lookup disabled",
    re.IGNORECASE,
)


def advice(output: str, network: str) -> str:
    """What a person can do about a command's output; `network` is said when it smells of the network."""
    for pattern, way_out in _ADVICE:
        if re.search(pattern, output, re.IGNORECASE):
            return way_out
    return network if _NETWORK.search(output) else RUN_AGAIN


class SetupError(Exception):
    """A step that cannot be done."""

    def __init__(self, why: str, way_out: str) -> None:
        super().__init__(why)
        self.why = why
        self.way_out = way_out


class CommandFailed(SetupError):
    """A program ended with an error; `output` is all that it printed."""

    def __init__(self, command: str, code: int, output: str, network: str = PYTHON_INDEX) -> None:
        self.output = output
        lines = [line.rstrip() for line in output.strip().splitlines()]
        tail = "".join(f"\n| {line}" for line in lines[-TAIL:])
        super().__init__(
            f"`{command}` ended with {code}{':' if tail else ', without a word'}{tail}",
            advice(output, network),
        )


@dataclass(frozen=True)
class Attempt:
    """One way to the engine that did not work, and why."""

    way: str
    why: str
    way_out: str = ""


class NoEngine(SetupError):
    """No way led to the engine."""

    def __init__(self, attempts: Sequence[Attempt], oldest: str) -> None:
        why = "no way to the Pulumi engine worked:" + "".join(
            f"\n- {attempt.way}: {attempt.why}" for attempt in attempts
        )
        ways_out = [attempt.way_out for attempt in attempts if attempt.way_out]
        super().__init__(why, ";\n".join([*dict.fromkeys(ways_out), OWN_ENGINE.format(oldest=oldest)]))


def failure_text(step: str, error: SetupError) -> str:
    """The whole message: which step, why, and the way out, each indented beneath its word."""
    return f"{step}: FAILED\n  why: {_indented(error.why)}\n  what to do: {_indented(error.way_out)}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
