"""The stories under tests/stories, and the general one, lived through with the real engine (docs/stories.md)."""

from __future__ import annotations

import pytest

from operations.stories.choice import choose_stories
from operations.stories.report import WIDTH, text
from operations.stories.results import StoryOutcome
from operations.stories.runner import run
from operations.stories.timeline import OTHER
from tests.support.workspace import CHECKOUT, switch_engine_log_off

FILES = sorted((CHECKOUT / "tests" / "stories").glob("*.yaml"))
GENERAL = "the general story"


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoryOutcome]:
    """All of them, two at a time, by the name of their file."""
    told = [
        *choose_stories(CHECKOUT, [], FILES, every=False),
        *choose_stories(CHECKOUT, ["hasselt"], [], every=False),
    ]
    folder = tmp_path_factory.mktemp("stories")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_HOME", str(folder / "engine-home"))
        switch_engine_log_off(folder / "engine-home")
        lived = run(CHECKOUT, told, lambda _: None, folder=folder / "lived")
    return dict(zip([*(path.stem for path in FILES), GENERAL], lived, strict=True))


@pytest.mark.parametrize("name", [*(path.stem for path in FILES), GENERAL])
def test_the_story_ends_as_it_is_told(name: str, outcomes: dict[str, StoryOutcome]) -> None:
    outcome = outcomes[name]
    assert outcome.passed, text([outcome])
    assert outcome.folder == "", "a story that passed leaves nothing behind"


def test_the_report_has_a_line_for_each_day_and_system(outcomes: dict[str, StoryOutcome]) -> None:
    """Narrow enough for a mail, and without an INSZ."""
    told = text([outcomes[GENERAL]])
    assert max(map(len, told.splitlines())) <= WIDTH
    for step in outcomes[GENERAL].steps:
        assert step.on[:10] in told
    systems = {system.name: system for system in outcomes[GENERAL].systems}
    assert all(system.as_json() for system in systems.values())
    assert "nothing to do in this scenario (R04)" in systems["FTP-account"].note
    assert OTHER not in systems


def test_the_report_tells_what_went_wrong_on_the_way(outcomes: dict[str, StoryOutcome]) -> None:
    systems = {system.name: system for system in outcomes["04-things-go-wrong"].systems}
    expired = [one for checked in systems["Certificaten"].checks for one in checked.others]
    assert any("short-ftp.cer expired on 2025-02-10" in one.detail for one in expired)
    assert any("FTP Herne: missing" in said.what for said in systems["Wat behouden blijft"].errors)
    assert any("linked" in said.what for said in systems["OCMW Online aanvragen"].did)
    assert systems["OCMW Online notificaties"].mails


def test_a_day_whose_up_failed_shows_why_and_what_waits_then(outcomes: dict[str, StoryOutcome]) -> None:
    """R36: socius refused, so nothing waits for socius any more."""
    (refused,) = [step for step in outcomes["04-things-go-wrong"].steps if step.on == "2025-01-08"]
    assert refused.waits_as_of == "2025-01-08"
    assert "R35" not in {wait.waiting.rule for wait in refused.waits}
    assert "error: Pajottegem, REST" in text([outcomes["04-things-go-wrong"]])


def test_what_is_released_is_told_as_released(outcomes: dict[str, StoryOutcome]) -> None:
    """R61."""
    systems = {system.name: system for system in outcomes["05-needed-no-longer"].systems}
    assert systems["Wat behouden blijft"].retained["channels"] == (
        "Kortessem: sender contact released; Kortessem: FTP accounts released (run on 2026-01-19)"
    )
