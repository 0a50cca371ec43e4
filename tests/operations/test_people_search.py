"""Whom the portal means by a number of its own: by the secrets' key, at every centre, never by INSZ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations import engine
from operations.people_search import find_people
from operations.rehearsals import preparation
from operations.rehearsals.projects import make_project
from providers import paths, session
from providers.settings import REHEARSAL_SECRETS, project_root, settings_from
from schemas.errors import FusionError
from tests.operations.conftest import Fusion

STACK, BORSBEEK, DOMAIN = "antwerpen", "0212242928", "maatschappelijkWelzijn"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("people") / "project"
    make_project(project_root(), root, (STACK,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUSION_ROOT", str(root))
        patch.setattr(preparation, "_stacks", lambda *_: iter(()))
        list(preparation.prepare(root, {}))
    return root


@pytest.fixture
def project(template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_ROOT", str(template))
    monkeypatch.setattr(engine, "list_stacks", lambda root: [STACK])
    monkeypatch.setattr(engine, "read_settings", lambda root, stack: {})
    return template


def person(root: Path, *, known: bool) -> tuple[str, str, str]:
    """A user of Borsbeek whom the secrets know, or do not: the portal's number of the person, that of the user, the key."""
    document = json.loads((root / REHEARSAL_SECRETS).read_text().split("\n", 1)[1])
    keys = {one["insz"]: key for key, one in document["people"].items()}
    session.configure(settings_from(lambda _: None))
    users = session.reading(BORSBEEK).get_items(paths.users(BORSBEEK, DOMAIN))
    session.close()
    user = next(user for user in users if (user["ssin"] in keys) == known)
    return user["personId"], user["id"], keys.get(user["ssin"], "")


def test_whom_the_secrets_know_is_told_by_the_key_and_with_each_place(project: Path) -> None:
    number, _, key = person(project, known=True)
    (found,) = find_people(project, f"portal:{number[:8]}", [])
    assert (found.number, found.key) == (number, key)
    assert [place for place in found.places if (place.centre, place.domain) == ("Borsbeek", DOMAIN)]


def test_of_whom_they_do_not_know_the_places_are_told(fusion: Fusion, project: Path) -> None:
    number, user, _ = person(project, known=False)
    shown = fusion("who", f"{DOMAIN}/{user}", STACK)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0] == f"{number}: nobody whom the secrets know"
    assert any(line.startswith(f"  Borsbeek, {DOMAIN}: user") for line in lines[1:])
    (told,) = json.loads(fusion("who", number, "--format", "json").out)
    assert (told["number"], told["key"]) == (number, "")
    assert {place["kbo"] for place in told["places"]} <= {BORSBEEK, "0212235604"}


def test_nobody_is_an_error_and_so_is_what_could_be_many(project: Path) -> None:
    with pytest.raises(
        FusionError, match="nobody at the centres of antwerpen has a number that begins with zzzz"
    ):
        find_people(project, "portal:zzzz", [])
    with pytest.raises(FusionError, match="abc is too short to be one person's number"):
        find_people(project, "portal:abc", [])
