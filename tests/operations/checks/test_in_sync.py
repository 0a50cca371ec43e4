"""Access, sender and screens: as declared, or what differs is named, never with a value that is about people."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from emulator import controls
from operations.checks.results import FAILED, OK, UNKNOWN, WAITING
from tests.operations.checks.conftest import CHAMAN, CONFIGURATION, HERNE, PAJOTTEGEM, Setting

ACCESS = "/REST/accessManagement/v1/organizations"
WAY_OUT = ": `pulumi preview` shows it, `pulumi up` puts it right"
SCREENS = {
    "sender contact": ("R28", f"{CHAMAN}/{PAJOTTEGEM}/sender"),
    "technical providers": ("R52", f"{CONFIGURATION}/{PAJOTTEGEM}/technicalProviders"),
    "contact details": ("R53", f"{CONFIGURATION}/{PAJOTTEGEM}/contactDetails"),
    "OCMW Online": ("R55", f"{CONFIGURATION}/{PAJOTTEGEM}/ocmwOnline"),
}


def users(setting: Setting, kbo: str) -> Iterator[str]:
    """The paths of a domain's users."""
    base = f"{ACCESS}/{kbo}/domains/maatschappelijkWelzijn/users"
    return (f"{base}/{user['id']}" for user in setting.portal(kbo).get_items(base))


def test_somebody_may_use_what_was_set_up(applied: Setting) -> None:
    """R26, R47: by the portal's lists; without names."""
    assert applied.found("who may use ChaMan")[0] == OK
    assert applied.found("who may use OCMW-configuratie")[0] == OK


def test_where_nobody_may_use_it_that_fails(applied: Setting) -> None:
    """R26, R47: whoever is left is blocked or has other rights, and chief access managers may not."""
    base = f"{ACCESS}/{PAJOTTEGEM}/domains/maatschappelijkWelzijn"
    portal = applied.portal(PAJOTTEGEM)
    for path in users(applied, PAJOTTEGEM):
        found = portal.get(path)
        portal.replace(
            path,
            {name: found.body[name] for name in ("ssin", "applications", "roles")} | {"blocked": True},
            found.etag,
        )
    applied.remove(PAJOTTEGEM, f"{base}/accessManagers")
    for check in ("who may use ChaMan", "who may use OCMW-configuratie"):
        result, detail = applied.found(check)
        assert (result, detail.startswith("nobody may use ")) == (FAILED, True)
        assert "declare one of them under `access`" in detail


def test_what_was_applied_is_as_declared(applied: Setting) -> None:
    lines = {line.check: line for line in applied.check() if line.kbo == PAJOTTEGEM}
    assert {lines[check].rule for check in SCREENS} == {rule for rule, _ in SCREENS.values()}
    assert {(lines[check].result, lines[check].detail) for check in SCREENS} == {(OK, "as declared")}
    assert applied.found("access") == (OK, "8 of 8 as declared")
    assert applied.found("access", HERNE) == (OK, "4 of 4 as declared")


@pytest.mark.parametrize(
    ("check", "changed"),
    [
        ("sender contact", {"phone": "+3220000000"}),
        (
            "technical providers",
            {"contacts": [{"name": "A", "phone": "+3220000000", "email": "a@b.example"}]},
        ),
        ("contact details", {"phone": "+3220000000", "postcode": "1570"}),
        ("OCMW Online", {"newRequests": {"enabled": False}}),
    ],
)
def test_what_somebody_changed_is_named(applied: Setting, check: str, changed: dict[str, object]) -> None:
    """R28, R52, R53, R55."""
    applied.change(PAJOTTEGEM, SCREENS[check][1], **changed)
    result, detail = applied.found(check)
    assert result == FAILED
    fields, way_out = detail.split(" not as declared")
    assert set(fields.split(", ")) <= changed.keys()
    assert way_out == WAY_OUT


def test_what_was_never_made_is_missing(fresh: Setting) -> None:
    """R28, R52; R59: a screen that is not open yet is waited for."""
    controls.reset(fresh.database, "2025-01-02")
    assert fresh.found("sender contact") == (FAILED, f"missing{WAY_OUT}")
    assert fresh.found("technical providers") == (FAILED, f"missing{WAY_OUT}")
    result, detail = fresh.found("contact details")
    assert result == WAITING
    assert detail.endswith("(R59), until 2025-01-13")


def test_somebody_who_lost_access_is_named_by_key(applied: Setting) -> None:
    """R16, R17, R19, R23: also where only access is managed."""
    for kbo in (PAJOTTEGEM, HERNE):
        managers = f"{ACCESS}/{kbo}/domains/maatschappelijkWelzijn/accessManagers"
        portal = applied.portal(kbo)
        found = portal.get(managers)
        manager = {name: value for name, value in found.body["accessManager"].items() if name != "personId"}
        portal.replace(
            managers, {"accessManager": manager | {"language": "fr"}, "coAccessManagers": []}, found.etag
        )
        for path in users(applied, kbo):
            applied.remove(kbo, path)
    result, detail = applied.found("access")
    assert result == FAILED
    assert (
        "access managers maatschappelijkWelzijn: coAccessManagers, people's data not as declared; " in detail
    )
    assert "user maatschappelijkWelzijn tom.maes: missing" in detail
    assert applied.found("access", HERNE)[0] == FAILED
    assert not re.search(r"\d{11}", detail)


def test_before_the_copy_access_is_waited_for_once(fresh: Setting) -> None:
    """R12, R15: one line for what all of it waits for."""
    controls.reset(fresh.database, "2024-12-20")
    result, detail = fresh.found("access")
    assert (result, detail.endswith("until 2025-01-01")) == (WAITING, True)


def clean_up(setting: Setting, confirmed_on: str) -> None:
    before, merged = setting.declaration.read_text().split("\naccess:")
    entry = f"\n  cleanUp: {{confirmedOn: {confirmed_on}, reason: agreed, atMost: 5}}\n  domains:"
    merged = merged.replace("\n  domains:", entry, 1)
    setting.declaration.write_text(f"{before}\nbeyondScenario: {{reason: agreed}}\n\naccess:{merged}")


def test_who_is_cleaned_up_stands_there_until_then(applied: Setting) -> None:
    """R24: the RSZ copied more people than the declaration has."""
    clean_up(applied, "2025-02-12")
    result, detail = applied.found("access")
    assert result == FAILED
    assert re.search(r"clean-up of users maatschappelijkWelzijn: \d+ people not declared", detail)


def test_before_its_day_a_clean_up_waits_and_the_rest_is_good(applied: Setting) -> None:
    """R24."""
    clean_up(applied, "2025-02-13")
    lines = [line for line in applied.check() if line.check == "access" and line.kbo == PAJOTTEGEM]
    assert [line.result for line in lines] == [OK, WAITING]
    assert lines[0].detail == "8 of 10 as declared"
    assert lines[1].detail.endswith("until 2025-02-13")


def remove(setting: Setting, person: str, on: str) -> None:
    """In place of the person's line at Herne."""
    text = setting.declaration.read_text()
    lines = [line for line in text.splitlines() if f"person: {person}," not in line]
    at = next(position for position, line in enumerate(lines) if "[pieter.aerts]" in line)
    lines.insert(at, f"          removed: [{{person: {person}, on: {on}, reason: left}}]")
    setting.declaration.write_text("\n".join(lines))


def test_who_is_removed_and_still_has_access_is_named(applied: Setting) -> None:
    """R20: at a disappearing centre too."""
    remove(applied, "dries.michiels", "2025-02-12")
    result, detail = applied.found("access", HERNE)
    assert result == FAILED
    assert detail.startswith("removal maatschappelijkWelzijn dries.michiels: still has access")
    for path in users(applied, HERNE):
        applied.remove(HERNE, path)
    assert "still has access" not in applied.found("access", HERNE)[1]


def test_before_its_day_a_removal_waits(applied: Setting) -> None:
    """R20."""
    remove(applied, "dries.michiels", "2025-02-13")
    lines = [line for line in applied.check() if line.check == "access" and line.kbo == HERNE]
    assert [line.result for line in lines] == [OK, WAITING]
    assert lines[1].detail == "waits for the day of the removal (R20), until 2025-02-13"


def test_what_cannot_be_read_is_unknown(applied: Setting) -> None:
    for what in ("contactDetails", "contents"):
        path = f"*/{PAJOTTEGEM}/{what}"
        controls.add_fault(applied.database, controls.Rule(status=500, path_pattern=path))
    applied.settings["deadlineSeconds"] = "0"
    assert applied.found("contact details")[0] == UNKNOWN
    assert applied.found("technical providers")[0] == OK
