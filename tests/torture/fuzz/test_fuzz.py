"""Schemathesis over every API's document, every check on, for a bounded number of calls; `make fuzz` goes on for an hour."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator import app
from emulator.core.operation import Answer, Api, Call
from emulator.embedded import open_portal
from emulator.systems.ocmw_configuration import api as ocmw_configuration
from tests.torture.fuzz import excuses, harness

SEED = 20250203
EXAMPLES = 6
# Checks that say something of every kind of API; the others (`use_after_free`, `ignored_auth`, ...) where they apply.
CHECKS = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "max_response_time",
}

pytestmark = pytest.mark.filterwarnings(
    # Of schemathesis' own: it closes the event loops and sessions of a run when the process ends.
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal to copy: a seed costs more than a copy."""
    database = tmp_path_factory.mktemp("fuzz") / "seeded.db"
    open_portal(database, clock="2025-02-03")
    return database


@pytest.mark.parametrize("api", harness.APIS, ids=lambda api: api.name)
def test_every_operation_does_what_its_document_says(api: Api, seeded: Path, tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    shutil.copyfile(seeded, database)
    found = harness.run(api, database, seed=SEED, examples=EXAMPLES)
    assert not found.findings, f"seed {SEED}, {EXAMPLES} examples\n{found.report()}"
    assert set(found.checks) >= CHECKS
    labels = {f"{operation.method} {operation.path}" for operation in api.operations} or {"POST /token"}
    called = {label for label, _ in found.statuses}
    assert called == labels
    # Refusals prove little: most operations have to have done their work at least once, whatever the state asks.
    good = {label for label, status in found.statuses if 200 <= status < 300}
    assert len(good) >= 0.7 * len(labels), f"none of these ever came to anything: {labels - good}"


PATH = "/organizations/{enterpriseNumber}/mutations"


def planted(name: str, **changes: Any) -> Api:
    """OCMW configuration with a fault in one operation, of which its document knows nothing."""
    operations = tuple(
        replace(operation, **changes) if operation.name == name else operation
        for operation in ocmw_configuration.API.operations
    )
    return replace(ocmw_configuration.API, operations=operations)


def breaks(_: Call) -> Answer:
    raise RuntimeError("planted")


def teapot(_: Call) -> Answer:
    return Answer(418, {"status": 418})


def other_schema(call: Call) -> Answer:
    return Answer(200, {"receive": "everything"}, {"ETag": '"1"'})


def no_etag(call: Call) -> Answer:
    body = {"receive": [], "createdBy": "x", "createdAt": call.at, "changedAt": call.at}
    return Answer(200, body)


def refuses_all(_: Call) -> Answer:
    from emulator.core import problems

    raise problems.bad_request([problems.Issue("invalidInput", "planted", "receive")])


FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "answers 500": ("getMutations", {"handler": breaks}, "not_a_server_error"),
    "a status of its own": ("getMutations", {"handler": teapot}, "status_code_conformance"),
    "a body off its schema": ("getMutations", {"handler": other_schema}, "response_schema_conformance"),
    "a header left out": ("getMutations", {"handler": no_etag}, "response_headers_conformance"),
    "takes what is not allowed": ("putMutations", {"body": "anything:Body"}, "negative_data_rejection"),
    "refuses what is allowed": ("putMutations", {"handler": refuses_all}, "positive_data_acceptance"),
    "asks for no token": ("getMutations", {"handler": no_etag, "public": True, "needs": ()}, "ignored_auth"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    fault: str, seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, changes, check = FAULTS[fault]
    if "body" in changes:
        anything(monkeypatch)
    monkeypatch.setattr(app, "PORTAL", (planted(name, **changes),))
    database = tmp_path / "portal.db"
    shutil.copyfile(seeded, database)
    found = harness.run(ocmw_configuration.API, database, seed=SEED, examples=10, only=[name])
    assert check in {kind for kind, _ in found.findings}, found.report()


def anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that takes every object, for the planted operation to validate with."""
    from emulator.web import validation

    original = validation.parse

    def parse(model: str, raw: bytes, call: Call | None) -> dict[str, Any]:
        return {"receive": []} if model == "anything:Body" else original(model, raw, call)

    monkeypatch.setattr(validation, "parse", parse)


def test_excuses_are_about_operations_that_there_are() -> None:
    import re

    names = {operation.name for api in harness.APIS for operation in api.operations}
    for row in excuses.EXCUSES:
        assert any(re.fullmatch(row.operation, name) for name in names), row
        assert row.why


def test_an_excuse_covers_its_own_field_only() -> None:
    kind = "urn:problem-type:belgif:input-validation:rejectedInput"
    mine = {"type": kind, "name": "ssin"}
    assert excuses.find_excuse("putUser", [mine]) is not None
    assert excuses.find_excuse("putUser", [mine, {"type": kind, "name": "roles"}]) is None
    assert excuses.find_excuse("putSender", [mine]) is None
    assert excuses.find_excuse("putUser", []) is None
