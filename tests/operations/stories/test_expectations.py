"""A step is as the story says or stops it: what was expected, what was seen. And what was written needlessly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from operations.checks.results import Result
from operations.rehearsals.projects import EngineRun, parse_events
from operations.stories.expectations import unmet_expectations
from operations.stories.journal_check import JournalCheck
from operations.stories.language import Step
from operations.stories.results import StepOutcome
from schemas.declaration import Fusion
from schemas.loading import load_declaration
from schemas.systems import System
from stacks.waits import WaitingThing
from tests.operations.stories.waits import FIRST_DAY, R12, R35, SUPPLIER

FUSIONS = Path(__file__).parents[3] / "fusions"


@pytest.fixture(scope="module")
def pajottegem() -> Fusion:
    return load_declaration(FUSIONS / "pajottegem.yaml")


def step(**fields: Any) -> Step:
    return Step.model_validate({"on": "2025-01-01", "what": "x", **fields})


def outcome(*waits: WaitingThing, **fields: Any) -> StepOutcome:
    fields.setdefault("runs", [EngineRun("up", True, {"update": 2, "same": 80}, ["update a", "update b"])])
    fields.setdefault("waits_as_of", "2025-01-01")
    return StepOutcome("2025-01-01", "x", waits=waits, **fields)


def stopped(told: Step, seen: StepOutcome, fusion: Fusion) -> list[str]:
    return unmet_expectations(told, seen, Path("nowhere"), fusion, JournalCheck(Path("nowhere")), {})


@pytest.mark.parametrize(
    ("expect", "expected", "seen"),
    [
        ({"waiting": "none"}, "nothing waits", R12),
        ({"waiting": ["(R12)", "(R59)"]}, "something waits with `(R59)`", R35),
        ({"notWaiting": ["(R35)"]}, "nothing waits any more with `(R35)`", R35),
        ({"waitsOnly": ["(R35)"]}, "nothing waits but (R35)", R12),
        ({"changes": "none"}, "an up with none changes", "2:\n  update a\n  update b"),
        ({"changes": 3}, "an up with 3 changes", "2:"),
        ({"writes": "none"}, "none writes at the portal", "1"),
        ({"writes": ["DELETE /a"]}, "just the writes `DELETE /a`", "PUT /a/sender"),
        ({"writes": ["/a", "/a/sender"]}, "just the writes `/a`, `/a/sender`", "PUT /a/sender"),
        ({"created": 5}, "5 created in the summary", "4"),
        ({"error": "refused"}, "an error with `refused`", "everything succeeded"),
        ({"says": ["(R24)"]}, "a message with `(R24)`", "nothing"),
    ],
)
def test_what_is_not_as_expected_says_what_was_seen(
    pajottegem: Fusion, expect: dict[str, Any], expected: str, seen: str
) -> None:
    lived = outcome(FIRST_DAY, SUPPLIER, written=["PUT /a/sender"], summary={"created": 4})
    (problem,) = stopped(step(up=True, expect=expect), lived, pajottegem)
    assert problem.startswith(f"expected: {expected}\nseen: ")
    assert seen in problem


@pytest.mark.parametrize(("written", "wrong"), [([], "some"), (["PUT /a"], "none")])
def test_without_a_run_the_writes_are_those_of_the_up_above(
    pajottegem: Fusion, written: list[str], wrong: str
) -> None:
    lived = outcome(runs=[], written_of_up=written)
    [problem] = stopped(step(expect={"writes": wrong}), lived, pajottegem)
    assert problem == f"expected: {wrong} writes at the portal\nseen: {len(written)}"
    right = "some" if written else "none"
    assert not stopped(step(expect={"writes": right}), lived, pajottegem)


def test_each_write_that_is_listed_is_there_once_and_no_other(pajottegem: Fusion) -> None:
    """In any order; a part that fits two calls is of one of them."""
    lived = outcome(written=["PUT /a/1", "DELETE /a/1", "PUT /a/2"])
    assert not stopped(step(up=True, expect={"writes": ["/a/2", "PUT /a", "DELETE"]}), lived, pajottegem)
    assert stopped(step(up=True, expect={"writes": ["PUT /a", "DELETE"]}), lived, pajottegem) == [
        "expected: just the writes `PUT /a`, `DELETE`\nseen: PUT /a/1\n  DELETE /a/1\n  PUT /a/2"
    ]


def test_what_waited_on_another_day_is_not_what_waits(pajottegem: Fusion) -> None:
    """An `up` may fail before it tells what waits."""
    told = step(up=True, expect={"waiting": ["(R12)"], "error": "x"})
    failed = outcome(FIRST_DAY, runs=[EngineRun("up", False, errors=["x"])], waits_as_of="2024-12-31")
    assert stopped(told, failed, pajottegem) == [
        "expected: an `up` of that day tells what waits\nseen: the last that did is of 2024-12-31"
    ]


def test_what_is_as_expected_says_nothing(pajottegem: Fusion) -> None:
    expect = {
        "waiting": ["(R12)"],
        "waitsOnly": ["(R12)", "(R35)"],
        "changes": 2,
        "writes": "some",
        "created": 4,
    }
    assert (
        stopped(
            step(up=True, expect=expect),
            outcome(FIRST_DAY, SUPPLIER, written=["PUT /a"], summary={"created": 4}),
            pajottegem,
        )
        == []
    )


def test_an_error_that_nobody_expected_stops_the_story(pajottegem: Fusion) -> None:
    failed = outcome(runs=[EngineRun("up", False, errors=["the portal refuses this"])])
    assert stopped(step(up=True), failed, pajottegem) == [
        "expected: `up` succeeds\nseen: the portal refuses this"
    ]
    assert stopped(step(up=True, expect={"error": "refuses"}), failed, pajottegem) == []


ENDED = "an unhandled error occurred: program exited with non-zero exit code: 1"
CHANGED = (
    "retained things changed (R05). Accept it under retain.accept:\n  Herne, FTP accounts: FTP Herne: missing\n"
    "  Herne, sender contact: name was ICT, is Somebody else\nRemovals wait until then."
)
REFUSED = "Exception calling application: sender contact: PUT answered 400: refused"
SENDER = "Herne, sender contact: name was ICT, is Somebody else"


@pytest.mark.parametrize(
    ("error", "others"),
    [
        ("FTP Herne: missing", [SENDER, REFUSED]),
        (["FTP Herne: missing", "Herne, sender contact"], [REFUSED]),
        (["retained things changed", "Herne, ", "answered 400"], []),
    ],
)
def test_beside_the_error_that_is_expected_there_is_no_other(
    pajottegem: Fusion, error: str | list[str], others: list[str]
) -> None:
    """What the engine says of the end, and what is said around the things that are listed, is none."""
    failed = outcome(runs=[EngineRun("up", False, errors=[CHANGED, REFUSED, ENDED, "update failed"])])
    problems = stopped(step(up=True, expect={"error": error}), failed, pajottegem)
    assert [problem.partition("\nseen: ")[2].split("\n  ") for problem in problems] == [others] * bool(others)


def test_of_several_errors_each_must_be_there(pajottegem: Fusion) -> None:
    failed = outcome(runs=[EngineRun("up", False, errors=[REFUSED, ENDED])])
    (problem,) = stopped(step(up=True, expect={"error": ["answered 400", "(R36)"]}), failed, pajottegem)
    assert problem == f"expected: an error with `(R36)`\nseen: {REFUSED}\n{ENDED}"


def result(check: str, found: str, kbo: str = "0212218182") -> Result:
    return Result("pajottegem", "Herne", kbo, System.E_BOX, check, found, "3 unread", "R61")


def test_of_a_check_each_centre_that_is_meant_must_be_so(pajottegem: Fusion) -> None:
    seen = outcome(checks=[result("E-Box", "todo"), result("E-Box", "ok", "1010784738")])
    lines = [{"check": "E-Box", "at": "disappearing", "result": ["todo"], "detail": "unread"}]
    assert stopped(step(check={"lines": lines}), seen, pajottegem) == []
    (problem,) = stopped(step(check={"lines": [{"check": "E-Box", "result": ["todo"]}]}), seen, pajottegem)
    assert problem.endswith("seen: Herne: E-Box: ok: 3 unread")
    (problem,) = stopped(step(check={"lines": [{"check": "sign-in", "result": ["ok"]}]}), seen, pajottegem)
    assert problem.endswith("there is no such line")
    (problem,) = stopped(step(check={"never": ["todo"]}), seen, pajottegem)
    assert problem.endswith("Herne, E-Box: todo: 3 unread")


@pytest.mark.parametrize(
    ("todo", "problem"),
    [
        ("none", "`fusion check` asks for nothing\nseen: Herne, E-Box: 3 unread"),
        (["Herne, E-Box: 3 unread"], ""),
        (["Herne, E-Box", "Gooik"], "`fusion check` asks for `Gooik`\nseen: Herne, E-Box: 3 unread"),
    ],
)
def test_what_a_check_asks_is_what_is_due_and_nothing_else(
    pajottegem: Fusion, todo: object, problem: str
) -> None:
    seen = outcome(checks=[result("E-Box", "todo"), result("old E-Box", "waiting"), result("sign-in", "ok")])
    stops = [f"expected: {problem}"] if problem else []
    assert stopped(step(check={"todo": todo}), seen, pajottegem) == stops


def test_what_a_check_asks_beside_that_is_a_problem(pajottegem: Fusion) -> None:
    seen = outcome(checks=[result("E-Box", "todo"), result("Uniek verslag 2025", "todo")])
    assert stopped(step(check={"todo": ["E-Box"]}), seen, pajottegem) == [
        "expected: `fusion check` asks for nothing but `E-Box`\nseen: Herne, Uniek verslag 2025: 3 unread"
    ]


# -- the journal ------------------------------------------------------------------------------------------------------


def call(path: str, method: str = "PUT", status: int = 200, **more: Any) -> dict[str, Any]:
    return {"method": method, "path": path, "status": status, "at": "2025-01-01T09:00:00+01:00", **more}


SENDER = "/REST/chaman/v1/organizations/1010784738/sender"


def test_a_write_that_is_made_again_is_needless_until_something_changes() -> None:
    ledger = JournalCheck(Path("nowhere"))
    assert list(ledger.needless([call(SENDER)])) == []
    assert list(ledger.needless([call(SENDER)])) == [
        f"PUT {SENDER} was written again, and nothing had changed"
    ]
    ledger.forget()
    assert list(ledger.needless([call(SENDER)])) == []


def test_a_write_that_the_portal_refused_should_have_waited() -> None:
    ledger = JournalCheck(Path("nowhere"))
    assert list(ledger.needless([call(SENDER, status=409)])) == [
        f"PUT {SENDER} was refused (409): it should have waited"
    ]
    struck = call(SENDER, status=503, fault="status")
    assert list(ledger.needless([struck, call(SENDER, status=412)])) == [], "a repeat of what happened unseen"


def test_batches_of_forms_are_many_on_one_path() -> None:
    stops = "/REST/integrations/v1/organizations/0212218182/forms/stops"
    assert list(JournalCheck(Path("nowhere")).needless([call(stops, "POST"), call(stops, "POST")])) == []


def test_what_may_not_be_written_at_a_disappearing_centre_is_told_by_the_declaration_of_that_moment(
    pajottegem: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05; which calls these are stands in tests/stacks/test_write_policy.py."""
    base = "/REST/accessManagement/v1/organizations/0212218182/domains"
    calls = [
        call(f"{base}/{domain}/accessManagers", actingFor="0212218182", seq=number, client="rehearsal")
        for number, domain in enumerate(("maatschappelijkWelzijn", "fiscaliteit"), 1)
    ]
    monkeypatch.setattr(controls, "journal", lambda *_, **__: calls)
    ledger = JournalCheck(Path("nowhere"))
    assert ledger.read(pajottegem) == calls
    assert ledger.forbidden == [f"Herne: PUT {base}/fiscaliteit/accessManagers on 2025-01-01"]
    told = step(expect={"noWritesAt": "disappearing"})
    (problem,) = unmet_expectations(told, outcome(), Path("nowhere"), pajottegem, ledger, {})
    assert problem.endswith(ledger.forbidden[0])


# -- the engine's events ----------------------------------------------------------------------------------------------


def test_of_the_engines_events_what_changed_what_was_said_and_the_outputs() -> None:
    def about(event: str, op: str, kind: str, name: str, **new: Any) -> dict[str, Any]:
        return {
            event: {
                "metadata": {
                    "op": op,
                    "urn": f"urn:pulumi:x::fusion::{kind}::{name}",
                    "type": kind,
                    "new": new,
                }
            }
        }

    ran = parse_events(
        "up",
        [
            {"diagnosticEvent": {"severity": "debug", "message": "registering"}},
            {"diagnosticEvent": {"severity": "warning", "message": "not received (R50)\n"}},
            about("resourcePreEvent", "refresh", "chaman:Sender", "sender", custom=True),
            about("resourcePreEvent", "update", "chaman:Sender", "sender", custom=True),
            about("resourcePreEvent", "create", "fusion:merged:Centre", "Pajottegem"),
            about(
                "resOutputsEvent",
                "same",
                "pulumi:pulumi:Stack",
                "fusion",
                outputs={"waiting": {"Herne": "x"}},
            ),
            {"summaryEvent": {"resourceChanges": {"update": 1, "same": 3}}},
        ],
        succeeded=True,
    )
    assert (ran.changed, ran.changes, ran.warnings, ran.errors) == (
        ["update sender"],
        1,
        ["not received (R50)"],
        [],
    )
    assert ran.outputs == {"waiting": {"Herne": "x"}}


def test_what_is_retained_is_told_as_the_state_has_it_also_by_a_run_that_fails() -> None:
    """R05. A preview has no outputs of what it plans, and has seen what its refresh saw."""

    def about(op: str, event: str = "resOutputsEvent", **outputs: str) -> dict[str, Any]:
        new = {"custom": True, "outputs": {"organization": "0212218182", "kind": "ftpAccounts", **outputs}}
        kind = "pulumi-python:dynamic/retained:FtpAccounts"
        return {event: {"metadata": {"op": op, "urn": "urn::herne-ftp", "type": kind, "new": new}}}

    events = [
        about("refresh", observed="unchanged"),
        about("update", "resourcePreEvent"),
        about("update", observed="FTP Herne: missing"),
    ]
    ran = parse_events("up", events, succeeded=False)
    assert ran.observed == {("0212218182", "ftpAccounts"): "FTP Herne: missing"}
    assert ran.changed == ["update herne-ftp"]
    assert parse_events("preview", events, succeeded=True).observed == {
        ("0212218182", "ftpAccounts"): "unchanged"
    }
