"""Which centres a story's words stand for, and what people cannot do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from operations.stories import manual_actions
from operations.stories.language import ByHand, ManualActionName
from schemas.declaration import Fusion
from schemas.errors import NotFound, RehearsalError
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


class Portal:
    """A number that reports on these years; the rest of a portal nobody asks for."""

    def __init__(self, today: str, **statuses: str) -> None:
        self.today = date.fromisoformat(today)
        self.reports = [
            {"year": int(year.strip("_")), "status": status, "code": "x"} for year, status in statuses.items()
        ]
        self.submitted: list[str] = []

    def get_items(self, _: str) -> list[dict[str, Any]]:
        return self.reports

    def get(self, _: str) -> Any:
        raise NotFound

    def replace(self, *_: object) -> None:
        raise AssertionError("there is nothing to replace")

    def create(self, path: str, _: object) -> None:
        self.submitted.append(path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("today", "statuses", "years"),
    [
        ("2025-02-17", {"_2024": "due"}, ["2024"]),
        ("2026-03-02", {"_2024": "submitted", "_2025": "late", "_2026": "notOpen"}, ["2025"]),
        ("2028-02-14", {"_2026": "late", "_2027": "due"}, ["2026", "2027"]),
        ("2025-02-17", {"_2025": "notOpen"}, []),
    ],
)
def test_r62_people_report_on_each_year_that_is_over(
    today: str, statuses: dict[str, str], years: list[str]
) -> None:
    portal = Portal(today, **statuses)
    manual_actions._KINDS["submitReport"].perform(portal, HAM, None)  # type: ignore[arg-type]
    assert portal.submitted == years


def test_every_action_of_the_language_can_be_performed() -> None:
    assert set(get_args(ManualActionName)) == manual_actions._KINDS.keys()
