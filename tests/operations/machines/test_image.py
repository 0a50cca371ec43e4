"""The recipe of an image, which no test builds: what it copies is there, what it calls exists, no secrets get in."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "docs" / "ci" / "Containerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def instructions() -> Iterator[tuple[str, str]]:
    """Each with its argument, on one line."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", RECIPE, flags=re.MULTILINE))
    for line in text.splitlines():
        if line.strip():
            instruction, _, argument = line.partition(" ")
            yield instruction, argument


def arguments(instruction: str) -> list[str]:
    return [argument for one, argument in instructions() if one == instruction]


def copied() -> list[str]:
    """What the first stage takes from the checkout."""
    lines = [argument for argument in arguments("COPY") if not argument.startswith("--from")]
    return [source for line in lines for source in line.split()[:-1]]


def test_what_it_copies_is_the_program_and_no_more() -> None:
    packages = {*PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    assert packages - {source.partition("/")[0] for source in copied()} == set()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for source in copied():
        assert any(Path(file).match(source) or file.startswith(f"{source}/") for file in tracked.splitlines())
    assert not {".", "./", ".state", ".venv", "stacks"} & {*copied()}, "a checkout has its state, and keys"


def test_what_a_rehearsal_made_is_not_in_it() -> None:
    """`make setup` makes keys, people and stacks; an image's would be everybody's. Declarations would be old."""
    (built,) = [argument for argument in arguments("RUN") if "make setup" in argument]
    thrown = shlex.split(built)[shlex.split(built).index("rm") + 2 :]
    assert {".state", "fusions", "stacks/Pulumi.*.yaml"} <= {*thrown}


def test_its_python_is_one_that_the_project_takes_and_the_same_in_both_stages() -> None:
    versions = [
        re.fullmatch(r"python:(3)\.(\d+)(?:-slim)?-(\w+)( AS \w+)?", one) for one in arguments("FROM")
    ]
    assert all(versions), "the usual image, by its usual name"
    minors = {int(found[2]) for found in versions if found}
    oldest = int(PROJECT["project"]["requires-python"].removeprefix(">=3."))
    assert len(minors) == 1, "the environment links to the interpreter of its own stage"
    assert min(minors) >= oldest
    assert len({found[3] for found in versions if found}) == 1, "built against another C library"


def test_it_ends_as_nobody_special_and_calls_what_there_is() -> None:
    *_, user = arguments("USER")
    assert int(user) > 0, "the operator's pods refuse a user that is no number, or root"
    assert f"--uid {user} " in " ".join(arguments("RUN"))
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    (called,) = arguments("CMD")
    assert called == '["fusion", "--help"]'
    assert "fusion" in PROJECT["project"]["scripts"]
    where, *_ = arguments("WORKDIR")
    assert arguments("ENV") == [f"PATH={where}/.venv/bin:$PATH"]


def test_it_says_nothing_of_a_host() -> None:
    """Whoever needs a mirror sets one; the recipe goes anywhere."""
    assert "://" not in RECIPE
    assert not re.search(r"\b(?:TOKEN|PASSWORD|PASSPHRASE|SECRET)\b", RECIPE)
