"""Commands that were renamed: for one release the old word works, and says what it is called now."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations import cli
from operations.rehearsals import smoke
from tests.operations.conftest import Fusion

RENAMED = {"rehearsal": "smoke", "head-managers": "chief-access-managers"}


@pytest.mark.parametrize(("old", "today"), RENAMED.items())
def test_the_old_word_does_the_same_and_says_on_stderr_what_it_is_called_now(
    old: str, today: str, root: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke, "prepare", lambda *_: iter(()))
    before, now = fusion(old, "nowhere"), fusion(today, "nowhere")
    notice, _, rest = before.err.partition("\n")
    assert notice.startswith(f"`fusion {old}` is `fusion {today}` now")
    assert (before.code, before.out, rest) == (
        now.code,
        now.out,
        now.err.replace(f"fusion {today}", f"fusion {old}"),
    )
    assert now.code != 0
    assert f"`fusion {old}`" not in now.err


@pytest.mark.parametrize(("old", "today"), RENAMED.items())
def test_it_takes_the_same_options_and_stays_out_of_help(old: str, today: str, fusion: Fusion) -> None:
    assert cli.fusion.commands[old].params == cli.fusion.commands[today].params
    assert f"\n  {old} " not in fusion("--help").out


def test_every_hidden_command_is_an_old_name() -> None:
    assert {name for name, command in cli.fusion.commands.items() if command.hidden} == set(RENAMED)
