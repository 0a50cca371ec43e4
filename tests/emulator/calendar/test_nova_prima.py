"""NovaPRIMA's late files, which disappearing centres go on getting for a year (R61, R69)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from emulator.calendar import nova_prima
from emulator.seeds import content
from tests.emulator.conftest import GALMAARDEN, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal
from tests.emulator.support.deliveries import folder, move, open_folder

KINDS = {series.kind for series in nova_prima.SCHEDULE}


def late_files(centre: Acting) -> list[dict[str, Any]]:
    """The E-Box's documents from NovaPRIMA, oldest first."""
    items = centre.get("eBox", "/documents", params={"pageSize": 500}).json()["items"]
    return [item for item in reversed(items) if item["sender"] == nova_prima.SENDER]


def test_r69_statements_flags_and_blocked_forms_come_on_their_days(portal: Portal) -> None:
    came = [(one["receivedAt"][:10], one["kind"]) for one in late_files(portal.acting_for(GALMAARDEN))]
    assert came == [
        ("2025-01-10", "interimStatement"),
        ("2025-01-17", "warningFlags"),
        ("2025-01-24", "blockedForms"),
    ]


def test_r61_every_disappearing_centre_gets_them_and_no_merged_one(portal: Portal) -> None:
    for merger in content.load()["mergers"]:
        merged = merger["enterpriseNumber"]
        assert late_files(portal.acting_for(merged)) == []
        assert folder(portal, merged, "novaPrima") == {}
        for number in set(merger["merging"]) - {merged}:
            assert len(late_files(portal.acting_for(number))) == 3


def test_r61_they_reach_the_e_box_and_the_ftp_folder(portal: Portal) -> None:
    (files,) = folder(portal, GALMAARDEN, "novaPrima").values()
    documents = late_files(portal.acting_for(GALMAARDEN))
    assert list(files) == [
        "novaprima-maandstaat-2025-01-10.jsonl",
        "novaprima-knipperlichten-2025-01-17.jsonl",
        "novaprima-geblokkeerd-2025-01-24.jsonl",
    ]
    for document, (name, lines) in zip(documents, files.items(), strict=True):
        text = portal.acting_for(GALMAARDEN).get("eBox", f"/documents/{document['id']}").json()["text"]
        assert name in text
        assert f"{len(lines)} laattijdige regularisaties" in text
        assert {line["kind"] for line in lines} == {document["kind"]}


def test_r29_only_folders_that_may_receive_them(portal: Portal, galmaarden: Acting) -> None:
    open_folder(galmaarden, "Mutations")
    open_folder(galmaarden, "Statements", authorizations=("novaPrimaStatements",))
    move(portal, "2025-02-28")
    boxes = folder(portal, GALMAARDEN, "novaPrima")
    assert {name: len(files) for name, files in boxes.items()} == {"FTP Galmaarden": 6, "Statements": 3}


def test_r61_without_a_folder_the_e_box_still_gets_them(portal: Portal, galmaarden: Acting) -> None:
    assert galmaarden.delete("chaman", "/ftpAccounts/FTP Galmaarden").status_code == 204
    move(portal, "2025-02-28")
    assert len(late_files(galmaarden)) == 6
    assert folder(portal, GALMAARDEN, "novaPrima") == {}  # what January brought went with the account


def test_r69_they_fade_out_over_the_year_and_then_stop(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")
    centre = portal.acting_for(KORTESSEM)
    move(portal, "2025-01-01")
    assert late_files(centre) == []
    move(portal, "2025-12-31")
    documents = late_files(centre)
    quarters = Counter((int(one["receivedAt"][5:7]) - 1) // 3 for one in documents)
    assert [quarters[quarter] for quarter in range(4)] == [9, 6, 3, 2]
    assert documents[-1]["receivedAt"] == "2025-12-10T07:00:00+01:00"
    assert {one["kind"] for one in documents} == KINDS
    move(portal, "2026-06-30")
    assert late_files(centre) == documents
    assert late_files(portal.acting_for(HASSELT)) == late_files(portal.acting_for(PAJOTTEGEM)) == []
