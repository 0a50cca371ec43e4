"""No value leaves its place: not in Markdown as GitHub and GitLab read it, not in HTML, not on a terminal.

Both hosts look for mentions, references and quick actions in what is no code, after Markdown. So it is enough, and tested,
that a value is wholly in a code span of the parsed text. markdown-it stands in for their parsers: all three follow
CommonMark.
"""

from __future__ import annotations

import json
import os
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from operations.plans.as_html import as_html
from operations.plans.as_markdown import as_markdown, code, inline
from operations.plans.as_text import as_text
from operations.plans.forms import render
from operations.plans.model import Plan
from operations.plans.reading import read_plan
from operations.plans.text import plain
from operations.plans.view import View, make_view
from operations.plans.words import Words
from operations.runbooks.manual import STEPS
from schemas.printable import HIDDEN, UNSEEN
from schemas.visible import visible
from tests.operations.plans.conftest import preview_of, step

EXAMPLES = 25 * int(os.environ.get("PROPERTIES_FACTOR", "1"))
MARK = "Zq7"
"""In front of and behind each planted value."""
AWKWARD = (
    "@everyone", "#1", "!1", "~bug", "%v1", "$snippet", "&epic1", "/close", "`", "``", "```\n# x", "|", "a | b", "<", "<!--",
    "-->", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details>", "&lt;", "&#64;x", "\n", "\n\n",
    "\r\n- x", "\t", "\u202e", "\u2066x\u2069", "\u200b", "\x1b[2J", "\x1b]8;;http://x\x07", "\x00", "[a](http://x)",
    "![a](http://x)", "http://x.example", "**b**", "\\", "\\`", "{{ 7 * 7 }}", "{% raw %}", "{code}", "'", '"', "</bdi>",
    "---", "===", "+1 0", "- [ ] x", "x@example.com", "GH-1", "org/repo#1", "0123456789abcdef0123456789abcdef01234567", " ",
    "", "[[_TOC_]]", "::: x", ":smile:",
)  # fmt: skip
values = st.one_of(
    st.sampled_from(AWKWARD),
    st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=6)), min_size=1, max_size=4).map("".join),
)


def plan_with(value: str, stack: str = "pajottegem") -> Plan:
    """A plan with the value in every place that others write."""
    told = f"{MARK}{value}{MARK}"
    waiting = {"reason": told, "rule": "R35", "whom": told, "until": told}
    found = {"outcome": "changed", "says": told, "portal": {"name": told}, "waiting": waiting}
    unseen = {"outcome": "unseen", "says": f"could not be looked at: {told}", "baseline": [told]}
    domain = {"domain": told, "person": told}
    parts = preview_of(
        step("chaman:SenderContact", told, new={"name": f"{told}2", "found": found, "loses": [told]}),
        step("chaman:FtpAccount", "ftp", new={"accountName": told, "username": told, "found": unseen}),
        step("access:User", "user", new=domain | {"roles": [told, told], "keeps": [told], "found": unseen}),
        step("access:CleanedUp", "clean", new=domain | {"atMost": 5, "leaving": [told], "reason": told}),
        step("retained:Users", "retained", new={"found": {"outcome": "baseline", "says": "", "baseline": [told]}}),
        step("retained:EBox", "box", "update", old={}, new={}, outputs={"status": told}),
        step("chaman:RestAccount", "rest", "update", old={}, new={"accountName": told, "refused": told, told: told}),
        diagnostics=(
            {"severity": "warning", "message": f"warning: {told}"},
            {"severity": "error", "message": f"error: {told} is no longer user of {told} (R20)"},
            {"severity": "warning", "message": f"warning: FTP account {told} no longer gets {told} (R29)"},
        ),
    )  # fmt: skip
    return Plan(fusions=(read_plan(stack, parts), read_plan("hasselt", preview_of())))


def views(value: str) -> list[View]:
    plan = plan_with(value)
    return [make_view(plan, language) for language in ("nl", "en")]


@cache
def shapes(form: str) -> set[str]:
    """What a plan is built of, with values that are none to speak of: of one line, and of two."""
    built = [view for value in ("plain", "of two\nlines") for view in views(value)]
    if form == "html":
        return {tag for view in built for tag in read(as_html(view)).tags}
    return {kind for view in built for kind in outline(as_markdown(view))}


def walk(tokens: list[Any]) -> list[Any]:
    found = []
    for token in tokens:
        found.append(token)
        found += walk(token.children or [])
    return found


def outline(text: str) -> list[str]:
    """The structure of a Markdown text: what is not changed by a value."""
    tokens = walk(
        MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").parse(text)
    )
    return [token.type for token in tokens if token.type not in ("text", "text_special", "code_inline")]


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
@example("@everyone #1 !1 `|<\u202e\n/close")
def test_in_markdown_every_value_stays_in_a_code_span(value: str) -> None:
    for view in views(value):
        text = as_markdown(view)
        tokens = walk(MarkdownIt("commonmark", {"html": True}).parse(text))
        outside = " ".join(token.content for token in tokens if token.type not in ("code_inline", "inline"))
        assert MARK not in outside
        assert not [
            token for token in tokens if token.type in ("html_inline", "html_block", "link_open", "fence")
        ]
        assert not HIDDEN.search(text)
        assert set(outline(text)) <= shapes("markdown")


@given(st.text(alphabet="` ab|\\\n", min_size=1, max_size=12))
@settings(max_examples=4 * EXAMPLES, deadline=None)
def test_a_code_span_gives_its_value_back(value: str) -> None:
    shown = visible(value)
    tokens = walk(MarkdownIt("commonmark").parse(f"- x {code(shown)} y"))
    assert [token.content for token in tokens if token.type == "code_inline"] == [shown]


def test_our_own_words_are_no_markup() -> None:
    """`[secret]`, `<date>` or a star in a message of ours would be; and the runbook's line on passwords has them all."""
    password = next(text for step in STEPS for text in step.how if ",;:=?./+*$%<>&@#" in text)
    for text in ("[secret] <b> *x* _y_ ~z~ | # &amp; ![i](u)", password, plain(Words("nl").say(password))):
        tokens = walk(MarkdownIt("commonmark", {"html": True}).enable("strikethrough").parse(inline((text,))))
        kinds = {token.type for token in tokens} - {"text_special"}
        assert kinds == {"paragraph_open", "inline", "text", "paragraph_close"}
        shown = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
        assert shown == text


class Reader(HTMLParser):
    """The tags of a page, and the text in each kind of element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.outside = ""
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {attrs}")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "bdi" in self.open:
            self.inside += data
        else:
            self.outside += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
@example("</bdi><script>alert(1)</script>")
def test_in_html_every_value_stays_in_its_element(value: str) -> None:
    for view in views(value):
        page = read(as_html(view))
        assert MARK not in page.outside
        assert MARK in page.inside
        assert set(page.tags) <= shapes("html")
        assert not HIDDEN.search(page.inside)


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
@example("\x1b[2J\u202e\r")
def test_on_a_terminal_no_value_moves_the_cursor_or_turns_a_line(value: str) -> None:
    for view in views(value):
        text = as_text(view, 60)
        assert not HIDDEN.search(text)
        assert "\r" not in text
    printed = render(plan_with(value), "json", "en")
    assert not UNSEEN.search(printed)
    assert json.loads(printed) == plan_with(value).as_json()


@pytest.mark.parametrize("stack", ["x@y", "`|<b>", "pajottegem.production"])
def test_a_stacks_name_is_a_value_too(stack: str) -> None:
    text = as_markdown(make_view(plan_with("plain", stack), "en"))
    assert f"### {code(stack)}" in text
