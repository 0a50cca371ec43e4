"""The forms of a plan that people read."""

from __future__ import annotations

import html
import re

import pytest

from operations.plans import labels
from operations.plans.as_markdown import as_markdown
from operations.plans.as_text import as_text
from operations.plans.forms import render
from operations.plans.model import CentrePart, Line, Outcome, Plan, StepCounts, SystemPart
from operations.plans.reading import by_hand, read_plan, without_plan
from operations.plans.text import plain
from operations.plans.view import make_view
from operations.plans.words import LANGUAGES, Words
from schemas.systems import System
from tests.operations.plans.conftest import PLANNED, planned, preview_of, step, whole

FORMS = ("text", "markdown", "html")
NO_BREAK = "\N{NO-BREAK SPACE}"
NO_DIGEST = "This plan has no digest, and cannot be approved: put right what is said above."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PLANNED)
def test_text_is_readable_on_sixty_columns(name: str, language: str) -> None:
    lines = as_text(make_view(whole(name), language), 60).splitlines()
    assert [line for line in lines if len(line) > 60 and not re.search("[0-9a-f]{64}", line)] == []


def test_what_is_to_be_copied_stays_in_one_line() -> None:
    """A digest, and the fingerprint of a certificate: 64 digits each."""
    digest, fingerprint = "sha256:" + "a1" * 32, "b2" * 32
    made = read_plan(
        "pajottegem",
        preview_of(
            step("chaman:Certificate", "c", new={"sha256": fingerprint, "found": {"outcome": "made"}})
        ),
    )
    lines = as_text(make_view(Plan(fusions=(made,), digest=digest), "en"), 60).splitlines()
    assert sum(digest in line for line in lines) == 1
    assert sum(fingerprint in line for line in lines) == 1


def test_a_plan_reads_as_the_screens_do() -> None:
    text = as_text(make_view(whole("edits"), "nl"), 200)
    for line in (
        "Pajottegem — fusie-OCMW · KBO-nummer 1010.784.738",
        "  Mutaties",
        "  ~ selectie van de mutaties — te wijzigen (R48)",
        "      mutaties: Nationaliteit: aangevinkt → niet aangevinkt",
        "      naam: Somebody else → ICT-dienst OCMW Pajottegem",
        "  - gebruiker Maatschappelijk welzijn, stijn.pauwels — te verwijderen (R19)",
        "      wacht op het antwoord van de leverancier op het delegatieverzoek van 03/02/2025 (R35); op wie: Socius "
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
    assert as_text(make_view(nothing, "nl"), 110).splitlines() == [
        "fusies: 2; met wijzigingen: 0; zonder wijzigingen: 2",
        "",
        "hasselt: Geen wijzigingen.",
        "",
        "tielt: Geen wijzigingen.",
        "",
        plain(Words("nl").say(NO_DIGEST)),
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
    page = render(whole(*PLANNED).model_copy(update={"digest": "sha256:0"}), "html", "nl")
    assert re.findall(r"<script|<link|<img|<iframe|@import|url\(|\bon\w+=|javascript:", page) == []
    assert re.findall(r"(?:src|href)=", page) == []
    assert "default-src 'none'" in page
    assert '<html lang="nl">' in page
    for label in ("Naam en functie", "Datum", "Handtekening"):
        assert f'<th scope="row">{label}</th>' in page


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_and_system_is_told_in_the_language(form: str, language: str) -> None:
    plan = one_of_each()
    shown = render(plan, form, language)
    text = html.unescape(re.sub("<[^>]+>", "", shown)) if form == "html" else shown.replace("\\", "")
    text = " ".join(text.split())
    words = Words(language)
    told = {
        *(words.translate(labels.OUTCOMES[outcome]) for outcome in Outcome),
        *(words.translate(labels.SYSTEMS[system]) for system in System),
    }
    assert [one for one in told if " ".join(one.split()) not in text] == []
    if language != "en":
        assert [one for one in labels.OUTCOMES.values() if one in text] == []


def one_of_each() -> Plan:
    """A plan with a line of each system, and of each outcome."""
    lines = [
        Line(name=f"one-{place}", type="retained:EBox", title="E-Box", op="create", outcome=outcome)
        for place, outcome in enumerate(Outcome)
    ]
    systems = tuple(
        SystemPart(
            system=system.title,
            application=system.application,
            lines=tuple(lines[place : place + 1] or lines[:1]),
        )
        for place, system in enumerate(System)
    )
    assert {line.outcome for part in systems for line in part.lines} == set(Outcome)
    centre = CentrePart(name="Pajottegem", number="", role="merged", systems=systems)
    return Plan(fusions=(planned("edits").model_copy(update={"centres": (centre,)}),))


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_approved_says_so_and_has_no_place_to_sign(form: str) -> None:
    """Nobody could sign for what nothing would hold to."""
    failed = Plan(fusions=(without_plan("hasselt", "no stack"),))
    for plan in (failed, whole("edits")):
        shown = render(plan, form, "en")
        assert NO_DIGEST in " ".join(shown.split())
        assert "I have read this plan" not in shown
    approvable = render(whole("edits").model_copy(update={"digest": "sha256:0"}), form, "en")
    assert NO_DIGEST not in " ".join(approvable.split())
    assert ("I have read this plan" in approvable) == (form == "html")


def test_a_field_that_the_portal_does_not_have_of_a_thing_it_has() -> None:
    """Both values: nothing, and what will be there. Of what is made there is no old value, nor of what is only done."""
    contact = step(
        "configuration:ContactDetails",
        "contact",
        new={
            "website": "https://x.example",
            "found": {"outcome": "changed", "portal": {"website": None}},
        },
    )
    made = step(
        "chaman:SenderContact", "sender", new={"name": "ICT", "found": {"outcome": "made", "says": ""}}
    )
    text = as_text(
        make_view(
            Plan(fusions=(read_plan("pajottegem", preview_of(contact, made)), planned("clean-up"))), "en"
        )
    )
    assert "website: nothing → https://x.example\n" in text
    assert "name: ICT\n" in text
    assert "users at once, at most: 10\n" in text


def test_a_secret_that_changes_says_that_it_changes() -> None:
    text = as_text(make_view(whole("first"), "nl"), 200)
    assert "an.claes: e-mailadres: wijzigt; wordt aan niemand getoond\n" in text
    assert "wachtwoord: is ingesteld, en wordt aan niemand getoond\n" in text
    changed = step(
        "chaman:FtpAccount", "ftp", "update", old={"password": "[secret]"}, new={"password": "[secret]"}
    )
    alone = Plan(fusions=(read_plan("pajottegem", preview_of(changed)),))
    assert "een geheime waarde: wijzigt; wordt aan niemand getoond\n" in as_text(make_view(alone, "nl"), 200)


@pytest.mark.parametrize(("new", "said"), [("דוד", "old: ICT; new: דוד"), ("جديد", "new: جديد")])
def test_between_values_that_run_from_right_to_left_there_is_no_arrow(new: str, said: str) -> None:
    """`a → b` would be shown as `b → a`, for nobody's marks are needed for that."""
    there = {"outcome": "changed", "portal": {"name": "ICT"}}
    sender = step("chaman:SenderContact", "sender", new={"name": new, "found": there})
    view = make_view(Plan(fusions=(read_plan("pajottegem", preview_of(sender)),)), "en")
    assert said in as_text(view, 200)
    assert "→" not in as_text(view, 200)
    assert "→" not in as_markdown(view)


def test_days_are_told_as_people_write_them() -> None:
    text = as_text(make_view(whole(*PLANNED), "nl"), 200)
    assert "tot: 28/02/2025" in text
    assert re.findall(r"\b\d{4}-\d\d-\d\d\b", text) == []
    assert "until: 2025-02-28" in as_text(make_view(whole(*PLANNED), "en"), 200)


def test_nobody_is_waited_for_where_only_the_day_has_to_come() -> None:
    waiting = {"reason": "waits for the day of the removal", "whom": "the calendar", "until": "2025-02-10"}
    removal = step("access:Removed", "r", new={"domain": "d", "person": "p", "waiting": waiting})
    for language in LANGUAGES:
        text = as_text(make_view(Plan(fusions=(read_plan("x", preview_of(removal)),)), language), 200)
        assert Words(language).translate("the calendar") not in text


@pytest.mark.parametrize("form", FORMS)
def test_french_has_a_no_break_space_before_a_colon_and_a_semicolon(form: str) -> None:
    """So that no line begins with one."""
    text = shown_of(with_steps_counted("hasselt", *PLANNED), form, "fr")
    assert f"étapes de la feuille de route accomplies{NO_BREAK}: 12 sur 48{NO_BREAK}; " in text
    assert re.findall(r"\w[:;] \D", text) == []  # counts by code, `1: 4`, are figures
    assert re.findall(r" [:;?] ", text) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_no_other_language_has_one(form: str, language: str) -> None:
    text = shown_of(with_steps_counted("hasselt", *PLANNED), form, language)
    assert NO_BREAK not in text
    assert re.findall(r"\s[:;]", text) == []
    if language == "nl":
        assert "contactpersonen: 1" in text.replace("`", "")


def shown_of(plan: Plan, form: str, language: str) -> str:
    """What is to be read of it."""
    text = render(plan, form, language)
    return (
        html.unescape(re.sub("<style>.*?</style>|<[^>]+>", "", text, flags=re.DOTALL))
        if form == "html"
        else text
    )


def with_steps_counted(*names: str) -> Plan:
    """Plans of these, `hasselt` without a change, of whose runbooks 12 of 48 steps are done."""
    counts = StepCounts(total=48, done=12, noted=3, waits=6, open=30)
    fusions = [read_plan("hasselt", preview_of()) if name == "hasselt" else planned(name) for name in names]
    return Plan(fusions=tuple(one.model_copy(update={"steps": counts}) for one in fusions))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "steps of the runbook done: 12 of 48; cannot be done yet: 6; to do: 30"),
        ("nl", "gedane stappen van het draaiboek: 12 van 48; kan nog niet: 6; te doen: 30"),
        (
            "fr",
            "étapes de la feuille de route accomplies : 12 sur 48 ; pas encore possible : 6 ; à faire : 30",
        ),
    ],
)
def test_the_steps_of_the_runbook_are_counted(form: str, language: str, says: str) -> None:
    """Of one with changes and of one without."""
    text = " ".join(shown_of(with_steps_counted("edits", "hasselt"), form, language).split())
    assert text.count(says) == 2
    assert says not in " ".join(shown_of(whole("edits"), form, language).split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_portal_says_so_and_what_to_do(form: str, language: str) -> None:
    counts = StepCounts(total=48, done=2, noted=2, waits=0, open=46)
    alone = Plan(fusions=(by_hand("tielt").model_copy(update={"steps": counts}),))
    text = shown_of(alone, form, language)
    assert "fusion runbook tielt" in " ".join(text.split())
    assert "46" in text
    assert Words(language).translate("No changes.") not in text
    assert Words(language).translate("There is no plan: the engine could not make one.") not in text
    beside = " ".join(shown_of(Plan(fusions=(*alone.fusions, planned("edits"))), form, language).split())
    assert " ".join(Words(language).translate("without a portal: {count}").format(count=1).split()) in beside


def test_what_needs_no_action_is_no_change() -> None:
    """Whoever is remembered: the engine updates it, and nothing becomes of anything."""
    people = step("access:DeclaredPeople", "people", "update", old={"left": {}}, new={"left": {"x": {}}})
    plan = read_plan("pajottegem", preview_of(people))
    assert (plan.is_empty, plan.changes) == (True, 0)
    text = as_text(make_view(Plan(fusions=(plan,)), "en"), 200)
    assert text.startswith("pajottegem: No changes. no action needed: 1\n")
    two = make_view(Plan(fusions=(plan, planned("edits"))), "en")
    assert "with changes: 1; without changes: 1" in as_text(two, 200)


def test_who_keeps_access_is_never_folded() -> None:
    """Somebody left the file and keeps access: the only line of that centre is no retained thing."""
    keeps = step(
        "access:DeclaredPeople",
        "people",
        new={"found": {"outcome": "nothing"}, "keeps": ["an keeps a role (R20)"]},
    )
    plan = Plan(fusions=(read_plan("pajottegem", preview_of(keeps)),))
    for form in ("markdown", "html"):
        shown = render(plan, form, "en")
        assert "who keeps access" in shown
        assert "<details" not in shown


def test_what_stays_as_it_is_can_be_folded_and_nothing_else() -> None:
    markdown, page = (render(whole("alarms", "first"), form, "nl") for form in ("markdown", "html"))
    assert "<details><summary>Wat behouden blijft (" in markdown
    assert markdown.count("<details>") == markdown.count("</details>") == page.count("<details open>")
    for block in re.findall("<details>.*?</details>", markdown, re.DOTALL):
        assert "verschilt" not in block
        assert "te wijzigen" not in block
    assert "Iemand anders" in re.sub("<details>.*?</details>", "", markdown, flags=re.DOTALL), "an alarm"


def test_the_rehearsals_portal_is_said_to_be_no_real_one() -> None:
    plan = planned("first")
    assert "portal: the rehearsal's, emulated on this machine" in render(
        Plan(fusions=(plan.model_copy(update={"portal": "embedded"}),)), "text", "en"
    )
    assert "portal: https://portal.example" in render(
        Plan(fusions=(plan.model_copy(update={"portal": "https://portal.example"}),)), "text", "en"
    )
