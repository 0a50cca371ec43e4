"""What of a pull request is taken and planned, and whose findings count: as `fusion review` says it here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.findings import Finding
from tests.operations.plans.conftest import document
from tests.operations.reviews.conftest import Repository, appended, gone, replaced, written

UNTICKED = replaced("pajottegem", "    - nationality\n", "")
MISSPELT = replaced("hasselt", "person: sara.knapen", "person: sarah.knapen")


def test_what_others_merged_meanwhile_is_not_taken_back(repository: Repository) -> None:
    """The stale plan: a branch from before reverts nothing, and is planned with what is there now."""
    head = repository.pull(UNTICKED)
    repository.commit(
        replaced("pajottegem", "+32 54 89 10 00", "+32 54 89 10 99"), appended("tielt", "# merged\n")
    )
    ran = repository.review(head)
    assert ran.code == 0
    assert "changed fusions: 1; unchanged: 12" in ran.out
    ((stack, _, declared),) = repository.previewed
    assert stack == "pajottegem"
    assert "+32 54 89 10 99" in declared
    assert "    - nationality\n" not in declared


def test_a_conflict_has_no_plan(repository: Repository) -> None:
    head = repository.pull(replaced("pajottegem", "+32 54 89 10 00", "+32 54 89 10 01"))
    repository.commit(replaced("pajottegem", "+32 54 89 10 00", "+32 54 89 10 02"))
    ran = repository.review(head)
    assert ran.code == 1
    assert "In conflict: `fusions/pajottegem.yaml`" in ran.out
    assert repository.previewed == []


def test_another_program_than_the_bases_reviews_nothing(repository: Repository) -> None:
    """Neither a head that is checked out nor an edit here runs with the credentials."""
    head = repository.pull(UNTICKED)
    (repository.root / "stacks" / "program.py").write_text("import os\n")
    ran = repository.review(head)
    assert ran.code == 4
    assert "this checkout's program is not that of" in ran.err
    assert "These files differ: stacks/program.py" in ran.err
    assert repository.previewed == []


def test_a_finding_elsewhere_that_the_base_has_stops_nothing(repository: Repository) -> None:
    repository.commit(MISSPELT)
    repository.preview("pajottegem", document("edits"))
    ran = repository.review(repository.pull(UNTICKED))
    assert ran.code == 0, ran.out
    assert "In files that this does not touch" in ran.out
    assert "⚠️ `fusions/hasselt.yaml:" in ran.out
    assert "--approved sha256:" in ran.out
    found = repository.review(repository.pull(UNTICKED), "--format", "json").json
    assert found["findings"] == found["othersFindings"]
    ran = repository.review(repository.pull(UNTICKED, appended("hasselt", "# touched\n")))
    assert ran.code == 1
    assert "sha256" not in ran.out


def test_a_finding_elsewhere_that_the_base_lacks_is_its_own(repository: Repository) -> None:
    """Of two files with one user name, the one that was there is reported."""
    repository.preview("beveren-kruibeke-zwijndrecht", document("edits"))
    name = re.search(r"username: (\S+?)[,\n]", (repository.root / "fusions" / "pajottegem.yaml").read_text())
    path = repository.root / "fusions" / "beveren-kruibeke-zwijndrecht.yaml"
    old = re.search(r"username: (\S+?)[,\n]", path.read_text())
    assert name
    assert old
    ran = repository.review(
        repository.pull(
            replaced("beveren-kruibeke-zwijndrecht", f"username: {old[1]}", f"username: {name[1]}")
        )
    )
    assert ran.code == 1
    assert "❌ `fusions/pajottegem.yaml:" in ran.out
    assert "sha256" not in ran.out


def test_a_finding_in_a_certificate_is_its_fusions(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Finding("fusions/certificates/pajottegem-ftp.cer", 1, 1, "R43", "it has run out")
    monkeypatch.setattr("operations.reviews.review._validated", lambda _: ((found,), True))
    ran = repository.review(repository.pull(UNTICKED))
    assert "not planned, since there are findings: `pajottegem`" in ran.out
    assert repository.previewed == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("fusions/.gitattributes", "begins with a dot"),
        ("fusions/certificates/.gitattributes", "begins with a dot"),
        ("fusions/certificates/.x/y.cer", "begins with a dot"),
        (f"fusions/{'x' * 251}.yaml", "more than 255 bytes"),
        (f"fusions/{'é' * 126}.yaml", "more than 255 bytes"),
        ("fusions/certificates/" + "/".join(["x" * 200] * 6), "more than 1,000"),
        ("fusions/conftest.py", "neither a declaration"),
        ("fusions/sub/x.yaml", "neither a declaration"),
        ("fusions/done/x.txt", "neither a declaration"),
    ],
)  # fmt: skip
def test_what_has_no_place_there_is_refused_by_its_name(repository: Repository, path: str, why: str) -> None:
    """Such as what hides later changes from reviewers, or what no file system takes."""
    content = repository.git("rev-parse", "main:fusions/tielt.yaml")
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{content},{path}")
    head = repository.git("commit-tree", "-p", "main", "-m", "x", repository.git("write-tree"))
    repository.git("read-tree", "main")
    ran = repository.review(head)
    assert ran.code == 1
    assert f"not taken, so there is no plan: `{path}`: `" in ran.out
    assert why in ran.out
    assert repository.previewed == []


def test_what_has_a_place_there_is_taken(repository: Repository) -> None:
    taken = (
        "README.md",
        "certificates/README.md",
        "certificates/deep/x.cer",
        "beside.cer",
        "certificates/x.pem",
    )
    head = repository.pull(*(written(f"fusions/{path}", b"x") for path in taken))
    ran = repository.review(head)
    assert ran.code == 0, ran.out


def test_a_fork_is_validated_and_the_engine_never_started(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    ran = repository.review(repository.pull(UNTICKED), "--no-plan")
    assert ran.code == 0
    assert "validated, and not planned" in ran.out
    assert "- changed: `pajottegem`\n" in ran.out
    assert "plan.html" not in ran.out, "there is none"
    ran = repository.review(repository.pull(MISSPELT), "--no-plan")
    assert ran.code == 1
    assert "unknown-person" in ran.out


def test_one_that_cannot_be_planned_stops_no_other(repository: Repository) -> None:
    repository.preview("pajottegem", document("edits"))
    repository.fail("tielt", "the portal refuses the sign-in `@x`")
    ran = repository.review(repository.pull(UNTICKED, appended("tielt", "# x\n")))
    assert ran.code == 5
    assert "`` the portal refuses the sign-in `@x` ``" in ran.out
    assert "never arrive" in ran.out
    assert "tielt could not be planned" in ran.out
    assert "sha256" not in ran.out


def test_every_stack_of_a_declaration_is_planned(repository: Repository) -> None:
    settings = repository.root / "stacks" / "Pulumi.tielt.yaml"
    repository.commit(
        lambda root: settings.with_name("Pulumi.tielt.production.yaml").write_text(settings.read_text())
    )
    repository.review(repository.pull(appended("tielt", "# x\n")))
    assert sorted(stack for stack, _, _ in repository.previewed) == ["tielt", "tielt.production"]


def test_nothing_of_the_pull_request_is_run_or_left(repository: Repository) -> None:
    """A head with hooks, attributes and a settings file for git has no say."""

    def evil(root: Path) -> None:
        (root / "fusions" / ".gitattributes").write_text("*.yaml filter=evil diff=evil export-ignore\n")
        (root / "fusions" / "conftest.py").write_text("raise SystemExit('run')\n")
        (root / "fusions" / "Pulumi.yaml").write_text("name: evil\nruntime: python\n")

    repository.git("config", "filter.evil.smudge", "sh -c 'touch smudged; cat'")
    repository.git("config", "diff.evil.textconv", "sh -c 'touch smudged; cat'")
    head = repository.pull(appended("tielt", "# x\n"), evil)
    repository.git("clean", "-qfd")
    (repository.root / "smudged").unlink(missing_ok=True)
    ran = repository.review(head)
    assert ran.code == 1
    for name in (".gitattributes", "conftest.py"):
        assert f"not taken, so there is no plan: `fusions/{name}`" in ran.out
    assert "fusions/Pulumi.yaml" in ran.out
    assert not (repository.root / "smudged").exists()
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_a_project_in_a_folder_of_its_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Files beside the project are none of `fusions/`, those of another project neither."""
    outer = tmp_path / "outer"
    outer.mkdir()
    repository.git("config", "core.bare", "false")
    for entry in [".git", ".gitignore"]:
        (repository.root / entry).rename(outer / entry)
    project = outer / "centres"
    repository.root.rename(project)
    repository.root = project
    (outer / ".gitignore").write_text("/centres/.state/\n")
    monkeypatch.setenv("FUSION_ROOT", str(project))
    monkeypatch.chdir(project)
    repository.commit()
    ran = repository.review(repository.pull(MISSPELT), "--format", "github")
    assert "file=centres/fusions/hasselt.yaml," in ran.out
    ran = repository.review(repository.pull(appended("tielt", "# x\n")))
    assert "changed fusions: 1; unchanged: 12" in ran.out
    assert ran.code == 0
    ran = repository.review(repository.pull(written("../fusions/x.yaml", b"x")))
    assert "`fusions/x.yaml`" in ran.out
    assert "there is no plan" in ran.out


def test_the_review_as_json(repository: Repository) -> None:
    repository.preview("pajottegem", document("edits"))
    head = repository.pull(UNTICKED)
    found = repository.review(head, "--format", "json").json
    assert found["version"] == "fusion-review/v1"
    assert (found["head"], found["changed"], found["unchanged"]) == (head, ["pajottegem"], 12)
    assert found["plan"]["digest"].startswith("sha256:")
    assert found["noPlan"] is None


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x"])
def test_what_is_no_revision_is_told(repository: Repository, revision: str) -> None:
    ran = repository.fusion("review", "--base", "main", f"--head={revision}")
    assert ran.code == 1
    assert "is no commit that this checkout has" in ran.err


NOTED = written(
    "fusions/done/pajottegem.yaml",
    b"apiVersion: fusion-done/v1\ndone:\n  scenario: {by: els.peeters, on: 2025-01-06}\n",
)


def test_the_steps_of_the_runbook_are_counted_as_after_the_merge(repository: Repository) -> None:
    """The notes are those of the pull request, which are reviewed there."""
    repository.preview("pajottegem", document("edits"))
    told = [repository.review(repository.pull(edit)).out for edit in (UNTICKED, NOTED)]
    before, after = (re.findall(r"- steps of the runbook done: (\d+) of (\d+); ", one) for one in told)
    assert [(int(done) + 1, total) for done, total in before] == [(int(done), total) for done, total in after]
    assert len(after) == 1


def test_what_has_no_portal_is_reviewed_by_its_steps(repository: Repository) -> None:
    """Nothing is amiss, and nothing is to be approved."""
    repository.commit(written("stacks/Pulumi.pajottegem.yaml", b"config:\n  fusion:portalUrl: none\n"))
    ran = repository.review(repository.pull(NOTED))
    assert ran.code == 0, ran.out
    assert (
        "`pajottegem`: There is no portal, so no preview: `fusion runbook pajottegem` shows what people do by hand."
        in ran.out
    )
    assert re.search(r"  - steps of the runbook done: 1 of \d+; to do: \d+\n", ran.out)
    assert "There is no digest, since nothing is applied" in ran.out
    assert "sha256:" not in ran.out
    assert "❌" not in ran.out
    assert repository.previewed == []


def test_beside_it_others_are_approved_as_ever(repository: Repository) -> None:
    repository.commit(written("stacks/Pulumi.pajottegem.yaml", b"config:\n  fusion:portalUrl: none\n"))
    repository.preview("tielt", document("edits"))
    ran = repository.review(repository.pull(NOTED, appended("tielt", "# touched\n")))
    assert ran.code == 0
    assert "`fusion runbook pajottegem` shows what people do by hand" in ran.out
    assert re.search(r"fusion up tielt --approved sha256:[0-9a-f]{64}\n", ran.out)


def test_without_a_stack_and_its_settings_people_alone_say_what_is_done(repository: Repository) -> None:
    """A plan of a new fusion is of the portal that `Pulumi.yaml` names, which may not be the one that people work at."""
    repository.preview("pajottegem", document("first"))
    repository.commit(gone("stacks/Pulumi.pajottegem.yaml"))
    ran = repository.review(repository.pull(NOTED))
    assert ran.code == 0, ran.out
    assert "no stack yet" in ran.out
    assert re.search(r"- steps of the runbook done: 1 of \d+; to do: \d+\n", ran.out)
