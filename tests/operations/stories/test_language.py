"""What a story may say: findings with their place, all in one pass; and which stories of which fusions are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from operations.stories.choice import GENERAL, choose_stories
from operations.stories.reading import load_story
from schemas.errors import DeclarationError, FusionError

STORIES = sorted((Path(__file__).parents[2] / "stories").glob("*.yaml"))
DAY = "story: A\nsteps:\n  - {on: 2024-11-01, what: x"
STEP = "steps:\n  - {on: 2024-11-01, what: begin, up: true}\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "story.yaml"
    path.write_text(text)
    return path


def findings(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(DeclarationError) as caught:
        load_story(written(tmp_path, text))
    return [(one.line, one.rule, one.message) for one in caught.value.findings]


def test_there_are_shipped_stories() -> None:
    assert STORIES


@pytest.mark.parametrize("path", [GENERAL, *STORIES], ids=lambda path: path.stem)
def test_the_shipped_stories_have_no_findings(path: Path) -> None:
    assert load_story(path).steps


def test_a_story_is_of_any_fusion_from_november_unless_it_says_otherwise(tmp_path: Path) -> None:
    story = load_story(written(tmp_path, f"story: A\n{STEP}"))
    assert (story.fusion, story.starts) == ("any", "-61d")
    (step,) = story.steps
    assert (step.up, step.preview, step.expect.waiting) == (True, None, None)


@pytest.mark.parametrize(
    ("text", "line", "rule", "message"),
    [
        ("story: A\nsteps:\n  - {on: 2024-13-01, what: x}\n", 3, "wrong-type", "a date as 2025-01-01"),
        ("story: A\nsteps:\n  - {on: 2024-11-01, what: x, upp: true}\n", 3, "unknown-key", "did you mean `up`?"),
        ("story: A\nsteps:\n  - {on: 2024-11-01}\n", 3, "missing-key", "`what`"),
        ("story: A\nsteps: []\n", 2, "too_short", ""),
        ("story: A\nsteps:\n  - {on: 2024-11-01, what: x, byHand: [{do: dance, at: Herne}]}\n", 3, "unknown-value", ""),
        ("story: A\nsteps:\n  - {on: 2024-11-01, what: x, byHand: [{do: addUser, at: Herne}]}\n", 3, "missing-key", ""),
        (f"story: A\nstarts: 2024-12-01\n{STEP}", 4, "order", "2024-11-01 lies before the start"),
        ("story: [\n", 2, "yaml", ""),
        (f"{DAY}, certificates: [{{file: a/b/c.cer, until: 2025-02-10}}]}}\n", 3, "certificate-name", "a bare name"),
        (f"{DAY}, certificates: [{{file: ../c.cer, until: 2025-02-10}}]}}\n", 3, "certificate-name", "a bare name"),
        (f"{DAY}, certificates: [{{file: c.cer, until: 2025-02-10T08:00:00}}]}}\n", 3, "wrong-type", "without a time"),
        (f"{DAY}, certificates: [{{file: c.cer, until: +40dT08:00}}]}}\n", 3, "wrong-type", "without a time"),
        (f"{DAY}, certificates: [{{file: c.pem, until: 2025-02-10}}]}}\n", 3, "certificate-name", "ends in .cer"),
        ("story: A\nsteps:\n  - {on: -61, what: x}\n", 3, "wrong-type", "days from the merger as -61d, 0, +12d"),
        ("story: A\nsteps:\n  - {on: 0, what: x}\n  - {on: -1d, what: x}\n", 4, "order", "-1d lies before the step above"),
        (f"{DAY}, preview: none, expect: {{changes: some}}}}\n", 3, "missing-key", "`changes` is of a run"),
        (f"{DAY}, refresh: true, expect: {{created: 1}}}}\n", 3, "missing-key", "this step needs an `up`"),
        (f"{DAY}, expect: {{adopted: 1}}}}\n", 3, "missing-key", "`adopted`"),
        (f"{DAY}, expect: {{writes: none}}}}\n", 3, "missing-key", "`writes` is of an `up`"),
        (f"{DAY}, expect: {{error: x}}}}\n", 3, "missing-key", "`error`"),
        (f"{DAY}, check: {{}}, expect: {{says: [x]}}}}\n", 3, "missing-key", "`says`"),
        (f"{DAY}, up: true, expect: {{writes: []}}}}\n", 3, "too_short", ""),
        (f"{DAY}, monthEndsUntil: 2024-12-31T08:00}}\n", 3, "wrong-type", "without a time"),
        (f"{DAY}, monthEndsUntil: 2024-12-31}}\n  - {{on: 2024-12-30, what: y}}\n", 4, "order", "lies before the step"),
    ],
)  # fmt: skip
def test_a_finding_has_its_place(tmp_path: Path, text: str, line: int, rule: str, message: str) -> None:
    found = findings(tmp_path, text)
    assert any((line, rule) == one[:2] and message in one[2] for one in found), found


EXPECTED = "expect: {waiting: none, waitsOnly: [x], notWaiting: [y], writes: some}"
WAITING = f"{{on: %s, what: x, {EXPECTED}}}"
MONTHLY = f"{{on: 2024-11-30, monthEndsUntil: 2024-12-31, what: b, %s, {EXPECTED}}}"


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        (["{on: 2024-11-01, what: a, up: true}", WAITING % "2024-11-01"], None),
        (["{on: 2024-11-01, what: a, up: true}", "{on: 2024-11-01, what: b}", WAITING % "2024-11-01"], None),
        (["{on: 2024-11-01, what: a, up: true}", WAITING % "2024-11-02"], 4),
        (["{on: 2024-11-01, what: a, preview: none}", WAITING % "2024-11-01"], 4),
        (["{on: 2024-11-01, what: a, up: true, scenarios: [1]}", WAITING % "2024-11-01"], 4),
        (
            ["{on: 2024-11-01, what: a, up: true, handledBy: byHand}", WAITING % "2024-11-01"],
            4,
        ),
        (
            [
                "{on: 2024-11-01, what: a, up: true}",
                "{on: 2024-11-01, what: b, byHand: [{do: readEBox, at: every}]}",
                WAITING % "2024-11-01",
            ],
            5,
        ),
        (["{on: 2024-11-30, monthEndsUntil: 2024-12-31, what: a, up: true}", WAITING % "2024-12-31"], 4),
        (["{on: 2024-11-30, what: a, up: true}", MONTHLY % "check: {}"], 4),
        ([MONTHLY % "up: true"], None),
    ],
)
def test_what_waits_and_what_was_written_is_expected_of_an_up_of_that_day(
    tmp_path: Path, steps: list[str], line: int | None
) -> None:
    """Else nothing that happens after the last `up` could make it fail."""
    text = "story: A\nsteps:\n" + "".join(f"  - {step}\n" for step in steps)
    if line is None:
        assert load_story(written(tmp_path, text)).steps
    else:
        found = findings(tmp_path, text)
        keys = ("waiting", "waitsOnly", "notWaiting", "writes")
        assert [(number, rule) for number, rule, _ in found] == [(line, "missing-key")] * len(keys)
        assert all(any(f"`{key}` is of an `up`" in said for _, _, said in found) for key in keys)


def test_of_two_steps_each_scenario_has_its_up(tmp_path: Path) -> None:
    text = (
        "story: A\nsteps:\n  - {on: 2024-11-01, what: x, up: true, scenarios: [1, 2]}\n"
        "  - {on: 2024-11-01, what: y, scenarios: [2], expect: {waiting: none}}\n"
    )
    assert load_story(written(tmp_path, text)).steps


def test_all_findings_come_in_one_pass(tmp_path: Path) -> None:
    text = "story: A\nsteps:\n  - {on: soon, what: x}\n  - {on: 2024-11-01, what: y, supplier: {answer: perhaps}}\n"
    assert [line for line, _, _ in findings(tmp_path, text)] == [3, 4]


def test_time_goes_forward_only(tmp_path: Path) -> None:
    text = "story: A\nsteps:\n  - {on: 2025-01-01, what: x}\n  - {on: 2025-01-01T08:00:00, what: y}\n"
    assert findings(tmp_path, text) == [(4, "order", "2025-01-01T08:00:00 lies before the step above")]


# -- which stories of which fusions -----------------------------------------------------------------------------------


STORY = """\
story: "{day}"
steps:
  - on: -61d
    what: "{reportedBy}, {yearBefore}, {+12d}"
    up: true
    certificates: [{file: c.cer, until: +10d}]
    expect: {waiting: ["until: {eve}", "until: {reportedBy}"]}
  - {on: 0T00:30:00, what: x}
  - {on: +12d, what: x}
"""


def test_days_become_dates_of_the_fusion(root: Path, tmp_path: Path) -> None:
    (told,) = choose_stories(root, ["pajottegem"], [written(tmp_path, STORY)], every=False)
    first, *others = told.story.steps
    assert (told.story.story, told.story.starts) == ("2025-01-01", "2024-11-01")
    assert (first.on, first.what) == ("2024-11-01", "2024-11-15, 2024, 2025-01-13")
    assert first.certificates[0].until == "2025-01-11"
    assert first.expect.waiting == ["until: 2024-12-31", "until: 2024-11-15"]
    assert [step.on for step in others] == ["2025-01-01T00:30:00", "2025-01-13"]


def test_a_text_that_names_what_is_not_known_is_not_expected(tmp_path: Path) -> None:
    """Of a merger whose wave is not known, nobody knows until when the list is awaited (R13)."""
    first = load_story(written(tmp_path, STORY)).of(date(2028, 1, 1)).steps[0]
    assert first.what == "a day not known yet, 2027, 2028-01-13"
    assert first.expect.waiting == ["until: 2027-12-31"]


def test_dates_and_days_are_put_in_order_for_the_fusion(root: Path, tmp_path: Path) -> None:
    text = "story: A\nsteps:\n  - {on: %s, what: x}\n  - {on: +1d, what: x}\n"
    assert choose_stories(root, ["pajottegem"], [written(tmp_path, text % "2025-01-02")], every=False)
    (late,) = chosen_findings(root, [written(tmp_path, text % "2025-01-03")], ["pajottegem"])
    assert late.endswith(":4:10: order: +1d lies before the step above")
    (early,) = chosen_findings(root, [written(tmp_path, text % "2024-10-31")], ["pajottegem"])
    assert early.endswith(":3:10: order: 2024-10-31 lies before the start")


@pytest.mark.parametrize("until", ["2024-10-01", "-92d"])
def test_a_certificate_ends_after_it_begins(root: Path, tmp_path: Path, until: str) -> None:
    path = written(tmp_path, f"{DAY}, certificates: [{{file: c.cer, until: {until}}}]}}\n")
    (found,) = chosen_findings(root, [path], ["pajottegem"])
    assert "begins on 2024-10-01" in found


def test_a_certificate_may_begin_later(root: Path, tmp_path: Path) -> None:
    made = "certificates: [{file: c.cer, since: +30d, until: %s}]}\n"
    (found,) = chosen_findings(root, [written(tmp_path, f"{DAY}, {made % '+30d'}")], ["pajottegem"])
    assert "begins on 2025-01-31" in found
    (told,) = choose_stories(
        root, ["pajottegem"], [written(tmp_path, f"{DAY}, {made % '+31d'}")], every=False
    )
    assert told.story.steps[0].certificates[0].since == "2025-01-31"


@pytest.mark.parametrize(
    ("on", "until", "lived"),
    [
        ("2028-01-31", "2028-04-29", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("2027-12-01", "2028-01-31", ["2027-12-31", "2028-01-31"]),
        ("-1d", "+58d", ["2024-12-31", "2025-01-31", "2025-02-28"]),
        ("-1dT08:00", "-1d", ["2024-12-31"]),
    ],
)
def test_a_step_at_each_months_end_is_lived_on_each(
    root: Path, tmp_path: Path, on: str, until: str, lived: list[str]
) -> None:
    """Both days included."""
    step = f"{{on: {on}, monthEndsUntil: {until}, what: x, check: {{todo: none}}}}"
    (told,) = choose_stories(
        root, ["pajottegem"], [written(tmp_path, f"story: A\nsteps:\n  - {step}\n")], every=False
    )
    assert [one.on for one in told.story.steps] == lived
    assert {(one.month_ends_until, one.check and one.check.todo) for one in told.story.steps} == {
        (None, "none")
    }


@pytest.mark.parametrize(
    ("on", "until"), [("2028-02-01", "2028-02-28"), ("+1d", "+29d"), ("2028-02-29", "2028-01-31")]
)
def test_a_step_at_each_months_end_has_one(root: Path, tmp_path: Path, on: str, until: str) -> None:
    text = f"story: A\nsteps:\n  - {{on: {on}, monthEndsUntil: {until}, what: x}}\n"
    (found,) = chosen_findings(root, [written(tmp_path, text)], ["pajottegem"])
    assert (
        f":3:{text.splitlines()[2].index(until) + 1}: order: no month ends between {on} and this day" in found
    )


def test_without_a_file_the_general_story_of_those_named(root: Path) -> None:
    (told,) = choose_stories(root, ["pajottegem"], [], every=False)
    assert (told.title, told.fusion) == ("pajottegem", "pajottegem")
    assert [one.fusion for one in choose_stories(root, [], [], every=True)] == ["lochristi", "pajottegem"]


def test_a_file_of_one_fusion_needs_no_name(root: Path, tmp_path: Path) -> None:
    path = written(tmp_path, f"story: A\nfusion: lochristi\n{STEP}")
    (told,) = choose_stories(root, [], [path], every=False)
    assert (told.title, told.fusion) == ("story-lochristi", "lochristi")


@pytest.mark.parametrize(
    ("names", "of", "every", "message"),
    [
        (["tielt"], None, False, "no declaration for tielt. There are lochristi, pajottegem"),
        ([], None, False, "Name one, or say --all"),
        (["lochristi"], None, True, "--all stands beside names"),
        (["lochristi"], "pajottegem", False, "which is not among lochristi"),
    ],
)
def test_what_does_not_go_together_is_refused(
    root: Path, tmp_path: Path, names: list[str], of: str | None, every: bool, message: str
) -> None:
    files = [written(tmp_path, f"story: A\nfusion: {of}\n{STEP}")] if of else []
    with pytest.raises(FusionError, match=message):
        choose_stories(root, names, files, every=every)


def test_the_findings_of_several_files_come_together(root: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        file.write_text("story: A\nsteps: none\n")
    with pytest.raises(DeclarationError) as caught:
        choose_stories(root, ["pajottegem"], files, every=False)
    assert {Path(one.file).name for one in caught.value.findings} == {"a.yaml", "b.yaml"}


# -- what a story says of a fusion, and the fusion itself ---------------------------------------------------------------


def chosen_findings(root: Path, files: list[Path], names: list[str] | None = None) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        choose_stories(root, names or [], files, every=False)
    return [str(finding) for finding in caught.value.findings]


def test_a_story_of_a_fusion_that_is_not_declared_is_a_finding_in_its_file(
    root: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, f"story: A\nfusion: hasselt\n{STEP}")
    (found,) = chosen_findings(root, [path])
    assert found.startswith(f"{path}:2:9: unknown-value: no declaration for `hasselt`; there are lochristi, ")


def test_a_centre_that_the_fusion_does_not_have_is_a_finding_in_its_place(root: Path, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "story: A\nfusion: pajottegem\nsteps:\n"
        "  - {on: 2024-11-01, what: x, byHand: [{do: readEBox, at: Wachtebeke}]}\n"
        "  - {on: 2024-11-02, what: x, scenarios: [2], byHand: [{do: readEBox, at: Ham}]}\n"
        "  - on: 2024-11-03\n    what: x\n    check:\n      lines:\n"
        "        - {check: E-Box, at: Herne, result: [ok]}\n"
        "        - {check: E-Box, at: Lochristi, result: [ok]}\n",
    )
    first, second = chosen_findings(root, [path])
    assert first.startswith(f"{path}:4:59: unknown-value: Pajottegem has no centre `Wachtebeke`. There are ")
    assert second.startswith(f"{path}:11:30: unknown-value: Pajottegem has no centre `Lochristi`")


def test_findings_of_the_language_and_of_the_fusion_come_in_one_pass(root: Path, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "story: A\nfusion: pajottegem\nsteps:\n"
        "  - {on: 2024-11-01, what: x, byHand: [{do: readEBox, at: Ham}], expect: {writes: none}}\n",
    )
    assert [one.partition(f"{path}:4:")[2][:3] for one in chosen_findings(root, [path])] == ["59:", "75:"]


def test_a_declaration_with_findings_is_named_where_people_edit_it(root: Path) -> None:
    """Before anything is made, and not the copy that is thrown away."""
    path = root / "fusions" / "pajottegem.yaml"
    path.write_text(path.read_text().replace("scenario: 1", "scenario: 7"))
    found = chosen_findings(root, [], ["pajottegem"])
    assert found
    assert all(finding.startswith(f"{path}:") for finding in found)
