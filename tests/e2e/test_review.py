"""A pull request with the real engine: its plan is that of the merge, and what was approved there is what is applied."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.e2e.test_approved import CONTACT, PAJOTTEGEM, applied, fusion, leaked, refused, save
from tests.support.workspace import Workspace

WHO = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *WHO, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def second_machine(workspace: Workspace, folder: Path) -> Workspace:
    """A fresh clone with the same state, portal and client, and none of the plans that were made at the first."""
    git(workspace.root, "clone", "-q", str(workspace.root), str(folder))
    shutil.copytree(workspace.root / ".state", folder / ".state", symlinks=True)
    for left in ("plans", "reviews", "out"):
        shutil.rmtree(folder / ".state" / left, ignore_errors=True)
    (folder / ".venv").symlink_to((workspace.root / ".venv").resolve())
    return Workspace(folder)


def test_what_a_pull_request_was_approved_for_is_what_is_applied(
    pajottegem: Workspace, tmp_path: Path
) -> None:
    root = pajottegem.root
    (root / ".gitignore").write_text("/.state/\n/.venv\n__pycache__/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "as it was")
    git(root, "checkout", "-q", "-b", "pull")
    pajottegem.edit(
        "pajottegem", lambda text: text.replace("  phone: +32 54 89 10 00", "  phone: +32 54 89 10 01")
    )
    git(root, "commit", "-qam", "another phone number")
    git(root, "checkout", "-q", "main")
    pajottegem.edit("hasselt", lambda text: text + "# somebody else's\n")
    git(root, "commit", "-qam", "merged meanwhile")

    writes = pajottegem.journal(writes=True)
    done = fusion(
        pajottegem, "review", "--base", "main", "--head", "pull", "--out", str(root / ".state" / "out")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    comment = done.stdout
    assert "changed fusions: 1; unchanged: 1" in comment
    assert "`+3254891000` → `+3254891001`" in comment
    assert pajottegem.journal(writes=True) == writes
    assert git(root, "status", "--porcelain") == ""
    kept = [path.read_text() for path in (root / ".state" / "out").iterdir()]
    assert leaked(pajottegem, "".join([comment, done.stderr, *kept])) == []
    found = re.search(r"^fusion up pajottegem --approved (sha256:[0-9a-f]{64})$", comment, re.MULTILINE)
    assert found
    digest = found[1]

    assert "declaration has changed" in refused(pajottegem, "pajottegem", digest), "not merged yet"
    git(root, "merge", "-q", "--no-edit", "pull")
    second = second_machine(pajottegem, tmp_path / "second")
    fetched = tmp_path / "plan.json"
    shutil.copy2(root / ".state" / "out" / "plan.json", fetched)
    save(second, PAJOTTEGEM, CONTACT, phone="+3254891099")
    told = refused(second, "pajottegem", digest, "--plan", str(fetched))
    assert "phone: the portal had +3254891000 when it was approved, and has +3254891099 now" in told
    save(second, PAJOTTEGEM, CONTACT, phone="+3254891000")
    forged = tmp_path / "forged.json"
    forged.write_text(fetched.read_text().replace("+3254891001", "+3254891002"))
    done = fusion(second, "up", "pajottegem", "--approved", digest, "--plan", str(forged), "--yes")
    assert done.returncode == 4
    assert "another plan than the approved one" in done.stderr
    applied(second, "pajottegem", digest, "--plan", str(fetched))


def test_a_new_fusion_is_planned_before_it_has_a_stack(pajottegem: Workspace) -> None:
    """And the digest holds once the merge is made and the stack is there."""
    root = pajottegem.root
    (root / ".gitignore").write_text("/.state/\n/.venv\n__pycache__/\n")
    declaration = root / "fusions" / "hasselt.yaml"
    text = declaration.read_text()
    declaration.unlink()
    pajottegem.pulumi("stack", "rm", "hasselt", "--yes", "--force")
    (root / "stacks" / "Pulumi.hasselt.yaml").unlink(missing_ok=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "without hasselt")
    git(root, "checkout", "-q", "-b", "pull")
    declaration.write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a new fusion")
    git(root, "checkout", "-q", "main")

    writes = pajottegem.journal(writes=True)
    done = fusion(pajottegem, "review", "--base", "main", "--head", "pull")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "`hasselt`: no stack yet. It is planned as a new one" in done.stdout
    assert pajottegem.journal(writes=True) == writes
    assert git(root, "status", "--porcelain") == ""
    found = re.search(r"^fusion up hasselt --approved (sha256:[0-9a-f]{64})$", done.stdout, re.MULTILINE)
    assert found

    git(root, "merge", "-q", "--no-edit", "pull")
    pajottegem.pulumi("stack", "init", "hasselt", "--no-select")
    applied(pajottegem, "hasselt", found[1])
