"""FTP account, its folder over SFTP, REST account, certificates: good, and each way in which they fail."""

from __future__ import annotations

from datetime import date

from emulator import controls
from operations.checks.results import FAILED, OK, TODO, WAITING
from operations.rehearsals.certificates import write_certificate
from tests.operations.checks.conftest import CHAMAN, HERNE, PAJOTTEGEM, Setting, until
from tests.support import portal_tables

FTP = f"{CHAMAN}/{PAJOTTEGEM}/ftpAccounts/FTP%20Pajottegem"
REST = f"{CHAMAN}/{PAJOTTEGEM}/restAccounts/OCMW%20Online"
REQUEST = f"{CHAMAN}/{PAJOTTEGEM}/delegationRequests/OCMW%20Online"
WAY_OUT = ": `pulumi preview` shows it, `pulumi up` puts it right"


def test_the_box_opens_with_the_declared_name_and_the_secret_password(applied: Setting) -> None:
    result, detail = applied.found("SFTP folder")
    assert result == OK
    assert detail == "opens with the declared user name; 9 files, the last of 2025-02-12"
    assert applied.found("FTP account")[0] == OK


def test_another_password_at_the_portal(applied: Setting) -> None:
    applied.change(PAJOTTEGEM, FTP, password="Ander,1.wachtw")
    lines = {line.check: line for line in applied.check() if line.kbo == PAJOTTEGEM}
    box = lines["SFTP folder"]
    assert (box.result, box.rule) == (FAILED, "R31")
    assert (
        "refuses the password of the secrets; there it was last changed on 2025-02-12: `pulumi up`"
        in box.detail
    )
    assert lines["mutations arrive"].result == FAILED
    assert lines["FTP account"].result == OK
    tries = [
        call
        for call in controls.journal(applied.database)
        if call["method"] == "SFTP" and call["status"] == 401
    ]
    assert len(tries) == 1, "a wrong password is tried once"


def test_an_account_that_is_gone(applied: Setting) -> None:
    applied.remove(PAJOTTEGEM, FTP)
    lines = {line.check: line for line in applied.check() if line.kbo == PAJOTTEGEM}
    for check in ("FTP account", "SFTP folder", "mutations arrive"):
        assert lines[check].result == FAILED
        assert "there is no FTP account FTP Pajottegem. `pulumi up` makes it" in lines[check].detail


def test_another_user_name_and_fewer_authorizations(applied: Setting) -> None:
    all_of_them = applied.portal(PAJOTTEGEM).get(FTP).body["authorizations"]
    applied.change(PAJOTTEGEM, FTP, authorizations=["attestations"])
    assert (
        "not authorized for integrations, mutations, novaPrimaStatements" in applied.found("FTP account")[1]
    )
    applied.change(PAJOTTEGEM, FTP, username="other2025", authorizations=all_of_them)
    assert applied.found("FTP account") == (
        FAILED,
        "FTP account FTP Pajottegem: username not as declared" + WAY_OUT,
    )


def another_certificate(setting: Setting, like: str) -> None:
    """One more at the portal, other.cer, with the same dates."""
    portal_tables.copy_certificate(setting.database, like, "other.cer")


def test_r29_an_account_that_differs_from_the_declaration_is_not_as_declared(applied: Setting) -> None:
    """As a preview says it: another certificate, one authorization too many, another file under the same name."""
    another_certificate(applied, "pajottegem-ftp.cer")
    applied.change(PAJOTTEGEM, FTP, certificate="other.cer")
    said = "FTP account FTP Pajottegem: certificate not as declared" + WAY_OUT
    assert applied.found("FTP account") == (FAILED, said)

    applied.change(PAJOTTEGEM, FTP, certificate="pajottegem-ftp.cer")
    text = applied.declaration.read_text()
    applied.declaration.write_text(text.replace("[mutations, attestations, ", "[mutations, "))
    said = "FTP account FTP Pajottegem: authorizations not as declared" + WAY_OUT
    assert applied.found("FTP account") == (FAILED, said)

    applied.declaration.write_text(text)
    assert applied.found("FTP account")[0] == OK
    portal_tables.change_resources(applied.database, "certificate", "%", "pajottegem-ftp.cer", sha256="00ff")
    said = "certificate pajottegem-ftp.cer: sha256 not as declared" + WAY_OUT
    assert applied.found("FTP account") == (FAILED, said)


def test_a_certificate_runs_out_and_then_the_box_stays_closed(applied: Setting) -> None:
    until(applied, PAJOTTEGEM, "pajottegem-ftp.cer", "2025-02-20")
    result, detail = applied.found("certificates")
    assert result == TODO
    assert "pajottegem-ftp.cer is valid until 2025-02-20, 8 days more" in detail
    assert applied.found("SFTP folder")[0] == OK

    controls.set_clock(applied.database, "2025-02-21")
    lines = {line.check: line for line in applied.check() if line.kbo == PAJOTTEGEM}
    for check in ("certificates", "FTP account", "SFTP folder", "mutations arrive"):
        assert lines[check].result == FAILED, check
        assert "expired on 2025-02-20" in lines[check].detail
        assert lines[check].rule == "R37"
    assert lines["REST account"].result == OK


def test_one_that_no_account_uses_harms_nobody(applied: Setting) -> None:
    portal_tables.delete_resources(applied.database, "restAccount", HERNE)
    until(applied, HERNE, "dossiermeester-0212218182.cer", "2025-01-01")
    assert applied.found("certificates", HERNE) == (OK, "1 in use of 2; 701 days at least")


def test_r61_of_what_is_released_no_other_certificate_is_asked(applied: Setting) -> None:
    """From the day of its release on: people close the account, and then nothing uses it."""
    until(applied, HERNE, "herne-ftp.cer", "2025-02-11")
    release = "release: [{centre: Herne, item: ftpAccounts, on: 2026-01-02, reason: no file since March}]"
    text = applied.declaration.read_text()
    applied.declaration.write_text(
        text.replace("reviewOn: 2026-01-01\n", f"reviewOn: 2026-01-01\n  {release}\n")
    )
    result, detail = applied.found("certificates", HERNE)
    assert (result, "herne-ftp.cer expired on 2025-02-11" in detail) == (FAILED, True)
    controls.set_clock(applied.database, "2026-01-02")
    assert applied.found("certificates", HERNE) == (
        OK,
        "1 in use of 2; 377 days at least; ftpAccounts released on 2026-01-02",
    )


def test_a_certificate_that_is_gone_counts_as_expired(applied: Setting) -> None:
    portal_tables.change_resources(applied.database, "restAccount", PAJOTTEGEM, certificate="x.cer")
    for check in ("REST account", "certificates"):
        result, detail = applied.found(check)
        assert result == FAILED
        assert "x.cer is not there any more" in detail


def test_r37_where_all_certificates_are_gone_each_account_is_without(applied: Setting) -> None:
    portal_tables.delete_resources(applied.database, "certificate", HERNE)
    lines = [line for line in applied.check() if line.check == "certificates" and line.kbo == HERNE]
    assert [(line.result, line.detail) for line in lines] == [
        (FAILED, f"its certificate {name} is not there any more: upload another")
        for name in ("dossiermeester-0212218182.cer", "herne-ftp.cer")
    ]


def test_r37_one_that_is_not_valid_yet_keeps_the_box_closed_and_no_password_is_blamed(
    applied: Setting,
) -> None:
    day = "2025-02-13T00:00:00+01:00"
    portal_tables.change_resources(applied.database, "certificate", "%", "pajottegem-ftp.cer", notBefore=day)
    lines = {line.check: line for line in applied.check() if line.kbo == PAJOTTEGEM}
    for check in ("certificates", "FTP account", "SFTP folder", "mutations arrive"):
        assert lines[check].result == FAILED, check
        assert "pajottegem-ftp.cer is not valid before 2025-02-13" in lines[check].detail
        assert lines[check].rule == "R37"
    assert lines["REST account"].result == OK

    controls.set_clock(applied.database, "2025-02-13")
    for check in ("certificates", "FTP account", "SFTP folder"):
        assert applied.found(check)[0] == OK, check


def test_before_any_account_there_is_no_certificate_to_be_good(fresh: Setting) -> None:
    assert fresh.found("certificates") == (WAITING, "no account has one yet")


# -- the REST account -------------------------------------------------------------------------------------------------


def test_the_rest_account_says_who_manages_it_and_for_how_long(applied: Setting) -> None:
    result, detail = applied.found("REST account")
    assert result == OK
    assert detail.startswith(
        "OCMW Online, managed by socius; the certificate socius-1010784738.cer is valid until "
    )


def test_a_delegation_that_nobody_answered_waits_and_a_refused_one_has_failed(fresh: Setting) -> None:
    fresh.apply()
    assert fresh.found("REST account") == (
        WAITING,
        "socius has not answered the request of 2025-02-03: ask there",
    )
    controls.answer_delegation(fresh.database, PAJOTTEGEM, "OCMW Online", accept=False, reason="no contract")
    result, detail = fresh.found("REST account")
    assert result == FAILED
    assert "socius refused (no contract)" in detail
    assert "askedAgainOn" in detail


def test_an_account_that_is_gone_although_it_was_accepted(applied: Setting) -> None:
    applied.remove(PAJOTTEGEM, REST)
    assert "socius accepted, but the account is gone" in applied.found("REST account")[1]
    applied.remove(PAJOTTEGEM, REQUEST)
    assert "neither the account nor a request" in applied.found("REST account")[1]
    assert applied.found("REST account")[0] == FAILED


def test_r33_an_account_without_a_declared_authorization(applied: Setting) -> None:
    authorizations = ["ocmwOnlineRequestsRead"]
    portal_tables.change_resources(applied.database, "restAccount", PAJOTTEGEM, authorizations=authorizations)
    result, detail = applied.found("REST account")
    assert result == FAILED
    assert "not authorized for ocmwOnlineDocumentsRead, ocmwOnlineRequestsUpdate" in detail


def test_r33_an_account_with_an_authorization_too_many(applied: Setting) -> None:
    found = portal_tables.read_resource(applied.database, PAJOTTEGEM, "restAccount", "OCMW Online")
    assert found
    more = [*found[0]["authorizations"], "integrationsConsult"]
    portal_tables.change_resources(applied.database, "restAccount", PAJOTTEGEM, authorizations=more)
    assert applied.found("REST account") == (FAILED, "authorizations not as declared" + WAY_OUT)


def test_under_own_management_the_account_has_the_declared_certificate(fresh: Setting) -> None:
    """R33, R34."""
    folder = fresh.declaration.parent / "certificates"
    write_certificate(folder / "pajottegem-rest.cer", "pajottegem-rest", date(2025, 1, 1))
    text = fresh.declaration.read_text()
    own = "own: {certificate: certificates/pajottegem-rest.cer}"
    fresh.declaration.write_text(text.replace("external: {supplier: socius}", own))
    fresh.apply()
    result, detail = fresh.found("REST account")
    assert (result, detail.partition(";")[0]) == (OK, "OCMW Online, own management")

    another_certificate(fresh, "pajottegem-rest.cer")
    fresh.change(PAJOTTEGEM, REST, certificate="other.cer")
    said = "REST account OCMW Online: certificate not as declared" + WAY_OUT
    assert fresh.found("REST account") == (FAILED, said)


def test_another_supplier_than_declared(applied: Setting) -> None:
    text = applied.declaration.read_text()
    applied.declaration.write_text(text.replace("{supplier: socius}", "{supplier: welzijnsware}"))
    result, detail = applied.found("REST account")
    assert result == FAILED
    assert "is managed by socius, not as declared" in detail
