"""What a stack says of itself: outputs, warnings, and the errors that need a person (R05, R32, R36, R50, R59)."""

from __future__ import annotations

import asyncio

import pulumi
import pytest

from providers.declared_people import DeclaredPeople
from providers.dossiers import Dossiers
from providers.pending_work import PendingWork
from providers.retained import NOT_SHOWN, RELEASED, Retained
from stacks import program
from stacks.waits import WaitingThing
from tests.stacks.conftest import PASSWORD, Engine, edited


def test_the_summary_counts(engine: Engine) -> None:
    waiting = {"reason": "waits for this screen to open (R59)", "whom": "RSZ", "until": "2025-01-13"}
    engine.portal.outputs = {
        "pajottegem-sender": {"origin": "adopted"},
        "pajottegem-ocmw-online": {"origin": "waiting", "waiting": waiting},
    }
    planned, outputs = engine.register("pajottegem")
    retained = sum(issubclass(item.resource, Retained) for item in planned)
    others = sum(issubclass(item.resource, (PendingWork, Dossiers, DeclaredPeople)) for item in planned)
    created = len(planned) - retained - others - 2
    assert outputs["summary"] == {"created": created, "adopted": 1, "retained": retained, "waiting": 1}
    assert outputs["waiting"] == {
        "Pajottegem, OCMW Online": "waits for this screen to open (R59); whom: RSZ; until: 2025-01-13"
    }
    assert outputs["waits"] == {
        "Pajottegem, OCMW Online": {
            "centre": "Pajottegem",
            "thing": "OCMW Online",
            "system": "OCMW Online notificaties",
            "reason": "waits for this screen to open",
            "rule": "R59",
            "whom": "RSZ",
            "until": "2025-01-13",
        }
    }
    (entry,) = outputs["waits"].values()
    assert str(WaitingThing.from_output(entry)) == ": ".join(*outputs["waiting"].items())
    assert outputs["retained"].keys() == {"Galmaarden", "Gooik", "Herne"}
    assert outputs["retained"]["Herne"] == "13 things, unchanged"


def test_what_the_supplier_needs_is_one_secret_output(engine: Engine) -> None:
    """R32: the password must be handed over."""
    engine.portal.outputs = {"pajottegem-rest-account": {"status": "pending"}}
    _, outputs = engine.register("pajottegem")
    assert outputs["supplier"] == {
        "organization": "1010.784.738",
        "ftp": {
            "accountName": "FTP Pajottegem",
            "username": "pajot2025",
            "password": PASSWORD,
            "authorizations": ["mutations", "attestations", "integrations", "novaPrimaStatements"],
        },
        "rest": {"accountName": "OCMW Online", "delegationRequest": "pending"},
    }

    assert asyncio.get_event_loop().run_until_complete(engine.exports["supplier"].is_secret())


def test_scenarios_without_accounts_hand_nothing_over(engine: Engine) -> None:
    """R04."""
    assert "supplier" not in engine.register("lochristi")[1]


def test_what_changed_at_a_disappearing_centre_fails_the_run(engine: Engine) -> None:
    """R05: said with the way out, after everything else was done."""
    engine.portal.outputs = {"herne-retained-ftpAccounts": {"observed": "FTP Herne: missing"}}
    with pytest.raises(pulumi.RunError, match=r"retain\.accept in fusions/pajottegem.yaml") as caught:
        engine.register("pajottegem")
    assert "\n  Herne, FTP accounts: FTP Herne: missing" in str(caught.value)
    assert len(engine.registered.requests) > 60


def test_what_is_released_is_said_and_fails_nothing(engine: Engine) -> None:
    """R61."""
    release = (
        "reviewOn: 2026-01-01",
        "reviewOn: 2026-01-01\n  release: [{centre: Herne, item: ftpAccounts, on: 2026-01-05, reason: fetched}]",
    )
    engine.portal.outputs = {
        "herne-retained-ftpAccounts": {"observed": RELEASED},
        "herne-retained-ocmwOnline": {"observed": NOT_SHOWN},
    }
    made = edited("pajottegem", release)
    outputs = engine.run(lambda: program.register(made.fusion, made.resources))
    assert outputs["retained"] == {
        "Galmaarden": "13 things, unchanged",
        "Gooik": "13 things, unchanged",
        "Herne": "11 things, unchanged; 1 not shown yet; FTP accounts released (2026-01-05: fetched)",
    }
    assert outputs["summary"]["retained"] == 38, "of what is still retained"


ACCEPT = (
    "reviewOn: 2026-01-01",
    "reviewOn: 2026-01-01\n  accept: [{centre: Herne, item: ftpAccounts, on: 2025-02-03, reason: closed}]",
)


@pytest.mark.parametrize(
    ("accepted_on", "told"),
    [
        ("2025-02-03", "the acceptance of 2025-02-03 is used: accept this too, with a later date"),
        ("", "the acceptance of 2025-02-03 counts from that day on: date it today, by the portal's date"),
    ],
)
def test_an_acceptance_that_does_not_count_is_explained(engine: Engine, accepted_on: str, told: str) -> None:
    """R05: one that was used, and one of a day that has not come."""
    seen = {"observed": "FTP Herne: missing", "acceptedOn": accepted_on}
    engine.portal.outputs = {"herne-retained-ftpAccounts": seen}
    made = edited("pajottegem", ACCEPT)
    with pytest.raises(pulumi.RunError) as caught:
        engine.run(lambda: program.register(made.fusion, made.resources))
    assert f"Herne, FTP accounts: FTP Herne: missing ({told})" in str(caught.value)


def test_what_is_accepted_is_said(engine: Engine) -> None:
    """R05."""
    seen = {"acceptedOn": "2025-02-03", "accepting": "FTP Herne: missing"}
    engine.portal.outputs = {"herne-retained-ftpAccounts": seen}
    made = edited("pajottegem", ACCEPT)
    engine.run(lambda: program.register(made.fusion, made.resources))
    told = "Herne, FTP accounts: accepted as the new baseline (2025-02-03: closed): FTP Herne: missing"
    assert told in engine.warnings


def test_a_review_that_has_come_is_reminded_of(engine: Engine) -> None:
    """R61: run after run, and in the `waiting` output."""
    waiting = {"reason": "waits for a decision", "whom": "the centre"}
    engine.portal.outputs = {"gooik-review": {"waiting": waiting}}
    _, outputs = engine.register("pajottegem")
    (reminder,) = [line for line in engine.warnings if "Gooik" in line]
    assert "2026-01-01 has come" in reminder
    assert "retain.release in fusions/pajottegem.yaml" in reminder
    assert outputs["waiting"] == {
        "Gooik, review of what is retained": "waits for a decision; whom: the centre"
    }


def test_a_refused_delegation_fails_the_run(engine: Engine) -> None:
    """R36."""
    engine.portal.outputs = {"pajottegem-rest-account": {"refused": "no contract"}}
    message = r"^Pajottegem, REST account OCMW Online: socius refused the delegation request \(no contract\) \(R36\)"
    with pytest.raises(pulumi.RunError, match=message):
        engine.register("pajottegem")


def test_unticked_mutations_are_warned_of(engine: Engine) -> None:
    """R50: what is sent meanwhile never arrives."""
    engine.register("pajottegem")
    (warning,) = engine.warnings
    assert warning.startswith("Pajottegem does not receive personnelFile: ")
    assert "(R50)" in warning


def test_where_all_are_ticked_nobody_is_warned(engine: Engine) -> None:
    made = edited("pajottegem", ("    - address\n", "    - address\n    - personnelFile\n"))
    engine.run(lambda: program.register(made.fusion, made.resources))
    assert engine.warnings == []


def test_where_the_declaration_lets_nobody_use_chaman_it_is_warned_of(engine: Engine) -> None:
    """R26, R47: who leaves the domain out names nobody; chief access managers may not."""
    other = ("\n    maatschappelijkWelzijn:\n", "\n    woonzorg:\n")
    made = edited("pajottegem", other)
    engine.run(lambda: program.register(made.fusion, made.resources))
    (warning,) = [line for line in engine.warnings if "R26" in line]
    assert warning.startswith(
        "Pajottegem: fusions/pajottegem.yaml names nobody who may use ChaMan and OCMW-configuratie (R26, R47)"
    )
    assert "Declare the domain maatschappelijkWelzijn under `access`" in warning


def test_what_a_declaration_does_not_set_up_needs_nobody(engine: Engine) -> None:
    """R04: Lochristi declares neither."""
    engine.register("lochristi")
    assert [line for line in engine.warnings if "R26" in line or "R47" in line] == []
