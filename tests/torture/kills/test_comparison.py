"""What a kill could leave is noticed: each thing that must not be, planted by hand."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emulator.core import journal, store
from emulator.embedded import open_portal
from schemas.loading import load_declaration
from tests.support import portal_tables
from tests.support.workspace import CHECKOUT
from tests.torture.kills import comparison

PAJOTTEGEM = load_declaration(CHECKOUT / "fusions" / "pajottegem.yaml")
_PLANTED: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a form is lost": (portal_tables.delete_form, "form lost"),
    "a form is there twice": (
        lambda portal: portal_tables.continue_form(portal, "1010784738", "2025-01-01"),
        "form too many",
    ),
    "a form has two successors": (
        lambda portal: portal_tables.continue_form(portal, "1010784738", "2025-01-01", times=2),
        "successors of one form",
    ),
    "a form was stopped": (lambda portal: portal_tables.stop_form(portal, "2024-12-31"), "form lost"),
    "a user is lost": (portal_tables.delete_user, "removed"),
    "a certificate is there": (
        lambda portal: portal_tables.copy_certificate(portal, "herne-ftp.cer", "another.cer"),
        "added",
    ),
    "a screen says something else": (
        lambda portal: portal_tables.change_resources(portal, "sender", phone="+3200000000"),
        "changed: phone",
    ),
}


@pytest.fixture
def portals(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    open_portal(one)
    shutil.copyfile(one, other)
    return one, other


def test_two_that_are_equal_are_equal(portals: tuple[Path, Path]) -> None:
    assert comparison.compare_portals(*portals) == []


@pytest.mark.parametrize("planted", _PLANTED)
def test_a_difference_is_told(portals: tuple[Path, Path], planted: str) -> None:
    plant, expected = _PLANTED[planted]
    plant(portals[1])
    assert expected in "\n".join(comparison.compare_portals(*portals))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("chaman/v1/organizations/0212218182/sender", True),
        ("ocmwConfiguration/v1/organizations/0212218182/mutations", True),
        ("integrations/v1/organizations/0212218182/forms", True),
        ("integrations/v1/organizations/0212218182/forms/stops", False),
        ("accessManagement/v1/organizations/0212218182/chiefAccessManagers", False),
        ("accessManagement/v1/organizations/0212218182/domains/fiscaliteit/accessManagers", True),
    ],
)
def test_a_write_under_a_retained_number_is_told(tmp_path: Path, path: str, told: bool) -> None:
    """R05; R23, R24 and R06 for what may be written."""
    open_portal(tmp_path / "portal.db")
    with closing(store.connect(tmp_path / "portal.db")) as connection:
        method = "POST" if "integrations" in path else "PUT"
        entry = journal.Entry(method, f"/REST/{path}", acting_for="0212218182")
        journal.write(connection, "2025-02-03T09:00:00+01:00", entry, 200)
    assert bool(comparison.find_forbidden_writes(tmp_path / "portal.db", PAJOTTEGEM)) == told


def _resource(name: str, **inputs: Any) -> dict[str, Any]:
    return {"urn": f"urn::{name}", "id": name, "type": "chaman:Sender", "custom": True, "inputs": inputs}


def test_what_the_state_lacks_or_has_twice_is_told() -> None:
    one, other = _resource("one", phone="1", toStop={}), _resource("other")
    assert comparison.compare_states([one], [_resource("one", phone="1", toStop={"quality 2": 3})]) == []
    assert "missing" in comparison.compare_states([one, other], [one])[0]
    assert "too many" in comparison.compare_states([one], [one, other])[0]
    assert "phone" in comparison.compare_states([one], [_resource("one", phone="2")])[0]
    assert "not one" in comparison.compare_states([one], [{**one, "id": "else"}])[0]


def _retained(**outputs: Any) -> dict[str, Any]:
    known = {
        "adopted": True,
        "baseline": [{"accountName": "FTP Herne"}],
        "acceptedOn": "",
        "observed": "unchanged",
    }
    kind = "pulumi-python:dynamic/retained:FtpAccounts"
    return {**_resource("ftp", kind="ftpAccounts"), "type": kind, "outputs": known | outputs}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("adopted", False),
        ("baseline", []),
        ("baseline", None),
        ("acceptedOn", "2031-01-01"),
        ("observed", "released"),
        ("observed", "FTP Herne: missing"),
    ],
)
def test_what_was_known_of_a_retained_thing_and_is_lost_is_told(name: str, value: Any) -> None:
    """R05: an emptied baseline would take whatever is there for what was there."""
    other = _retained(**{name: value})
    # What a refresh notes among the inputs is no difference.
    other["inputs"] = {**other["inputs"], **_retained()["outputs"]}
    assert comparison.compare_states([_retained()], [other]) == [
        f"state: urn::ftp: the output {name} differs"
    ]
    assert comparison.compare_states([_retained()], [{**other, "outputs": _retained()["outputs"]}]) == []


def test_of_users_whom_the_run_makes_their_numbers_are_none_of_the_baseline() -> None:
    """They are given in the order in which several are made at once, and to those who were there before the look."""
    theirs = {"domain": "x", "id": "7c", "personId": "01", "place": "x/7c", "roles": []}
    kept = {"domain": "x", "id": "8d", "personId": "02", "place": "x/8d", "roles": ["Raadpleger"]}
    one = _retained(baseline=[theirs, kept])
    assert comparison.compare_states([one], [_retained(baseline=[kept])]) == []
    assert comparison.compare_states([one], [_retained(baseline=[theirs | {"personId": "03"}, kept])]) == []
    assert comparison.compare_states([one], [_retained(baseline=[theirs])])
    assert comparison.compare_states([one], [_retained(baseline=[theirs, kept | {"roles": []}])])


def test_a_check_leaves_behind_which_files_it_fetched(portals: tuple[Path, Path]) -> None:
    portal_tables.mark_files_fetched(portals[1])
    assert all("boxFiles" in line for line in comparison.compare_portals(*portals))
    assert comparison.compare_portals(*portals)
    assert comparison.compare_portals(*portals, checked=True) == []
