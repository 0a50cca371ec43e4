"""What somebody is called whom the declaration does not name: by the key of the secrets, read once and only when needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from providers import session
from providers.base import BaseProvider
from providers.people import portal_name, read_known_people
from providers.settings import settings_from
from tests.providers.people import ssin
from tests.support.private import write_private

SOMEBODY = {"ssin": ssin("els.peeters"), "personId": "75f5d17b-0000"}


pytestmark = pytest.mark.usefixtures("forgotten")


def secrets(key: str = "els.peeters") -> str:
    return json.dumps({"people": {key: {"insz": SOMEBODY["ssin"]}}})


class Request:
    def __init__(self, **settings: str) -> None:
        self.config = settings


def test_whom_the_secrets_know_has_their_key() -> None:
    BaseProvider().configure(Request(secrets=secrets()))  # type: ignore[arg-type]
    assert portal_name(SOMEBODY) == "els.peeters"


def test_whom_they_do_not_know_has_the_start_of_the_portals_own_number() -> None:
    BaseProvider().configure(Request(secrets="people: {}"))  # type: ignore[arg-type]
    assert portal_name(SOMEBODY) == "portal:75f5d17b"


def test_the_file_of_the_settings_is_read(tmp_path: Path) -> None:
    write_private(tmp_path / "people.yaml", secrets())
    BaseProvider().configure(Request(secretsFile="people.yaml"))  # type: ignore[arg-type]
    assert portal_name(SOMEBODY) == "els.peeters"


def test_secrets_that_cannot_be_read_name_nobody_and_stop_nothing() -> None:
    """A refresh and a destroy run without the program, which would have said so."""
    assert read_known_people(lambda _: None) == {}
    assert read_known_people({"secrets": "people: ["}.get) == {}


def test_they_are_read_once_and_only_when_somebody_is_met() -> None:
    asked: list[str] = []

    def read() -> dict[str, str]:
        asked.append("read")
        return {SOMEBODY["ssin"]: "els.peeters"}

    session.configure(settings_from(lambda _: None), read)
    assert asked == []
    assert {portal_name(SOMEBODY) for _ in range(3)} == {"els.peeters"}
    assert asked == ["read"]


def test_several_stacks_of_one_portal_have_secrets_of_their_own() -> None:
    """The settings are the same, so the connection stays."""
    session.configure(settings_from(lambda _: None), lambda: {SOMEBODY["ssin"]: "els.peeters"})
    assert portal_name(SOMEBODY) == "els.peeters"
    session.configure(settings_from(lambda _: None))
    session.name_people(lambda: {SOMEBODY["ssin"]: "els.p"})
    assert portal_name(SOMEBODY) == "els.p"


def test_another_stacks_secrets_are_not_remembered() -> None:
    session.configure(settings_from(lambda _: None), lambda: {SOMEBODY["ssin"]: "els.peeters"})
    assert portal_name(SOMEBODY) == "els.peeters"
    session.configure(settings_from({"clientId": "other"}.get))
    assert portal_name(SOMEBODY) == "portal:75f5d17b"
