"""Which centres a story's words stand for, and what people cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from operations.stories import manual_actions
from operations.stories.language import ByHand, ManualActionName
from schemas.declaration import Fusion
from schemas.errors import RehearsalError
from schemas.loading import load_declaration
from schemas.secrets import parse_secrets

FUSIONS = Path(__file__).parents[3] / "fusions"
HAM, TESSENDERLO = "0216772333", "0212174533"
NOBODY = parse_secrets("people: {}\npasswords: {}\n", "secrets")


@pytest.fixture(scope="module")
def tessenderlo_ham() -> Fusion:
    return load_declaration(FUSIONS / "tessenderlo-ham.yaml")


@pytest.mark.parametrize(
    ("at", "numbers"),
    [
        ("Ham", [HAM]),
        ("Tessenderlo-Ham", [HAM]),
        ("merged", [HAM]),
        ("Tessenderlo", [TESSENDERLO]),
        ("disappearing", [TESSENDERLO]),
        ("every", [HAM, TESSENDERLO]),
        ("Gooik", []),
    ],
)
def test_a_centre_by_its_name_or_by_what_becomes_of_it(
    tessenderlo_ham: Fusion, at: str, numbers: list[str]
) -> None:
    assert manual_actions.numbers_of(tessenderlo_ham, at) == numbers


def test_a_centre_of_another_fusion_is_refused_with_those_there_are(
    tessenderlo_ham: Fusion, tmp_path: Path
) -> None:
    by_hand = ByHand.model_validate({"do": "readEBox", "at": "Gooik"})
    with pytest.raises(
        RehearsalError,
        match=r"has no centre `Gooik`\. There are Tessenderlo-Ham, Tessenderlo, Ham, and",
    ):
        manual_actions.perform(tmp_path, tessenderlo_ham, NOBODY, by_hand)


def test_every_action_of_the_language_can_be_performed() -> None:
    assert set(get_args(ManualActionName)) == manual_actions._KINDS.keys()
