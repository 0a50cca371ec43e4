"""A portal that fails: for a while, for good, and after the write was made (the retry table, providers/retry.py)."""

import re
import signal
from time import sleep

import pytest

from emulator.controls import Rule, add_fault, clear_faults
from tests.support.ledger_check import check_ledger
from tests.support.workspace import Workspace
from tests.torture.kills.processes import Session

PAJOTTEGEM, HERNE = "1010784738", "0212218182"
ONE_SENTENCE = r" +error: .*client-key\.pem is not an RSA private key.*\n"
ACCOUNT = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/ftpAccounts/FTP Pajottegem"


@pytest.mark.parametrize(("status", "retry_after"), [(429, 0), (429, None), (503, 0), (503, None)], ids=str)
def test_a_third_of_the_calls_failing_for_now_changes_nothing(
    fresh: Workspace, status: int, retry_after: int | None
) -> None:
    rule = Rule(share=1 / 3, status=status, retry_after_seconds=retry_after, path_pattern="/REST/*", seed=7)
    add_fault(fresh.database, rule)
    fresh.up("pajottegem")
    failed = [call for call in fresh.journal() if call["status"] == status]
    assert len(failed) > 50
    assert check_ledger(fresh.root, "pajottegem") == []
    clear_faults(fresh.database)
    fresh.in_sync("pajottegem")


def test_a_write_that_happened_although_its_answer_failed_is_not_made_twice(fresh: Workspace) -> None:
    add_fault(fresh.database, Rule(share=0.5, status=504, after_write=True, seed=11, path_pattern="/REST/*"))
    fresh.up("pajottegem")
    clear_faults(fresh.database)
    portal = fresh.portal(PAJOTTEGEM)
    users = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn/users"
    ssins = [user["ssin"] for user in portal.get_items(users)]
    assert len(ssins) == len(set(ssins))
    assert check_ledger(fresh.root, "pajottegem") == []
    fresh.in_sync("pajottegem")


def test_failing_for_good_names_resource_call_and_way_out_and_a_rerun_goes_on(fresh: Workspace) -> None:
    add_fault(fresh.database, Rule(status=500, method="PUT", path_pattern="*/ftpAccounts/*"))
    shown = fresh.up("pajottegem", succeeds=False)
    assert "chaman:FtpAccount (pajottegem-ftp-account)" in shown
    assert "PUT /REST/chaman/v1/organizations/1010784738/ftpAccounts/FTP%20Pajottegem answered 500" in shown
    assert "run the same command again" in shown
    kept = {resource["urn"].rpartition("::")[2] for resource in fresh.resources("pajottegem")}
    assert "pajottegem-sender" in kept
    assert "pajottegem-ftp-account" not in kept

    clear_faults(fresh.database)
    fresh.up("pajottegem")
    assert fresh.portal(PAJOTTEGEM).get(ACCOUNT.replace(" ", "%20")).body["username"] == "pajot2025"
    fresh.in_sync("pajottegem")


@pytest.mark.parametrize("interrupts", [1, 2])
def test_an_interrupted_run_has_what_it_did_in_its_state(fresh: Workspace, interrupts: int) -> None:
    """It is written once, at the end: a run that is interrupted has an end, too. A second interrupt loses the calls under
    way, which the next run finds."""
    add_fault(fresh.database, Rule(kind="latency", delay_ms=4000, method="PUT"))
    command = ["pulumi", "up", "-s", "pajottegem", "--yes", "--skip-preview", "--non-interactive"]
    run = Session(command, fresh.root, fresh.environment, fresh.root / "output")
    # Four are under way at once: some are done by then.
    while len(fresh.journal(writes=True)) < 6:
        assert run.leader.poll() is None
        sleep(0.05)
    for _ in range(interrupts):
        run.leader.send_signal(signal.SIGINT)
        sleep(0.5)
    assert run.leader.wait(60) != 0
    assert run.left_behind() == []
    clear_faults(fresh.database)
    kept = fresh.resources("pajottegem")
    assert any(resource["type"].startswith("pulumi-python:dynamic/") for resource in kept)

    fresh.up("pajottegem")
    if interrupts == 1:
        summary = fresh.outputs("pajottegem")["summary"]
        assert (summary["created"], summary["adopted"]) == (15, 14), (
            "nothing was adopted that this stack made"
        )
    fresh.in_sync("pajottegem")


def test_outputs_are_of_a_run_before_where_a_resource_failed_and_of_this_one_where_a_person_is_needed(
    pajottegem: Workspace,
) -> None:
    """As docs/commands.md tells the two apart; what is so in the first case is what `fusion check` asks the portal."""
    before = pajottegem.outputs("pajottegem")
    pajottegem.answer_delegation(PAJOTTEGEM, "OCMW Online", accept=False, reason="not our client")
    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace("    - nationality\n", "    - nationality\n    - personnelFile\n"),
    )
    add_fault(pajottegem.database, Rule(status=500, method="PUT", path_pattern="*/mutations"))
    assert "answered 500" in pajottegem.up("pajottegem", succeeds=False)
    assert pajottegem.outputs("pajottegem") == before
    assert len(before["waiting"]) == before["summary"]["waiting"] == 6
    add_fault(pajottegem.database, Rule(status=500, method="GET", path_pattern="*/mutations"))
    pajottegem.pulumi("up", "-s", "pajottegem", "--yes", "--skip-preview", succeeds=False)
    assert pajottegem.outputs("pajottegem") == before

    clear_faults(pajottegem.database)
    assert "refused the delegation request (not our client) (R36)" in pajottegem.up(
        "pajottegem", succeeds=False
    )
    refused = pajottegem.outputs("pajottegem")
    assert refused["supplier"]["rest"]["delegationRequest"] == "refused"
    assert len(refused["waiting"]) == refused["summary"]["waiting"] == 5

    account = f"/REST/chaman/v1/organizations/{HERNE}/ftpAccounts/FTP%20Herne"
    portal = pajottegem.portal(HERNE)
    portal.delete(account, portal.get(account).etag)
    assert "retained things changed" in pajottegem.up("pajottegem", succeeds=False)
    assert pajottegem.outputs("pajottegem")["retained"]["Herne"].endswith("FTP accounts: FTP Herne: missing")


def test_a_read_that_fails_never_looks_like_nothing(pajottegem: Workspace) -> None:
    for path in ("*/mutations", "*/contents"):
        add_fault(pajottegem.database, Rule(status=500, method="GET", path_pattern=path))
    shown = pajottegem.preview("pajottegem", succeeds=False)
    assert "answered 500" in shown
    assert "to create" not in shown
    assert "to delete" not in shown


def test_an_error_of_every_resource_is_one_sentence_each(pajottegem: Workspace) -> None:
    """Pulumi's SDKs from 3.260 on send a traceback instead, with the sentence as its last line (docs/engine-notes.md)."""
    (pajottegem.root / ".state" / "rehearsal" / "client-key.pem").write_text("no key\n")
    unlooked = {"PULUMI_RUN_PROGRAM": "false"}  # the look before would tell it once
    shown = pajottegem.pulumi(
        "refresh", "-s", "pajottegem", "--yes", "--skip-preview", succeeds=False, **unlooked
    )
    told = re.findall(r"^  pulumi-python:dynamic/\S+ \((\S+)\):\n((?:    .*\n)+)", shown, re.MULTILINE)
    assert len(told) > 80
    assert [name for name, lines in told if not re.fullmatch(ONE_SENTENCE, lines)] == []
    assert len(shown.splitlines()) < 10 * len(told)  # a line for each step too, and the outputs
