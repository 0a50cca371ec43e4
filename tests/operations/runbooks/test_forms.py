"""Markdown, HTML and calendar of a runbook: complete, in each language, without a secret, each value in its place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt

from operations.runbooks.making import render
from operations.runbooks.notes import Note
from schemas import secrets
from schemas.privacy import ssin_columns
from tests.operations.plans.conftest import planned
from tests.operations.runbooks.conftest import (
    FORMS,
    LANGUAGES,
    NAMES,
    OF_EACH_SCENARIO,
    edited,
    runbook,
    steps,
)

NO_BREAK = "\N{NO-BREAK SPACE}"
AWKWARD = "<b>@all</b> `x` | #1 {{ 7 * 7 }} &amp;"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_each_fusion_in_each_language(name: str, form: str) -> None:
    texts = {language: render(runbook(name), form, language) for language in LANGUAGES}
    assert len(set(texts.values())) == len(LANGUAGES)


@pytest.mark.parametrize("form", ["markdown", "html"])
@pytest.mark.parametrize("name", OF_EACH_SCENARIO.values())
def test_each_step_and_each_organisation_is_told(name: str, form: str) -> None:
    """R65: by name and number, the disappearing ones too; R67, R68."""
    text = render(runbook(name), form, "nl")
    found = steps(name)
    for todo in found.todos:
        assert todo.id in text
    for number in (found.fusion.ocmw.kbo, *(one.kbo for one in found.fusion.merging)):
        assert f"{number[:4]}.{number[4:7]}.{number[7:]}" in text
    assert "ocmw-cpas@smals.be" in text
    assert "02 787 58 27" in text
    assert "FOD BOSA" in text
    assert "Step-by-Step Guide" in text


def test_labels_of_screens_are_the_same_in_every_language() -> None:
    """The manual's own, which is Dutch: on the screen they are."""
    found = [set(re.findall("“[^”]+”", render(runbook("pajottegem"), "html", one))) for one in LANGUAGES]
    assert found[0] < found[1] == found[2], "in Dutch a field's label is no other than what it means"
    assert "“Van Toegangsbeheerder veranderen”" in found[0]
    assert "“Een FTP-SFTP-account toevoegen”" in found[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_no_secret_can_be_in_it(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets are never read, and whatever looks like an INSZ would be seen."""

    def refuse(*_: object, **__: object) -> Any:
        raise AssertionError("the secrets were read")

    monkeypatch.setattr(secrets, "load_secrets", refuse)
    monkeypatch.setattr(secrets, "parse_secrets", refuse)
    steps.cache_clear()
    text = render(runbook(name), form, "nl")
    assert [line for line in text.splitlines() if [*ssin_columns(line)]] == []


def test_a_planted_insz_would_be_noticed() -> None:
    found = edited("pajottegem", ("Ninoofsesteenweg 116", "Ninoofsesteenweg 85.07.30-033.281"))
    text = render(runbook(found), "markdown", "nl")
    assert [*ssin_columns(text.replace("033.281", "033.28"))]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "style"}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_no_value_leaves_its_place() -> None:
    found = edited(
        "pajottegem",
        ("ICT-dienst OCMW Pajottegem", f"'{AWKWARD}'"),
        ("name: OCMW Online", f"name: '{AWKWARD.replace('/', '')}'"),
    )
    page = _Page()
    page.feed(render(runbook(found), "html", "nl"))
    assert AWKWARD in page.text
    assert not page.tags & {"b", "script", "img", "a"}
    tokens = MarkdownIt().parse(render(runbook(found), "markdown", "nl"))
    inside = [child for token in tokens for child in token.children or () if AWKWARD in child.content]
    assert inside
    assert {child.type for child in inside} == {"code_inline"}


def test_the_page_needs_nothing_else() -> None:
    text = render(runbook("pajottegem", planned("first")), "html", "fr")
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert '<html lang="fr">' in text
    assert "@media print" in text


def calendar(name: str, language: str = "nl", **more: Any) -> dict[str, Any]:
    """The events by identifier, of the calendar as another program reads it."""
    read = Calendar.from_ical(render(runbook(name, **more), "ics", language))
    events = list(read.walk("VEVENT"))
    found = {str(event["uid"]): event for event in events}
    assert len(found) == len(events)
    return found


def test_the_calendar_has_the_days_of_the_wave_and_the_declaration() -> None:
    """R13, R62, R61: whole days; the end is the day after."""
    found = calendar("pajottegem")
    days = {uid: (event["dtstart"].dt, event["dtend"].dt) for uid, event in found.items()}
    one = timedelta(days=1)
    assert days["pajottegem-report@ocmw-fusion"] == (date(2024, 11, 15), date(2024, 11, 15) + one)
    assert days["pajottegem-merger@ocmw-fusion"] == (date(2025, 1, 1), date(2025, 1, 2))
    assert days["pajottegem-unique-report@ocmw-fusion"] == (date(2025, 2, 1), date(2025, 3, 1))
    assert days["pajottegem-review@ocmw-fusion"] == (date(2026, 1, 1), date(2026, 1, 2))
    assert "pajottegem-pajottegem-ftp-certificate-ends@ocmw-fusion" in days
    for event in found.values():
        assert event["dtstart"].params["value"] == "DATE"
        assert type(event["dtstart"].dt) is date
        assert [alarm["action"] for alarm in event.walk("VALARM")] == ["DISPLAY"]
    assert "Pajottegem: dag van de fusie" in {str(event["summary"]) for event in found.values()}


def test_identifiers_stay_whatever_the_day_the_language_and_what_is_done() -> None:
    note = Note.model_construct(by="tom.maes", on=date(2024, 11, 4))
    assert calendar("pajottegem")["pajottegem-unique-report@ocmw-fusion"]["summary"] == (
        "Pajottegem: Uniek verslag over 2024"
    ), "of the keeper's step too"
    done = calendar("pajottegem", "fr", notes={"report-chief-access-managers": note})
    assert done.keys() == calendar("pajottegem").keys()
    text = str(done["pajottegem-report@ocmw-fusion"]["description"])
    assert "[x] Communiquer les gestionnaires d’accès principaux" in text
    assert "[ ] Vérifier les accès" in text


@pytest.mark.parametrize("name", NAMES)
def test_calendars_of_several_fusions_have_nothing_in_common(name: str) -> None:
    found = calendar(name)
    assert all(uid.startswith(f"{name}-") for uid in found)


def test_lines_are_as_the_standard_wants_them() -> None:
    text = render(runbook("beveren-kruibeke-zwijndrecht"), "ics", "nl")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_two_lines_in_a_row_are_empty_in_markdown(name: str, language: str) -> None:
    """A step without facts, or without a way, leaves no gap."""
    text = render(runbook(name), "markdown", language)
    assert "\n\n\n" not in text
    assert "\n\n\n" not in render(runbook("pajottegem", planned("edits")), "markdown", language)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_french_has_a_space_before_a_colon_and_it_breaks_no_line(form: str, language: str) -> None:
    """`contactpersoon 1: naam`; `personne de contact 1 : nom`."""
    text = _read(render(runbook("pajottegem", planned("edits")), form, language), form)
    if language == "fr":
        assert re.findall(r" [:;?!](?:\s|$)", text) == []
        assert f"personne de contact 1{NO_BREAK}: nom" in text or form == "ics"
    else:
        assert re.findall(r"\s[:;](?:\s|$)", text) == []
        assert NO_BREAK not in text
    if language == "nl" and form != "ics":
        assert "contactpersoon 1: naam" in text


def _read(text: str, form: str) -> str:
    """What people see of it."""
    if form == "html":
        page = _Page()
        page.feed(re.sub("<style>.*</style>", "", text, flags=re.DOTALL))
        return page.text
    return text.replace("\r\n ", "").replace("`", "")


def test_whatever_is_on_the_page_can_be_read() -> None:
    """Contrast of 4.5 and more on each background, on light and dark screens and on paper, and no letters below 0.8 rem."""
    page = render(runbook("pajottegem"), "html", "nl")
    style = page[page.index("<style>") : page.index("</style>")]
    schemes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", one))
        for one in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 3
    for scheme in schemes:
        for background in ("paper", "panel"):
            for ink in ("ink", "soft", "made", "changed", "gone", "kept"):
                assert contrast(scheme[ink], scheme[background]) >= 4.5, (ink, background)
    sizes = [float(one) for one in re.findall(r"font-size: ([0-9.]+)r?em", style)]
    assert min(sizes) >= 0.8
    (id_,) = re.findall(r"^\.id \{(.*?)\}", style, re.MULTILINE)
    assert "color" not in id_, "a name to type is no remark"


def contrast(one: str, other: str) -> float:
    """Of two colours such as `#1b1f24`, as WCAG 2 has it: from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_a_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
