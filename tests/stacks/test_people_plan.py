"""Who is removed, who left, who loses what: the resources of it, and what the program says in a preview (R17–R22)."""

from __future__ import annotations

import pulumi
import pytest

from providers.cleanup import CleanedUp
from providers.declared_people import CHIEFS, MANAGERS, USERS, DeclaredPeople
from providers.removal import Removed
from tests.stacks.conftest import FUSIONS, Engine, Planning, edited, planning, shipped

HERNE, PAJOTTEGEM, BORSBEEK = "0212218182", "1010784738", "0212242928"
DOMAIN = "maatschappelijkWelzijn"
DRIES = "            - {person: dries.michiels, roles: [Dossierbeheerder]}\n"
REMOVED = "          removed: [{person: dries.michiels, on: 2025-03-01, reason: left}]\n"


def removing() -> Planning:
    return edited("pajottegem", (DRIES, REMOVED))


def insz(made: Planning, key: str) -> str:
    return made.secrets.person(key).insz


def test_a_removal_at_a_disappearing_centre_is_planned_after_the_baselines() -> None:
    """R20, R23: the person leaves the baselines before the portal has nobody to know them by."""
    made = removing()
    removal = made.named(f"herne-{DOMAIN}-removed-dries.michiels")
    assert removal.resource is Removed
    assert removal.props == {
        "organization": HERNE,
        "domain": DOMAIN,
        "person": "dries.michiels",
        "ssin": insz(made, "dries.michiels"),
        "coManagersDeclared": True,
        "on": "2025-03-01",
        "reason": "left",
    }
    assert removal.secrets == {"ssin"}
    assert removal.kept_on_destroy
    assert set(removal.after) == {
        f"herne-{DOMAIN}-access-managers",
        "herne-retained-accessManagers",
        "herne-retained-users",
    }
    names = [item.name for item in made.resources]
    assert all(names.index(name) < names.index(removal.name) for name in removal.after)


def test_who_is_removed_is_retained_no_longer() -> None:
    made = removing()
    key = insz(made, "dries.michiels")
    assert made.named("herne-retained-users").props["managed"][f"{DOMAIN}/{key}"] == ["*"]
    assert key in made.named("herne-retained-accessManagers").props["people"][DOMAIN]


def test_who_is_removed_is_not_cleaned_up_before_the_day() -> None:
    """R20, R24."""
    made = edited(
        "antwerpen",
        (
            "            - {person: jef.wuyts, applications: [Uniek verslag, E-Box Onderneming]}\n",
            "",
        ),
        (
            "          coAccessManagers: none\n",
            "          coAccessManagers: none\n"
            "          removed: [{person: jef.wuyts, on: 2025-03-01, reason: left}]\n",
        ),
    )
    (clean_up,) = [item for item in made.at(BORSBEEK) if item.resource is CleanedUp]
    assert "jef.wuyts" in clean_up.props["people"]


def test_every_centre_remembers_whom_the_file_names() -> None:
    made = shipped("pajottegem")
    found = {item.centre.name: item for item in made.resources if item.resource is DeclaredPeople}
    assert found.keys() == {"Pajottegem", "Galmaarden", "Gooik", "Herne"}
    herne = found["Herne"]
    declared = herne.props["declared"]
    assert {
        (domain, kind): set(declared[domain][kind].values())
        for domain in declared
        for kind in declared[domain]
    } == {
        ("", CHIEFS): {"luc.hermans"},
        (DOMAIN, MANAGERS): {"sofie.wouters", "pieter.aerts"},
        (DOMAIN, USERS): {"hilde.jacobs", "dries.michiels"},
    }
    assert herne.secrets == {"declared", "left"}
    assert (herne.props["releases"], found["Pajottegem"].props["releases"]) == (False, True)
    removed = removing().named("herne-declared-people").props["declared"][DOMAIN]
    assert all("dries.michiels" in removed[kind].values() for kind in (MANAGERS, USERS))


def test_a_centre_without_declared_access_remembers_nobody_and_still_asks_who_left() -> None:
    """Else nobody would tell when a whole `access` leaves the file."""
    fusion = shipped("pajottegem").fusion
    merging = tuple(one.model_copy(update={"access": None}) for one in fusion.merging)
    made = planning(fusion.model_copy(update={"merging": merging}), FUSIONS)
    props = made.named("herne-declared-people").props
    nothing = {"chiefAccessManagers": False, "coChiefAccessManagers": False, "domains": {}}
    assert (props["declared"], props["takes"]) == ({}, nothing)


@pytest.fixture
def previewing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    return engine


def test_a_preview_warns_of_who_loses_and_who_keeps(previewing: Engine) -> None:
    line = f"jan.janssens is no longer access manager of {DOMAIN} (R16, R17)"
    gone = "luc.hermans is no longer access manager of woonzorg (R16, R17)"
    previewing.portal.outputs = {
        f"pajottegem-{DOMAIN}-access-managers": {"loses": [line]},
        "herne-declared-people": {"keeps": [f"dries.michiels stays user of {DOMAIN}"]},
        "pajottegem-declared-people": {"keeps": [f"tom.maes stays user of {DOMAIN}"], "loses": [gone]},
    }
    previewing.register("pajottegem")
    assert {f"Pajottegem: {line}", f"Pajottegem: {gone}"} <= set(previewing.warnings)
    kept = {one.partition(":")[0]: one for one in previewing.warnings if " stays " in one}
    assert kept.keys() == {"Herne", "Pajottegem"}
    assert (
        "although fusions/pajottegem.yaml no longer says so: at a disappearing centre nothing goes"
        in kept["Herne"]
    )
    assert "what this client did not make stays" in kept["Pajottegem"]
    assert all("`removed: [{person" in one for one in kept.values())


@pytest.mark.parametrize(
    ("standing", "way_out"),
    [
        (f"co-access manager of {DOMAIN}", "write `removed: [{person"),
        (f"access manager of {DOMAIN}", "declare the domain with its `accessManager` (R16)"),
        ("chief access manager", "under `chiefAccessManagers` and `coChiefAccessManagers` (R15)"),
        ("co-chief access manager", "under `chiefAccessManagers` and `coChiefAccessManagers` (R15)"),
    ],
)
def test_each_role_has_its_way_out(standing: str, way_out: str, previewing: Engine) -> None:
    previewing.portal.outputs = {"pajottegem-declared-people": {"keeps": [f"tom.maes stays {standing}"]}}
    previewing.register("pajottegem")
    (told,) = [one for one in previewing.warnings if " stays " in one and "tom.maes" in one]
    assert way_out in told


def test_afterwards_nobody_is_warned_of_what_was_done(engine: Engine) -> None:
    engine.portal.outputs = {f"pajottegem-{DOMAIN}-access-managers": {"loses": ["x"]}}
    engine.register("pajottegem")
    assert not [line for line in engine.warnings if line.endswith(": x")]
