"""`fusion supplier inbox`, `accept`, `refuse`: one centre at a time, and as whom."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from operations.rehearsals.suppliers import let_in
from operations.suppliers.answering import Step, refuse
from operations.suppliers.desk import Desk, Seen
from operations.suppliers.settings import VARIABLE
from providers.portal import WritingPortal
from tests.emulator.support.certificate_files import P256, certificate
from tests.operations.conftest import Fusion
from tests.operations.suppliers.conftest import CENTRES, NAME, OTHER, SUPPLIER, Portal, good

REAL = "config:\n  fusion:supplier: socius\n  fusion:portalUrl: https://portal.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "mine.cer"
    made.write_bytes(good())
    return made


def test_the_inbox_begins_with_what_waits(supplier: Fusion, portal: Portal, centres: list[str]) -> None:
    """R35."""
    shown = supplier("inbox", "--format", "json").json
    waiting = [one for one in shown if one["status"] == "asked"]
    assert shown[: CENTRES // 2] == waiting
    assert {one["kbo"].replace(".", "") for one in waiting} == {*centres[::2]}
    assert all(one["askedOn"] == "2025-02-03" and one["certificate"] is None for one in waiting)
    ends = [one["certificate"]["validUntil"] for one in shown if one["status"] == "managed"]
    assert ends == sorted(ends)
    text = supplier("inbox", "--centre", centres[0]).out
    assert waiting[0]["status"] in text
    assert text.count("OCMW Online") == 1


def test_nobody_sees_another_suppliers_centres(fusion: Fusion, portal: Portal, centres: list[str]) -> None:
    other = fusion("supplier", "inbox", "--format", "json", "--settings", str(portal.settings(OTHER))).json
    assert other
    assert not {one["kbo"].replace(".", "") for one in other} & {*centres}


def test_r36_a_request_is_accepted_once(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path
) -> None:
    ran = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (ran.code, ran.out.rstrip().endswith("accepted")) == (0, True)
    again = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (again.code, "accepted before, with this certificate" in again.out) == (0, True)
    file.write_bytes(good())
    renewal = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (renewal.code, "fusion supplier upload" in renewal.err) == (1, True)
    assert len(portal.writes()) == 1


def test_r40_a_wrong_certificate_is_sent_nowhere(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path
) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    file.write_bytes(good(key=ec.generate_private_key(P256)))
    ran = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (ran.code, "(R40)" in ran.err) == (1, True)
    assert portal.writes() == []


def test_r36_a_refusal_tells_the_centre_why(supplier: Fusion, portal: Portal, centres: list[str]) -> None:
    both = ("--centre", centres[0], "--centre", centres[2])
    assert supplier("refuse", *both, "--reason", "geen contract").code == 0
    shown = supplier("inbox", "--format", "json", *both).json
    assert [(one["status"], one["reason"]) for one in shown] == [("refused", "geen contract")] * 2
    again = supplier("refuse", *both, "--reason", "geen contract")
    assert (again.code, again.out.count("refused before")) == (0, 2)
    mixed = supplier("refuse", "--centre", centres[4], "--centre", centres[1], "--reason", "geen contract")
    assert (mixed.code, "accepted before" in mixed.out) == (5, True)


def test_a_centre_that_asked_nothing_is_said_to(supplier: Fusion, portal: Portal, file: Path) -> None:
    ran = supplier("accept", "--centre", "1010784738", "--certificate", str(file))
    assert (ran.code, "1010.784.738 has asked nothing of you" in ran.err) == (1, True)


def test_an_account_that_is_not_there_is_told_with_those_that_are(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path
) -> None:
    ran = supplier("accept", "--centre", centres[0], "--certificate", str(file), "--account", "OCMW On-line")
    assert (ran.code, f"has no account OCMW On-line with you: there is {NAME}" in ran.err) == (1, True)


def test_r36_accept_does_not_renew_over_a_colleagues_certificate(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colleague accepts between the look and the answer."""
    accept = Desk.accept

    def late(desk: Desk, seen: Seen, certificate: Any) -> None:
        theirs = base64.b64encode(good()).decode()
        controls.answer_delegation(portal.database, centres[0], NAME, True, certificate=(None, theirs))
        accept(desk, seen, certificate)

    monkeypatch.setattr(Desk, "accept", late)
    ran = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (ran.code, "it was changed meanwhile: look again" in ran.err) == (1, True)
    assert portal.writes() == []


def test_r36_a_refusal_is_of_what_was_seen(
    portal: Portal, centres: list[str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {one.number: one for one in desk.list_delegations()}
    portal.ask(centres[0], authorizations=["integrationsConsult"])
    portal.withdraw(centres[2])
    assert refuse(desk, seen[centres[0]], "te ruim").step is Step.CHANGED
    assert refuse(desk, seen[centres[2]], "te ruim").step is Step.CHANGED
    assert portal.writes() == []


def test_r36_a_refusal_whose_answer_was_lost_is_ones_own(
    supplier: Fusion, portal: Portal, centres: list[str]
) -> None:
    controls.add_fault(
        portal.database,
        controls.Rule(
            kind="reset", method="PUT", path_pattern="/REST/delegations/*", max_count=1, after_write=True
        ),
    )
    ran = supplier("refuse", "--centre", centres[0], "--reason", "geen contract")
    assert (ran.code, ran.out.rstrip().endswith(": refused")) == (0, True)
    assert len(portal.writes()) == 1


def test_r36_no_centre_stops_the_refusal_of_another(
    supplier: Fusion, portal: Portal, centres: list[str]
) -> None:
    controls.add_fault(
        portal.database,
        controls.Rule(
            kind="status", status=500, method="PUT", path_pattern=f"*/organizations/{centres[0]}/*"
        ),
    )
    ran = supplier("refuse", "--centre", centres[0], "--centre", centres[2], "--reason", "geen contract")
    first, second = ran.out.splitlines()
    assert (ran.code, second.endswith(": refused")) == (5, True)
    assert "500" in first


def test_r36_of_an_account_that_is_gone_it_is_said(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path
) -> None:
    supplier("accept", "--centre", centres[0], "--certificate", str(file))
    portal.delete_account(centres[0])
    ran = supplier("refuse", "--centre", centres[0], "--reason", "geen contract")
    assert (ran.code, "the account is gone, and was not asked for again" in ran.out) == (1, True)


def test_what_others_wrote_shows_no_insz_and_rewrites_no_line(
    supplier: Fusion, portal: Portal, centres: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_items = WritingPortal.get_items

    def renamed(portal: WritingPortal, path: str) -> Any:
        return [
            {
                **one,
                "accountName": "Jan 85.07.30-033.28\x1b[2K",
                "organizationName": "OCMW 85073003328\x1b[2K",
            }
            for one in get_items(portal, path)
            if one["enterpriseNumber"] == centres[0]
        ]

    monkeypatch.setattr(WritingPortal, "get_items", renamed)
    at = ("--centre", centres[0])
    for ran in (
        supplier("inbox", *at),
        supplier("inbox", *at, "--format", "json"),
        supplier("upload", str(folder), *at, "--dry-run"),
        supplier("upload", str(folder), *at, "--dry-run", "--format", "json"),
        supplier("refuse", *at, "--reason", "neen"),
        supplier("accept", *at, "--certificate", str(next(folder.glob("*.cer"))), "--account", "x"),
    ):
        said = (ran.out + ran.err).partition(": GET /")[0]
        assert "(number not shown)" in said
        assert not [sign for sign in ("033", "\x1b") if sign in said]


def test_a_client_that_somebody_registered_stays(portal: Portal) -> None:
    known = {one["clientId"]: one["publicKey"] for one in controls.list_clients(portal.database)}
    controls.register_client(portal.database, SUPPLIER, known[OTHER], supplier=SUPPLIER)
    [line] = let_in(portal.root, [SUPPLIER, OTHER])
    assert "has a client socius with another key" in line
    now = {one["clientId"]: one["publicKey"] for one in controls.list_clients(portal.database)}
    assert now == {**known, SUPPLIER: known[OTHER]}


def test_of_several_accounts_one_is_named(
    supplier: Fusion, portal: Portal, centres: list[str], file: Path
) -> None:
    portal.ask(centres[0], anew=False, name="Second")
    ran = supplier("accept", "--centre", centres[0], "--certificate", str(file))
    assert (ran.code, "--account" in ran.err) == (1, True)
    named = supplier("accept", "--centre", centres[0], "--certificate", str(file), "--account", "Second")
    assert named.code == 0
    [call] = portal.writes()
    assert call["path"].endswith("/Second")


def test_a_portal_that_does_not_know_the_client_ends_with_3(supplier: Fusion, portal: Portal) -> None:
    known = next(one for one in controls.list_clients(portal.database) if one["clientId"] == OTHER)
    controls.register_client(portal.database, "socius", known["publicKey"], supplier="socius")
    ran = supplier("inbox")
    assert (ran.code, "refuses the sign-in" in ran.err) == (3, True)


# -- as whom --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("config:\n  fusion:portalUrl: embedded\n", "fusion:supplier is missing"),
        ("config:\n  fusion:supplier: socius\n  fusion:portal: x\n", "fusion:portal: there are"),
        ("config:\n  fusion:supplier: socius\n  fusion:portalUrl: ftp://x\n", "fusion:portalUrl is"),
        (f"{REAL}\n  fusion:clientKeyFile: .state/rehearsal/client-key.pem\n", "key is the rehearsal's"),
        (
            f"{REAL}\n  fusion:clientKeyFile: .state/rehearsal/client-key-socius.pem\n",
            "key is the rehearsal's",
        ),
        (f"{REAL}\n", "set fusion:clientKeyFile"),
        (f"{REAL.replace('https', 'http')}\n  fusion:clientKeyFile: /own.pem\n", "it is not https"),
        ("supplier: socius\n", "`config:` is missing"),
        ("config: [", "it cannot be read as settings"),
    ],
)
def test_settings_that_cannot_be_are_told_with_their_file(
    supplier: Fusion, portal: Portal, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    ran = supplier("inbox", "--settings", str(file))
    assert (ran.code, f"{file}: " in ran.err, sentence in ran.err) == (1, True, True)


def test_where_there_are_several_suppliers_one_is_named(
    supplier: Fusion, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    ran = supplier("inbox")
    assert ran.code == 1
    assert ".state/rehearsal/suppliers/socius.yaml" in ran.err
    portal.settings(OTHER).unlink()
    assert supplier("inbox").code == 0


# -- names of files -------------------------------------------------------------------------------------------------------


def test_a_file_is_named_by_number_or_by_name(
    supplier: Fusion, portal: Portal, centres: list[str], tmp_path: Path
) -> None:
    names = {one["kbo"]: one["centre"] for one in supplier("inbox", "--format", "json").json}
    dotted = [kbo for kbo in names if kbo.replace(".", "") in centres][:4]
    slugs = [names[kbo].lower().replace(" ", "-") for kbo in dotted]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in (
        f"{dotted[0]}.cer",
        f"BE {dotted[1].replace('.', '')}.CER",
        f"{slugs[2]}.cer",
        f"{slugs[3].removeprefix('ocmw-')}.cer",
        "nowhere.cer",
        "0212.212.344.cer",
        ".hidden",
        "key.pem.txt",
    ):
        (folder / name).write_bytes(good())
    (folder / f"{dotted[0].replace('.', '')}.pem").write_bytes(good())
    shown = supplier("upload", str(folder), "--all", "--dry-run", "--format", "json").json
    by_file = {line["file"]: line["result"] for line in shown if line["file"]}
    status = {kbo: "accept" if kbo.replace(".", "") in centres[::2] else "renew" for kbo in dotted}
    assert by_file == {
        f"{dotted[0]}.cer, {dotted[0].replace('.', '')}.pem": "wrong",
        f"BE {dotted[1].replace('.', '')}.CER": status[dotted[1]],
        f"{slugs[2]}.cer": status[dotted[2]],
        f"{slugs[3].removeprefix('ocmw-')}.cer": status[dotted[3]],
        "nowhere.cer": "not asked",
        "0212.212.344.cer": "wrong",
    }
    assert {line["account"] for line in shown if line["result"] in ("accept", "renew")} == {NAME}
    assert sum(line["result"] in ("accept", "renew") for line in shown) == 3


def test_r36_an_old_certificate_does_not_come_back(
    supplier: Fusion, portal: Portal, centres: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / f"{centres[1]}.cer"

    def upload() -> tuple[str, str]:
        [line] = supplier("upload", str(folder), "--centre", centres[1], "--yes", "--format", "json").json
        return line["result"], line["reason"]

    first = good()
    file.write_bytes(first)
    assert upload()[0] == "renewed"
    file.write_bytes(good())
    assert upload()[0] == "renewed"
    file.write_bytes(first)
    assert upload() == ("wrong", "it was renewed since: this is the one before")
    file.write_bytes(base64.b64decode(certificate(self_signed=True, begins="2025-01-01")))
    assert "a renewal is newer" in upload()[1]
    assert len(portal.writes()) == 2
