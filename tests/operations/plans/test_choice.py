"""Which declarations differ from a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from operations import engine
from operations.plans.choice import NoStack, choose_named, find_changed, find_concerned
from schemas.errors import FusionError


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two declarations with a certificate each, and one that names none; `fusions/` is not the top of the repository."""
    root = tmp_path / "repository" / "project"
    (root / "fusions" / "certificates").mkdir(parents=True)
    for name in ("pajottegem", "hasselt"):
        (root / "fusions" / f"{name}.yaml").write_text(f"certificate: certificates/{name}-ftp.cer\n")
        (root / "fusions" / "certificates" / f"{name}-ftp.cer").write_text(name)
    (root / "fusions" / "tielt.yaml").write_text("name: Tielt\n")
    git(root.parent, "init", "-q")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "as it was")
    return root


@pytest.mark.parametrize(
    "spelt",
    [
        "certificates/pajottegem-ftp.cer",
        '"certificates/paj\\x6Fttegem-ftp.cer"',
        "'certificates/pajottegem-ftp.cer'",
    ],
)
def test_a_certificate_is_found_however_its_path_is_spelt(tmp_path: Path, spelt: str) -> None:
    text = (CHECKOUT / "fusions" / "pajottegem.yaml").read_text()
    assert "certificates/pajottegem-ftp.cer" in text
    (tmp_path / "pajottegem.yaml").write_text(text.replace("certificates/pajottegem-ftp.cer", spelt))
    assert find_concerned(tmp_path, ["fusions/certificates/pajottegem-ftp.cer"]) == {"pajottegem"}
    assert (
        find_concerned(tmp_path, ["fusions/certificates/pajottegem", "fusions/e", "fusions/ftp.cer"]) == set()
    )


def test_a_certificate_is_found_in_a_declaration_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text("certificate: certificates//x.cer\n<<<<<<< HEAD\n")
    assert find_concerned(tmp_path, ["fusions/certificates/x.cer"]) == {"half"}
    assert find_concerned(tmp_path, ["fusions/e", "fusions/certificates/README.md"]) == set()


def test_without_a_change_there_is_none(checkout: Path) -> None:
    (checkout / "README.md").write_text("another file")
    assert find_changed(checkout, "HEAD") == set()


def test_a_changed_a_new_and_a_gone_declaration_differ(checkout: Path) -> None:
    fusions = checkout / "fusions"
    (fusions / "tielt.yaml").write_text("name: Tielt\n# changed\n")
    (fusions / "pajottegem.yaml").unlink()
    (fusions / "lokeren.yaml").write_text("name: Lokeren\n")
    assert find_changed(checkout, "HEAD") == {"tielt", "pajottegem", "lokeren"}
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "later")
    assert find_changed(checkout, "HEAD") == set()
    assert find_changed(checkout, "HEAD~1") == {"tielt", "pajottegem", "lokeren"}


def test_a_renamed_declaration_differs_under_both_names(checkout: Path) -> None:
    git(checkout, "mv", "fusions/tielt.yaml", "fusions/lokeren.yaml")
    assert find_changed(checkout, "HEAD") == {"tielt", "lokeren"}


def test_a_certificate_counts_for_who_names_it(checkout: Path) -> None:
    (checkout / "fusions" / "certificates" / "hasselt-ftp.cer").write_text("renewed")
    (checkout / "fusions" / "certificates" / "nobodys.cer").write_text("new")
    assert find_changed(checkout, "HEAD") == {"hasselt"}


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", ""])
def test_what_is_no_revision_is_told(checkout: Path, revision: str) -> None:
    with pytest.raises(FusionError, match=r"is no git revision|git cannot say"):
        find_changed(checkout, revision)


def test_outside_of_git_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(FusionError, match="git cannot say what changed"):
        find_changed(tmp_path, "HEAD")


def test_notes_count_for_the_declaration_that_they_are_of(checkout: Path) -> None:
    done = checkout / "fusions" / "done"
    done.mkdir()
    (done / "tielt.yaml").write_text("apiVersion: fusion-done/v1\n")
    (done / "nobodys.yaml").write_text("apiVersion: fusion-done/v1\n")
    assert find_changed(checkout, "HEAD") == {"tielt"}


def test_who_has_settings_is_taken_for_a_stack_without_asking_the_engine(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def list_stacks(root: Path) -> list[str]:
        asked.append(root)
        return ["hasselt"]

    monkeypatch.setattr(engine, "list_stacks", list_stacks)
    (checkout / "stacks").mkdir()
    (checkout / "stacks" / "Pulumi.pajottegem.yaml").touch()
    assert choose_named(checkout, ["pajottegem", "pajottegem"]) == ["pajottegem"]
    assert asked == []
    assert choose_named(checkout, ["hasselt", "pajottegem"]) == ["hasselt", "pajottegem"]
    assert asked == [checkout]
    with pytest.raises(NoStack, match="no stack tielt"):
        choose_named(checkout, ["pajottegem", "tielt"])
