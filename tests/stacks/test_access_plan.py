"""What one centre's declared access becomes: clean-up (R24), co-chiefs (R16), handover, the operator's guard."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from providers import access, cleanup, lockout, retained
from schemas.declaration import Fusion
from stacks import clean_up_report, program
from stacks.plan import Planned, plan
from tests.stacks.conftest import FUSIONS, NAMES, Engine, edited, planning, secrets_of, shipped

MW, WSZ = "maatschappelijkWelzijn", "werkgeverSocialeZekerheid"
ANTWERPEN, BORSBEEK = "0212235604", "0212242928"


def operated(name: str, operator: str, *edits: tuple[str, str]) -> list[Planned]:
    fusion = edited(name, *edits).fusion
    known = secrets_of(fusion)
    if operator not in known.people():
        known = secrets_of(with_chief(fusion, operator))
    return plan(fusion, known, FUSIONS, operator)


def with_chief(fusion: Fusion, person: str) -> Fusion:
    assert fusion.access
    chiefs = (*fusion.access.chief_access_managers, person)
    return fusion.model_copy(
        update={"access": fusion.access.model_copy(update={"chief_access_managers": chiefs})}
    )


def of(planned: list[Planned], resource: type) -> list[Planned]:
    return [item for item in planned if item.resource is resource]


# -- clean-up -------------------------------------------------------------------------------------------------------


def test_only_what_says_so_is_cleaned_up() -> None:
    """R23, R24: scenario 3's two centres, and no domain that is not listed."""
    cleaned = {
        (item.centre.kbo, item.props["domain"])
        for name in NAMES
        for item in of(shipped(name).resources, cleanup.CleanedUp)
    }
    assert cleaned == {(ANTWERPEN, MW), (ANTWERPEN, WSZ), (BORSBEEK, MW)}


def test_a_clean_up_comes_after_everybody_who_stays() -> None:
    planned = shipped("antwerpen")
    item = planned.named(f"antwerpen-{MW}-clean-up")
    here = [
        other.name
        for other in planned.at(ANTWERPEN)
        if other.props.get("domain") == MW and other.resource in (access.AccessManagers, access.User)
    ]
    assert len(here) == 5
    assert set(item.after) == set(here)


def test_who_stays_is_who_is_named_there() -> None:
    """Chiefs of the centre, managers and users of the domain; whoever is named elsewhere only is not."""
    item = shipped("antwerpen").named(f"antwerpen-{MW}-clean-up")
    assert set(item.props["people"]) == {
        "kathleen.adriaens", "tom.verbist", "ahmed.benali", "lieve.somers", "monique.torfs", "jonas.peeters",
        "carla.nuyts", "jef.wuyts", "fatima.ouali",
    }  # fmt: skip
    assert item.secrets == {"people"}
    assert (item.props["confirmedOn"], item.props["atMost"]) == ("2024-10-28", 10)
    assert item.props["coManagersStay"] is False


def test_co_managers_whom_the_declaration_leaves_as_they_are_stay() -> None:
    planned = edited("antwerpen", ("      coAccessManagers: [griet.luyten]\n", ""))
    assert planned.named(f"antwerpen-{WSZ}-clean-up").props["coManagersStay"] is True


@pytest.mark.parametrize(("said", "stay"), [("", True), ("  coChiefAccessManagers: none\n", False)])
def test_co_chiefs_whom_the_declaration_leaves_as_they_are_stay(said: str, stay: bool) -> None:
    """R16."""
    planned = edited("antwerpen", (CHIEFS, CHIEFS + said))
    assert planned.named(f"antwerpen-{WSZ}-clean-up").props["coChiefsStay"] is stay


def test_the_word_for_nobody_leaves_the_managers_only() -> None:
    """R24: `users: none` under a clean-up."""
    said = "      users:\n        - {person: stef.backx, applications: [Aangifte DmfA, E-Box Onderneming]}\n"
    planned = edited("antwerpen", (said, "      users: none\n"))
    item = planned.named(f"antwerpen-{WSZ}-clean-up")
    assert set(item.props["people"]) == {"kathleen.adriaens", "tom.verbist", "griet.luyten"}


def test_what_is_cleaned_up_is_not_retained_and_the_rest_is() -> None:
    """The plan does not both watch and remove."""
    (users,) = of(shipped("antwerpen").resources, retained.RetainedUsers)
    assert f"{MW}/*" in users.props["managed"]
    assert users.secrets == {"managed"}
    for name in NAMES:
        for item in of(shipped(name).resources, retained.RetainedUsers) if name != "antwerpen" else ():
            assert not [entry for entry in item.props["managed"] if entry.endswith("/*")]


def test_at_a_disappearing_centre_nobody_comes_back_by_destroy() -> None:
    planned = shipped("antwerpen")
    assert planned.named(f"borsbeek-{MW}-clean-up").kept_on_destroy
    assert not planned.named(f"antwerpen-{MW}-clean-up").kept_on_destroy


def test_titles() -> None:
    assert shipped("antwerpen").named(f"borsbeek-{MW}-clean-up").title == f"clean-up of users {MW}"


# -- chiefs ---------------------------------------------------------------------------------------------------------

CHIEFS = "  chiefAccessManagers: [kathleen.adriaens, tom.verbist]\n"


def test_co_chiefs_come_with_who_they_are() -> None:
    planned = edited("antwerpen", (CHIEFS, CHIEFS + "  coChiefAccessManagers: [lieve.somers]\n"))
    item = planned.named("antwerpen-chief-access-managers")
    assert item.props["coChiefAccessManagers"] == ["lieve.somers"]
    assert set(item.props["people"]) == {"kathleen.adriaens", "tom.verbist", "lieve.somers"}
    assert "lieve.somers" in planned.named(f"antwerpen-{WSZ}-clean-up").props["people"]


@pytest.mark.parametrize(("said", "planned"), [("", None), ("  coChiefAccessManagers: none\n", [])])
def test_absent_is_as_they_are_and_none_is_nobody(said: str, planned: list[str] | None) -> None:
    item = edited("antwerpen", (CHIEFS, CHIEFS + said)).named("antwerpen-chief-access-managers")
    assert item.props["coChiefAccessManagers"] == planned


def test_a_handover_is_a_date_and_a_reason() -> None:
    said = '  handover: {on: 2025-02-03, reason: "both left"}\n'
    item = edited("antwerpen", (CHIEFS, CHIEFS + said)).named("antwerpen-chief-access-managers")
    assert item.props["handover"] == "2025-02-03: both left"
    assert shipped("antwerpen").named("antwerpen-chief-access-managers").props["handover"] is None


# -- oneself --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_without_an_operator_there_is_no_guard(name: str) -> None:
    assert not of(shipped(name).resources, lockout.OperatorAccess)


def test_who_is_declared_needs_no_guard_there() -> None:
    """Jef is a user at both centres, Kathleen a chief at one."""
    assert not of(operated("antwerpen", "jef.wuyts"), lockout.OperatorAccess)
    (guard,) = of(operated("antwerpen", "kathleen.adriaens"), lockout.OperatorAccess)
    assert guard.centre.kbo == BORSBEEK


def test_a_guard_knows_what_the_declaration_decides_and_comes_first() -> None:
    planned = operated("antwerpen", "zoe.operator")
    at_antwerpen, at_borsbeek = of(planned, lockout.OperatorAccess)
    assert at_antwerpen.props["takes"] == {
        "chiefAccessManagers": True,
        "coChiefAccessManagers": False,
        "domains": {code: {"coAccessManagers": True, "users": True, "user": None} for code in (MW, WSZ)},
    }
    assert (at_antwerpen.props["centre"], at_antwerpen.props["file"]) == (
        "Antwerpen",
        "fusions/antwerpen.yaml",
    )
    assert (at_antwerpen.props["releases"], at_borsbeek.props["releases"]) == (True, False)
    assert at_antwerpen.secrets == {"ssin"}
    for item in planned:
        if item.resource in (
            access.ChiefAccessManagers,
            access.AccessManagers,
            access.User,
            cleanup.CleanedUp,
        ):
            guard = at_antwerpen if item.centre.kbo == ANTWERPEN else at_borsbeek
            assert guard.name in item.after


def test_where_the_whole_access_is_not_declared_the_merged_centre_is_guarded() -> None:
    """What this client made there goes then; a disappearing centre keeps all."""
    fusion = shipped("antwerpen").fusion
    merging = tuple(centre.model_copy(update={"access": None}) for centre in fusion.merging)
    without = fusion.model_copy(update={"access": None, "merging": merging})
    (guard,) = plan(without, secrets_of(fusion), FUSIONS, "jef.wuyts")[:1]
    assert (guard.resource, guard.centre.kbo) == (lockout.OperatorAccess, ANTWERPEN)
    assert guard.props["takes"] == {
        "chiefAccessManagers": False,
        "coChiefAccessManagers": False,
        "domains": {},
    }
    assert len(of(plan(without, secrets_of(fusion), FUSIONS, "jef.wuyts"), lockout.OperatorAccess)) == 1
    assert not of(plan(without, secrets_of(fusion), FUSIONS), lockout.OperatorAccess)


def test_a_guard_knows_as_what_user_the_operator_is_declared() -> None:
    """Blocked: the portal is asked what else the person is there."""
    (guard,) = of(operated("antwerpen", "sabine.goris"), lockout.OperatorAccess)[1:]
    assert guard.centre.kbo == BORSBEEK
    assert guard.props["takes"]["domains"][MW]["user"] == {
        "applications": ["Integraties raadplegen"],
        "roles": None,
        "blocked": True,
    }


def guarded(*edits: tuple[str, str], operator: str) -> set[str]:
    """Where the portal is asked what the operator is there, since the declaration leaves nothing."""
    return {item.centre.name for item in of(operated("antwerpen", operator, *edits), lockout.OperatorAccess)}


CARLA = "applications: [OCMW Online - Hulpaanvragen, Integraties raadplegen]"


@pytest.mark.parametrize(
    ("operator", "edits"),
    [
        ("kathleen.adriaens", ()),  # chief access manager
        ("zoe.operator", ((CHIEFS, CHIEFS + "  coChiefAccessManagers: [zoe.operator]\n"),)),
        ("griet.luyten", ()),  # co-access manager of a domain
        ("carla.nuyts", ()),  # user
        ("carla.nuyts", ((CARLA, "roles: [Raadpleger]"),)),
    ],
)
def test_where_the_declaration_lets_the_operator_act_nobody_is_asked(
    operator: str, edits: tuple[tuple[str, str], ...]
) -> None:
    assert guarded(*edits, operator=operator) == {"Borsbeek"}


@pytest.mark.parametrize(
    "said", ["applications: none, roles: none", "blocked: false", f"{CARLA}, blocked: true"]
)
def test_a_user_who_may_use_nothing_cannot_act(said: str) -> None:
    """R21: neither can who is blocked. What the declaration leaves as it is, the portal is asked for."""
    assert guarded((CARLA, said), operator="carla.nuyts") == {"Antwerpen", "Borsbeek"}


def test_an_operator_whom_the_secrets_do_not_know_is_a_mistake() -> None:
    known = shipped("antwerpen").secrets
    program._refuse_unknown_operator("jef.wuyts", known)
    with pytest.raises(pulumi.RunError, match=r"fusion:operator is zoe\.nobody, who is not among the people"):
        program._refuse_unknown_operator("zoe.nobody", known)


# -- what is said ---------------------------------------------------------------------------------------------------


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a preview warns of and reports as an error."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.setattr(pulumi.log, "info", lambda text: told.append(f"info: {text}"))
    monkeypatch.setattr(pulumi.log, "warn", lambda text: told.append(f"warning: {text}"))
    monkeypatch.setattr(pulumi.log, "error", lambda text: told.append(f"error: {text}"))
    return told


def announce(leaving: list[str] | None, waiting: dict[str, str] | None = None) -> None:
    item = shipped("antwerpen").named(f"borsbeek-{MW}-clean-up")
    clean_up_report._announce("antwerpen", item, [leaving, waiting])


def test_a_preview_names_who_goes(said: list[str]) -> None:
    announce(["portal:1", "portal:2"])
    announce(["portal:1"])
    assert said == [
        f"warning: Borsbeek, {MW}: 2 users go, whom fusions/antwerpen.yaml does not declare there (R24): "
        "portal:1, portal:2",
        f"warning: Borsbeek, {MW}: 1 user goes, whom fusions/antwerpen.yaml does not declare there (R24): portal:1",
    ]


@pytest.mark.parametrize("leaving", [None, []])
def test_where_nobody_goes_nothing_is_said(leaving: list[str] | None, said: list[str]) -> None:
    announce(leaving)
    assert said == []


def test_where_nobody_goes_yet_a_preview_says_until_when(said: list[str]) -> None:
    announce([], {"reason": "waits for its day (R24)", "whom": "the calendar", "until": "2025-02-05"})
    assert said == [
        f"info: Borsbeek, {MW}: nobody goes yet; the clean-up waits for its day (R24), until 2025-02-05"
    ]


def test_more_than_is_confirmed_is_an_error_already_in_the_preview(said: list[str]) -> None:
    announce([f"portal:{number}" for number in range(6)])
    assert said[0].startswith(
        f"error: Borsbeek, {MW}: 6 users would go, and the declaration confirms at most 5"
    )


def test_an_up_names_who_came_meanwhile_and_announces_nothing(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom it named is gone by then."""
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    announce([])
    announce([], {"reason": "waits", "whom": "the calendar"})
    assert said == []
    announce(["portal:1"])
    assert said == [
        f"warning: Borsbeek, {MW}: 1 user came meanwhile, whom fusions/antwerpen.yaml does not declare there (R24); "
        "the next `up` removes them: portal:1"
    ]


def test_the_stack_says_who_went(engine: Engine) -> None:
    made = planning(shipped("antwerpen").fusion.model_copy(update={"dossiers": None}), FUSIONS)
    engine.portal.outputs = {
        f"antwerpen-{MW}-clean-up": went(2, "portal:1", "portal:2"),
        f"antwerpen-{WSZ}-clean-up": went(1),  # by an earlier version, which only counted
        f"borsbeek-{MW}-clean-up": went(0),
    }
    outputs = engine.run(lambda: program.register(made.fusion, made.resources))
    assert outputs["cleanedUp"] == {
        f"Antwerpen, {MW}": "2 users: portal:1, portal:2",
        f"Antwerpen, {WSZ}": "1 user",
        f"Borsbeek, {MW}": "nobody",
    }


def went(number: int, *names: str) -> dict[str, Any]:
    return {"leaving": [], "removed": float(number), "gone": list(names), "origin": "cleanedUp"}


def test_who_cleans_nothing_up_says_nothing_of_it(engine: Engine) -> None:
    made = planning(shipped("hasselt").fusion.model_copy(update={"dossiers": None}), FUSIONS)
    assert "cleanedUp" not in engine.run(lambda: program.register(made.fusion, made.resources))
