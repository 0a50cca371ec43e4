"""A made-up wave of 2031 in a copy of the checkout, with the real engine: data alone makes fusions of another year."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.later_wave import CHECKOUT, WAVE_OF_2031, Copy

PAGE = CHECKOUT / "docs" / "contributing.md"
BY_RECIPE = "denkebeek"
OTHERS = ("pajottenrode", "schijnhove")
COUNTING = (
    "tests/schemas/test_cases.py",
    "tests/schemas/test_fusions.py",
    "tests/schemas/test_jsonschema.py",
    "tests/schemas/test_traps.py",
    "tests/stacks/test_access_plan.py",
    "tests/stacks/test_plan.py",
    "tests/emulator/seeds/test_forms.py",
    "tests/emulator/seeds/test_opening.py",
    "tests/test_docs.py",
    "tests/test_setting_screen.py",
)
WAVE = Path("schemas", "waves", "2031-01-01.yaml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """With the whole wave laid beside the thirteen."""
    made = Copy.make(tmp_path_factory.mktemp("wave") / "checkout")
    assert set(made.lay(WAVE_OF_2031)) == {BY_RECIPE, *OTHERS}
    return made


def output_of(copy: Copy, *command: str) -> Any:
    """What a command prints as JSON, its progress aside."""
    printed = copy.run("sh", "-c", f"{' '.join(command)} --format json 2>/dev/null")
    return json.loads(printed)


def recipe() -> list[str]:
    """The commands that the page gives for a fusion, in order."""
    section = PAGE.read_text("utf-8").split("## A fusion\n")[1].split("\n## ")[0]
    [block] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


def test_the_recipe_leads_from_an_empty_file_to_a_passing_story(tmp_path: Path) -> None:
    """docs/contributing.md: exactly its commands, and nothing but the files that it names."""
    copy = Copy.make(tmp_path / "checkout")
    declaration = copy.root / "fusions" / f"{BY_RECIPE}.yaml"
    declaration.touch()
    assert "the file is empty" in copy.run("fusion", "validate", succeeds=False)
    shutil.copy2(WAVE_OF_2031 / WAVE, copy.root / WAVE)
    shutil.copy2(WAVE_OF_2031 / "fusions" / declaration.name, declaration)
    commands = recipe()
    assert commands[-1] == "fusion rehearse NAME"
    printed = [copy.run(*command.replace("NAME", BY_RECIPE).split()) for command in commands]
    assert "1 of 1 fusions applied, with a second preview without changes" in printed[-2]
    assert (copy.root / "emulator" / "seeds" / "waves" / "2031-01-01.json").exists()


def test_the_tests_that_count_data_and_pages_count_the_same_with_it(copy: Copy) -> None:
    """docs/contributing.md: data is all that people write, so no test of the thirteen fails for it."""
    copy.add_tests()
    copy.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *COUNTING)


def test_all_are_applied_wave_by_wave(copy: Copy) -> None:
    """R62. Pajottegem merges in 2025 and, with what was set up for it by then, again in 2031."""
    outcomes = output_of(copy, "fusion", "smoke", "schijnhove", "pajottenrode", "pajottegem")
    # Wave by wave, and within one as they were asked for.
    assert [outcome["fusion"] for outcome in outcomes] == ["pajottegem", "schijnhove", "pajottenrode"]
    assert all(outcome["passed"] for outcome in outcomes)
    waits = "\n".join(outcomes[2]["waits"])
    assert "Pajottegem, Uniek verslag: waits for the Uniek verslag on 2030" in waits
    assert "delegation request of 2031-02-03" in waits


def test_the_general_story_fits_them(copy: Copy) -> None:
    told = output_of(copy, "fusion", "rehearse", *OTHERS)
    assert {story["fusion"] for story in told} == set(OTHERS)
    assert all(story["passed"] for story in told)
    days = [step["on"] for step in told[0]["steps"]]
    assert (min(days), max(days)) == ("2030-11-01", "2031-03-01")
