"""One word a thing (docs/glossary.md). The confusions that cost a reader most are held here, each with a planted fault."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("benchmarks", "emulator", "engine", "operations", "providers", "schemas", "stacks", "tests")
MODULES = sorted(path for package in CODE for path in (ROOT / package).rglob("*.py"))
TEXTS = sorted(
    [
        *(path for path in MODULES if path != Path(__file__)),
        *(path for package in (*CODE, "fusions") for path in (ROOT / package).rglob("*.yaml")),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
    ]
)

CONFUSED = {
    "head manager": (
        r"(?<![a-z])head[\s_-]*managers?",
        "chief access manager (HTB): an access manager (TB) is at the head of a domain too",
    ),
    "into line": (r"\binto line\b|\bin line with\b|\b(?:is|are) in line\b", "in sync"),
    "FTP box": (r"(?<![a-z])S?FTP[\s_-]*box(?:es)?(?![a-z])", "folder: the E-Box is another thing"),
    "watched": (
        r"(?<![a-z])watch(?:ed|es|ing)?(?![a-z])",
        "retained (it must not change) or pending work (it is still to be done)",
    ),
}
"""What is not said, as a pattern without regard to case; and what is said instead."""

SAID_ALL_THE_SAME = {
    ("CHANGELOG.md", "head manager"): "names the command of before",
    ("CHANGELOG.md", "FTP box"): "names the check of before",
    ("operations/cli.py", "head manager"): "the command of before, which works for one release",
    ("tests/operations/commands/test_old_names.py", "head manager"): "as above",
    ("providers/host.py", "watched"): "a provider host watches its engine",
    ("tests/providers/test_host.py", "watched"): "as above",
    ("tests/engine/test_commands.py", "watched"): "set-up watches the programs that it starts",
    ("tests/engine/test_look_before.py", "watched"): "`pulumi watch` is the engine's",
}

NO_MODULES = {"awaited", "cast", "deeds", "gone", "hands", "lives", "post", "small", "truths"}
"""Names of modules that say nothing of what is decided there."""

PARTICIPLES = {"continued", "listed", "missed", "said", "seen", "told"}
"""A function does something: its name begins with a verb."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def confusions(text: str) -> set[str]:
    return {word for word, (pattern, _) in CONFUSED.items() if re.search(pattern, text, re.IGNORECASE)}


def test_no_word_stands_for_two_things() -> None:
    found = [
        f"{name_of(path)} says {word}: say {CONFUSED[word][1]}"
        for path in TEXTS
        for word in sorted(confusions(path.read_text("utf-8")))
        if (name_of(path), word) not in SAID_ALL_THE_SAME
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The head managers are reported.", "head manager"),
        ("headManagersReportedBy: 2024-11-15", "head manager"),
        ("co-head managers", "head manager"),
        ("head-managers.xlsx", "head manager"),
        ("reported as head\nmanagers", "head manager"),
        ("`up` brings it into line.", "into line"),
        ("what is in line", "into line"),
        ("the SFTP box of an account", "FTP box"),
        ("ftp_boxes = {}", "FTP box"),
        ("def test_the_ftp_box(): ...", "FTP box"),
        ("Everything there is watched.", "watched"),
        ("def test_another_domain_is_watched(): ...", "watched"),
        ("def _watching(self): ...", "watched"),
    ],
)
def test_a_planted_word_is_noticed(text: str, word: str) -> None:
    assert confusions(text) == {word}


def test_what_only_looks_like_a_confusion_is_none() -> None:
    fine = (
        "the line, each in line 3; E-Box and its documents; chief access managers; if part in line; stopwatch"
    )
    assert confusions(fine) == set()


def test_what_is_said_all_the_same_is() -> None:
    for name, word in SAID_ALL_THE_SAME:
        assert word in confusions((ROOT / name).read_text("utf-8")), f"{name} no longer says {word}"


# -- names of modules, functions and classes ----------------------------------------------------------------------------


def mute_modules(names: list[str]) -> list[str]:
    return [name for name in names if Path(name).stem.removeprefix("test_") in NO_MODULES]


def test_a_modules_name_says_what_is_decided_there() -> None:
    assert mute_modules([name_of(path) for path in MODULES]) == []
    assert mute_modules(["a/hands.py", "a/test_small.py", "a/handshake.py"]) == [
        "a/hands.py",
        "a/test_small.py",
    ]


def participles(source: str) -> list[str]:
    """The functions that are called by a bare participle; a property is no deed."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.strip("_") in PARTICIPLES
        and not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


def test_a_function_is_called_by_what_it_does() -> None:
    found = {(name_of(path), name) for path in MODULES for name in participles(path.read_text("utf-8"))}
    assert found == set()


def test_a_planted_participle_is_noticed() -> None:
    source = (
        "def told(): ...\nclass A:\n    async def _seen(self): ...\n    @property\n    def said(self): ...\n"
    )
    assert participles(source) == ["told", "_seen"]


def twins(sources: dict[str, str]) -> list[str]:
    """The classes of one name in one folder, as `folder: name`. A model of the API has the name that the API gives it."""
    classes = Counter(
        f"{Path(name).parent.as_posix()}: {node.name}"
        for name, source in sources.items()
        if Path(name).name != "models.py"
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    return sorted(name for name, count in classes.items() if count > 1)


def product() -> Iterator[tuple[str, str]]:
    for path in MODULES:
        if not name_of(path).startswith("tests/"):
            yield name_of(path), path.read_text("utf-8")


def test_no_two_classes_of_a_folder_have_one_name() -> None:
    assert twins(dict(product())) == []


def test_planted_twins_are_noticed() -> None:
    one = "class Answer: ...\nclass _Own: ...\n"
    assert twins({"a/b.py": one, "a/c.py": one, "a/models.py": one, "d/e.py": one}) == ["a: Answer"]
