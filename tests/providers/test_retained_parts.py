"""What the declaration leaves as it is in access that it manages at a disappearing centre is watched (R05, R22)."""

from __future__ import annotations

import pytest

from providers.retained import RELEASED, UNCHANGED
from tests.providers import galmaarden as by_hand
from tests.providers.conftest import Portal
from tests.providers.galmaarden import ACCESS, ByHand, adopted, clear, edit, retained, save
from tests.providers.people import ssin
from tests.providers.resource_harness import Props, ResourceHarness

pytestmark = pytest.mark.usefixtures("no_way_to_write")
DOMAIN = "maatschappelijkWelzijn"
EVERYTHING = ["applications", "roles", "blocked"]


def chiefs(chief: str, *others: str) -> ByHand:
    people = {
        "chiefAccessManagers": [{"ssin": ssin(chief)}],
        "coChiefAccessManagers": [{"ssin": ssin(key)} for key in others],
    }
    return save(f"{ACCESS}/chiefAccessManagers", **people)


def only_chiefs(*keys: str) -> Props:
    """The declaration names the chiefs, and leaves their co-chiefs as they are."""
    people = {"": [ssin(key) for key in keys]}
    return retained("chiefAccessManagers", managed={"": ["chiefAccessManagers"]}, people=people)


def only_manager(key: str) -> Props:
    managed = {DOMAIN: ["accessManager"]}
    return retained("accessManagers", managed=managed, people={DOMAIN: [ssin(key)]})


def user(key: str, *fields: str, **more: list[str]) -> Props:
    return retained("users", managed={f"{DOMAIN}/{ssin(key)}": list(fields), **more})


def begun(declared: Props) -> ResourceHarness:
    life = adopted(declared["kind"])
    life.up(declared)
    assert life.preview(declared) == "same"
    return life


def tells(life: ResourceHarness, declared: Props, told: str) -> None:
    for _ in range(2):
        assert life.up(declared) == "update"
        assert told in life.outs["status"]


# -- managers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [["an.claes", "somebody.else"], []])
def test_a_co_chief_who_comes_or_goes_is_told(others: list[str], portal: Portal) -> None:
    """R16: and who is chief has a resource of its own."""
    chiefs("els.peeters", "an.claes")(portal)
    declared = only_chiefs("els.peeters")
    life = begun(declared)
    chiefs("jan.janssens", "an.claes")(portal)
    assert life.preview(declared) == "same"
    chiefs("els.peeters", *others)(portal)
    tells(life, declared, "coChiefAccessManagers was ")


def test_who_is_made_chief_is_not_missed_as_a_co_chief(portal: Portal) -> None:
    """R16: before the declaration is applied, when it is, and when it takes that back."""
    chiefs("els.peeters", "an.claes", "jan.janssens")(portal)
    life = begun(only_chiefs("els.peeters"))
    declared = only_chiefs("els.peeters", "an.claes")
    assert life.up(declared) == "update"
    assert life.outs["status"] == UNCHANGED
    chiefs("an.claes", "jan.janssens")(portal)
    assert life.preview(declared) == "same"
    chiefs("els.peeters", "jan.janssens")(portal)
    life.up(only_chiefs("els.peeters"))
    assert life.outs["status"] == UNCHANGED


def test_a_co_chief_whom_somebody_makes_chief_is_missed(portal: Portal) -> None:
    """The declaration will take that back, and then they are neither."""
    chiefs("els.peeters", "an.claes")(portal)
    declared = only_chiefs("els.peeters")
    life = begun(declared)
    chiefs("an.claes")(portal)
    tells(life, declared, "coChiefAccessManagers was ")


def test_co_managers_of_a_domain_are_told_and_its_manager_is_not(portal: Portal) -> None:
    """R17."""
    by_hand.managers(DOMAIN, "els.peeters", "an.claes")(portal)
    declared = only_manager("els.peeters")
    life = begun(declared)
    by_hand.managers(DOMAIN, "jan.janssens", "an.claes")(portal)
    assert life.preview(declared) == "same"
    by_hand.managers(DOMAIN, "els.peeters", "an.claes", "somebody.else")(portal)
    tells(life, declared, f"{DOMAIN}: coAccessManagers was ")


def test_co_managers_who_are_lost_with_their_domain_are_missed(portal: Portal) -> None:
    by_hand.managers(DOMAIN, "els.peeters", "an.claes")(portal)
    declared = only_manager("els.peeters")
    life = begun(declared)
    clear(f"{ACCESS}/domains/{DOMAIN}/accessManagers")(portal)
    tells(life, declared, f"{DOMAIN}: missing")


def test_nothing_is_lost_with_a_domain_without_co_managers(portal: Portal) -> None:
    by_hand.managers(DOMAIN, "els.peeters")(portal)
    declared = only_manager("els.peeters")
    life = begun(declared)
    clear(f"{ACCESS}/domains/{DOMAIN}/accessManagers")(portal)
    assert life.preview(declared) == "same"
    by_hand.managers(DOMAIN, "els.peeters", "an.claes")(portal)
    tells(life, declared, f"{DOMAIN}: coAccessManagers was empty")


# -- users ------------------------------------------------------------------------------------------------------------


def saved(portal: Portal, key: str, **fields: object) -> None:
    edit(f"{by_hand.USERS}/{by_hand.user_id(portal, key)}", **fields)(portal)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("applications", ["Uniek verslag", "E-Box Onderneming"], "applications was "),
        ("roles", ["Dossierbeheerder"], "roles was empty, is Dossierbeheerder"),
        ("blocked", False, "blocked was true, is false"),
    ],
)
def test_of_a_declared_user_what_is_not_declared_is_told(
    field: str, value: object, told: str, portal: Portal
) -> None:
    """R19-R21."""
    rest = [name for name in EVERYTHING if name != field]
    life = begun(user("lea.goossens", *rest))
    saved(portal, "lea.goossens", **{field: value})
    tells(life, user("lea.goossens", *rest), told)
    assert life.up(user("lea.goossens", *EVERYTHING)) == "update"
    assert life.outs["status"] == UNCHANGED


def test_what_is_let_go_joins_the_baseline_field_by_field(portal: Portal) -> None:
    life = begun(user("lea.goossens", "applications", "blocked"))
    saved(portal, "lea.goossens", blocked=False)
    assert life.up(user("lea.goossens", "applications")) == "update"
    assert life.outs["status"] == UNCHANGED
    saved(portal, "lea.goossens", roles=["Dossierbeheerder"])
    life.up(retained("users"))
    assert life.outs["status"].endswith("roles was empty, is Dossierbeheerder")


def test_a_user_whom_the_declaration_makes_joins_the_baseline(portal: Portal) -> None:
    """R19: what it does not say of them is watched from the first look on."""
    declared = user("somebody.else", "blocked")
    life = begun(declared)
    by_hand.add_user("somebody.else")(portal)
    assert life.preview(declared) == "same"
    saved(portal, "somebody.else", applications=[])
    tells(life, declared, "applications was Uniek verslag, is empty")


def test_a_user_who_is_removed_by_hand_is_missed_where_something_is_lost(portal: Portal) -> None:
    declared, in_full = user("lea.goossens", "blocked"), user("lea.goossens", *EVERYTHING)
    life, other = begun(declared), begun(in_full)
    by_hand.remove_user("lea.goossens")(portal)
    assert other.preview(in_full) == "same"
    tells(life, declared, ": missing")


@pytest.mark.parametrize(("before", "told"), [(["ChaMan - Technisch kanaalbeheer"], "ChaMan"), ([], "empty")])
def test_a_user_who_was_removed_and_made_again_is_the_same(
    before: list[str], told: str, portal: Portal
) -> None:
    """Under another id: what they had is compared, also where it was nothing, and giving it back puts it right."""
    saved(portal, "lea.goossens", applications=before)
    declared = user("lea.goossens", "roles", "blocked")
    life = begun(declared)
    by_hand.remove_user("lea.goossens")(portal)
    life.refresh()
    by_hand.add_user("lea.goossens")(portal)
    tells(life, declared, f"applications was {told}")
    saved(portal, "lea.goossens", applications=before)
    assert life.preview(declared) == "same"


def test_in_a_domain_that_is_cleaned_up_who_is_declared_is_watched_in_part(portal: Portal) -> None:
    """R24."""
    declared = user("lea.goossens", "blocked", **{f"{DOMAIN}/*": ["*"]})
    life = begun(declared)
    by_hand.add_user("somebody.else")(portal)
    assert life.preview(declared) == "same"
    saved(portal, "lea.goossens", roles=["Dossierbeheerder"])
    tells(life, declared, "roles was empty, is Dossierbeheerder")


def test_a_preview_of_a_clean_up_that_is_declared_again_raises_no_alarm(portal: Portal) -> None:
    """R24: whom it will remove is no change in something retained."""
    cleaned = retained("users", managed={f"{DOMAIN}/*": ["*"]})
    life = adopted("users")
    by_hand.add_user("somebody.else")(portal)
    life.refresh()
    assert life.outs["status"].endswith(": added")
    assert life._checked(life.inputs, cleaned)["observed"] == UNCHANGED


def test_who_leaves_the_declaration_while_all_are_released_joins_the_baseline_afterwards(
    portal: Portal,
) -> None:
    """R61: no alarm when they are watched again, and one for what was not declared."""
    by_hand.add_user("somebody.else")(portal)
    life = begun(user("lea.goossens", *EVERYTHING))
    released = {"released": "2025-02-03: nobody works there"}
    life.up(user("lea.goossens", *EVERYTHING) | released)
    assert life.preview(retained("users", **released)) == "same"
    life.up(retained("users", **released))
    assert life.outs["observed"] == RELEASED
    assert life.up(retained("users")) == "update"
    assert life.outs["status"] == UNCHANGED
    by_hand.remove_user("somebody.else")(portal)
    tells(life, retained("users"), ": missing")


def test_whom_the_declaration_makes_and_lets_go_while_all_are_released_raises_no_alarm(
    portal: Portal,
) -> None:
    """R61: nobody laid hands on them, also where they were users before with other applications."""
    released = {"released": "2025-02-03: nobody works there"}
    life = begun(retained("users", **released))
    made = retained(
        "users", managed={f"{DOMAIN}/{ssin(key)}": EVERYTHING for key in ("somebody.else", "lea.goossens")}
    )
    assert life.up(made | released) == "update"
    assert life.preview(made | released) == "same"
    by_hand.add_user("somebody.else")(portal)
    saved(portal, "lea.goossens", applications=["E-Box Onderneming"])
    assert life.preview(retained("users", **released)) == "same"
    assert life.up(retained("users")) == "update"
    assert life.outs["status"] == UNCHANGED
    by_hand.remove_user("somebody.else")(portal)
    tells(life, retained("users"), ": missing")


def test_who_was_declared_in_part_and_is_cleaned_up_is_not_missed(portal: Portal) -> None:
    """R24: whoever leaves the declaration of a domain goes; whom somebody removes while they are declared is missed."""
    by_hand.add_user("tom.maes")(portal)
    cleaned = {f"{DOMAIN}/*": ["*"]}
    declared = user("lea.goossens", "blocked", **{f"{DOMAIN}/{ssin('tom.maes')}": ["blocked"]}, **cleaned)
    life = begun(declared)
    by_hand.remove_user("lea.goossens")(portal)
    assert life.preview(declared) == "update"
    assert life.outs["status"].endswith(": missing")
    left = user("tom.maes", "blocked", **cleaned)
    assert life.up(left) == "update"
    assert life.outs["status"] == UNCHANGED
    by_hand.remove_user("tom.maes")(portal)
    tells(life, left, ": missing")


def test_a_state_of_before_names_whole_items(portal: Portal) -> None:
    """What it left out, the declaration now watches in part: it joins as it is found."""
    life = adopted("users", managed=[f"{DOMAIN}/{ssin('lea.goossens')}", "woonzorg/*"])
    assert {item["place"].partition("/")[0] for item in life.outs["baseline"]} <= {DOMAIN}
    declared = user("lea.goossens", "blocked", **{"woonzorg/*": ["*"]})
    assert life.up(declared) == "update"
    assert life.outs["status"] == UNCHANGED
    saved(portal, "lea.goossens", roles=["Dossierbeheerder"])
    tells(life, declared, "roles was empty, is Dossierbeheerder")
