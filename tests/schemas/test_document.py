"""Reading YAML: scalars as they are written, places, and no traceback whatever the file holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.document import MAX_BYTES, parse, read


def only_finding(text: str | bytes) -> tuple[int, int, str, str]:
    document = parse(text, "x.yaml")
    [finding] = document.findings
    assert document.data is None
    return finding.line, finding.column, finding.rule, finding.message


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0212212343", "0212212343"),
        ("0o17", "0o17"),
        ("1010784738", 1010784738),
        ("0212.212.343", "0212.212.343"),
        ("010", "010"),
        ("0", 0),
        ("-3", -3),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1.5", "1.5"),
        ("12:30", "12:30"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("2025-01-01", "2025-01-01"),
        ("+32 2 787 58 27", "+32 2 787 58 27"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        (".inf", ".inf"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_a_scalar_is_what_it_looks_like(written: str, value: object) -> None:
    document = parse(f"key: {written}\n", "x.yaml")
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)


def test_keys_and_values_have_places() -> None:
    document = parse("a:\n  - b: 1\n    c: [x, y]\n", "x.yaml")
    assert document.keys[("a", 0, "c")] == (3, 5)
    assert document.values[("a", 0, "c", 1)] == (3, 12)
    assert document.values[("a",)] == (2, 3)


def test_a_finding_about_what_is_absent_stands_at_what_is_around_it() -> None:
    document = parse("a:\n  b: 1\n", "x.yaml")
    assert document.finding(("a", "c", "d"), "x", "").line == 1
    assert document.finding(("z",), "x", "")[1:3] == (1, 1)


def test_an_alias_has_the_places_of_its_anchor_under_its_own_path() -> None:
    document = parse("a: &x {b: [1]}\nc: *x\nd: *x\n", "x.yaml")
    assert document.data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": {"b": [1]}}
    assert document.values[("d", "b", 0)] == (1, 12)


def test_a_duplicate_key_keeps_the_first_and_is_reported_at_the_second() -> None:
    document = parse("a: {b: 1, b: {c: 2}, d: 3}\n", "x.yaml")
    assert document.data == {"a": {"b": 1, "d": 3}}
    assert [(f.line, f.column, f.rule) for f in document.findings] == [(1, 11, "duplicate-key")]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "empty"),
        ("# nothing\n", 1, 1, "empty"),
        ("- a\n", 1, 1, "no keys"),
        ("just text", 1, 1, "no keys"),
        ("a: [1\nb: 2\n", 2, 2, "flow sequence"),
        ("a: b: c", 1, 5, "mapping values"),
        ("a: 'x", 1, 6, "quoted scalar"),
        ("\tb: 1", 1, 1, "cannot start"),
        ("a: *x", 1, 4, "no anchor"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("? [a]\n: 1\n", 1, 3, "a key is a word"),
        ("a: &x [*x]", 1, 8, "nests or repeats"),
        (b"a: 1\nb: \xff\n", 2, 4, "UTF-8"),
        (b"\xff\xfea\x00", 1, 1, "UTF-8"),
    ],
)
def test_what_is_no_declaration_has_one_finding(
    text: str | bytes, line: int, column: int, words: str
) -> None:
    found = only_finding(text)
    assert found[:3] == (line, column, "yaml")
    assert words in found[3]


def test_a_huge_file_is_refused_unread() -> None:
    assert "1 MiB" in only_finding(b"a: " + b"x" * MAX_BYTES)[3]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_megabyte_of_brackets_does_not_end_the_process(opening: str) -> None:
    assert "nests" in only_finding("a: \n  " + opening * (MAX_BYTES // len(opening) // 2))[3]


def test_aliases_of_aliases_do_not_fill_the_memory() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert "repeats" in only_finding("\n".join(lines))[3]


def test_a_byte_order_mark_is_no_text() -> None:
    assert parse("\ufeffa: 1".encode(), "x.yaml").data == {"a": 1}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert str(read(tmp_path / "no.yaml").findings[0]).endswith("no.yaml:1:1: file: there is no such file")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert read(tmp_path).findings[0].rule == "file"


@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_a_finding(content: bytes) -> None:
    document = parse(content, "x.yaml")
    assert (document.data is None) == bool([f for f in document.findings if f.rule == "yaml"])


@given(st.text(alphabet="a0:-[]{},&*!|>'\"#%@ \n\t?~.", max_size=60))
def test_any_punctuation_gives_data_or_a_finding(text: str) -> None:
    document = parse(text, "x.yaml")
    assert (document.data is None) == bool([f for f in document.findings if f.rule == "yaml"])


def test_hidden_signs_have_their_places_however_many_there_are() -> None:
    found = parse("a: \x00\nbc: x\x00\x00\n" + "\x00" * 200_000, "x.yaml").findings
    assert [(one.line, one.column) for one in found[:3]] == [(1, 4), (2, 6), (2, 7)]
    assert len(found) > 200_000


def test_every_finding_gets_its_place_here() -> None:
    """So that a message is masked, and shows what cannot be seen, whoever found something."""
    root = Path(__file__).parents[2]
    modules = [
        path
        for side in ("schemas", "providers", "stacks", "operations")
        for path in (root / side).rglob("*.py")
    ]
    made = {path.name for path in modules if re.search(r"(?<!class )\bFinding\(", path.read_text("utf-8"))}
    assert made == {"document.py"}
