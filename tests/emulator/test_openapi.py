"""The APIs' documents, their pages, and that they say what the routes do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from emulator import chaman, openapi, rehearsal
from emulator.app import APIS
from emulator.operation import Api
from tests.emulator.conftest import Portal, problem

ALL = (*APIS, rehearsal.API)


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
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names)) == len(api.operations)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path))
            for response in operation["responses"].values():
                assert response["description"]


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_a_document_describes_problems_and_rules(api: Api) -> None:
    for path in openapi.document(api)["paths"].values():
        for method, operation in path.items():
            problems = {status for status in operation["responses"] if status >= "400"}
            assert {"400", "429", "500", "503", "504"} <= problems
            for status in problems:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
            if method == "put":
                assert {"409", "412", "428"} <= problems
    rules = {rule for operation in api.operations for rule in operation.rules}
    assert all(re.fullmatch(r"R\d\d", rule) for rule in rules)


def test_no_ssin_in_any_path_or_query() -> None:
    for api in APIS:
        for path, operations in openapi.document(api)["paths"].items():
            assert "ssin" not in path.lower()
            for operation in operations.values():
                assert not [one for one in operation["parameters"] if "ssin" in one["name"].lower()]


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


def test_the_index_names_the_apis_the_clock_and_the_controls(portal: Portal) -> None:
    text = portal.http.get("/").text
    assert "2025-02-03T09:00:00+01:00" in text
    for link in re.findall(r'href="(/[^"]*)"', text):
        assert portal.http.get(link).status_code == 200, link
    assert problem(portal.http.post("/")) == (405, "methodNotAllowed")
