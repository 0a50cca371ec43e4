"""What each format says of findings, read back as its platform reads it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.annotations.annotation import Annotated, Severity, annotate
from operations.annotations.formats import WRITERS
from operations.annotations.github import MOST_IN_SUMMARY, as_summary
from operations.commands.validate import FORMATS
from schemas.findings import Finding, stable_steps
from schemas.printable import UNSEEN
from schemas.visible import visible
from tests.operations.annotations.readers import (
    read_github,
    read_gitlab,
    read_junit,
    read_sarif,
    read_summary,
)

ERROR, WARNING, NOTE = Severity


@pytest.fixture(autouse=True)
def no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may run in a workflow themselves."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def finding(number: int = 1, message: str = "is not one", file: str = "fusions/pajottegem.yaml") -> Finding:
    path = ("mutations", "receive", number)
    return Finding(file, number, 5, "unknown-code", message, path, stable_steps(path, {}))


def run_with(*findings: Finding, severity: Severity = ERROR, files: tuple[str, ...] = ()) -> Annotated:
    return annotate("fusion validate", "that is all", files, [(severity, one) for one in findings])


def fingerprints(*findings: Finding) -> list[str]:
    return [entry["fingerprint"] for entry in read_gitlab(WRITERS["gitlab"](run_with(*findings)))]


def test_every_format_that_can_be_asked_for_has_a_writer() -> None:
    assert ("text", "json", *WRITERS) == FORMATS


def test_nothing_found_is_a_whole_report_too() -> None:
    nothing = run_with(files=("fusions/pajottegem.yaml", "fusions/lochristi.yaml"))
    assert WRITERS["gitlab"](nothing) == "[]\n"
    assert WRITERS["github"](nothing) == ""
    assert read_sarif(WRITERS["sarif"](nothing))["results"] == []
    passed = read_junit(WRITERS["junit"](nothing))
    assert [(suite.attrib["name"], suite[0].attrib["name"], len(suite[0])) for suite in passed] == [
        (f"fusions/{name}.yaml", "no findings", 0) for name in ("pajottegem", "lochristi")
    ]


@pytest.mark.parametrize(
    ("severity", "words"),
    [
        (ERROR, {"github": "error", "gitlab": "major", "sarif": "error", "junit": "failure"}),
        (WARNING, {"github": "warning", "gitlab": "minor", "sarif": "warning", "junit": "skipped"}),
        (NOTE, {"github": "notice", "gitlab": "info", "sarif": "note", "junit": "skipped"}),
    ],
)
def test_each_platform_has_its_words_for_how_bad_it_is(severity: Severity, words: Mapping[str, str]) -> None:
    one = run_with(finding(), severity=severity)
    said = {
        "github": read_github(WRITERS["github"](one))[0].name,
        "gitlab": read_gitlab(WRITERS["gitlab"](one))[0]["severity"],
        "sarif": read_sarif(WRITERS["sarif"](one))["results"][0]["level"],
        "junit": read_junit(WRITERS["junit"](one))[0][0][0].tag,
    }
    assert said == words


# -- fingerprints ---------------------------------------------------------------------------------------------------


def test_a_fingerprint_outlives_lines_that_are_added_above() -> None:
    """Also where the message names another line, such as the first of two keys."""
    before = Finding("a.yaml", 5, 1, "duplicate-key", "name is here already, on line 3: …", ("name",))
    after = before._replace(line=7, message="name is here already, on line 5: …")
    assert fingerprints(before) == fingerprints(after)


@pytest.mark.parametrize(
    "other",
    [
        {"file": "fusions/lochristi.yaml"},
        {"rule": "twice"},
        {"path": ("mutations",), "stable": ("mutations",)},
        {"path": None, "stable": ()},
        {"message": "is another"},
    ],
    ids=str,
)
def test_other_findings_have_other_fingerprints(other: Mapping[str, object]) -> None:
    assert fingerprints(finding()) != fingerprints(finding()._replace(**other))  # type: ignore[arg-type]


def test_no_insz_is_in_a_fingerprint() -> None:
    """A hash of one can be searched: there are not that many. A key in its place may be one."""
    first, second = (
        Finding("a.yaml", 1, 1, "unknown-key", "is not known", (key,), (key,))
        for key in ("85073003328", "76040944734")
    )
    assert fingerprints(first) == fingerprints(second)


def test_of_findings_that_say_the_same_each_has_its_own() -> None:
    """GitLab drops one of two with the same; the first keeps its own when a second comes."""
    twice = fingerprints(finding(), finding()._replace(line=9))
    assert len(set(twice)) == 2
    assert twice[:1] == fingerprints(finding())


def test_sarif_has_the_same_fingerprints() -> None:
    (result,) = read_sarif(WRITERS["sarif"](run_with(finding())))["results"]
    assert [*result["partialFingerprints"].values()] == fingerprints(finding())


def test_a_test_of_junit_has_a_name_without_its_line() -> None:
    names = [
        [case.attrib["name"] for case in read_junit(WRITERS["junit"](run_with(*findings)))[0]]
        for findings in ([finding()], [finding()._replace(line=9), finding(message="is another")])
    ]
    assert names == [
        ["unknown-code mutations.receive"],
        ["unknown-code mutations.receive", "unknown-code mutations.receive (2)"],
    ]


# -- GitHub: what it shows, and the rest ----------------------------------------------------------------------------


def mixed() -> Annotated:
    """Three notes, twelve warnings and eleven errors, the worst last."""
    kinds = [(NOTE, 3), (WARNING, 12), (ERROR, 11)]
    found = [(severity, finding(number)) for severity, count in kinds for number in range(1, count + 1)]
    return annotate("fusion validate", "that is all", [], found)


def test_the_worst_first_ten_of_a_kind_and_the_number_of_the_others() -> None:
    commands = read_github(WRITERS["github"](mixed()))
    assert [one.name for one in commands] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 4
    assert [one.properties["line"] for one in commands[:10]] == [str(line) for line in range(1, 11)]
    assert commands[-1].message == "and 3 more findings: `fusion validate` shows all"


def test_the_line_that_counts_the_others_is_one_of_the_ten_notices() -> None:
    kinds = [(NOTE, 10), (WARNING, 11)]
    found = [(severity, finding(number)) for severity, count in kinds for number in range(1, count + 1)]
    commands = read_github(WRITERS["github"](annotate("fusion validate", "that is all", [], found)))
    assert [one.name for one in commands] == ["warning"] * 10 + ["notice"] * 10
    assert commands[-1].message == "and 2 more findings: `fusion validate` shows all"
    notes = [(NOTE, finding(number)) for number in range(1, 11)]
    assert len(read_github(WRITERS["github"](annotate("x", "", [], notes)))) == 10


def test_the_summary_of_the_step_has_all_after_what_others_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("from before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    commands = read_github(WRITERS["github"](mixed()))
    assert commands[-1].message == "and 3 more findings: see the step's summary"
    before, _, written = summary.read_text().partition("\n")
    assert before == "from before"
    assert re.findall(r"^(\w+): .*:(\d+):5: unknown-code", read_summary(written), re.MULTILINE) == [
        (one.severity.name.lower(), str(one.line)) for one in mixed().annotations
    ]


def test_nothing_found_is_said_in_the_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert WRITERS["github"](run_with()) == ""
    assert read_summary((tmp_path / "summary.md").read_text()).strip() == "fusion validate: that is all"


def test_a_summary_that_cannot_be_written_hides_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    commands = read_github(WRITERS["github"](run_with(finding())))
    assert [one.name for one in commands] == ["error", "warning"]
    assert commands[-1].message == "the step's summary cannot be written: Is a directory"


def test_a_long_summary_is_cut_between_findings_and_says_so() -> None:
    """GitHub takes no summary at all over 1 MiB."""
    written = as_summary(run_with(*(finding(number, "é" * 500) for number in range(1, 2000))))
    assert MOST_IN_SUMMARY - 2000 < len(written.encode()) < MOST_IN_SUMMARY + 2000
    shown = read_summary(written)
    left = re.search(r"^and (\d+) more findings: `fusion validate` shows all$", shown, re.MULTILINE)
    assert left
    assert len(re.findall(r": é{500}$", shown, re.MULTILINE)) + int(left[1]) == 1999


# -- nothing leaves its place ---------------------------------------------------------------------------------------

NASTY = (
    "\n::error::planted", "::stop-commands::x", "##[add-mask]x", "%0A::warning::planted", "%25", ",line=1", "=",
    "</failure>", "]]>", "&amp;", '"/>', "<!--", "</pre>\n# planted", "```", "[here](https://planted.example)", "](",
    "{0}", "{{", "\\", "\x1b[2J", "\x00", "\r", "\u2028", "\u202e", "\ud800", "\udcff", "\ufffe", "\U000e0041", "é", "./",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(st.characters(), max_size=8), max_size=5).map("".join)
NAMES = TEXTS.map(lambda text: os.fsdecode(text.encode("utf-8", "replace").replace(b"\0", b"") or b"x"))
FINDINGS = st.builds(
    Finding,
    NAMES,
    st.integers(1, 9),
    st.integers(1, 9),
    TEXTS.filter(bool),
    TEXTS,
    st.none() | st.lists(TEXTS | st.integers(0, 3), max_size=3).map(tuple),
    st.lists(TEXTS, max_size=3).map(tuple),
)
repeatable = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANNOTATED = st.builds(
    annotate,
    st.just("fusion validate"),
    TEXTS,
    st.lists(NAMES, max_size=2),
    st.lists(st.tuples(st.sampled_from(Severity), FINDINGS), max_size=9),
)


@repeatable
@given(ANNOTATED)
def test_github_reads_one_command_a_finding_with_everything_in_its_place(annotated: Annotated) -> None:
    read = [
        (
            one.name,
            one.properties.get("file"),
            one.properties.get("line"),
            one.properties.get("title", "").strip(),
            one.message,
        )
        for one in read_github(WRITERS["github"](annotated))
    ]
    assert read == [
        (
            one.severity.value.github,
            one.file,
            str(one.line),
            f"{one.rule} {one.place}".strip(),
            one.message,
        )
        for one in annotated.annotations
    ]


@repeatable
@given(ANNOTATED)
def test_the_summary_shows_findings_as_text(annotated: Annotated) -> None:
    lines = read_summary(as_summary(annotated)).splitlines()
    shown = [f"{one.severity.name.lower()}: {one}" for one in annotated.annotations]
    assert [line for line in lines[1:] if line] == shown
    assert lines[0] == f"fusion validate: {annotated.summary}"


@repeatable
@given(ANNOTATED)
def test_gitlab_reads_what_was_said(annotated: Annotated) -> None:
    read = [
        (one["location"]["path"], one["location"]["lines"]["begin"], one["check_name"], one["description"])
        for one in read_gitlab(WRITERS["gitlab"](annotated))
    ]
    assert read == [
        (one.file, one.line, one.rule, f"{one.rule}: {one.message}") for one in annotated.annotations
    ]


@repeatable
@given(ANNOTATED)
def test_sarif_reads_what_was_said_without_a_link_or_a_placeholder(annotated: Annotated) -> None:
    results = read_sarif(WRITERS["sarif"](annotated))["results"]
    assert len(results) == len(annotated.annotations)
    for result, one in zip(results, annotated.annotations, strict=True):
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert unquote(uri.removeprefix("file://")) == one.file
        assert uri.startswith("file:///") == one.file.startswith("/")
        assert ("uriBaseId" in place["artifactLocation"]) != one.file.startswith("/")
        assert (result["ruleId"], place["region"]["startLine"]) == (one.rule, one.line)
        text = result["message"]["text"]
        assert not re.search(r"\{\d+\}", text.replace("{{", "").replace("}}", ""))
        unescaped = re.sub(r"\\[\\\[\]]", "", text) if "](" in one.message else text
        assert "](" not in unescaped
        if "](" in one.message:
            text = re.sub(r"\\([\\\[\]])", r"\1", text)
        assert text.replace("{{", "{").replace("}}", "}") == one.message


@repeatable
@given(ANNOTATED)
def test_junit_reads_what_was_said(annotated: Annotated) -> None:
    read = [
        (case.attrib["classname"], case[0].attrib["type"], case[0].attrib["message"], case[0].text)
        for suite in read_junit(WRITERS["junit"](annotated))
        for case in suite
        if len(case)
    ]
    assert sorted(read) == sorted(
        (one.file, one.rule, one.message, str(one)) for one in annotated.annotations
    )


@repeatable
@given(ANNOTATED, st.sampled_from([*WRITERS]))
def test_nothing_in_any_format_can_move_a_cursor_or_turn_a_line_round(
    annotated: Annotated, form: str
) -> None:
    written = WRITERS[form](annotated)
    assert not UNSEEN.search(written)
    written.encode()
    assert not UNSEEN.search(as_summary(annotated))


@repeatable
@given(TEXTS)
def test_what_is_told_can_be_seen(message: str) -> None:
    (one,) = run_with(finding(message=message)).annotations
    assert one.message == visible(message)
