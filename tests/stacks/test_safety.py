"""What a file lost since it was applied: which of it is refused, what is counted, and what lets it through."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pulumi
import pytest

from schemas.declaration import Fusion
from schemas.identifiers import dotted
from schemas.loading import parse_declaration
from schemas.safety import MOST_REMOVED, SafetyRefused
from stacks import program, safety
from stacks.safety import refuse_losses, refuse_other_centres, remember
from tests.stacks.conftest import FUSIONS, Engine, edited, secrets_text, shipped
from tests.stacks.test_program import configure

TODAY = date(2025, 2, 3)
DOMAIN = re.compile(r"    werkgeverSocialeZekerheid:\n(?:      .*\n)+")


def today() -> date:
    return TODAY


def received() -> list[str]:
    return ["address", "nationality"]


def without_users(text: str, *keys: str) -> str:
    for key in keys:
        text, count = re.subn(rf"\n        - \{{person: {key}, .*", "", text)
        assert count == 1, key
    return text


def pajottegem(change: Callable[[str], str], exceptions: Sequence[str] = ()) -> Fusion:
    text = change((FUSIONS / "pajottegem.yaml").read_text())
    if exceptions:
        text += "\nexceptions:\n" + "".join(f"  - {{{one}}}\n" for one in exceptions)
    return parse_declaration(text, "pajottegem", FUSIONS)


def refused(fusion: Fusion, before: Fusion | None = None) -> str:
    """What the run is refused with; "" where it goes on."""
    try:
        refuse_losses(remember(before or shipped("pajottegem").fusion), fusion, today, received)
    except SafetyRefused as error:
        return str(error)
    return ""


# -- removals ------------------------------------------------------------------------------------------------------


def test_more_than_a_third_of_the_users_at_once_is_refused_with_the_lines_that_let_it_through() -> None:
    said = refused(pajottegem(lambda text: without_users(text, "tom.maes", "lea.goossens")))
    assert said == (
        "fusions/pajottegem.yaml says less than when it was applied:\n"
        "  Pajottegem: 2 of 5 users leave: maatschappelijkWelzijn/lea.goossens, maatschappelijkWelzijn/tom.maes "
        "(safety rule removals)\n"
        "Nothing was written\n"
        "Put it back in fusions/pajottegem.yaml; or, where it is meant, say so there, with the reason:\n"
        "exceptions:\n"
        "  - {rule: removals, centre: Pajottegem, item: users, atMost: 2, reason: …, until: 2025-02-10}"
    )


def test_that_no_chief_of_before_stays_is_left_to_the_rule_about_that() -> None:
    """R15, R16: `handover` lets it through, and nothing more is asked for."""

    def change(text: str) -> str:
        return text.replace("[els.peeters, griet.vandenbossche]", "[tom.maes]")

    assert refused(pajottegem(change)) == ""


def test_the_lines_of_a_refusal_let_it_through() -> None:
    def change(text: str) -> str:
        return without_users(DOMAIN.sub("", text), "tom.maes", "lea.goossens")

    found = re.findall(r"^  - \{(rule: .*)\}$", refused(pajottegem(change)), re.MULTILINE)
    assert len(found) == 2
    lines = [line.replace("…", "agreed") for line in found]
    assert refused(pajottegem(change, lines)) == ""
    said = refused(pajottegem(change, lines[:1]))
    assert "under `exceptions:`, which is there already:\n  - {rule: " in said


def test_one_alone_may_leave_and_nobody_asks_the_day() -> None:
    fusion = pajottegem(lambda text: without_users(text, "tom.maes"))

    def ask() -> date:
        raise AssertionError("the portal was asked")

    refuse_losses(remember(shipped("pajottegem").fusion), fusion, ask, received)


@pytest.mark.parametrize(("leave", "is_refused"), [(MOST_REMOVED, False), (MOST_REMOVED + 1, True)])
def test_of_many_no_more_than_a_few_leave_at_once(leave: int, is_refused: bool) -> None:
    assert safety._is_too_much(leave, 60) is is_refused


def test_whoever_is_removed_by_name_or_becomes_something_else_is_not_counted() -> None:
    """R20, R16."""
    entries = (f"{{person: {who}, on: 2025-02-03, reason: left}}" for who in ("tom.maes", "lea.goossens"))
    removed = f"removed: [{', '.join(entries)}]"

    def change(text: str) -> str:
        text = without_users(text, "tom.maes", "lea.goossens")
        return text.replace(
            "coAccessManagers: [an.claes, sofie.wouters]\n      users",
            f"coAccessManagers: [an.claes, sofie.wouters]\n      {removed}\n      users",
        )

    assert refused(pajottegem(change)) == ""
    promoted = pajottegem(
        lambda text: without_users(text, "tom.maes", "lea.goossens").replace(
            "jan.janssens\n      coAccessManagers: [an.claes, sofie",
            "tom.maes\n      coAccessManagers: [an.claes, sofie",
        )
    )
    assert refused(promoted) == ""
    co_managers = pajottegem(
        lambda text: without_users(text, "tom.maes", "lea.goossens").replace(
            "coAccessManagers: [an.claes, sofie.wouters]",
            "coAccessManagers: [an.claes, sofie.wouters, tom.maes, lea.goossens]",
        )
    )
    assert refused(co_managers) == ""
    chiefs = pajottegem(
        lambda text: without_users(text, "tom.maes", "lea.goossens").replace(
            "[els.peeters, griet.vandenbossche]", "[els.peeters, griet.vandenbossche, tom.maes, lea.goossens]"
        )
    )
    assert refused(chiefs) == ""


def test_users_of_a_disappearing_centre_stay_and_are_not_counted() -> None:
    """R22: what leaves the file there stays. Co-access managers go out of their list there too."""
    shown = shipped("pajottegem").fusion
    (gooik_number,) = (dotted(one.kbo) for one in shown.merging if one.name == "Gooik")
    assert "users" not in remember(shown)[gooik_number]
    gooik = r"\n            - \{person: (?:mieke.desmet|stijn.pauwels), .*"
    assert refused(pajottegem(lambda text: re.sub(gooik, "", text))) == ""


def test_a_list_that_is_declared_no_more_stays_and_is_not_counted() -> None:
    chiefs = "chiefAccessManagers: [els.peeters]\n"

    def naming(co_chiefs: str) -> Fusion:
        return edited("pajottegem", (chiefs, f"{chiefs}      coChiefAccessManagers: {co_chiefs}\n")).fusion

    both = naming("[jan.janssens, an.claes]")
    assert refused(shipped("pajottegem").fusion, both) == ""
    assert "Galmaarden: 2 of 2 coChiefAccessManagers leave" in refused(naming("none"), both)


def test_co_access_managers_who_are_declared_no_more_stay_and_are_not_counted() -> None:
    declared = "coAccessManagers: [an.claes, sofie.wouters]\n"
    assert refused(pajottegem(lambda text: text.replace(f"      {declared}", ""))) == ""
    none = "coAccessManagers: none\n"
    said = refused(pajottegem(lambda text: text.replace(declared, none)))
    assert "Pajottegem: 2 of 2 coAccessManagers leave" in said


# -- a whole section -----------------------------------------------------------------------------------------------


def test_a_domain_that_left_is_one_section_and_its_users_are_not_counted_again() -> None:
    said = refused(pajottegem(lambda text: DOMAIN.sub("", text)))
    assert (
        "  Pajottegem: the whole section `access.domains.werkgeverSocialeZekerheid` is gone (safety rule sectionGone)\n"
        in said
    )
    assert "removals" not in said


def test_of_a_section_and_its_parts_the_outer_one_is_told() -> None:
    hasselt = shipped("hasselt").fusion
    nothing = hasselt.model_copy(update={"access": None, "dossiers": None})
    wanted = [loss.wanted for loss in safety._losses(remember(hasselt), nothing)]
    assert [(one.rule, one.centre, one.item) for one in wanted] == [
        ("sectionGone", "Hasselt", "access"),
        ("sectionGone", "Hasselt", "dossiers"),
    ]


def test_every_section_that_can_leave_is_remembered() -> None:
    fusion = shipped("pajottegem").fusion
    sections = remember(fusion)[dotted(fusion.ocmw.kbo)]["sections"].split(", ")
    assert {
        "access", "access.domains.maatschappelijkWelzijn", "accounts", "accounts.sender", "accounts.ftp", "accounts.rest",
        "mutations", "technicalProviders", "contact", "notifications", "dossiers",
    } <= set(sections)  # fmt: skip


def test_another_name_of_a_centre_hides_nothing() -> None:
    def change(text: str) -> str:
        return DOMAIN.sub("", text).replace("name: Pajottegem", "name: PAJOTTEGEM", 1)

    assert "PAJOTTEGEM: the whole section `access.domains.werkgeverSocialeZekerheid` is gone" in refused(
        pajottegem(change)
    )


def test_a_centre_that_left_is_told_by_its_number() -> None:
    """Another number of the merged centre, too: all that was made under the one before would go."""
    cases = FUSIONS.parent / "tests" / "schemas" / "cases"
    text, slip, right = (cases / "good-scenario-1.yaml").read_text(), "1000.900.141", "0900.400.025"
    before, mended = parse_declaration(text, "testdorp"), text.replace(slip, right)
    said = refused(parse_declaration(mended, "testdorp"), before)
    assert f"Testdorp: the whole centre with the number {slip} is gone (safety rule sectionGone)" in said
    (line,) = re.findall(r"^  - \{(rule: .*)\}$", said, re.MULTILINE)
    assert f"item: {slip}, reason" in line
    mended += f"\nexceptions:\n  - {{{line.replace('…', 'a slip of before')}}}\n"
    assert refused(parse_declaration(mended, "testdorp"), before) == ""


# -- a type of mutation ---------------------------------------------------------------------------------------------


def test_a_type_that_the_file_ticked_and_the_portal_receives_is_not_unticked() -> None:
    """R50. What somebody unticked in the portal already may leave the file."""

    def untick(*codes: str) -> Callable[[str], str]:
        return lambda text: re.sub(rf"    - (?:{'|'.join(codes)})\n", "", text)

    said = refused(pajottegem(untick("nationality", "death")))
    assert (
        "  Pajottegem receives nationality now: what is sent while it is unticked never arrives (R50)" in said
    )
    assert "(safety rule untickedType)" in said
    assert "{rule: untickedType, centre: Pajottegem, item: nationality, reason: …, until: 2025-02-10}" in said
    assert "death" not in said
    assert refused(pajottegem(untick("death"))) == ""


# -- exceptions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exception", "why"),
    [
        ("atMost: 2, reason: r, until: 2025-02-02", "; its exception ended on 2025-02-02"),
        ("atMost: 1, reason: r, until: 2025-02-03", "; its exception has atMost: 1"),
        ("atMost: 2, reason: r, until: 2025-02-03", None),
    ],
)
def test_an_exception_counts_until_its_day_and_for_so_many(exception: str, why: str | None) -> None:
    fusion = pajottegem(
        lambda text: without_users(text, "tom.maes", "lea.goossens"),
        [f"rule: removals, centre: Pajottegem, item: users, {exception}"],
    )
    said = refused(fusion)
    assert (why in said) if why else said == ""


def test_an_exception_that_ended_is_told() -> None:
    ended = "rule: untickedType, centre: Pajottegem, item: death, reason: r, until: 2025-02-02"
    fusion = pajottegem(str, [ended])
    (told,) = safety.find_expired(fusion, TODAY)
    assert "the exception of Pajottegem for death (safety rule untickedType) ended on 2025-02-02" in told
    assert list(safety.find_expired(fusion, date(2025, 2, 2))) == []


# -- a centre that acts for another --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["organization", "successor"])
def test_nothing_is_done_for_a_centre_of_another_fusion(name: str) -> None:
    made = shipped("pajottegem")
    refuse_other_centres(made.fusion, made.resources)
    item = next(item for item in made.resources if name in item.props)
    wrong = replace(item, props={**item.props, name: shipped("hasselt").fusion.ocmw.kbo})
    with pytest.raises(
        SafetyRefused, match=r"1 thing would be done .* \(safety rule otherCentre\):\n.*: 0212\.216\.402"
    ):
        refuse_other_centres(made.fusion, [*made.resources, wrong])


# -- the program ---------------------------------------------------------------------------------------------------


def test_the_program_remembers_and_refuses_before_anything_is_registered(
    engine: Engine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old state remembers nothing: then nothing is refused."""
    monkeypatch.setattr(program, "ask_portal", lambda *_: TODAY)
    configure(secrets=secrets_text())
    remembered = engine.run(program.run)[safety.OUTPUT]
    assert remembered == remember(shipped("pajottegem").fusion)
    path = root / "fusions" / "pajottegem.yaml"
    path.write_text(DOMAIN.sub("", path.read_text()))
    engine.portal.last_run[safety.OUTPUT] = remembered
    engine.registered.requests.clear()
    with pytest.raises(pulumi.RunError, match="safety rule sectionGone"):
        program.run()
    assert engine.registered.requests == []
    engine.portal.last_run.clear()
    assert engine.run(program.run)[safety.OUTPUT] != remembered


def test_what_an_earlier_merger_has_ends_the_run(engine: Engine, root: Path) -> None:
    """Also where only one stack is applied."""
    configure(secrets=secrets_text())
    other = (FUSIONS.parent / "tests" / "schemas" / "cases" / "good-scenario-1.yaml").read_text()
    other = re.sub("takesEffect: .*", "takesEffect: 2024-01-01", other)
    (root / "fusions" / "testdorp.yaml").write_text(other.replace("test2025", "PAJOT2025"))
    with pytest.raises(
        pulumi.RunError, match=r"pajottegem.yaml:\d+:\d+: twice: this FTP user name is in .*testdorp"
    ):
        program.run()
    assert engine.registered.requests == []
