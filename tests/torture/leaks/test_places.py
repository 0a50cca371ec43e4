"""The table of places: enough of them, and no allowance for what is not there."""

from __future__ import annotations

from tests.torture.leaks.__main__ import find_needless
from tests.torture.leaks.looking import Look
from tests.torture.leaks.places import ALLOWED, FILES, list_places, name_file
from tests.torture.leaks.scenes import SCENES


def test_there_are_more_than_a_hundred_places_and_none_twice() -> None:
    places = [*list_places()]
    assert len(places) == len(set(places)) > 100


def test_every_allowance_is_of_a_place_and_has_a_reason() -> None:
    for place, allowance in ALLOWED.items():
        scene, _, file = place.partition("/")
        assert place in {*list_places()} or (scene in SCENES and file in FILES), place
        assert allowance.reason
        assert allowance.names


def test_every_file_is_of_a_kind() -> None:
    assert name_file(".state/portal.db-wal") == "portal"
    assert name_file(".state/rehearsal-run/.state/portal.db") == "kept projects: portals"
    assert name_file("something/new") == "project"


def test_a_place_that_was_not_looked_at_and_an_allowance_for_nothing_are_told() -> None:
    every = [*list_places()]
    look = Look("all", places={*every[1:]}, allowed={*ALLOWED} - {"portal"})
    assert find_needless([look]) == [
        "portal: nothing stands there that is allowed to",
        f"{every[0]}: was not looked at",
    ]
