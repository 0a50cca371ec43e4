"""The words of a plan: each has its Dutch and French, with the same values, and is the screens' own."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import is_typeddict

import pytest

from operations.plans import labels, messages, sentences
from operations.plans.fields import NOT_FIELDS, new_fields
from operations.plans.model import Outcome
from operations.plans.text import Value
from operations.plans.things import THINGS
from operations.plans.words import FOLDER, LANGUAGES, Words, read_catalogue
from schemas.systems import System
from tests.stacks.conftest import NAMES, shipped

ROOT = Path(__file__).parents[3]
TRANSLATED = ("nl", "fr")
NO_BREAK = "\N{NO-BREAK SPACE}"
MESSAGES = messages.collect()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_lacks_a_translation_and_none_is_left_over(language: str) -> None:
    known = read_catalogue(language)
    assert [one for one in MESSAGES if not known.get(one)] == []
    assert sorted(known.keys() - set(MESSAGES)) == []
    assert (FOLDER / f"{language}.po").read_text("utf-8") == messages.as_text(language), (
        "run `python -m operations.plans.messages`"
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    for message, translation in read_catalogue(language).items():
        assert sorted(sentences.fields_of(translation)) == sorted(sentences.fields_of(message)), message
        assert re.findall("`[^`]+`", translation) == re.findall("`[^`]+`", message), message
        assert re.findall(r"R\d\d", translation) == re.findall(r"R\d\d", message), message


def test_the_dutch_of_a_system_is_the_manuals() -> None:
    words = Words("nl")
    assert {system: words.translate(labels.SYSTEMS[system]) for system in System} == {
        system: system.title for system in System
    }


def test_the_outcomes_and_systems_all_have_a_label() -> None:
    assert labels.OUTCOMES.keys() == set(Outcome)
    assert labels.SYSTEMS.keys() == set(System)


def type_of(resource: type) -> str:
    """As a class says it to the engine, which begins it with `dynamic/`."""
    return f"{resource._resource_type_name.removeprefix('dynamic/')}"  # type: ignore[attr-defined]


def test_each_thing_stands_under_the_system_that_the_program_gives_it() -> None:
    told = {type_of(item.resource): item.system for name in NAMES for item in shipped(name).resources}
    assert {name: THINGS[name].system for name in told} == told


def test_each_field_of_what_ships_has_a_label() -> None:
    words = Words("en")
    for name in NAMES:
        for item in shipped(name).resources:
            for field in new_fields(
                {key: value for key, value in item.props.items() if key not in NOT_FIELDS}
            ):
                label = labels.label(field.name, words)
                assert label != (Value(field.name),), f"{type_of(item.resource)}: {field.name}"


def test_a_field_that_nobody_knows_is_shown_by_its_path() -> None:
    assert labels.label("something.new", Words("nl")) == (Value("something.new"),)


def inputs_of_providers() -> set[tuple[str, str]]:
    """Each input of each kind of resource, also those that no shipped file uses."""
    found = set()
    for path in (ROOT / "providers").glob("*.py"):
        module = importlib.import_module(f"providers.{path.stem}")
        for name, made in vars(module).items():
            if is_typeddict(made) and name.endswith("Inputs") and made.__module__ == module.__name__:
                found |= {(name, key) for key in made.__annotations__}
    return found


def test_each_input_of_a_provider_has_a_label_or_is_no_field() -> None:
    inputs = inputs_of_providers()
    assert ("ChiefAccessManagersInputs", "handover") in inputs
    known = labels.FIELDS.keys() | labels.INDEXED.keys() | NOT_FIELDS | SECTIONS
    assert {one for one in inputs if one[1] not in known} == set()


SECTIONS = {"socialFile", "newRequests", "unreadReminders"}
"""Inputs whose fields have labels by their path."""


def test_codes_have_their_dutch_names_in_every_language() -> None:
    """As the screens have them, which have no others."""
    for language in LANGUAGES:
        assert Words(language).name("mutationTypes", "nationality") == "Nationaliteit"
    assert Words("nl").name("mutationTypes", "unheard") == "unheard"


def test_the_page_for_reviewers_has_the_outcomes_as_they_are_said() -> None:
    page = (ROOT / "docs" / "plans.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    said = [
        (outcome, english, *(Words(one).translate(english).replace(NO_BREAK, " ") for one in TRANSLATED))
        for outcome, english in labels.OUTCOMES.items()
    ]
    assert rows == [tuple(map(str, row)) for row in said]
