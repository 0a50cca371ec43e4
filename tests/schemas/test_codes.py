"""Which fields hold codes of the reference data; what is said of the codes is in the case files."""

from __future__ import annotations

import pytest

from schemas.codes import Code, coded_fields, sections
from schemas.declaration import Draft, Fusion, MergingCentre
from schemas.document import parse
from schemas.fields import Section
from schemas.loading import parse_declaration
from schemas.reference import LISTS
from tests.schemas.cases import DIRECTORY


@pytest.fixture(scope="module")
def fusion() -> Fusion:
    return parse_declaration((DIRECTORY / "good-scenario-1.yaml").read_text("utf-8"), "testdorp.yaml")


def test_each_list_of_codes_is_of_some_field(fusion: Fusion) -> None:
    marks = {mark for _, section in sections(fusion) for _, _, mark in coded_fields(type(section))}
    keys_of_a_section = {"domains"}
    assert {mark.of for mark in marks} | keys_of_a_section == set(LISTS)


def test_a_mark_is_found_on_a_field_and_on_the_items_of_its_list(fusion: Fusion) -> None:
    assert fusion.technical_providers
    assert fusion.mutations
    assert coded_fields(type(fusion.technical_providers)) == (
        ("network", "network", Code("networkProviders", "a network provider")),
    )
    assert coded_fields(type(fusion.mutations)) == (
        ("receive", "receive", Code("mutationTypes", "a type of mutation")),
    )


def test_every_section_has_the_path_of_the_file(fusion: Fusion) -> None:
    document = parse((DIRECTORY / "good-scenario-1.yaml").read_bytes(), "testdorp.yaml")
    found = dict(sections(fusion))
    assert ("technicalProviders", "socialFile") in found
    assert all(document.has(path) for path in found)


def test_a_draft_with_gaps_is_walked() -> None:
    beta = MergingCentre(name="Beta", kbo="0900200184", nis="11902")
    walked: dict[object, Section] = dict(sections(Draft(merging=(None, beta))))
    assert walked[("merging", 1)] is beta
