"""What is approved is what is applied: with the real engine, on a portal that others change meanwhile."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from tests.support.workspace import Workspace

PAJOTTEGEM, ANTWERPEN = "1010784738", "0212235604"
CONTACT = f"/REST/ocmwConfiguration/v1/organizations/{PAJOTTEGEM}/contactDetails"
USERS = "/REST/accessManagement/v1/organizations/{}/domains/{}/users"


def fusion(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    return workspace.fusion(*arguments)


def leaked(workspace: Workspace, text: str) -> list[str]:
    """Whose INSZ, or which password, stands in it."""
    secrets = workspace.secrets()
    people = {key: str(person["insz"]) for key, person in secrets["people"].items()}
    plain = re.sub(r"(?<=\d)[.-](?=\d)", "", text)
    found = [key for key, insz in people.items() if re.sub(r"\D", "", insz) in plain]
    return found + [key for key, password in secrets["passwords"].items() if password in text]


def plan(workspace: Workspace, stack: str) -> str:
    """The digest of the plan as it is now."""
    done = fusion(workspace, "plan", stack, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert leaked(workspace, done.stdout + done.stderr) == []
    digest: str = json.loads(done.stdout)["digest"]
    assert digest.startswith("sha256:")
    return digest


def refused(workspace: Workspace, stack: str, digest: str, *options: str) -> str:
    """Why an `up` of the approved plan is refused. Nothing is written."""
    writes = workspace.journal(writes=True)
    done = fusion(workspace, "up", "--approved", digest, *options, "--yes", "--", stack)
    assert done.returncode == 4, done.stdout + done.stderr
    assert workspace.journal(writes=True) == writes
    assert "Nothing was written" in done.stderr
    assert leaked(workspace, done.stdout + done.stderr) == []
    return done.stderr


def applied(workspace: Workspace, stack: str, digest: str, *options: str) -> None:
    done = fusion(workspace, "up", "--approved", digest, *options, "--yes", "--", stack)
    assert done.returncode == 0, done.stdout + done.stderr
    workspace.in_sync(stack)


def save(workspace: Workspace, number: str, path: str, **values: Any) -> None:
    """Somebody else saves a screen with other values."""
    portal = workspace.portal(number)
    found = portal.get(path)
    kept = {
        name: value
        for name, value in found.body.items()
        if name not in ("createdBy", "createdAt", "changedAt")
    }
    portal.replace(path, kept | values, found.etag)


def test_a_first_plan_is_applied_as_it_was_approved(fresh: Workspace) -> None:
    digest = plan(fresh, "pajottegem")
    assert plan(fresh, "pajottegem") == digest
    applied(fresh, "pajottegem", digest)
    assert "nothing of it is left to do" in refused(fresh, "pajottegem", digest)


def test_what_changed_since_is_refused_by_its_name(pajottegem: Workspace) -> None:
    """A line of the file; then, at the portal, a field that the plan touches, and one that it does not."""
    pajottegem.edit(
        "pajottegem", lambda text: text.replace("  phone: +32 54 89 10 00", "  phone: +32 54 89 10 01")
    )
    digest = plan(pajottegem, "pajottegem")
    text = pajottegem.declaration("pajottegem").read_text()
    pajottegem.edit("pajottegem", lambda text: text + "# a remark\n")
    assert "pajottegem: the declaration has changed" in refused(pajottegem, "pajottegem", digest)
    pajottegem.declaration("pajottegem").write_text(text)

    save(pajottegem, PAJOTTEGEM, CONTACT, phone="+3254891099")
    told = refused(pajottegem, "pajottegem", digest)
    assert "phone: the portal had +3254891000 when it was approved, and has +3254891099 now" in told

    save(pajottegem, PAJOTTEGEM, CONTACT, phone="+3254891000", postcode="1750")
    assert "postcode: 1750 → 1755 is new" in refused(pajottegem, "pajottegem", digest)
    save(pajottegem, PAJOTTEGEM, CONTACT, phone="+3254891000", postcode="1755")
    applied(pajottegem, "pajottegem", digest)


def test_what_nobody_declares_may_change_meanwhile(pajottegem: Workspace) -> None:
    """A user at the merged centre whom the file neither names nor cleans up: the plan says nothing of it."""
    pajottegem.edit(
        "pajottegem", lambda text: text.replace("  phone: +32 54 89 10 00", "  phone: +32 54 89 10 01")
    )
    digest = plan(pajottegem, "pajottegem")
    somebody = {"ssin": "85073003328", "applications": [], "roles": ["Raadpleger"], "blocked": False}
    pajottegem.portal(PAJOTTEGEM).add(USERS.format(PAJOTTEGEM, "woonzorg"), somebody)
    applied(pajottegem, "pajottegem", digest)


def test_r24_who_was_added_since_does_not_go(antwerpen: Workspace) -> None:
    digest = plan(antwerpen, "antwerpen")
    somebody = {"ssin": "85073003328", "applications": [], "roles": ["Raadpleger"], "blocked": False}
    antwerpen.portal(ANTWERPEN).add(USERS.format(ANTWERPEN, "maatschappelijkWelzijn"), somebody)
    assert "goes: " in refused(antwerpen, "antwerpen", digest)


def test_nobody_agreed_and_nothing_is_written(pajottegem: Workspace) -> None:
    """Without `--yes` it asks; here nobody answers."""
    pajottegem.edit(
        "pajottegem", lambda text: text.replace("  phone: +32 54 89 10 00", "  phone: +32 54 89 10 01")
    )
    digest, writes = plan(pajottegem, "pajottegem"), pajottegem.journal(writes=True)
    done = fusion(pajottegem, "up", "pajottegem", "--approved", digest)
    assert done.returncode == 130, done.stderr
    assert pajottegem.journal(writes=True) == writes
