"""Plans kept by their digest: found again, readable for their owner only, and never taken for another."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from operations.approvals import store
from operations.approvals.digest import with_digest
from operations.plans.model import Plan
from schemas.errors import FusionError, GuardRefused
from tests.operations.approvals.test_digest import with_basis
from tests.operations.plans.conftest import PLANNED, planned


def signed(name: str) -> Plan:
    return with_digest(with_basis(planned(name)))


@pytest.mark.parametrize("name", PLANNED)
def test_what_is_kept_is_found(tmp_path: Path, name: str) -> None:
    plan = signed(name)
    store.keep(tmp_path, plan)
    assert store.find(tmp_path, plan.digest, None) == plan
    (file,) = (tmp_path / ".state" / "plans").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_not_kept_is_not_found(tmp_path: Path) -> None:
    assert store.find(tmp_path, "sha256:0", None) is None
    store.keep(tmp_path, with_basis(planned("first")))  # not signed
    assert not (tmp_path / ".state").exists()


def test_a_file_from_elsewhere_must_be_the_approved_plan(tmp_path: Path) -> None:
    plan, file = signed("first"), tmp_path / "plan.json"
    file.write_text(json.dumps(plan.as_json()))
    assert store.find(tmp_path, plan.digest, file) == plan
    file.write_text(file.read_text().replace("els.peeters", "els.peeterz"))
    with pytest.raises(GuardRefused, match="another plan than the approved one"):
        store.find(tmp_path, plan.digest, file)


def test_a_kept_plan_of_another_version_is_as_good_as_none(tmp_path: Path) -> None:
    """The comparison then says that the program changed."""
    plan = signed("first")
    store.keep(tmp_path, plan)
    (file,) = (tmp_path / ".state" / "plans").iterdir()
    file.write_text(file.read_text().replace("els.peeters", "els.peeterz"))
    assert store.find(tmp_path, plan.digest, None) is None


def test_what_a_killed_up_left_goes_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / ".state" / "plans" / "up-killed"
    left.mkdir(parents=True)
    with store.open_folder(tmp_path) as folder:
        assert left.exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    os.utime(left, (0, 0))
    with store.open_folder(tmp_path):
        assert not left.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"version": "fusion-plan/v9", "fusions": []}', "\udcff"])
def test_a_file_that_is_no_plan_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(FusionError, match=r"plan\.json"):
        store.find(tmp_path, "sha256:0", file)
    with pytest.raises(FusionError, match="cannot be read: No such file"):
        store.find(tmp_path, "sha256:0", tmp_path / "nowhere.json")


def test_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 2)
    for name in PLANNED[:3]:
        store.keep(tmp_path, signed(name))
    assert len(list((tmp_path / ".state" / "plans").iterdir())) == 2
    assert store.find(tmp_path, signed(PLANNED[2]).digest, None) is not None
