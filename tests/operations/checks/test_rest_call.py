"""The REST account, called with its certificate as the centre's software does, and whatever keeps it from being called."""

from __future__ import annotations

import re
from datetime import date

import pytest

from emulator import controls
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING
from operations.rehearsals.certificates import certificate_and_key
from tests.operations.checks.conftest import PAJOTTEGEM, Setting, until
from tests.support import portal_tables

KEY = "pajottegem/rest"
DAY = date(2025, 1, 1)


def test_r33_the_rest_account_is_called_with_its_certificate(applied: Setting) -> None:
    result, detail = applied.found("REST call")
    assert result == OK
    assert re.fullmatch(r"signed in with its certificate; \d+ requests of OCMW Online can be read", detail), (
        detail
    )
    (call,) = [
        one
        for one in controls.journal(applied.database)
        if "/" in (one["client"] or "") and one["status"] == 200 and one["method"] == "GET"
    ]
    assert (call["client"], call["actingFor"]) == (f"{PAJOTTEGEM}/OCMW Online", PAJOTTEGEM)


def test_r37_a_call_with_an_expired_certificate_fails(applied: Setting) -> None:
    until(applied, PAJOTTEGEM, "socius-1010784738.cer", "2025-02-10")
    result, detail = applied.found("REST call")
    assert result == FAILED
    assert "not valid today (R37)" in detail


def test_r33_an_account_without_authorization_for_requests_fails(applied: Setting) -> None:
    authorizations = ["integrationsConsult"]
    portal_tables.change_resources(applied.database, "restAccount", PAJOTTEGEM, authorizations=authorizations)
    assert applied.found("REST call")[0] == FAILED


def test_r36_whose_key_is_not_here_is_not_called_and_that_is_said(applied: Setting) -> None:
    applied.set_key(KEY, None)
    result, detail = applied.found("REST call")
    assert result == TODO
    assert detail.startswith(
        "not called: its certificate and key are not in the secrets; have socius call it"
    )


def test_r36_another_certificate_than_the_account_has_is_not_tried(applied: Setting) -> None:
    applied.set_key(KEY, certificate_and_key("another", DAY))
    before = len(controls.journal(applied.database))
    result, detail = applied.found("REST call")
    assert result == TODO
    assert "it has another certificate than the secrets" in detail
    calls = controls.journal(applied.database)[before:]
    assert not [call for call in calls if call["client"] == f"{PAJOTTEGEM}/OCMW Online"]


def test_its_authoritys_certificate_may_stand_beside_it(applied: Setting) -> None:
    own = applied.secrets()["keys"][KEY]
    applied.set_key(
        KEY, own + certificate_and_key("authority", DAY).partition("-----BEGIN PRIVATE KEY-----")[0]
    )
    assert applied.found("REST call")[0] == OK


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("no PEM", "it has no certificate and no private key in PEM"),
        ("certificate", "it has no private key in PEM"),
        ("two pairs", "the private key belongs to another certificate"),
        ("broken", "it cannot be read"),
    ],
)
def test_a_key_that_is_none_is_unknown_and_not_repeated(applied: Setting, pair: str, said: str) -> None:
    own = applied.secrets()["keys"][KEY]
    certificate = own.partition("-----BEGIN PRIVATE KEY-----")[0]
    given = {
        "no PEM": "Geheim+Woord=1",
        "certificate": certificate,
        "two pairs": certificate
        + "-----BEGIN PRIVATE KEY-----"
        + certificate_and_key("x", DAY).partition("-----BEGIN PRIVATE KEY-----")[2],
        "broken": own.replace("MIG", "XXX"),
    }[pair]
    applied.set_key(KEY, given)
    result, detail = applied.found("REST call")
    assert result == UNKNOWN
    assert said in detail
    assert "Geheim" not in detail
    assert "BEGIN" not in detail


def test_an_account_that_is_not_there_yet_is_not_called(fresh: Setting) -> None:
    fresh.apply()
    assert fresh.found("REST call") == (WAITING, "not called: there is no REST account OCMW Online yet")
