"""What a person reads when the set-up fails."""

import pytest

from engine.failures import (
    GO_PROXY,
    PYTHON_INDEX,
    RUN_AGAIN,
    Attempt,
    CommandFailed,
    NoEngine,
    SetupError,
    advice,
    failure_text,
)


def test_a_failure_says_which_step_why_and_the_way_out() -> None:
    error = SetupError("two\nlines", "do this;\nor that")
    assert failure_text("setup 3/5 engine", error) == (
        "setup 3/5 engine: FAILED\n  why: two\n    lines\n  what to do: do this;\n    or that"
    )


def test_a_failed_command_shows_the_end_of_its_output() -> None:
    error = CommandFailed("go build", 1, "\n".join(f"line {number}" for number in range(100)))
    assert error.why.startswith("`go build` ended with 1:\n| line 85\n")
    assert error.why.endswith("\n| line 99")
    assert CommandFailed("go build", 2, " \n").why == "`go build` ended with 2, without a word"


@pytest.mark.parametrize(
    ("output", "way_out"),
    [
        ("dial tcp: lookup proxy.golang.org: no such host", GO_PROXY),
        ("reading https://proxy.golang.org/…: 403 Forbidden", GO_PROXY),
        ("module lookup disabled by GOPROXY=off", GO_PROXY),
        ("main.go:3: undefined: x", RUN_AGAIN),
        ("write /tmp/go-build1: no space left on device", "free some disk space"),
        ("tls: failed to verify certificate: x509: unknown authority", "SSL_CERT_FILE"),
        ("verifying module: checksum mismatch", "differs from go.sum"),
        ("The lockfile at `uv.lock` needs to be updated, but `--locked` was provided", "uv lock"),
        ("error: No interpreter found for Python >=3.11", "uv python install"),
        ("ensurepip is not available", "python3-venv"),
        ("/usr/bin/python3: No module named pip", "python3-venv"),
        ("compile: signal: killed", "out of memory"),
    ],
)
def test_the_advice_fits_the_cause(output: str, way_out: str) -> None:
    assert way_out in advice(output, GO_PROXY)


def test_a_cause_that_is_named_wins_over_the_network() -> None:
    assert "SSL_CERT_FILE" in advice("failed to fetch: invalid peer certificate: UnknownIssuer", PYTHON_INDEX)


def test_without_an_engine_every_attempt_and_every_way_out_is_told_once() -> None:
    error = NoEngine(
        [
            Attempt("building it with Go", "no network", GO_PROXY),
            Attempt("the official installer", "404", GO_PROXY),
        ],
        "3.274.0",
    )
    assert "- building it with Go: no network\n- the official installer: 404" in error.why
    assert error.way_out.count(GO_PROXY) == 1
    assert "install pulumi >= 3.274.0 yourself from https://www.pulumi.com/docs/install" in error.way_out
