"""Scenario 3 cleans access up (R24), with the real engine; and the guards against locking oneself out (R15, R16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import NotFound
from tests.support.workspace import Workspace

ANTWERPEN, BORSBEEK = "0212235604", "0212242928"
MW, WSZ = "maatschappelijkWelzijn", "werkgeverSocialeZekerheid"
API = "/REST/accessManagement/v1/organizations"
GOES = r"(?:portal:[0-9a-f]{8}|sabine\.goris)"
CHIEFS = "chiefAccessManagers: [kathleen.adriaens, tom.verbist]"
STACK = "antwerpen"
WSZ_OF_PAJOTTEGEM = """\
    werkgeverSocialeZekerheid:
      accessManager: luc.hermans
      users:
        - {person: noor.baert, applications: [Aangifte DmfA, E-Box Onderneming]}
"""


@pytest.fixture(scope="module")
def cleaned_template(antwerpen_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = antwerpen_template.copy(tmp_path_factory.mktemp("e2e") / "cleaned")
    workspace.up(STACK)
    return workspace


@pytest.fixture
def fresh(antwerpen: Workspace) -> Workspace:
    """Nothing applied yet."""
    return antwerpen


@pytest.fixture
def cleaned(cleaned_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Applied: only who is declared is left."""
    workspace = cleaned_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()


def users(workspace: Workspace, number: str, domain: str) -> list[dict[str, Any]]:
    return workspace.portal(number).get_items(f"{API}/{number}/domains/{domain}/users")


def add(workspace: Workspace, number: str, domain: str, key: str) -> None:
    """Somebody whom the declaration names elsewhere is added here by hand."""
    ssin = workspace.secrets()["people"][key]["insz"]
    body = {"ssin": ssin, "applications": [], "roles": [], "blocked": False}
    workspace.portal(number).add(f"{API}/{number}/domains/{domain}/users", body)


def deletions(workspace: Workspace) -> list[tuple[str, str, int]]:
    return [
        (call["method"], call["path"].removeprefix(f"{API}/"), call["status"])
        for call in workspace.journal(writes=True)
        if call["method"] == "DELETE" or call["path"].endswith("/deletions")
    ]


def test_the_first_preview_names_who_goes_and_writes_nothing(fresh: Workspace) -> None:
    shown = fresh.preview(STACK)
    named = dict(re.findall(rf"warning: (\w+, \w+): \d users go, .*: ({GOES}(?:, {GOES})*)", shown))
    assert {place: len(names.split(", ")) for place, names in named.items()} == {
        f"Antwerpen, {MW}": 5,
        f"Antwerpen, {WSZ}": 2,
        f"Borsbeek, {MW}": 2,
    }
    gone = {name for names in named.values() for name in names.split(", ")}
    known = {f"portal:{user['personId'][:8]}" for user in users(fresh, ANTWERPEN, MW)} | {"sabine.goris"}
    assert set(named[f"Antwerpen, {MW}"].split(", ")) < known
    assert not [user["ssin"] for user in users(fresh, ANTWERPEN, MW) if user["ssin"] in shown]
    assert len(gone) > 5
    assert "leaving" in fresh.preview(STACK, "--diff")
    assert deletions(fresh) == []


def test_up_removes_them_in_one_call_a_domain(cleaned: Workspace) -> None:
    assert sorted(deletions(cleaned)) == [
        ("POST", f"{ANTWERPEN}/domains/{MW}/users/deletions", 204),
        ("POST", f"{ANTWERPEN}/domains/{WSZ}/users/deletions", 204),
        ("POST", f"{BORSBEEK}/domains/{MW}/users/deletions", 204),
    ]
    insz = {person["insz"]: key for key, person in cleaned.secrets()["people"].items()}
    left = {
        (number, domain): {insz[user["ssin"]] for user in users(cleaned, number, domain)}
        for number, domain in ((ANTWERPEN, MW), (ANTWERPEN, WSZ), (BORSBEEK, MW))
    }
    assert left == {
        (ANTWERPEN, MW): {"jonas.peeters", "carla.nuyts", "jef.wuyts", "fatima.ouali"},
        (ANTWERPEN, WSZ): {"stef.backx"},
        (BORSBEEK, MW): {"jef.wuyts", "sabine.goris"},
    }
    assert len(users(cleaned, BORSBEEK, "woonzorg")) == 2, "a domain that is not listed is not touched"
    went = cleaned.outputs(STACK)["cleanedUp"]
    assert {place: line.partition(": ")[0] for place, line in went.items()} == {
        f"Antwerpen, {MW}": "5 users",
        f"Antwerpen, {WSZ}": "2 users",
        f"Borsbeek, {MW}": "2 users",
    }
    assert all(re.fullmatch(rf"\d users: {GOES}(, {GOES})+", line) for line in went.values())
    cleaned.in_sync(STACK)


def test_who_is_added_behind_ones_back_shows_and_goes(cleaned: Workspace) -> None:
    add(cleaned, BORSBEEK, MW, "stef.backx")
    for _ in range(2):
        shown = cleaned.preview(STACK, "--expect-no-changes", succeeds=False)
        assert re.search(rf"warning: Borsbeek, {MW}: 1 user goes, .*: stef.backx\n", shown)
        assert "retained things changed" not in shown
    before = cleaned.outputs(STACK)["cleanedUp"][f"Borsbeek, {MW}"]
    assert f"clean-up of users {BORSBEEK} {MW}: 1 user went (R24): stef.backx\n" in cleaned.up(STACK)
    assert len(users(cleaned, BORSBEEK, MW)) == 2
    after = cleaned.outputs(STACK)["cleanedUp"][f"Borsbeek, {MW}"]
    assert after == f"{before.replace('2 users', '3 users')}, stef.backx"
    cleaned.in_sync(STACK)


def test_a_saved_plan_lets_nobody_go_whom_it_does_not_name(fresh: Workspace) -> None:
    """R24: `up` looks anew before it begins, so what it names may be more than what somebody read and agreed to."""
    plan = fresh.root / "plan.json"
    named = re.findall(
        rf"warning: Borsbeek, {MW}: 2 users go, .*: (.*)\n", fresh.preview(STACK, f"--save-plan={plan}")
    )
    add(fresh, BORSBEEK, MW, "stef.backx")
    shown = fresh.pulumi("up", "-s", STACK, "--yes", f"--plan={plan}", succeeds=False)
    assert "violates plan: properties changed: ++leaving" in shown
    assert deletions(fresh) == []
    (added,) = [
        user
        for user in users(fresh, BORSBEEK, MW)
        if user["ssin"] == fresh.secrets()["people"]["stef.backx"]["insz"]
    ]
    path = f"{API}/{BORSBEEK}/domains/{MW}/users/{added['id']}"
    fresh.portal(BORSBEEK).delete(path, fresh.portal(BORSBEEK).get(path).etag)
    shown = fresh.pulumi("up", "-s", STACK, "--yes", f"--plan={plan}")
    assert f"clean-up of users {BORSBEEK} {MW}: 2 users went (R24): {named[0]}\n" in shown
    fresh.in_sync(STACK)


def test_another_domain_of_the_disappearing_centre_is_retained(cleaned: Workspace) -> None:
    """What is removed and what is retained fit together (R22)."""
    add(cleaned, BORSBEEK, "woonzorg", "stef.backx")
    shown = cleaned.up(STACK, succeeds=False)
    assert re.search(r"Borsbeek, users: woonzorg/\S+: added", shown)
    assert len(users(cleaned, BORSBEEK, "woonzorg")) == 3


def test_before_the_day_of_its_confirmation_nobody_goes(fresh: Workspace) -> None:
    """R24. The first preview says so; from that day on it names them."""
    fresh.edit(STACK, lambda text: text.replace("confirmedOn: 2024-10-28", "confirmedOn: 2025-02-10"))
    shown = fresh.preview(STACK)
    for place in (f"Antwerpen, {MW}", f"Antwerpen, {WSZ}", f"Borsbeek, {MW}"):
        assert re.search(rf"{place}: nobody goes yet; .* cleanUp\.confirmedOn.* until 2025-02-10\n", shown)
    assert not re.search(rf"users? goe?s?, .*{GOES}", shown)
    fresh.up(STACK)
    assert deletions(fresh) == []
    waits = f"Antwerpen, clean-up of users {MW}: waits for the day of cleanUp.confirmedOn"
    assert [line for line in fresh.waiting(STACK) if line.startswith(waits)]
    fresh.in_sync(STACK)
    fresh.set_clock("2025-02-10")
    assert f"Antwerpen, {MW}: 5 users go" in fresh.preview(STACK)
    fresh.up(STACK)
    assert len(deletions(fresh)) == 3
    fresh.in_sync(STACK)


def test_more_than_is_confirmed_and_nobody_goes_there(fresh: Workspace) -> None:
    fresh.edit(STACK, lambda text: text.replace("atMost: 10", "atMost: 3"))
    for shown in (fresh.preview(STACK), fresh.up(STACK, succeeds=False)):
        assert (
            "5 users would go, and the declaration confirms at most 3 (cleanUp.atMost, R24; safety rule cleanUp), "
            in shown
        )
        assert len(set(re.findall(GOES, shown))) >= 5
        assert "Declare who stays, or confirm the greater number" in shown
    assert ("POST", f"{ANTWERPEN}/domains/{MW}/users/deletions", 204) not in deletions(fresh)
    fresh.edit(STACK, lambda text: text.replace("atMost: 3", "atMost: 5"))
    fresh.up(STACK)
    fresh.in_sync(STACK)


def test_destroy_brings_nobody_back_and_takes_nobody_away(cleaned: Workspace) -> None:
    before = deletions(cleaned)
    add(cleaned, ANTWERPEN, WSZ, "jef.wuyts")
    cleaned.pulumi("destroy", "-s", STACK, "--yes", "--skip-preview")
    assert [call for call in deletions(cleaned)[len(before) :] if call[0] == "POST"] == []
    assert len(users(cleaned, ANTWERPEN, WSZ)) == 2


# -- guards ---------------------------------------------------------------------------------------------------------


def chiefs(workspace: Workspace) -> int:
    path = f"{API}/{ANTWERPEN}/chiefAccessManagers"
    return len(workspace.portal(ANTWERPEN).get(path).body["chiefAccessManagers"])


def test_no_chief_of_today_left_is_refused_until_a_handover_is_declared(cleaned: Workspace) -> None:
    """In the preview, which `up` begins with, and with `--skip-preview` too."""
    cleaned.edit(STACK, lambda text: text.replace(CHIEFS, "chiefAccessManagers: [lieve.somers]"))
    writes = len(cleaned.journal(writes=True))
    for shown in (
        cleaned.preview(STACK, succeeds=False),
        cleaned.up(STACK, succeeds=False),
        cleaned.pulumi("up", "-s", STACK, "--yes", "--skip-preview", succeeds=False),
    ):
        assert "none of the 2 who are chief access managers now would stay one" in shown
        assert re.search(r"`handover: \{on: 20\d\d-\d\d-\d\d, reason: …\}`", shown)
        assert "Traceback" not in shown
    assert len(cleaned.journal(writes=True)) == writes
    cleaned.edit(
        STACK,
        lambda text: text.replace(
            "  chiefAccessManagers: [lieve.somers]\n",
            "  chiefAccessManagers: [lieve.somers]\n  handover: {on: 2025-02-03, reason: both left}\n",
        ),
    )
    cleaned.up(STACK)
    assert chiefs(cleaned) == 1
    cleaned.in_sync(STACK)
    # The same date for another one, which a preview refuses as well.
    cleaned.edit(
        STACK,
        lambda text: text.replace("chiefAccessManagers: [lieve.somers]", CHIEFS).replace(
            "both left", "both are back"
        ),
    )
    for shown in (cleaned.preview(STACK, succeeds=False), cleaned.up(STACK, succeeds=False)):
        assert "The handover of 2025-02-03 was carried out: another has a later date" in shown
    assert chiefs(cleaned) == 1


def test_the_operators_last_access_is_kept_where_only_the_portal_knows(cleaned: Workspace) -> None:
    """Kathleen is a chief and nothing else; she stays out of the next list."""
    cleaned.pulumi("config", "set", "operator", "kathleen.adriaens", "-s", STACK)
    cleaned.preview(STACK)
    cleaned.edit(STACK, lambda text: text.replace(CHIEFS, "chiefAccessManagers: [tom.verbist]"))
    for shown in (cleaned.preview(STACK, succeeds=False), cleaned.up(STACK, succeeds=False)):
        assert (
            "kathleen.adriaens operates this stack (fusion:operator) and is chief access manager at Antwerpen; "
            "fusions/antwerpen.yaml takes the last of it away"
        ) in shown
    assert chiefs(cleaned) == 2
    cleaned.pulumi("config", "set", "operator", "tom.verbist", "-s", STACK)
    cleaned.up(STACK)
    assert chiefs(cleaned) == 1


def test_the_operator_is_not_locked_out_by_a_domain_that_leaves_the_file(pajottegem: Workspace) -> None:
    """What this client made at the merged centre goes with it (R16)."""
    pajottegem.pulumi("config", "set", "operator", "luc.hermans", "-s", "pajottegem")
    pajottegem.preview("pajottegem")
    meant = f"rule: sectionGone, centre: Pajottegem, item: access.domains.{WSZ}, reason: agreed, until: 2025-03-01"
    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace(WSZ_OF_PAJOTTEGEM, "") + f"\nexceptions:\n  - {{{meant}}}\n",
    )
    for shown in (
        pajottegem.preview("pajottegem", succeeds=False),
        pajottegem.up("pajottegem", succeeds=False),
        pajottegem.pulumi("up", "-s", "pajottegem", "--yes", "--skip-preview", succeeds=False),
    ):
        assert f"luc.hermans operates this stack (fusion:operator) and is access manager of {WSZ}" in shown
        assert "at Pajottegem; fusions/pajottegem.yaml takes" in shown
    number = "1010784738"
    path = f"{API}/{number}/domains/{WSZ}/accessManagers"
    assert pajottegem.portal(number).get(path).body["createdBy"] == "rehearsal"
    pajottegem.pulumi("config", "set", "operator", "els.peeters", "-s", "pajottegem")
    pajottegem.up("pajottegem")
    with pytest.raises(NotFound):
        pajottegem.portal(number).get(path)


def test_a_misspelt_setting_switches_no_guard_off(fresh: Workspace) -> None:
    seen = len(fresh.journal())
    fresh.pulumi("config", "set", "operater", "kathleen.adriaens", "-s", STACK)
    for shown in (fresh.preview(STACK, succeeds=False), fresh.up(STACK, succeeds=False)):
        assert "stacks/Pulumi.antwerpen.yaml: fusion:operater is no setting" in shown
        assert "did you mean `operator`?" in shown
    assert len(fresh.journal()) == seen
