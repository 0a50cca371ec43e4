"""A part of `make fuzz-files`, and that it notices: each planted fault is one that was there, or could be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas import certificates, document, secrets, translation
from schemas.document import Document
from schemas.findings import Finding
from tests.torture.files.judging import judge

FIRST, CASES = 20250101, 150
PART = 25


def wrong_in(seeds: range, tmp_path: Path, slowest: float = 600.0) -> list[str]:
    wrong: list[str] = []
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        wrong += judge(seed, folder, slowest).wrong
    return wrong


@pytest.mark.parametrize("first", range(FIRST, FIRST + CASES, PART))
def test_whatever_people_write_is_answered_in_findings(first: int, tmp_path: Path) -> None:
    assert wrong_in(range(first, first + PART), tmp_path) == []


def quoted_although_secret(_self: Document, text: str, _otherwise: str) -> str:
    return f"`{text}`"


def shown_although_secret(value: Any, _document: Document) -> str:
    return f"the text `{value}`"


def unplaced(self: Document, _place: Any, rule: str, message: str, path: Any = None) -> Finding:
    return Finding(self.name, 0, 0, rule, message, path)


def as_it_is(text: str) -> str:
    return text


def weak(_document: Document) -> Any:
    yield Finding("secrets.yaml", 1, 1, "R31", f"a weak password: {_document.value_at(('passwords',))}")


def asks(*_arguments: Any) -> Any:
    os.system("true")  # noqa: S605 - what is noticed is that it was asked
    return iter(())


def fails(*_arguments: Any) -> Any:
    raise ValueError("not everything is a certificate")


def without_looking(path: Path, most: int, *_: Any) -> bytes:
    if path.is_fifo():
        raise OSError("this would hang")
    with path.open("rb") as file:
        return file.read(most)


FAULTS: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "a key of the secrets file is told": (Document, "quoted", quoted_although_secret, "a secret is told"),
    "a value of it is told": (translation, "_shown", shown_although_secret, "a secret is told"),
    "its passwords are told": (secrets, "_weak_passwords", weak, "a secret is told"),
    "a finding has no place": (Document, "finding_at", unplaced, "without a place"),
    "hidden signs reach the terminal": (document, "visible", as_it_is, "not one line of text"),
    "a program is asked": (secrets, "_same_insz_twice", asks, "was asked"),
    "a certificate ends the run": (certificates, "read_file", fails, "ended with ValueError"),
    "an alias ends the run": (document._Builder, "_alias", fails, "ended with ValueError"),
    "a pipe or a folder ends the run": (document, "read_file", without_looking, "ended with"),
}

# Some need a rare case: where the search for it begins, so that it is short.
BEGIN = {"hidden signs reach the terminal": 575, "a value of it is told": 325}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, planted, words = FAULTS[fault]
    monkeypatch.setattr(where, name, planted)
    seed = FIRST + BEGIN.get(fault, 0)
    while seed < FIRST + 8 * CASES:  # until it is met
        if any(words in line for line in wrong_in(range(seed, seed + PART), tmp_path)):
            return
        seed += PART
    pytest.fail(f"nothing noticed it in {8 * CASES} cases from seed {FIRST}")


def test_a_slow_answer_is_noticed(tmp_path: Path) -> None:
    assert any("took too long" in line for line in wrong_in(range(FIRST, FIRST + 1), tmp_path, slowest=0))
