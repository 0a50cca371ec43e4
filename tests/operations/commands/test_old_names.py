"""Commands that were renamed: for one release the old word works, and says what the command is called now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from operations import cli
from tests.operations.conftest import Fusion

RENAMED = {
    "rehearsal": "smoke",
    "head-managers": "chief-access-managers",
    "emulator boxes": "emulator folders",
}


def commands(group: click.Group = cli.fusion, words: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{words}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{words}{name} ")


COMMANDS = dict(commands())


@pytest.mark.parametrize(("old", "today"), RENAMED.items())
def test_the_old_word_does_the_same_and_says_on_stderr_what_it_is_called_now(
    old: str, today: str, root: Path, fusion: Fusion
) -> None:
    before, now = fusion(*old.split(), "nowhere"), fusion(*today.split(), "nowhere")
    assert now.code == 1
    assert (before.code, before.out) == (now.code, now.out)
    assert now.err.strip().splitlines()[-1] in before.err


@pytest.mark.parametrize(("old", "today"), RENAMED.items())
def test_a_call_by_the_old_word_is_told_the_new_one(
    old: str, today: str, database: Path, fusion: Fusion
) -> None:
    ran = fusion(*old.split(), *(["nowhere"] if " " not in old else []))
    assert ran.err.startswith(f"`fusion {old}` is `fusion {today}` now")


@pytest.mark.parametrize(("old", "today"), RENAMED.items())
def test_it_takes_the_same_options_and_stays_out_of_help(old: str, today: str, fusion: Fusion) -> None:
    assert COMMANDS[old].params == COMMANDS[today].params
    group, _, name = old.rpartition(" ")
    assert f"\n  {name} " not in fusion(*group.split(), "--help").out


def test_every_hidden_command_is_an_old_name() -> None:
    assert {name for name, command in COMMANDS.items() if command.hidden} == set(RENAMED)
