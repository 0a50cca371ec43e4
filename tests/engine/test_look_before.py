"""What `.venv/bin/pulumi` asks before it starts the engine, and what it tells the engine of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.conftest import start

RUN = 'echo "${FUSION_RUN-unset} ${FUSION_STACK-unset} $$"'


@pytest.mark.parametrize("code", [0, 3])
def test_with_findings_the_program_goes_before_the_reading(
    checkout: Path, program: Callable[[str, str], Path], code: int
) -> None:
    """`stacks.findings` says 3 where there are some."""
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${PULUMI_RUN_PROGRAM-unset}"\n')
    program(
        "a=b c/.venv/bin/python3",
        f'echo "$PWD $*" >"{checkout}/asked"; echo noise >&2; printf "pajottegem "; exit {code}',
    )
    (checkout / "fusions").mkdir()
    wrapper = checkout / ".venv/bin/pulumi"
    first = "true" if code == 3 else "unset"
    for command in ("preview", "up"):
        answer = start([wrapper, command, "-s", "two words"], checkout / "fusions")
        assert (answer.stdout, answer.stderr) == (f"{first}\n", "")
    engine = f"{checkout}/.venv/engine/pulumi"
    assert (checkout / "asked").read_text() == f"{checkout} -P -m stacks.findings {engine} up -s two words\n"
    for command in ("refresh", "destroy", "stack"):
        assert start([wrapper, command], checkout).stdout == "unset\n", "these run no program"
    assert start([wrapper, "up"], checkout, PULUMI_RUN_PROGRAM="false").stdout == "false\n", "as people say"
    assert start([wrapper, "up", "-C", "/"], checkout).stdout == "unset\n", "another project"
    assert start([wrapper, "up", "-C", "/"], checkout, FUSION_ROOT="/srv").stdout == f"{first}\n"


FAILED = "pulumi: the look before this run failed ({code}): {becomes}. In "


@pytest.mark.parametrize("code", [1, 127])
def test_a_look_that_fails_is_told_and_the_engines_own_order_stays(
    checkout: Path, program: Callable[[str, str], Path], code: int
) -> None:
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${PULUMI_RUN_PROGRAM-unset}"\n')
    program("a=b c/.venv/bin/python3", f"exit {code}")
    for command in ("preview", "up"):
        answer = start([checkout / ".venv/bin/pulumi", command], checkout)
        assert answer.stdout == "unset\n"
        first, *others = answer.stderr.splitlines()
        assert first.startswith(FAILED.format(code=code, becomes="the engine begins without it"))
        assert len(others) == (command == "up"), "it has no ledger either"


@pytest.mark.parametrize("command", ["refresh", "destroy", "down", "dn"])
@pytest.mark.parametrize("variables", [{}, {"PULUMI_RUN_PROGRAM": "false"}], ids=["look", "beginning"])
def test_what_runs_no_program_is_not_begun_without_a_look(
    checkout: Path, program: Callable[[str, str], Path], command: str, variables: dict[str, str]
) -> None:
    """Nothing else would notice that it is another portal."""
    program("a=b c/.venv/bin/python3", "exit 127")
    answer = start([checkout / ".venv/bin/pulumi", command, "--yes"], checkout, **variables)
    assert (answer.returncode, answer.stdout) == (1, "")
    (said,) = answer.stderr.splitlines()
    assert said.startswith(FAILED.format(code=127, becomes="nothing was begun"))


def test_the_python_that_people_choose_is_the_engines_alone(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    """The look has a variable of its own, which a run of many stacks sets."""
    program("a=b c/.venv/engine/pulumi", 'echo "$PULUMI_PYTHON_CMD"')
    program("a=b c/.venv/bin/python3", f'echo ours >>"{checkout}/asked"; printf "pajottegem "')
    other = program("other", f'echo other >>"{checkout}/asked"; printf "pajottegem "')
    wrapper = checkout / ".venv/bin/pulumi"
    assert start([wrapper, "destroy"], checkout, PULUMI_PYTHON_CMD="nowhere").stdout == "nowhere\n"
    assert start([wrapper, "destroy"], checkout, FUSION_PYTHON=str(other)).stdout == "\n"
    assert (checkout / "asked").read_text() == "ours\nother\n"


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy", "dn"])
def test_another_portal_starts_no_engine(
    checkout: Path, program: Callable[[str, str], Path], command: str
) -> None:
    """`stacks.findings` says 4, and why."""
    program(
        "a=b c/.venv/bin/python3",
        "echo patience >&3; echo noise >&2; echo 'pajottegem it is another'; exit 4",
    )
    wrapper = checkout / ".venv/bin/pulumi"
    answer = start([wrapper, command], checkout)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "patience\npulumi: it is another\n"


@pytest.mark.parametrize("code", [0, 3])
def test_the_program_is_told_which_portal_answered(
    checkout: Path, program: Callable[[str, str], Path], code: int
) -> None:
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${FUSION_PORTAL_IDENTITY-unset}"\n')
    look = program("a=b c/.venv/bin/python3", f"printf 'pajottegem ab12'; exit {code}")
    wrapper = checkout / ".venv/bin/pulumi"
    assert start([wrapper, "up"], checkout).stdout == "ab12\n"
    look.write_text(f"#!/bin/sh\nexit {code}\n")
    told = {"FUSION_PORTAL_IDENTITY": "an older one"}
    assert start([wrapper, "up"], checkout, **told).stdout == "unset\n"
    assert start([wrapper, "stack"], checkout, **told).stdout == "unset\n"


@pytest.mark.parametrize("command", ["up", "update", "refresh", "destroy", "down", "dn"])
def test_what_may_write_is_a_run_with_a_name_that_ends_with_the_engines_process(
    checkout: Path, program: Callable[[str, str], Path], command: str
) -> None:
    program("a=b c/.venv/engine/pulumi", RUN)
    program("a=b c/.venv/bin/python3", f'echo "$3" >"{checkout}/asked"; printf "pajottegem "')
    wrapper = checkout / ".venv/bin/pulumi"
    run, stack, process = start([wrapper, command], checkout).stdout.split()
    assert re.fullmatch(rf"[0-9]{{8}}T[0-9]{{6}}Z-{process}", run)
    assert (stack, (checkout / "asked").read_text()) == ("pajottegem", "stacks.findings\n")
    run, stack, process = start([wrapper, command], checkout, PULUMI_RUN_PROGRAM="false").stdout.split()
    assert (run.endswith(f"-{process}"), stack) == (True, "pajottegem")
    assert (checkout / "asked").read_text() == "stacks.beginning\n", "without the look"


def test_what_writes_nothing_or_has_no_stack_is_no_run(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    program("a=b c/.venv/engine/pulumi", RUN)
    look = program("a=b c/.venv/bin/python3", 'printf "pajottegem "')
    wrapper, outer = checkout / ".venv/bin/pulumi", {"FUSION_RUN": "another", "FUSION_STACK": "another"}
    for command in ("preview", "stack", "config"):
        assert start([wrapper, command], checkout, **outer).stdout.startswith("unset unset "), command
    assert start([wrapper, "up", "-C", "/"], checkout, **outer).stdout.startswith("unset unset "), "elsewhere"
    look.write_text("#!/bin/sh\nprintf ' '\n")
    assert start([wrapper, "up"], checkout, **outer).stdout.startswith("unset unset ")


@pytest.mark.parametrize(
    "before",
    [
        ["-C", "."],
        ["--cwd=."],
        ["--non-interactive", "--color", "never"],
        ["-eQ", "-v", "3", "-v9"],
        ["-s", "up", "--logtostderr"],
    ],
    ids=" ".join,
)
def test_the_command_is_found_behind_options(
    checkout: Path, program: Callable[[str, str], Path], before: list[str]
) -> None:
    """Else a run would write without a look and without a ledger."""
    program("a=b c/.venv/engine/pulumi", f'{RUN}; echo "$*"')
    program("a=b c/.venv/bin/python3", f'shift 4; echo "$*" >"{checkout}/asked"; printf "pajottegem "')
    answer = start([checkout / ".venv/bin/pulumi", *before, "destroy", "--yes"], checkout)
    run, arguments = answer.stdout.splitlines()
    assert run.split()[1] == "pajottegem"
    assert arguments == " ".join([*before, "destroy", "--yes"]), "the engine gets what was said"
    assert (checkout / "asked").read_text() == f"destroy {arguments}\n", "the look gets the command first"


def test_a_word_that_belongs_to_an_option_is_no_command(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    program("a=b c/.venv/engine/pulumi", RUN)
    program("a=b c/.venv/bin/python3", 'printf "pajottegem "')
    for arguments in (["--color", "up", "stack"], ["--", "up"], ["stack", "up"]):
        answer = start([checkout / ".venv/bin/pulumi", *arguments], checkout)
        assert answer.stdout.startswith("unset unset "), arguments


def test_a_run_without_a_ledger_is_told_in_one_line(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    program("a=b c/.venv/engine/pulumi", RUN)
    look = program("a=b c/.venv/bin/python3", "printf ' '")
    wrapper = checkout / ".venv/bin/pulumi"
    for ends in ("printf ' '", "exit 127"):
        look.write_text(f"#!/bin/sh\n{ends}\n")
        for variables in ({}, {"PULUMI_RUN_PROGRAM": "false"}):
            answer = start([wrapper, "up"], checkout, **variables)
            assert answer.stdout.startswith("unset unset ")
            *failed, said = answer.stderr.splitlines()
            assert len(failed) == (ends == "exit 127")
            assert said.startswith(
                "pulumi: this run has no ledger, since its stack could not be told before it"
            )
    assert "pulumi: watch keeps no ledger" in start([wrapper, "watch"], checkout).stderr
    look.write_text("#!/bin/sh\nprintf ' '\n")
    for command in ("preview", "stack"):
        assert start([wrapper, command], checkout).stderr == "", command


def test_what_only_looks_has_none_and_says_nothing(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    program("a=b c/.venv/engine/pulumi", f'{RUN}; echo "$FUSION_PORTAL_IDENTITY"')
    program("a=b c/.venv/bin/python3", "printf '/ ab12'")
    answer = start([checkout / ".venv/bin/pulumi", "destroy", "--preview-only"], checkout)
    run, identity = answer.stdout.splitlines()
    assert (run.split()[:2], identity, answer.stderr) == (["unset", "unset"], "ab12", "")
