"""What a comment says, and what it leaves out: whole things, in order, and never what somebody loses by."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from operations.approvals.digest import digest_of
from operations.plans.as_markdown import code
from operations.plans.model import Basis, Plan
from operations.plans.reading import read_plan
from operations.reviews.changes import Changes
from operations.reviews.comment import Place, write_comment, write_failure, write_refused
from operations.reviews.hosts import GitHub
from operations.reviews.repository import Merge
from operations.reviews.review import NoPlan, Review
from schemas.findings import Finding
from tests.operations.plans.conftest import preview_of, step
from tests.operations.plans.test_escaping import EXAMPLES, MARK, plan_with, values, walk

HERE = Place("<!-- fusion-review:v1:00 -->", "https://host.example/o/r/actions/runs/1", GitHub.budget)
MERGE = Merge("b" * 40, "a" * 40, "c" * 40, "d" * 40)
BASIS = Basis(declaration="1", secrets="2", program="3", engine="v3", target={})
DOMAIN = {"domain": "maatschappelijkWelzijn"}


def made(count: int, outcome: str = "made") -> list[dict[str, Any]]:
    return [
        step(
            "access:User", f"user{number}",
            new=DOMAIN | {"person": f"person.{number}", "applications": ["E-Box Onderneming"],
                          "found": {"outcome": outcome, "says": ""}},
        )
        for number in range(count)
    ]  # fmt: skip


def changed(count: int) -> list[dict[str, Any]]:
    return [
        step(
            "access:User", f"edited{number}", "update",
            old=DOMAIN | {"person": f"edited.{number}", "roles": ["Raadpleger"]},
            new=DOMAIN | {"person": f"edited.{number}", "roles": ["Dossierbeheerder"]},
        )
        for number in range(count)
    ]  # fmt: skip


def clean_up(count: int) -> dict[str, Any]:
    leaving = [f"leaving.{number}" for number in range(count)]
    return step(
        "access:CleanedUp", "clean-up", new=DOMAIN | {"atMost": count, "leaving": leaving, "reason": "old"}
    )


def removed(count: int) -> list[dict[str, Any]]:
    return [
        step("access:User", f"gone{number}", "delete", old=DOMAIN | {"person": f"gone.{number}"})
        for number in range(count)
    ]


def review_of(*steps: dict[str, Any], warnings: int = 0) -> Review:
    diagnostics = tuple(
        {"severity": "warning", "message": f"warning: sentence {number}"} for number in range(warnings)
    )
    fusion = read_plan("pajottegem", preview_of(*steps, diagnostics=diagnostics))
    plan = Plan(fusions=(fusion.model_copy(update={"basis": BASIS}),))
    return Review(
        MERGE, Changes(changed=("pajottegem",), unchanged=12),
        plan.model_copy(update={"digest": digest_of(plan)}),
    )  # fmt: skip


def comment_of(review: Review, place: Place = HERE, language: str = "en") -> str:
    written = write_comment(review, language, place)
    assert len(written.encode()) <= place.budget
    assert written.startswith(place.marker)
    return written


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("count", [100, 400, 2_000, 5_000])
def test_a_plan_that_is_too_long_says_so_first_and_keeps_what_counts(count: int, language: str) -> None:
    steps = (*made(count), *changed(50), *removed(20), clean_up(9))
    review = review_of(*steps, warnings=5)
    written = comment_of(review, language=language)
    for name in [f"`gone.{number}`" for number in range(20)] + [f"`leaving.{number}`" for number in range(9)]:
        assert name in written
    assert all(f"`sentence {number}`" in written for number in range(5))
    assert f"fusion up pajottegem --approved {digest_of(review.plan)}" in written
    is_cut = count > 400
    assert ("✂️" in written) is is_cut
    if is_cut:
        first = written.split("\n\n")[1]
        assert first.startswith("> **✂️")
        assert f"]({HERE.run})" in written.split("\n\n")[2]


def test_creates_are_shortened_first_and_from_the_end() -> None:
    whole = write_comment(review_of(*made(300), *changed(40)), "en", Place("", "", 1_000_000))
    short = write_comment(
        review_of(*made(300), *changed(40)), "en", Place("", "", len(whole.encode()) - 4_000)
    )
    assert short.count("; comes: `Dossierbeheerder`") == 40
    assert short.count("**to be made**") == 300, "each is named"
    shown = [match.end() for match in re.finditer("applications: `E-Box Onderneming`", short)]
    assert 0 < len(shown) < 300
    assert "by name only" in short
    assert max(shown) < short.index("`person.299`"), "the last ones lost their fields first"


def test_as_little_as_will_do_is_left_out() -> None:
    """A comment with room for one thing more would have it."""
    for budget in (8_000, 20_000, 40_000, 60_000):
        written = comment_of(review_of(*made(900)), Place("", "", budget))
        assert len(written.encode()) > budget * 0.8


@pytest.mark.parametrize("budget", [3_000, 60_000, 200_000])
def test_where_not_even_that_has_room_it_says_so_and_names_no_digest(budget: int) -> None:
    written = comment_of(review_of(*removed(9_000), *made(10)), Place(HERE.marker, HERE.run, budget))
    assert "too long for a comment" in written
    assert "sha256:" not in written
    assert f"]({HERE.run})" in written
    assert "changed fusions: 1; unchanged: 12" in written


def test_many_findings_are_counted_beyond_the_first() -> None:
    findings = tuple(Finding("fusions/x.yaml", line, 1, "R30", f"message {line}") for line in range(1, 4_000))
    review = Review(MERGE, Changes(changed=("x",)), Plan(fusions=()), findings, with_findings=("x",))
    written = comment_of(review)
    assert "### findings: 3999" in written
    assert "and 3949 more" in written


def test_a_plan_without_a_digest_says_why() -> None:
    review = review_of(*made(1, "unseen"))
    plan = review.plan.model_copy(update={"digest": ""})
    written = comment_of(Review(MERGE, review.changes, plan))
    assert "cannot be approved" in written
    assert "user0 could not be looked at" in written
    assert "fusion up" not in written


def test_thousands_of_names_are_counted_beyond_the_first() -> None:
    """Each with the longest name, also where nothing else has room."""
    names = tuple(f"{number}-{'x' * 240}" for number in range(4_000))
    pairs = tuple(zip(names, names, strict=True))
    review = review_of(*removed(2))
    review = replace(
        review,
        changes=Changes(names, names, names, pairs, 3, frozenset(), names),
        refused=pairs,
        new=pairs,
        no_plan=NoPlan.OUTSIDE,
    )
    written = comment_of(review)
    assert written.count("A stack belongs to the name") in range(1, 51)
    assert "and 3950 more" in written or "and 3995 more" in written
    short = comment_of(replace(review, plan=review_of(*removed(9_000)).plan))
    assert "too long for a comment" in short
    assert short.count("the declaration is gone") == 5
    assert short.count("no stack yet") == 5
    assert "sha256" not in short


def test_without_a_plan_the_fusions_are_named_and_the_job_is_linked() -> None:
    changes = Changes(changed=("hasselt", "tielt", "z"), added=("tielt",), unchanged=11)
    review = Review(MERGE, changes, Plan(fusions=()), no_plan=NoPlan.ASKED)
    written = comment_of(review)
    assert "- changed: `hasselt`, `z`\n- new: `tielt`\n" in written
    assert f"[See the job of this review.]({HERE.run})" in written
    assert "whole plan" not in written
    assert "job" not in comment_of(review, Place("", "", GitHub.budget)).split("new: `tielt`")[1].replace(
        "this job", ""
    )


def test_findings_of_others_stand_apart() -> None:
    own, others = (
        Finding("fusions/x.yaml", 1, 1, "R30", "own"),
        Finding("fusions/y.yaml", 2, 1, "R30", "others"),
    )
    written = comment_of(replace(review_of(*made(1)), findings=(others, own), others_findings=(others,)))
    assert written.index("❌ `fusions/x.yaml:1:1`") < written.index("not touch, as they are in the base")
    assert written.index("not touch, as they are in the base") < written.index("⚠️ `fusions/y.yaml:2:1`")


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
def test_no_value_leaves_its_place(value: str) -> None:
    """Nor does it make a marker, a mention or a reference; in the comment of a failure neither."""
    told = f"{MARK}{value}{MARK}"
    changes = Changes((told,), (told,), (told,), ((told, told),), 3, frozenset(), (told, told))
    finding = Finding(f"fusions/{told}.yaml", 1, 1, "R30", told)
    findings = (finding, finding._replace(line=2))
    review = Review(
        MERGE, changes, plan_with(value), findings, findings[:1], ((told, told),), None, (told,), ((told, told),)
    )  # fmt: skip
    place = Place(HERE.marker, HERE.run, 500_000)
    for text in (
        write_comment(review, "en", place),
        write_comment(review, "nl", Place(HERE.marker, HERE.run, 9_000)),
        write_failure(told, told, "fr", place),
        write_refused(told, told, "en", place),
    ):
        tokens = walk(MarkdownIt("commonmark", {"html": True}).parse(text))
        outside = " ".join(token.content for token in tokens if token.type not in ("code_inline", "inline"))
        assert MARK not in outside
        html = [token.content for token in tokens if token.type in ("html_inline", "html_block")]
        assert [one.strip() for one in html] == [HERE.marker]
        links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
        assert set(links) <= {HERE.run}


def test_the_address_of_a_job_is_an_address() -> None:
    written = comment_of(review_of(*made(1)), Place("", "https://x/)](javascript:1) <b>", GitHub.budget))
    assert "javascript" not in written


def test_a_failure_is_of_a_commit_and_has_no_plan() -> None:
    written = write_failure("a" * 40, "git cannot\n<!-- fusion-review:v1:00 -->", "en", HERE)
    assert code("a" * 12) in written
    assert "no plan to approve" in written
    assert written.count(HERE.marker) == 2
    assert code("<!-- fusion-review:v1:00 -->") in written
