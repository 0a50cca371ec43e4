"""The emulated portal's plan: which of its folders may know which, and by which doors others come in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.import_graph import Import, circles, folders_known, imports_of, past_the_doors, unlike_the_table

ROOT = Path(__file__).parents[1]
PORTAL = "emulator"
OUTSIDE = ("benchmarks", "engine", "operations", "providers", "schemas", "stacks", "tests")
DOORS = ("emulator.app", "emulator.controls", "emulator.embedded", "emulator.serve", "emulator.standing")

# Lowest first: each folder with those that it knows, all of them above it in this table.
MAY_KNOW: dict[str, set[str]] = {
    "core": set(),
    "systems/access_management": {"core"},
    "systems/chaman": {"core"},
    "systems/ocmw_configuration": {"core"},
    "systems/ebox": {"core"},
    "systems/unique_report": {"core"},
    "systems/integrations": {"core", "systems/access_management"},
    "systems/ocmw_online": {"core", "systems/ocmw_configuration"},
    "calendar": {
        "core",
        "systems/access_management",
        "systems/chaman",
        "systems/ebox",
        "systems/ocmw_online",
    },
    "signin": {"core", "systems/access_management", "systems/chaman", "calendar"},
    "seeds": {
        "core",
        "systems/access_management",
        "systems/ebox",
        "systems/integrations",
        "systems/ocmw_online",
        "calendar",
    },
    "rehearsal": {"core", "systems/chaman", "systems/ocmw_online", "calendar", "signin", "seeds"},
    "sftp": {"core", "calendar", "seeds"},
    "web/openapi": {"core", "systems/access_management", "signin"},
    "web": {
        "core",
        "systems/access_management",
        "systems/integrations",
        "systems/unique_report",
        "calendar",
        "signin",
        "rehearsal",
        "web/openapi",
    },
    "controls": {
        "core",
        "systems/chaman",
        "systems/integrations",
        "systems/ocmw_online",
        "calendar",
        "signin",
        "seeds",
        "rehearsal",
    },
    "app": {
        "core",
        "systems/access_management",
        "systems/chaman",
        "systems/ocmw_configuration",
        "systems/ebox",
        "systems/unique_report",
        "systems/integrations",
        "systems/ocmw_online",
        "signin",
        "rehearsal",
        "web/openapi",
        "web",
    },
    "standing": {"core"},
    "embedded": {"core", "seeds", "sftp", "app"},
    "serve": {"core", "seeds", "sftp", "app"},
}

# Tests that come in by the windows, and why they must.
EXCUSED = {
    "tests/emulator/": "hold the portal's own modules to what they are for",
    "tests/torture/": "look at the portal's tables after kills, know its lists, and break its operations",
    "tests/operations/": "put into the portal what nobody can put there from outside",
    "tests/providers/": "put documents into an E-Box, and look up a person's number",
}


@cache
def project() -> tuple[Import, ...]:
    return tuple(imports_of(ROOT, (PORTAL, *OUTSIDE)))


def test_the_portals_folders_know_only_lower_ones() -> None:
    assert unlike_the_table(folders_known(ROOT, PORTAL), MAY_KNOW) == []


def test_no_folder_of_the_portal_comes_back_to_itself() -> None:
    assert circles(folders_known(ROOT, PORTAL)) == []


def test_others_come_into_the_portal_by_its_doors() -> None:
    assert past_the_doors(project(), PORTAL, DOORS, EXCUSED) == []


@pytest.mark.parametrize("place", EXCUSED)
def test_every_excuse_is_needed(place: str) -> None:
    others = [one for one in EXCUSED if one != place]
    assert past_the_doors(project(), PORTAL, DOORS, others)


def test_the_portal_imports_nothing_of_the_product() -> None:
    """What it enforces it enforces on its own: a mistake in `schemas` would else agree with itself."""
    assert product_in_the_portal(project()) == []


def product_in_the_portal(imports: Iterable[Import]) -> list[str]:
    return [
        str(one)
        for one in imports
        if one.file.startswith(f"{PORTAL}/") and not one.imported.startswith(f"{PORTAL}.")
    ]


PLAN: dict[str, set[str]] = {"core": set(), "systems/chaman": {"core"}, "app": {"systems/chaman"}}


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A small project that keeps to its plan."""
    for file, text in {
        "emulator/core/store.py": "",
        "emulator/systems/chaman/api.py": "from emulator.core import store\n",
        "emulator/app.py": "from emulator.systems.chaman import api\n",
        "operations/cli.py": "def run():\n    from emulator.app import create_app\n",
        "schemas/fields.py": "",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    return tmp_path


def plant(root: Path, file: str, line: str) -> None:
    (root / file).write_text((root / file).read_text() + line + "\n")


def test_a_project_that_keeps_to_its_plan_has_no_breach(planted: Path) -> None:
    known = folders_known(planted, PORTAL)
    assert (
        unlike_the_table(known, PLAN)
        == circles(known)
        == product_in_the_portal(imports_of(planted, (PORTAL, *OUTSIDE)))
        == []
    )
    assert past_the_doors(imports_of(planted, (PORTAL, "operations")), PORTAL, DOORS) == []


@pytest.mark.parametrize(
    "line",
    [
        "from emulator.systems.chaman import api",
        "import emulator.systems.chaman.api",
        "def look():\n    from emulator.systems.chaman.api import API",
        "def look():\n    import_module('emulator.systems.chaman.api')",
    ],
)
def test_an_import_of_a_higher_folder_is_noticed(planted: Path, line: str) -> None:
    """It closes a circle as well."""
    plant(planted, "emulator/core/store.py", line)
    known = folders_known(planted, PORTAL)
    assert unlike_the_table(known, PLAN) == ["core imports systems/chaman"]
    assert circles(known) == ["core", "systems/chaman"]


def test_a_table_that_allows_a_circle_is_noticed(planted: Path) -> None:
    plant(planted, "emulator/core/store.py", "from emulator.systems.chaman import api")
    allowed = {**PLAN, "core": {"systems/chaman"}}
    found = unlike_the_table(folders_known(planted, PORTAL), allowed)
    assert found == ["the table lets core know systems/chaman, which is no lower"]


def test_what_the_table_allows_in_vain_is_noticed(planted: Path) -> None:
    allowed = {**PLAN, "app": {"systems/chaman", "core"}}
    assert unlike_the_table(folders_known(planted, PORTAL), allowed) == ["app no longer imports core"]


def test_a_folder_that_the_table_does_not_have_is_noticed(planted: Path) -> None:
    (planted / "emulator/mails").mkdir()
    plant_in = planted / "emulator/mails/api.py"
    plant_in.write_text("from emulator.core import store\n")
    assert unlike_the_table(folders_known(planted, PORTAL), PLAN) == ["mails has no place in the table"]


@pytest.mark.parametrize(
    "line",
    [
        "from emulator.core import store",
        "from emulator import systems",
        "import emulator.core.store",
        "from emulator.app.routes import x",
        "def look():\n    from emulator.core.store import connect",
    ],
)
def test_an_import_past_the_doors_is_noticed(planted: Path, line: str) -> None:
    plant(planted, "operations/cli.py", line)
    imports = list(imports_of(planted, (PORTAL, "operations")))
    (found,) = past_the_doors(imports, PORTAL, DOORS)
    assert found.startswith("operations/cli.py:")
    assert past_the_doors(imports, PORTAL, DOORS, ["operations/cli.py"]) == []


@pytest.mark.parametrize("line", ["from schemas.fields import Text", "import operations.cli"])
def test_an_import_of_the_product_is_noticed(planted: Path, line: str) -> None:
    plant(planted, "emulator/systems/chaman/api.py", line)
    assert len(product_in_the_portal(imports_of(planted, (PORTAL, *OUTSIDE)))) == 1


def test_a_relative_import_is_refused(planted: Path) -> None:
    plant(planted, "emulator/app.py", "from .core import store")
    with pytest.raises(ValueError, match=r"emulator/app.py:2 imports relatively"):
        folders_known(planted, PORTAL)
