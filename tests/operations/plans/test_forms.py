"""The forms of a plan that people read."""

from __future__ import annotations

import re

import pytest

from operations.plans.as_text import as_text
from operations.plans.forms import render
from operations.plans.model import Plan
from operations.plans.reading import read_plan, without_plan
from operations.plans.view import make_view
from operations.plans.words import LANGUAGES
from tests.operations.plans.conftest import PLANNED, planned, preview_of, whole

FORMS = ("text", "markdown", "html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PLANNED)
def test_text_is_readable_on_sixty_columns(name: str, language: str) -> None:
    lines = as_text(make_view(whole(name), language), 60).splitlines()
    assert max(map(len, lines)) <= 64, "a fingerprint has 64 signs, which nothing may break"
    assert all(len(line) <= 60 for line in lines if not re.search("[0-9a-f]{64}", line))


def test_a_plan_reads_as_the_screens_do() -> None:
    text = as_text(make_view(whole("edits"), "nl"), 200)
    for line in (
        "Pajottegem — fusie-OCMW · KBO-nummer 1010.784.738",
        "  Mutaties",
        "  ~ selectie van de mutaties — te wijzigen (R48)",
        "      mutaties: Nationaliteit: aangevinkt → niet aangevinkt",
        "      naam: Somebody else → ICT-dienst OCMW Pajottegem",
        "  - gebruiker Maatschappelijk welzijn, stijn.pauwels — te verwijderen (R19)",
        "      wacht op het antwoord van de leverancier op het delegatieverzoek van 2025-02-03 (R35); op wie: Socius "
        "Software (fictief)",
    ):
        assert f"{line}\n" in text


def test_what_matters_comes_before_the_lines() -> None:
    """R50, R32."""
    text = as_text(make_view(whole("edits"), "en"), 200)
    first, second = text.index("! attention: Pajottegem does not receive"), text.index("(R32)")
    assert first < text.index("Pajottegem — merged centre")
    assert second < text.index("Pajottegem — merged centre")


def test_a_plan_without_changes_is_one_line() -> None:
    nothing = Plan(fusions=(read_plan("hasselt", preview_of()), read_plan("tielt", preview_of())))
    assert as_text(make_view(nothing, "nl"), 80).splitlines() == [
        "fusies: 2; met wijzigingen: 0; zonder wijzigingen: 2",
        "",
        "hasselt: Geen wijzigingen.",
        "",
        "tielt: Geen wijzigingen.",
    ]
    assert "- `hasselt`: Geen wijzigingen.\n- `tielt`: Geen wijzigingen.\n" in render(
        nothing, "markdown", "nl"
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_fusion_that_could_not_be_planned_says_why_beside_the_others(form: str) -> None:
    plan = Plan(fusions=(planned("edits"), without_plan("hasselt", "no stack named 'hasselt' found")))
    shown = render(plan, form, "nl")
    assert "no stack named" in shown
    assert "zonder plan: 1" in shown
    assert "Mutaties" in shown


@pytest.mark.parametrize("form", FORMS)
def test_none_has_an_empty_plan_for_no_fusion(form: str) -> None:
    assert "fusions: 0" in render(Plan(fusions=()), form, "en")


def test_the_page_needs_nothing_from_outside_and_no_script() -> None:
    page = render(whole(*PLANNED), "html", "nl")
    assert re.findall(r"<script|<link|<img|<iframe|@import|url\(|\bon\w+=|javascript:", page) == []
    assert re.findall(r"(?:src|href)=", page) == []
    assert "default-src 'none'" in page
    assert '<html lang="nl">' in page
    for label in ("Naam en functie", "Datum", "Handtekening"):
        assert f'<th scope="row">{label}</th>' in page


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_and_system_is_told_in_the_language(form: str, language: str) -> None:
    shown = render(whole(*PLANNED), form, language)
    word = {"nl": "te wijzigen", "fr": "à modifier", "en": "to be changed"}[language]
    assert word in shown
    others = {"nl": "to be changed", "fr": "to be changed", "en": "te wijzigen"}[language]
    assert others not in shown
