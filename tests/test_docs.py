"""What the pages say of commands, settings, rules, files and targets is so. (The declaration's page has its own test.)"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import click
import pytest
import yaml

from operations.cli import fusion
from operations.exit_codes import ExitCode
from providers.settings import SETTINGS
from schemas.document import parse
from schemas.loading import examine
from schemas.reference import reference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "fusions/certificates/README.md",
    *sorted(DOCS.glob("*.md")),
]
CODE = ("schemas", "providers", "stacks", "emulator", "operations", "tests")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text(page: Path) -> str:
    return page.read_text("utf-8")


def named(page: Path) -> str:
    """How a failing test calls a page."""
    return str(page.relative_to(ROOT))


@pytest.fixture(params=PAGES, ids=named)
def page(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


# -- links --------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them of headings, and those that are written out."""
    found: set[str] = set(re.findall(r'<a id="([^"]+)">', text(page)))
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", text(page)), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        count = sum(
            other == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", other) is not None for other in found
        )
        found.add(f"{slug}-{count}" if slug in found else slug)
    return found


def broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCED.sub("", text(page))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            yield target


def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    planted = tmp_path / "page.md"
    planted.write_text(
        "# A heading: of one\n[good](#a-heading-of-one) [bad](#a-heading) [bad](nowhere.md) [out](https://x.example)\n"
    )
    assert list(broken_links(planted)) == ["#a-heading", "nowhere.md"]


def test_the_index_names_every_page() -> None:
    index = set(LINK.findall(text(DOCS / "README.md")))
    # The folder of the OpenAPI documents is named as one.
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md"} | {"openapi"} == index


# -- commands -----------------------------------------------------------------------------------------------------


def commands(
    group: click.Group, words: tuple[str, ...] = ("fusion",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands below a group that help lists, with the words that call them."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


COMMANDS = dict(commands(fusion))


def section(words: tuple[str, ...]) -> str:
    """What commands.md says of one command: from its heading to the next."""
    found = re.search(
        rf"^### `{' '.join(words)}(?: [^`\n]*)?`.*?\n(.*?)(?=^##)",
        text(DOCS / "commands.md"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"commands.md has no heading for {' '.join(words)}"
    return found[1]


def section_of(heading: str) -> str:
    """What commands.md says below a heading, up to the next of the same level."""
    found = re.search(
        rf"^## {heading}\n(.*?)(?=^## |\Z)", text(DOCS / "commands.md"), re.MULTILINE | re.DOTALL
    )
    assert found, f"commands.md has no heading {heading}"
    return found[1]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_of_every_command_is_documented_and_no_other(words: tuple[str, ...]) -> None:
    declared = {
        option for parameter in COMMANDS[words].params if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }  # fmt: skip
    rows = "\n".join(line for line in section(words).splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(--[a-z-]+)", rows)) == declared


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_choices_of_options_are_those_that_there_are(words: tuple[str, ...]) -> None:
    for parameter in COMMANDS[words].params:
        if isinstance(parameter.type, click.Choice):
            choices = r"\|".join(parameter.type.choices)
            assert f"`{parameter.opts[0]} {choices}`" in section(words)


def test_commands_that_pages_show_exist(page: Path) -> None:
    shown = re.findall(r"(?:^|`|\$ )fusion ([a-z][a-z-]*)(?: ([a-z]+)\b)?", text(page), re.MULTILINE)
    for first, second in shown:
        assert ("fusion", first) in COMMANDS, f"fusion {first}"
        if first in ("certificate", "emulator", "fleet") and second:
            assert ("fusion", first, second) in COMMANDS, f"fusion {first} {second}"


def test_targets_that_pages_show_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert {"rehearsal", "test"} <= targets
    assert set(re.findall(r"(?:^|`|\$ |&& )make ([a-z-]+)", text(page), re.MULTILINE)) <= targets


def target_lines(makefile: str) -> set[str]:
    """The targets that `make help` lists: those with an explanation."""
    return set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def test_the_page_of_commands_lists_every_target() -> None:
    listed = re.findall(r"^\| `make ([a-z-]+)", text(DOCS / "commands.md"), re.MULTILINE)
    assert sorted(listed) == sorted(target_lines(text(ROOT / "Makefile")))
    assert target_lines("one: two ## what it does\nthree:\n") == {"one"}


def test_the_exit_codes_on_the_page_are_those_that_there_are() -> None:
    rows = section_of("Exit codes of fusion")
    assert [int(code) for code in re.findall(r"^\| (\d+) \| \S", rows, re.MULTILINE)] == [*ExitCode]


def test_only_one_module_says_which_number_an_exit_code_is() -> None:
    """Also a code that is a bare number in a command would be one that the page does not know."""
    modules = [path for side in ("operations", "emulator") for path in (ROOT / side).rglob("*.py")]
    others = [path for path in modules if path.name != "exit_codes.py"]
    assert [named(path) for path in others if bare_exit_codes(text(path))] == []
    # Nor which of them an ending has: others ask its functions.
    assert [named(path) for path in others if re.search(r"\bExitCode\b", text(path))] == []
    assert bare_exit_codes("sys.exit(5)") == ["5"]
    assert bare_exit_codes("sys.exit(1 if failed else 0)") == ["1 if failed else 0"]


def bare_exit_codes(source: str) -> list[str]:
    return re.findall(r"\bexit\((\d[^)]*)\)", source)


def test_the_readme_shows_the_two_commands() -> None:
    assert re.search(r"```sh\nmake rehearsal .*\nmake test ", text(ROOT / "README.md"))


# -- settings, rules ----------------------------------------------------------------------------------------------


def test_every_setting_is_documented_with_its_default() -> None:
    declared = yaml.safe_load(text(ROOT / "Pulumi.yaml"))["config"]
    rows = dict(
        re.findall(
            r"^\| `(\w+)`(?: \(secret\))? \| `?([^|`]*)`? \|", text(DOCS / "configuration.md"), re.MULTILINE
        )
    )
    assert {key: rows.get(key) for key in declared} == {
        key: str(value["default"]) for key, value in declared.items()
    }


def test_every_setting_that_the_code_reads_is_documented() -> None:
    sources = (
        text(ROOT / "providers/settings.py")
        + text(ROOT / "providers/secret_sources.py")
        + text(ROOT / "stacks/declared.py")
        + text(ROOT / "stacks/program.py")
    )
    read = set(re.findall(r"\b(?:_?text|config\.(?:get|require))\((?:\w*\.?_?get, )?\"(\w+)\"", sources))
    assert {"portalUrl", "secrets", "clientKey"} <= read
    assert read <= set(re.findall(r"^\| `(\w+)`", text(DOCS / "configuration.md"), re.MULTILINE))


def test_whatever_waits_is_explained() -> None:
    """By the rules that a `Waiting` cites, in the provider that knows it."""
    calls = [
        call
        for path in (ROOT / "providers").glob("*.py")
        for call in ast.walk(ast.parse(text(path)))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Waiting"
    ]
    cited = {rule for call in calls for rule in re.findall(r"R\d\d", ast.unparse(call))}
    assert {"R12", "R35", "R61", "R70"} <= cited
    section = text(DOCS / "operating.md").partition("## Something waits")[2].partition("\n## ")[0]
    assert cited <= set(re.findall(r"R\d\d", section))


def test_the_settings_that_there_are_are_the_declared_and_the_secret_ones() -> None:
    """Any other is refused (`stacks.program`)."""
    declared = yaml.safe_load(text(ROOT / "Pulumi.yaml"))["config"]
    page = text(DOCS / "configuration.md")
    secret = re.findall(r"^\| `(\w+)` \(secret\) \|", page, re.MULTILINE)
    assert sorted(SETTINGS) == sorted([*declared, *secret])


def test_every_rule_of_the_manual_stands_once_with_an_anchor() -> None:
    rows = re.findall(
        r'^\| <a id="(r\d\d)"></a>(R\d\d) \| \S.* \| \S.* \|$', text(DOCS / "rules.md"), re.MULTILINE
    )
    assert sorted(rows) == [(f"r{number:02}", f"R{number:02}") for number in range(1, 71)]


def test_code_and_pages_cite_only_rules_that_there_are() -> None:
    known = set(re.findall(r"</a>(R\d\d) ", text(DOCS / "rules.md")))
    sources = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    cited = {rule for path in [*sources, *PAGES] for rule in re.findall(r"\bR\d\d\b", text(path))}
    assert cited - known == set()


def test_every_fusion_stands_with_its_numbers() -> None:
    page = text(DOCS / "numbers.md")
    for known in (one for one in reference().fusions if one.takes_effect == date(2025, 1, 1)):
        (row,) = re.findall(rf"^\| {known.name} \| {known.scenario} \|.*\|$", page, re.MULTILINE)
        numbers = [known.kbo, *(centre.kbo for centre in known.merging)]
        assert all(f"{kbo[:4]}.{kbo[4:7]}.{kbo[7:]}" in row for kbo in numbers)
        assert all(nis in row for nis in (known.nis, *(centre.nis for centre in known.merging)))


# -- what is shown ------------------------------------------------------------------------------------------------


def test_no_path_of_somebodys_machine(page: Path) -> None:
    assert re.findall(r"(?<![\w.~])/(?:home|root|Users|tmp|work|var/folders)/\S*", text(page)) == []


def test_the_findings_that_the_readme_shows_are_those_that_one_gets() -> None:
    tour = text(ROOT / "README.md")
    added = re.search(r"printf '([^']*)' >> fusions/hasselt\.yaml", tour)
    assert added
    declaration = text(ROOT / "fusions/hasselt.yaml") + added[1].replace(r"\n", "\n")
    [finding] = examine(parse(declaration, "fusions/hasselt.yaml"))[1]
    assert f"\n{finding}\n" in tour


def test_the_line_that_the_tour_deletes_is_there_once() -> None:
    assert text(ROOT / "fusions/pajottegem.yaml").count("\n    - nationality\n") == 1


def test_the_exception_that_the_tour_adds_is_sound() -> None:
    tour = text(ROOT / "README.md")
    added = re.search(r"printf '(exceptions:[^']*)' >> fusions/pajottegem\.yaml", tour)
    assert added
    declaration = text(ROOT / "fusions/pajottegem.yaml") + added[1].replace(r"\n", "\n")
    fusion, findings = examine(parse(declaration, "fusions/pajottegem.yaml"))
    assert findings == []
    assert fusion
    assert [*fusion.allowed("untickedType", "Pajottegem")] == ["nationality"]


def test_the_picture_shows_todays_types_of_mutation() -> None:
    picture = ET.parse(DOCS / "preview.svg").getroot()  # noqa: S314 our own file
    shown = " ".join(
        "".join(element.itertext()) for element in picture.iter("{http://www.w3.org/2000/svg}text")
    )
    assert "pulumi-python:dynamic/configuration:Mutations: (update)" in shown
    assert all(code in shown for code in reference().codes("mutationTypes"))


@pytest.fixture(scope="module")
def preview_svg() -> ModuleType:
    spec = importlib.util.spec_from_file_location("preview_svg", DOCS / "preview_svg.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_drawing_keeps_text_colour_and_columns(preview_svg: ModuleType) -> None:
    drawn = ET.fromstring(preview_svg.drawing(["\x1b[38;5;3m  ~ a & b   c\x1b[0m plain"]))  # noqa: S314 made here
    runs = list(drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert [run.text for run in runs] == ["~ a & b", "c", "plain"]
    assert [run.get("fill") for run in runs] == [preview_svg.PALETTE["3"]] * 2 + [preview_svg.FOREGROUND]
    columns = [(float(run.attrib["x"]) - preview_svg.MARGIN) / preview_svg.CELL_WIDTH for run in runs]
    assert [round(column) for column in columns] == [2, 12, 14]


def test_a_long_line_is_folded(preview_svg: ModuleType) -> None:
    drawn = ET.fromstring(preview_svg.drawing(["x" * (preview_svg.COLUMNS + 3)]))  # noqa: S314 made here
    assert [len(run.text or "") for run in drawn.iter("{http://www.w3.org/2000/svg}text")] == [
        preview_svg.COLUMNS,
        3,
    ]
