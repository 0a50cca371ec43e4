"""Of which stacks a run is. What is no stack's name is refused before anything starts, in the words of other commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.fleet.choice import Choice
from operations.loaded_stacks import choose_stacks
from schemas.errors import FusionError
from tests.operations.fleet.conftest import STACKS, PlayedEngine

CHANGED = "operations.plans.choice.find_changed"


@pytest.fixture(autouse=True)
def there(engine: PlayedEngine) -> None:
    """Those that the engine lists."""


def test_named_ones_are_each_taken_once_in_their_order(root: Path) -> None:
    assert Choice(names=("tielt", "lochristi", "tielt")).find_stacks(root) == ["tielt", "lochristi"]


def test_all_are_those_that_there_are(root: Path) -> None:
    assert Choice(every=True).find_stacks(root) == sorted(STACKS)


@pytest.mark.parametrize(
    ("pattern", "stacks"),
    [
        ("*.production", ["hasselt.production", "pajottegem.production"]),
        ("pajottegem*", ["pajottegem", "pajottegem.production"]),
        ("t[ij]elt", ["tielt"]),
    ],
)
def test_a_pattern_takes_the_names_that_fit(root: Path, pattern: str, stacks: list[str]) -> None:
    assert Choice(pattern=pattern).find_stacks(root) == stacks


def test_a_pattern_that_fits_nothing_is_refused_with_those_there_are(root: Path) -> None:
    with pytest.raises(
        FusionError, match=r"no stack fits \*\.test\. There are hasselt\.production, lochristi"
    ):
        Choice(pattern="*.test").find_stacks(root)


def test_an_unknown_name_is_refused_in_the_words_of_every_command(root: Path) -> None:
    with pytest.raises(FusionError) as here:
        Choice(names=("nowhere", "tielt", "pajotegem")).find_stacks(root)
    with pytest.raises(FusionError) as elsewhere:
        choose_stacks(root, ["nowhere", "tielt", "pajotegem"])
    assert str(here.value) == str(elsewhere.value)
    assert str(here.value).startswith(
        "no stack nowhere, pajotegem. Did you mean pajottegem? There are hasselt.production, "
    )


def test_a_changed_declaration_is_run_on_each_of_its_portals(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHANGED, lambda root, revision: {"pajottegem"})
    assert Choice(revision="main").find_stacks(root) == ["pajottegem", "pajottegem.production"]


def test_the_stacks_are_listed_once(
    root: Path, engine: PlayedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each listing starts the engine."""
    monkeypatch.setattr(CHANGED, lambda root, revision: {"pajottegem"})
    Choice(revision="main").find_stacks(root)
    assert [call[:2] for call in engine.calls] == [["stack", "ls"]]


def test_nothing_that_changed_is_nothing_to_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANGED, lambda root, revision: set())
    assert Choice(revision="main").find_stacks(root) == []


def test_a_new_declaration_without_a_stack_is_refused_and_one_that_is_gone_is_not(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "fusions" / "lokeren.yaml").touch()
    monkeypatch.setattr(CHANGED, lambda root, revision: {"gone", "lochristi"})
    assert Choice(revision="main").find_stacks(root) == ["lochristi"]
    monkeypatch.setattr(CHANGED, lambda root, revision: {"lokeren", "lochristi"})
    with pytest.raises(FusionError, match=r"no stack lokeren\. `fusion setup` makes the stack .* There are"):
        Choice(revision="main").find_stacks(root)
