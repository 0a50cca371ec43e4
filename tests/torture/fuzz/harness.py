"""One run of schemathesis over one API's document, against a portal in this process with a file of its own."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from schemathesis import config as schemathesis_config
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from starlette.types import ASGIApp

from emulator import app, controls
from emulator.core.journal import TOKEN_PATH
from emulator.core.operation import Api
from emulator.embedded import open_portal, transport
from emulator.rehearsal import api as rehearsal
from emulator.signin import api as signin
from emulator.web.openapi import document as openapi
from emulator.web.openapi import examples as bodies
from tests.torture.fuzz import excuses, values

APIS: tuple[Api, ...] = (signin.TOKEN, *app.PORTAL, rehearsal.API)
# A centre that keeps its number: it has everything, and goes on.
ORGANIZATION = "0212216402"
SLOWEST_SECONDS = 10.0


@dataclass(slots=True)
class Outcome:
    """What came of a run: how many calls, with which statuses, what was found, and which excuses were used."""

    calls: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    findings: dict[tuple[str, str], str] = field(default_factory=dict)
    excuses: Counter[str] = field(default_factory=Counter)

    def report(self) -> str:
        return "\n\n".join(
            f"{check}: {operation}\n{text}" for (check, operation), text in sorted(self.findings.items())
        )


def run(
    api: Api,
    database: Path,
    *,
    seed: int,
    examples: int,
    application: ASGIApp | None = None,
    only: Sequence[str] = (),
    first_only: bool = False,
) -> Outcome:
    """Examples, coverage, generated and stateful calls, every check on; the same seed makes the same calls.

    :param database: a file for this run alone; seeded when it is missing.
    :param application: what is called instead of the portal over `database`.
    :param only: operationIds; none: all of them.
    :param first_only: stop at the first failure.
    """
    values.register_formats()
    open_portal(database)
    controls.register_client(database, values.CLIENT, values.public_pem())
    token = _prepare(api, database)
    outcome = Outcome()
    schema = _schema(api, database, token, seed, examples, outcome, 1 if first_only else None)
    schema.app = application or app.create_app(database, [values.BASE])
    if only:
        schema = schema.include(operation_id=list(only))
    for event in from_schema(schema).execute():
        _take(event, outcome)
    return outcome


def _prepare(api: Api, database: Path) -> str | None:
    """The token for an API that asks for one; for the controls and for suppliers, a delegation request to answer."""
    if api is signin.TOKEN:
        return None
    # By itself, and for listing one's organisations as a person who has not chosen one yet.
    form = (
        values.form(client_assertion=values.assertion(ssin=values.chief(database, ORGANIZATION)))
        if api is signin.API
        else values.form(client_assertion=values.assertion(), acting_for=ORGANIZATION)
    )
    with httpx.Client(transport=transport(database), base_url=values.BASE) as http:
        answer = http.post(TOKEN_PATH, data=form)
        assert answer.status_code == 200, answer.text
        token = str(answer.json()["access_token"])
        of_suppliers = "{supplier}" in "".join(operation.path for operation in api.operations)
        if not (api.controls or of_suppliers):
            return token
        request = http.put(
            f"/REST/chaman/v1/organizations/{ORGANIZATION}/delegationRequests/{values.REQUEST}",
            json=bodies.BODIES["systems.chaman:DelegationRequestBody"],
            headers={"Authorization": f"Bearer {token}", "If-None-Match": "*"},
        )
        assert request.status_code == 201, request.text
        if not of_suppliers:
            return None
        supplier = request.json()["supplier"]
        controls.register_client(database, values.CLIENT, values.public_pem(), supplier=supplier)
        answer = http.post(TOKEN_PATH, data=values.form(client_assertion=values.assertion()))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


def _schema(
    api: Api,
    database: Path,
    token: str | None,
    seed: int,
    examples: int,
    outcome: Outcome,
    max_failures: int | None,
) -> Any:
    # Schemathesis leaves the OAuth2 flows alone; with the token as the scheme it also calls without, and with a bad one.
    document = openapi.with_bearer(openapi.document(api))
    values.point_at(document, values.collect_names(database, ORGANIZATION))
    schema = schemathesis.openapi.from_dict(
        document, config=_config(api, token, seed, examples, max_failures)
    )
    schema.hook("map_case")(_with_preconditions)

    def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
        why = excuses.is_excused(failure, case.operation.definition.raw["operationId"], response)
        if why is not None:
            outcome.excuses[str(why)] += 1
        return why is None

    schema.hook("filter_failure")(filter_failure)
    return schema


def _config(
    api: Api, token: str | None, seed: int, examples: int, max_failures: int | None
) -> schemathesis_config.SchemathesisConfig:
    checks = schemathesis_config.ChecksConfig(
        max_response_time=schemathesis_config._checks.MaxResponseTimeConfig(limit=SLOWEST_SECONDS),
        # Which precondition would hold is the portal's state, and a call that is wrong in two ways may be told of it.
        negative_data_rejection=schemathesis_config._checks.NegativeDataRejectionConfig(
            expected_statuses=["400", "401", "403", "404", "405", "409", "412", "413", "415", "428"]
        ),
    )
    project = schemathesis_config.ProjectConfig(
        base_url=values.BASE + api.base,
        headers=None if token is None else {"Authorization": f"Bearer {token}"},
        continue_on_failure=True,
        checks=checks,
        generation=schemathesis_config.GenerationConfig(max_examples=examples, database="none"),
    )
    return schemathesis_config.SchemathesisConfig(
        seed=seed,
        max_failures=max_failures,
        projects=schemathesis_config.ProjectsConfig(default=project),
    )


_PRECONDITIONS = ("If-Match", "If-None-Match")


def _with_preconditions(_: Any, case: Any) -> Any:
    """Most writes with a precondition that may hold; which one follows from the call, so that a run can be repeated."""
    names = {parameter.name for parameter in case.operation.headers}
    if "If-Match" not in names or (case.meta and case.meta.is_negative_at(ParameterLocation.HEADER)):
        return case
    text = json.dumps([case.path_parameters, str(case.body)], sort_keys=True, default=str)
    draw = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=1).digest()[0]
    headers = {name: value for name, value in (case.headers or {}).items() if name not in _PRECONDITIONS}
    if draw < 150 or "If-None-Match" not in names:
        headers |= {"If-Match": "*"} if draw < 230 else {}
    elif draw < 250:
        headers["If-None-Match"] = "*"
    case.headers = headers
    return case


def _take(event: events.EngineEvent, outcome: Outcome) -> None:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        outcome.findings["error", str(event.label)] = str(event.info)
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        status = 0 if interaction.response is None else interaction.response.status_code
        outcome.calls += 1
        outcome.statuses[recorder.cases[case_id].value.operation.label, status] += 1
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            outcome.checks[node.name] += 1
            if node.failure_info is None:
                continue
            failure, sample = node.failure_info.failure, node.failure_info.code_sample
            answered = recorder.interactions[case_id].response if case_id in recorder.interactions else None
            body = "" if answered is None else (answered.content or b"")[:2000].decode("utf-8", "replace")
            outcome.findings.setdefault(
                (node.name, str(failure.operation)), f"{failure.title}\n{failure.message}\n{sample}\n{body}"
            )
