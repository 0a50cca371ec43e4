"""`fusion check` on what the real engine applied: it works; then three things are broken and named."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from tests.e2e.test_secrets import found_in, secrets_of
from tests.e2e.test_served import served
from tests.support.workspace import Workspace

PAJOTTEGEM, HERNE = "1010784738", "0212218182"
CHAMAN = "/REST/chaman/v1/organizations"
SELECTION = f"/REST/ocmwConfiguration/v1/organizations/{PAJOTTEGEM}/mutations"


def check(workspace: Workspace, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        ["fusion", "check", *arguments],
        cwd=workspace.root,
        env={**workspace.environment, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


def bad(workspace: Workspace) -> dict[tuple[str, str], str]:
    """What failed or is unknown: its result by centre and check."""
    _, out, _ = check(workspace, "pajottegem", "--format", "json")
    lines: list[dict[str, Any]] = json.loads(out)
    return {
        (line["centre"], line["check"]): line["result"]
        for line in lines
        if line["result"] in ("failed", "unknown")
    }


def test_an_applied_fusion_works_and_what_breaks_is_named(pajottegem: Workspace) -> None:
    writes = pajottegem.journal(writes=True)
    code, out, err = check(pajottegem, "pajottegem")
    assert code == 0, out + err
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"^pajottegem: \d+ checks: \d+ ok, \d+ todo, \d+ waiting$", out, re.MULTILINE)
    assert found_in(out + err, secrets_of(pajottegem)) == []
    assert [call for call in pajottegem.journal(writes=True)[len(writes) :] if call["method"] != "SFTP"] == []
    pajottegem.in_sync("pajottegem")

    ours, herne = pajottegem.portal(PAJOTTEGEM), pajottegem.portal(HERNE)
    ftp = f"{CHAMAN}/{PAJOTTEGEM}/ftpAccounts/FTP%20Pajottegem"
    account = ours.get(ftp)
    body = {name: account.body[name] for name in ("type", "username", "authorizations", "certificate")}
    ours.replace(ftp, body | {"password": "Ander,1.wachtw"}, account.etag)
    ticked = ours.get(SELECTION)
    ours.replace(SELECTION, {"receive": ticked.body["receive"][1:]}, ticked.etag)
    rest = f"{CHAMAN}/{HERNE}/restAccounts/OCMW%20Online"
    herne.delete(rest, herne.get(rest).etag)

    assert bad(pajottegem) == {
        ("Pajottegem", "SFTP folder"): "failed",
        ("Pajottegem", "mutations arrive"): "failed",
        ("Pajottegem", "mutations ticked"): "failed",
        ("Herne", "retained REST accounts"): "failed",
    }
    code, out, err = check(pajottegem, "pajottegem")
    assert code == 5
    assert found_in(out + err, [*secrets_of(pajottegem), "Ander,1.wachtw"]) == []


def test_what_was_never_applied_is_not_taken_for_good(pajottegem: Workspace) -> None:
    code, out, err = check(pajottegem, "hasselt", "--format", "json")
    assert code == 5
    retained = [line for line in json.loads(out) if line["check"] == "retained"]
    assert {line["result"] for line in retained} == {"unknown"}
    assert "pulumi up -s hasselt" in retained[0]["detail"]
    assert "hasselt" in err


def test_with_a_served_portal_the_folders_are_where_the_settings_say(pajottegem: Workspace) -> None:
    # With the look before, so that the state knows the portal by the identity that it tells.
    assert pajottegem.run("up", "-s", "pajottegem", "--yes", "--skip-preview").returncode == 0
    with served(pajottegem) as url:
        pajottegem.pulumi("config", "set", "portalUrl", url, "-s", "pajottegem")
        pajottegem.pulumi("config", "set", "sftpPort", "1", "-s", "pajottegem")
        found = bad(pajottegem)
    assert found == {
        ("Pajottegem", "SFTP folder"): "unknown",
        ("Pajottegem", "mutations arrive"): "unknown",
        ("Galmaarden", "mutations arrive"): "unknown",
        ("Gooik", "mutations arrive"): "unknown",
        ("Herne", "mutations arrive"): "unknown",
    }
