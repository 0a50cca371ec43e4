"""Verdicts over stacks: what is not known is not in sync, and another declaration that does not go with it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired
from typing import Any

import pytest
from yaml import YAMLError

from operations.in_sync import evidence, judging, tags
from operations.in_sync.evidence import CentreTags, Evidence, Files
from operations.in_sync.judging import NEVER, Judge, Verdict
from operations.in_sync.local import Local, NotKnown
from operations.in_sync.tags import NotTold, Question, Told
from tests.operations.in_sync.test_evidence import FILES
from tests.operations.in_sync.test_tags import SETTINGS

NUMBER, TODAY = "1010784738", date(2025, 2, 3)
STACK = {"type": "pulumi:pulumi:Stack", "outputs": {"waits": {}}}
RESOURCE = {"type": "pulumi-python:dynamic/chaman:SenderContact", "inputs": {"organization": NUMBER}}
TAGS = {"chaman": "3", "accessManagement": "7", "eBox": "1"}


class PlayedPlace:
    """A stack and its portal."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: Files | Exception = FILES
        self.tags = dict(TAGS)
        self.today = TODAY
        self.told: NotTold | None = None
        self.resources: Sequence[Mapping[str, Any]] = [STACK, RESOURCE]
        self.outputs: Mapping[str, Any] = {"waits": {}}

    def read(self, stack: str, kept: Evidence | None) -> Local:
        if isinstance(self.files, Exception):
            raise self.files
        return Local(SETTINGS, self.files, (NUMBER,))

    def read_resources(self, stack: str) -> Sequence[Mapping[str, Any]]:
        return self.resources

    def read_anew(self) -> None:
        """Nothing is remembered here."""

    def ask(self, questions: Any) -> dict[Question, Told | NotTold]:
        return {one: self.told or self._tell(one) for one in questions}

    def _tell(self, question: Question) -> Told:
        found = CentreTags(etag=repr(sorted(self.tags.items())), systems=self.tags)
        return Told(None if question.etag == found.etag else found, self.today)

    def judge(self) -> Verdict:
        return Judge(self.root, self).judge(["pajottegem"])["pajottegem"]

    def look(self) -> None:
        judge = Judge(self.root, self)
        judge.judge(["pajottegem"])
        judge.keep("pajottegem", {"same": 3}, ("w",), self.outputs)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedPlace:
    (tmp_path / "fusions").mkdir()
    (tmp_path / "fusions" / "pajottegem.yaml").write_text("on: 2025-02-20\n")
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    place = PlayedPlace(tmp_path)
    monkeypatch.setattr(tags, "ask", place.ask)
    return place


def test_before_a_full_look_nothing_is_known(place: PlayedPlace) -> None:
    assert place.judge() == Verdict(NEVER)
    place.look()
    assert place.judge().in_sync
    assert place.judge().kept == evidence.read(place.root, "pajottegem")


def _files(**changes: Any) -> Callable[[PlayedPlace], None]:
    def change(place: PlayedPlace) -> None:
        place.files = FILES.model_copy(update=changes)

    return change


def _day(days: int) -> Callable[[PlayedPlace], None]:
    def change(place: PlayedPlace) -> None:
        place.today += timedelta(days=days)

    return change


def _tag(system: str) -> Callable[[PlayedPlace], None]:
    def change(place: PlayedPlace) -> None:
        place.tags[system] = "other"

    return change


def _not_told(place: PlayedPlace) -> None:
    place.told = NotTold("this portal has no change tags")


def _not_read(place: PlayedPlace) -> None:
    place.files = NotKnown("the state is in no folder of this machine")


def _raising(error: Exception) -> Callable[[PlayedPlace], None]:
    def change(place: PlayedPlace) -> None:
        place.files = error

    return change


ERRORS = (
    OSError("gone"),
    CalledProcessError(1, ["pulumi", "config", "get"]),
    TimeoutExpired("pulumi", 30),
    AttributeError("a list"),
    KeyError("backend"),
    YAMLError("x"),
)
"""What settings and files that are not sound raise."""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        *(
            (_files(**{name: "other"}), told)
            for name, told in judging.CHANGED.items()
            if name != "certificates"
        ),
        (_files(certificates={"a.cer": "x"}), "a certificate changed"),
        (_tag("chaman"), f"something changed at {NUMBER}, in chaman"),
        (_tag("eBox"), ""),
        (_day(16), ""),
        (_day(17), "2025-02-20 has come"),
        (_day(-1), "the portal's day, 2025-02-02, is before that of the last full look"),
        (
            _not_told,
            f"the portal does not say whether anything changed at {NUMBER}: this portal has no change tags",
        ),
        (_not_read, "it cannot be told: the state is in no folder of this machine"),
        *((_raising(error), f"it cannot be told: {type(error).__name__} in its files") for error in ERRORS),
    ],
)
def test_why_the_engine_has_to_look(
    place: PlayedPlace, change: Callable[[PlayedPlace], None], why: str
) -> None:
    place.look()
    change(place)
    assert place.judge().why == why


def test_every_file_that_is_kept_counts() -> None:
    assert {*judging.CHANGED, "others"} == {*Files.model_fields}


def test_another_declaration_that_does_not_go_with_this_one_counts(
    place: PlayedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One KBO in two fusions: neither can be planned."""
    place.look()
    place.files = FILES.model_copy(update={"others": "other"})
    monkeypatch.setattr(Judge, "_with_findings", {"tielt.yaml"})
    assert place.judge().in_sync
    monkeypatch.setattr(Judge, "_with_findings", {"pajottegem.yaml"})
    assert place.judge().why == "another declaration does not go with its own"


def test_what_changed_while_the_engine_looked_is_not_kept(place: PlayedPlace) -> None:
    judge = Judge(place.root, place)
    judge.judge(["pajottegem"])
    place.files = FILES.model_copy(update={"declaration": "saved meanwhile"})
    judge.keep("pajottegem", {"same": 3}, (), place.outputs)
    assert evidence.read(place.root, "pajottegem") is None


def test_what_the_portal_brought_while_the_engine_looked_is_looked_at_next_time(place: PlayedPlace) -> None:
    judge = Judge(place.root, place)
    judge.judge(["pajottegem"])
    place.tags["chaman"] = "saved meanwhile"
    judge.keep("pajottegem", {"same": 3}, (), place.outputs)
    assert place.judge().why == f"something changed at {NUMBER}, in chaman"


def test_a_state_that_says_nothing_is_not_kept(place: PlayedPlace) -> None:
    place.resources = []
    place.look()
    assert place.judge().why == NEVER


def test_a_system_without_a_tag_is_not_kept(place: PlayedPlace) -> None:
    """Such as one whose scope the client lacks."""
    del place.tags["accessManagement"]
    place.look()
    assert place.judge().why == NEVER


@pytest.mark.parametrize("outputs", [{}, {"waits": {"Herne, forms": {"until": "2025-02-10"}}}])
def test_a_look_that_found_other_waits_than_the_state_has_is_not_kept(
    place: PlayedPlace, outputs: Mapping[str, Any]
) -> None:
    """Their days are in no state: nobody would know when they end."""
    place.outputs = outputs
    place.look()
    assert place.judge().why == NEVER


def test_what_is_forgotten_has_to_be_looked_at(place: PlayedPlace) -> None:
    place.look()
    judge = Judge(place.root, place)
    judge.forget("pajottegem")
    judge.forget("pajottegem")
    assert place.judge().why == NEVER


def test_what_cannot_be_kept_costs_a_look_and_nothing_else(place: PlayedPlace) -> None:
    (place.root / ".state").write_text("a file")
    place.look()
    assert place.judge().why == NEVER
