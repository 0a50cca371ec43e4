"""The fleet of the benchmarks: sound declarations of the three scenarios, of the centres that the portal makes up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks import made_up
from emulator import controls
from schemas.declaration import slug
from schemas.loading import load_declaration

CENTRES = 60


@pytest.fixture(scope="module")
def declared() -> list[made_up.Json]:
    return list(made_up.declare(CENTRES))


def test_every_declaration_is_sound(declared: list[made_up.Json], tmp_path: Path) -> None:
    made_up.write_certificates_of(declared, tmp_path / "certificates")
    for one in declared:
        path = tmp_path / f"{slug(one['name'])}.yaml"
        path.write_text(yaml.safe_dump(dict(one), allow_unicode=True, sort_keys=False), "utf-8")
        assert load_declaration(path).name == one["name"]


def test_the_scenarios_come_by_turns(declared: list[made_up.Json]) -> None:
    counts = Counter(one["scenario"] for one in declared)
    assert set(counts) == {1, 2, 3}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_each_made_up_centre_merges_once(declared: list[made_up.Json]) -> None:
    numbers = [centre["kbo"] for one in declared for centre in one["merging"]]
    known = [centre["enterpriseNumber"] for centre in controls.list_made_up(CENTRES)["centres"]]
    assert sorted(numbers) == sorted(known)
