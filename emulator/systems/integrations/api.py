"""Integrations: the forms of running dossiers and the A036 attestations of an organisation (R06-R11).

Forms and attestations have the same operations (`collection`). An integration is not kept: it lasts from a person's first
form in a quality to the end of the last (R10).
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core import common_operations, organizations, paging, problems, reference
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.systems.access_management import store as access_store
from emulator.systems.integrations import batches, merger_work
from emulator.systems.integrations import store as forms_store

ORGANIZATION = "/organizations/{enterpriseNumber}"
NEEDS = (Need.ACTIVE,)


@dataclass(frozen=True, slots=True)
class FormKind:
    """Forms or attestations: as they are kept, and as the API calls one and several of them."""

    kind: str
    one: str
    several: str
    what: str
    rules: tuple[str, ...]


FORMS = FormKind(forms_store.FORM, "Form", "forms", "forms of running dossiers", ())
ATTESTATIONS = FormKind(
    forms_store.ATTESTATION, "Attestation", "attestations", "multifunctional attestations (A036)", ("R11",)
)


def list_forms(call: Call, kind: str) -> Answer:
    position, size = paging.read_position(call, 1)
    if position is not None and not (position[0].isdecimal() and len(position[0]) < 19):
        raise paging.unknown_position()
    after = 0 if position is None else int(position[0])
    status, quality_code = call.query.get("status"), call.query.get("qualityCode")
    issues = []
    if status not in (None, *forms_store.STATUSES):
        issues.append(problems.Issue("invalidInput", "running or stopped", "status", "query"))
    if quality_code is not None and quality_code not in reference.codes("qualityCodes"):
        issues.append(
            problems.Issue("invalidInput", "not one of /refData/qualityCodes", "qualityCode", "query")
        )
    if issues:
        raise problems.bad_request(issues)
    found = forms_store.page(call.connection, kind, call.number, status, quality_code, after, size + 1)
    answer: dict[str, object] = {"items": [form.as_json() for form in found[:size]]}
    if len(found) > size:
        answer["next"] = paging.next_page(call, size, found[size - 1].seq)
    return Answer(200, answer)


def get_form(call: Call, kind: str) -> Answer:
    form = forms_store.find(call.connection, kind, [call.path["id"]]).get(call.path["id"])
    if form is None or form.organization != call.number:
        raise problems.not_found(kind)
    return Answer(200, form.as_json())


def enter_form(call: Call, kind: str) -> Answer:
    """One that runs already is 409 with its id, so that a repeated POST finds what it made."""
    body, merged_on = call.body, organizations.merger_day(call.connection, call.organization)
    if merged_on is not None and body["startDate"] >= merged_on:
        raise problems.bad_request(
            [
                problems.Issue(
                    "invalidPeriod", "this number merges, or has merged, by then", "startDate", rule="R06"
                )
            ]
        )
    person = access_store.person_id(call.connection, body["ssin"])
    draft = forms_store.Draft(person, body["qualityCode"], body["reference"], body["startDate"])
    existing = forms_store.find_running(
        call.connection, kind, call.number, person, draft.quality_code, draft.reference
    )
    if existing is not None:
        raise problems.conflict(
            "alreadyExists",
            "Already Exists",
            "The same runs already: this person, quality and reference",
            existing=existing.id,
        )
    (key,) = forms_store.enter(call.connection, kind, call.number, [draft], call.client, call.at)
    batches.link_predecessor(call, forms_store.find(call.connection, kind, [key])[key])
    made = forms_store.find(call.connection, kind, [key])[key]
    return Answer(201, made.as_json(), {"Location": f"{call.url_path}/{key}"})


def get_counts(call: Call) -> Answer:
    last_day = batches.last_day(call.organization)
    return Answer(200, {"items": forms_store.count_forms(call.connection, call.number, last_day)})


def list_integrations(call: Call) -> Answer:
    position, size = paging.read_position(call, 2)
    after = ("", "") if position is None else (position[0], position[1])
    found = forms_store.integrations(call.connection, call.number, after, size + 1)
    items = [
        {"personId": person, "qualityCode": code, "startDate": start, **({"endDate": end} if end else {})}
        for person, code, start, end in found[:size]
    ]
    answer: dict[str, object] = {"items": items}
    if len(found) > size:
        answer["next"] = paging.next_page(call, size, *found[size - 1][:2])
    return Answer(200, answer)


def collection(named: FormKind) -> tuple[Operation, ...]:
    """What can be done with forms, and in the same way with attestations."""
    path = f"{ORGANIZATION}/{named.several}"
    many = named.several[0].upper() + named.several[1:]
    kind, change = named.kind, "changeIntegrations"

    def list_all(call: Call) -> Answer:
        return list_forms(call, kind)

    def get_one(call: Call) -> Answer:
        return get_form(call, kind)

    def enter_one(call: Call) -> Answer:
        return enter_form(call, kind)

    def stop_several(call: Call) -> Answer:
        return batches.stop(call, kind)

    def continue_several(call: Call) -> Answer:
        return batches.enter_again(call, kind)

    return (
        Operation(
            "GET",
            path,
            f"list{many}",
            f"The {named.what}",
            list_all,
            answer="systems.integrations:FormList",
            needs=NEEDS,
            query=("status", "qualityCode", *paging.PAGING),
        ),
        Operation(
            "GET",
            path + "/{id}",
            f"get{named.one}",
            f"One of the {named.what}",
            get_one,
            answer="systems.integrations:Form",
            needs=NEEDS,
            statuses=(200, 404),
        ),
        Operation(
            "POST",
            path,
            f"enter{named.one}",
            f"Enter one of the {named.what}",
            enter_one,
            body=f"systems.integrations:{named.one}Body",
            answer="systems.integrations:Form",
            needs=NEEDS,
            statuses=(201,),
            rules=("R06", "R12", *named.rules),
            permission=change,
        ),
        Operation(
            "POST",
            path + "/stops",
            f"stop{many}",
            f"Stop {named.what}, several at once",
            stop_several,
            body="systems.integrations:Stops",
            answer="systems.integrations:StopResults",
            needs=NEEDS,
            rules=("R06", "R10", *named.rules),
            permission=change,
        ),
        Operation(
            "POST",
            path + "/successions",
            f"continue{many}",
            f"Enter {named.what} again under the number that goes on",
            continue_several,
            body="systems.integrations:Successions",
            answer="systems.integrations:SuccessionResults",
            needs=NEEDS,
            rules=("R06", "R07", "R08", "R09", "R10", *named.rules),
            permission=change,
        ),
    )


API = Api(
    "/REST/integrations/v1",
    "integrations",
    "Integrations and A036 (Integraties)",
    "The forms of running dossiers and the multifunctional attestations, per quality code.",
    (
        common_operations.HEALTH,
        *common_operations.list_operations(("qualityCodes",)),
        *collection(FORMS),
        *collection(ATTESTATIONS),
        Operation(
            "GET",
            ORGANIZATION + "/counts",
            "countForms",
            "How many forms and attestations run, are stopped, and are still to be entered again",
            get_counts,
            answer="systems.integrations:Counts",
            needs=NEEDS,
            rules=("R06", "R11"),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/integrations",
            "listIntegrations",
            "The integrations: each from a person's first form in a quality to the end of the last",
            list_integrations,
            answer="systems.integrations:IntegrationList",
            needs=NEEDS,
            query=paging.PAGING,
            rules=("R10",),
        ),
        *merger_work.operations(NEEDS),
    ),
    permission="readIntegrations",
)
