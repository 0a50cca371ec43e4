"""The ordinary life of a declaration, by the real engine: applied, edited, drifted, lost, destroyed."""

import re

import pytest

from tests.support.workspace import Workspace

PAJOTTEGEM = "1010784738"
DISAPPEARING = {"Galmaarden": "0212212343", "Gooik": "0212214026", "Herne": "0212218182"}
CONFIGURATION = "/REST/ocmwConfiguration/v1/organizations"
CHAMAN = "/REST/chaman/v1/organizations"


def untick(mutation: str) -> "re.Pattern[str]":
    return re.compile(rf"^ +- {mutation}\n", re.MULTILINE)


def test_after_up_a_second_preview_shows_no_change(pajottegem: Workspace) -> None:
    pajottegem.in_sync("pajottegem")


def test_the_preview_reads_like_the_manual(fresh: Workspace) -> None:
    """A group per centre and system, resources with names that a reader knows, and nothing written."""
    plan = fresh.preview("pajottegem")
    for word in (
        "fusion:merged:Centre Pajottegem",
        "fusion:merged:ChaMan",
        "fusion:disappearing:Centre Herne",
        "chaman:FtpAccount pajottegem-ftp-account",
        "retained:FtpAccounts herne-retained-ftpAccounts",
        "access:User herne-maatschappelijkWelzijn-hilde.jacobs",
    ):
        assert word in plan
    assert fresh.journal(writes=True) == []


def test_a_co_manager_and_user_who_leaves_is_removed_as_the_saved_plan_says(pajottegem: Workspace) -> None:
    """R17, R20: out of the list, which is declared, and out of the users, at a merging and at the merged centre."""
    an = pajottegem.secrets()["people"]["an.claes"]["insz"]
    path = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn"
    user = {"ssin": an, "applications": ["Uniek verslag"], "roles": [], "blocked": False}
    pajottegem.portal(PAJOTTEGEM).add(f"{path}/users", user)
    before, plan = len(pajottegem.journal(writes=True)), pajottegem.root / "plan.json"
    removed = "          removed: [{person: an.claes, on: 2025-02-03, reason: left}]\n"
    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace(
            "          coAccessManagers: [an.claes]\n", f"          coAccessManagers: none\n{removed}"
        ).replace(
            "coAccessManagers: [an.claes, sofie.wouters]\n",
            f"coAccessManagers: [sofie.wouters]\n{removed[4:]}",
        ),
    )
    shown = pajottegem.preview("pajottegem", f"--save-plan={plan}")
    assert "Pajottegem: an.claes is no longer user of maatschappelijkWelzijn (R20)" in shown
    for centre in ("Pajottegem", "Galmaarden"):
        line = f"{centre}: an.claes is no longer co-access manager of maatschappelijkWelzijn (R16, R17)"
        assert set(re.findall(rf"warning: ({centre}: an.claes is no longer co-.*)\n", shown)) == {line}
    pajottegem.pulumi("up", "-s", "pajottegem", "--yes", f"--plan={plan}")
    calls = [(call["method"], call["status"]) for call in pajottegem.journal(writes=True)[before:]]
    assert sorted(calls) == [("DELETE", 204), ("PUT", 200), ("PUT", 200)]
    assert an not in str(pajottegem.portal(PAJOTTEGEM).get(f"{path}/accessManagers").body)
    pajottegem.in_sync("pajottegem")


def test_unticking_one_mutation_is_one_change_by_name_and_can_be_reverted(pajottegem: Workspace) -> None:
    """R48, R50."""
    portal = pajottegem.portal(PAJOTTEGEM)
    path = f"{CONFIGURATION}/{PAJOTTEGEM}/mutations"
    before = set(portal.get(path).body["receive"])
    declared = pajottegem.declaration("pajottegem").read_text()

    pajottegem.edit("pajottegem", lambda text: untick("nationality").sub("", text, count=1))
    plan = pajottegem.preview("pajottegem", "--diff")
    assert "pulumi-python:dynamic/configuration:Mutations: (update)" in plan
    assert re.findall(r"^ +~ (\w+) *: (\w+) => (\w+)$", plan, re.MULTILINE) == [
        ("nationality", "true", "false")
    ]
    assert "~ 1 to update" in plan
    assert "does not receive nationality" in plan

    pajottegem.up("pajottegem")
    assert set(portal.get(path).body["receive"]) == before - {"nationality"}

    pajottegem.declaration("pajottegem").write_text(declared)
    pajottegem.up("pajottegem")
    assert set(portal.get(path).body["receive"]) == before
    pajottegem.in_sync("pajottegem")


def test_what_changed_in_the_portal_shows_with_both_values_and_is_put_right(pajottegem: Workspace) -> None:
    portal = pajottegem.portal(PAJOTTEGEM)
    path = f"{CHAMAN}/{PAJOTTEGEM}/sender"
    sender = portal.get(path)
    changed = {name: sender.body[name] for name in ("phone", "email", "language")} | {"name": "Somebody else"}
    portal.replace(path, changed, sender.etag)

    plan = pajottegem.preview("pajottegem", "--diff")
    assert '"Somebody else" => "ICT-dienst OCMW Pajottegem"' in plan
    assert "~ 1 to update" in plan
    pajottegem.up("pajottegem")
    assert portal.get(path).body["name"] == "ICT-dienst OCMW Pajottegem"
    pajottegem.in_sync("pajottegem")


@pytest.mark.parametrize(
    "command", [("preview",), ("up", "--yes"), ("up", "--yes", "--skip-preview")], ids=" ".join
)
def test_with_findings_nothing_is_asked_and_nothing_written(
    command: tuple[str, ...], pajottegem: Workspace
) -> None:
    """The stack is applied: without findings, its resources are read first."""
    calls = len(pajottegem.journal())
    pajottegem.edit("pajottegem", lambda text: text + "nonsense: 1\n")
    said = pajottegem.pulumi(*command, "-s", "pajottegem", succeeds=False)
    assert "1 finding, nothing was written to the portal" in said
    assert "pajottegem.yaml:" in said
    assert len(pajottegem.journal()) == calls


def test_findings_in_encrypted_secrets_come_before_any_call(pajottegem: Workspace) -> None:
    """The engine decrypts them before it is started for the run."""
    sound = (pajottegem.root / ".state" / "rehearsal" / "secrets.yaml").read_text()
    pajottegem.pulumi("config", "set", "--secret", "secrets", sound, "-s", "pajottegem")
    pajottegem.in_sync("pajottegem")
    wrong = re.sub(r"(?m)^.*pajottegem/ftp.*\n", "", sound)
    assert wrong != sound
    pajottegem.pulumi("config", "set", "--secret", "secrets", wrong, "-s", "pajottegem")
    calls = len(pajottegem.journal())
    said = pajottegem.preview("pajottegem", succeeds=False)
    assert "nothing was written to the portal" in said
    assert "pajottegem/ftp" in said
    assert len(pajottegem.journal()) == calls


def test_what_vanished_from_the_portal_is_made_again(pajottegem: Workspace) -> None:
    portal = pajottegem.portal(PAJOTTEGEM)
    path = f"{CONFIGURATION}/{PAJOTTEGEM}/contactDetails"
    portal.delete(path, portal.get(path).etag)
    assert "+ 1 to create" in pajottegem.preview("pajottegem")
    pajottegem.up("pajottegem")
    assert portal.get(path).body["city"]["nl"] == "Pajottegem"


def test_a_password_changed_in_the_portal_is_set_again(pajottegem: Workspace) -> None:
    """R31, R32: the portal never tells a password, but when it was changed."""
    portal = pajottegem.portal(PAJOTTEGEM)
    path = f"{CHAMAN}/{PAJOTTEGEM}/ftpAccounts/FTP%20Pajottegem"
    account = portal.get(path)
    body = {name: account.body[name] for name in ("type", "username", "authorizations", "certificate")}
    pajottegem.advance_clock(days=1)
    portal.replace(path, body | {"password": "Elsewhere=1+"}, account.etag)

    assert "chaman:FtpAccount pajottegem-ftp-account update" in pajottegem.preview("pajottegem")
    pajottegem.up("pajottegem")
    pajottegem.in_sync("pajottegem")


def test_a_lost_state_is_recovered_by_up_without_a_second_account(pajottegem: Workspace) -> None:
    accounts = [
        f"{CHAMAN}/{PAJOTTEGEM}/{kind}" for kind in ("ftpAccounts", "restAccounts", "delegationRequests")
    ]
    portal = pajottegem.portal(PAJOTTEGEM)
    before = [portal.get(path).body for path in accounts]
    for file in (pajottegem.root / ".state" / ".pulumi" / "stacks" / "fusion").glob("pajottegem.json*"):
        file.unlink()
    seen = len(pajottegem.journal())

    pajottegem.pulumi("stack", "init", "pajottegem")
    pajottegem.up("pajottegem")

    assert pajottegem.outputs("pajottegem")["summary"]["created"] == 0
    after = [portal.get(path).body for path in accounts]
    assert [len(found["items"]) for found in after] == [len(found["items"]) for found in before] == [1, 0, 1]
    written = [call for call in pajottegem.journal()[seen:] if call["method"] not in ("GET", "HEAD")]
    assert [call["path"] for call in written if call["status"] == 201] == []
    pajottegem.in_sync("pajottegem")


def test_destroy_removes_what_the_new_centre_got_and_touches_no_disappearing_one(
    pajottegem: Workspace,
) -> None:
    """R05: not one writing call under their numbers."""
    before = {kbo: pajottegem.journal(writes=True, kbo=kbo) for kbo in DISAPPEARING.values()}
    pajottegem.pulumi("destroy", "-s", "pajottegem", "--yes", "--skip-preview")

    for kbo in DISAPPEARING.values():
        assert pajottegem.journal(writes=True, kbo=kbo) == before[kbo]
        assert len(pajottegem.portal(kbo).get(f"{CHAMAN}/{kbo}/ftpAccounts").body["items"]) == 1
    portal = pajottegem.portal(PAJOTTEGEM)
    for collection in ("ftpAccounts", "restAccounts", "delegationRequests", "certificates"):
        assert portal.get(f"{CHAMAN}/{PAJOTTEGEM}/{collection}").body["items"] == []


def test_destroy_leaves_the_access_that_was_there_before(pajottegem: Workspace) -> None:
    """People whom the RSZ copied were not made by the stack: a destroy must not lock a centre out (R15)."""
    users = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn/users"
    portal = pajottegem.portal(PAJOTTEGEM)
    copied = {user["id"] for user in portal.get_items(users) if user["createdBy"] == "rsz"}
    assert copied
    pajottegem.pulumi("destroy", "-s", "pajottegem", "--yes", "--skip-preview")
    assert copied <= {user["id"] for user in portal.get_items(users)}


def test_a_person_under_a_new_key_stays_a_user_also_when_the_run_ended_early(pajottegem: Workspace) -> None:
    """The engine deletes at the end, and not after an error: the old name is let go in a later run, the user stays."""
    herne = "0212218182"
    screen = f"{CONFIGURATION}/{herne}/mutations"
    users = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn/users"
    ssin = pajottegem.secrets()["people"]["stijn.pauwels"]["insz"]

    def is_user() -> bool:
        return ssin in [user["ssin"] for user in pajottegem.portal(PAJOTTEGEM).get_items(users)]

    portal = pajottegem.portal(herne)
    before = portal.get(screen)
    portal.replace(screen, {"receive": before.body["receive"][1:]}, before.etag)  # an error at the run's end
    pajottegem.edit("pajottegem", lambda text: text.replace("stijn.pauwels", "stijn.pauwelsen"))
    secrets = pajottegem.root / ".state" / "rehearsal" / "secrets.yaml"
    secrets.write_text(secrets.read_text().replace('"stijn.pauwels"', '"stijn.pauwelsen"'))
    pajottegem.up("pajottegem", succeeds=False)
    assert is_user()

    portal.replace(screen, {"receive": before.body["receive"]}, portal.get(screen).etag)
    pajottegem.up("pajottegem")
    assert is_user()
    pajottegem.in_sync("pajottegem")


def test_a_renamed_account_is_said_to_go(pajottegem: Workspace) -> None:
    """R29: the engine checks what it replaces a second time, and knows nothing of the old account then."""
    pajottegem.edit("pajottegem", lambda text: text.replace("name: FTP Pajottegem", "name: FTP Nieuw"))
    plan = pajottegem.preview("pajottegem")
    assert re.search(r"replaced? ", plan)
    assert "warning: Pajottegem: FTP account FTP Pajottegem goes, and with it the files that are left" in plan
    assert "not there, will be made: FTP account FTP Nieuw" in plan
