"""The APIs' documents, their pages, and that they say what the routes do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from emulator.app import PORTAL
from emulator.core.operation import Api
from emulator.rehearsal import api as rehearsal
from emulator.signin import api as signin
from emulator.signin import clients, oauth
from emulator.systems.chaman import api as chaman
from emulator.web import validation
from emulator.web.openapi import document as openapi
from emulator.web.openapi import examples, parts
from tests.emulator.conftest import Portal, problem

ALL = (signin.TOKEN, *PORTAL, rehearsal.API)
WRITTEN = Path(__file__).parents[4] / "docs" / "openapi"


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(item) for item in node))
    return set()


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_a_document_is_openapi_3_1_with_valid_schemas_and_no_loose_ends(api: Api) -> None:
    document = openapi.document(api)
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    known = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses")
        for name in document["components"][kind]
    }
    assert references(document) <= known
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names)) == len(api.operations or ["getToken"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path))
            for response in operation["responses"].values():
                assert openapi.resolve_reference(document, response)["description"]


def alternatives(node: Any) -> list[dict[str, Any]]:
    """What may be one thing or another, other than null; what fields ask of each other is no such thing."""
    if isinstance(node, list):
        return [found for item in node for found in alternatives(item)]
    if not isinstance(node, dict):
        return []
    asked = {"if", "then", "else"}
    found = [found for name, value in node.items() if name not in asked for found in alternatives(value)]
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    return [*found, node] if len(choices) > 1 or {"oneOf", "allOf", "not"} & set(node) else found


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_a_client_that_is_generated_loses_no_field(api: Api) -> None:
    """Generators make a class of each alternative: of an answer it keeps what the first one has, a query goes wrong."""
    document = openapi.document(api)
    assert not alternatives([document["paths"], document["components"]["schemas"]])


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_every_operation_is_described_and_its_tag_explained(api: Api) -> None:
    document = openapi.document(api)
    explained = {tag["name"] for tag in document["tags"] if tag["description"]}
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["description"]
            assert set(operation["tags"]) == explained


@pytest.mark.parametrize("api", PORTAL, ids=lambda api: api.name)
def test_a_document_describes_problems_and_rules(api: Api) -> None:
    document = openapi.document(api)
    for path in document["paths"].values():
        for method, operation in path.items():
            problems = {status for status in operation["responses"] if status >= "400"}
            assert {"400", "429", "500", "503", "504"} <= problems
            for status in problems:
                response = openapi.resolve_reference(document, operation["responses"][status])
                assert list(response["content"]) == ["application/problem+json"]
            if method == "put" and "If-Match" in {one["name"] for one in operation["parameters"]}:
                assert {"412", "428"} <= problems
                assert "409" in problems or "x-not-before" not in operation
    rules = {rule for operation in api.operations for rule in operation.rules}
    assert all(re.fullmatch(r"R\d\d", rule) for rule in rules)


def test_no_ssin_in_any_path_or_query() -> None:
    for api in PORTAL:
        for path, operations in openapi.document(api)["paths"].items():
            assert "ssin" not in path.lower()
            for operation in operations.values():
                assert not [one for one in operation["parameters"] if "ssin" in one["name"].lower()]


@pytest.mark.parametrize("api", PORTAL, ids=lambda api: api.name)
def test_a_document_says_which_scope_and_which_permission_an_operation_needs(api: Api) -> None:
    document = openapi.document(api)
    flow = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/REST/oauth/v5/token"
    assert set(flow["scopes"]) <= clients.SCOPES | clients.SUPPLIER_SCOPES
    for operation in api.complete():
        described = document["paths"][operation.path][operation.method.lower()]
        if operation.public:
            assert described["security"] == []
            continue
        (requirement,) = described["security"]
        assert requirement["oauth2"] == ([] if operation.scope is None else [operation.scope])
        assert set(requirement["oauth2"]) <= set(flow["scopes"])
        assert {"401", "403"} <= set(described["responses"])
        if operation.permission is not None:
            assert described["x-permission"]["name"] == operation.permission
            assert re.fullmatch(r"R\d\d", described["x-permission"]["rule"])


def test_what_can_be_replaced_has_an_etag_and_what_is_made_a_location() -> None:
    for api in PORTAL:
        document = openapi.document(api)
        for path, operations in document["paths"].items():
            kept = any("428" in operation["responses"] for operation in operations.values())
            for method, operation in operations.items():
                for status, response in operation["responses"].items():
                    if status < "300" and response.get("content"):
                        headers = response["headers"]
                        assert ("ETag" in headers) >= kept, path
                        assert ("Location" in headers) == (method == "post" and status in {"201", "202"})


def test_the_token_document_is_what_signing_in_takes_and_refuses() -> None:
    document = openapi.document(signin.TOKEN)
    operation = document["paths"]["/token"]["post"]
    form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(form["properties"]) == oauth.PARAMETERS
    assert {"400", "401", "413", "429", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("model", examples.BODIES)
def test_an_example_is_a_body_that_its_model_takes(model: str) -> None:
    validation.parse(model, json.dumps(examples.BODIES[model]).encode(), None)
    assert any(model == operation.body for api in ALL for operation in api.operations)


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_the_written_document_is_the_one_that_is_served(api: Api) -> None:
    """So that a change of the contract shows in a review. `make openapi` writes it anew."""
    assert (WRITTEN / f"{api.name}.yaml").read_text() == openapi.as_yaml(openapi.document(api))


def test_no_document_is_written_of_an_api_that_is_gone() -> None:
    assert {file.stem for file in WRITTEN.iterdir()} == {api.name for api in ALL}


def test_the_reasons_to_wait_are_those_that_the_problems_schema_knows() -> None:
    reasons = parts.SCHEMAS["Problem"]["properties"]["reason"]["enum"]
    for api in PORTAL:
        for operation in api.operations:
            assert set(parts.waits_for(operation)) <= set(reasons)


def test_passwords_are_write_only() -> None:
    document = json.dumps(openapi.document(chaman.API)["components"]["schemas"])
    assert document.count('"password"') == 1
    assert '"writeOnly": true' in document


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_documents_and_pages_are_served_from_this_machine(portal: Portal, api: Api) -> None:
    as_yaml = portal.http.get(f"{api.base}/doc/openapi.yaml")
    as_json = portal.http.get(f"{api.base}/doc/openapi.json")
    assert yaml.safe_load(as_yaml.text) == as_json.json()
    assert "&id" not in as_yaml.text
    page = portal.http.get(f"{api.base}/doc/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "http" not in page.text.replace("http-equiv", "")
    for asset in re.findall(r'(?:href|src)="([^"]+)"', page.text):
        assert portal.http.get(f"{api.base}/doc/{asset}").status_code == 200
    shown = portal.http.get(f"{api.base}/doc/openapi-3.0.json").json()
    assert shown["openapi"] == "3.0.3"
    assert '"type": "null"' not in json.dumps(shown)
    assert '"if": ' not in json.dumps(shown)


@pytest.mark.parametrize("api", PORTAL, ids=lambda api: api.name)
def test_what_is_open_to_everybody_answers_as_described(portal: Portal, api: Api) -> None:
    """And with no more: `portal` compares every answer with the document."""
    for operation in api.complete():
        if operation.public and operation.method == "GET":
            assert portal.http.get(api.base + operation.path).status_code == 200


def test_the_index_names_the_apis_the_clock_and_the_controls(portal: Portal) -> None:
    text = portal.http.get("/").text
    assert "2025-02-03T09:00:00+01:00" in text
    for link in re.findall(r'href="(/[^"]*)"', text):
        assert portal.http.get(link).status_code == 200, link
    assert problem(portal.http.post("/")) == (405, "methodNotAllowed")
