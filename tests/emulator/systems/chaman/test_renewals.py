"""A supplier renews the certificate of an account that it manages (R36, R37), and what the portal notes of its work."""

from __future__ import annotations

from emulator import controls
from tests.emulator.conftest import PAJOTTEGEM, Acting, Supplier, issues, problem
from tests.emulator.support.certificate_files import certificate
from tests.emulator.systems.chaman.conftest import ACCOUNT, REQUEST, accepted, own


def test_r36_a_renewal_stands_beside_the_one_before(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    before = socius.get(ACCOUNT).json()
    renewed = socius.put(ACCOUNT, {"certificate": own("socius-2026.cer")})
    assert renewed.status_code == 200
    assert renewed.json()["certificate"] == "socius-2026.cer"
    assert (renewed.json()["previousCertificate"], renewed.json()["previousSha256"]) == (
        "socius.cer",
        before["sha256"],
    )
    assert renewed.headers["ETag"] == socius.get(ACCOUNT).headers["ETag"]
    assert centre.get("chaman", "/certificates/socius.cer").status_code == 200
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert (account["certificate"], account["previousCertificate"]) == ("socius-2026.cer", "socius.cer")
    assert centre.delete("chaman", "/certificates/socius.cer").status_code == 204
    assert "previousCertificate" not in socius.get(ACCOUNT).json()
    assert problem(centre.delete("chaman", "/certificates/socius-2026.cer")) == (409, "inUse")


def test_r37_a_renewal_needs_a_name_of_its_own(centre: Acting, socius: Supplier) -> None:
    """The account would stand without the one that its software signs in with."""
    file = own()
    socius.put(REQUEST, accepted(file))
    refused = socius.put(ACCOUNT, {"certificate": own()})
    assert issues(refused) == {("rejectedInput", "certificate.fileName", "R37")}
    etag = socius.get(ACCOUNT).headers["ETag"]
    again = socius.put(ACCOUNT, {"certificate": file})
    assert (again.status_code, again.headers["ETag"]) == (200, etag)


def test_a_name_that_the_centre_uses_itself_is_taken(centre: Acting, socius: Supplier) -> None:
    centre.create("chaman", "/certificates/socius.cer", {"content": certificate(), "usage": "rest"})
    assert issues(socius.put(REQUEST, accepted())) == {("rejectedInput", "certificate.fileName", None)}


def test_a_renewal_is_of_what_the_supplier_has_seen(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    seen = socius.get(ACCOUNT).headers["ETag"]
    assert socius.put(ACCOUNT, {"certificate": own("a.cer")}, seen).status_code == 200
    assert problem(socius.put(ACCOUNT, {"certificate": own("b.cer")}, seen)) == (412, "preconditionFailed")
    no_precondition = socius.call("PUT", ACCOUNT, json={"certificate": own("b.cer")})
    assert problem(no_precondition) == (428, "preconditionRequired")


# -- what is noted --------------------------------------------------------------------------------------------------------


def test_the_journal_has_the_supplier_and_the_centre(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    written = controls.journal(centre.portal.database, writes=True, kbo=PAJOTTEGEM)
    [entry] = [one for one in written if one["client"] == "socius"]
    assert (entry["method"], entry["actingFor"], entry["status"]) == ("PUT", "socius", 200)


def test_an_answer_changes_what_the_centre_shows(centre: Acting, socius: Supplier) -> None:
    def tags() -> dict[str, str]:
        return {one["name"]: one["tag"] for one in centre.get("signIn", "/changes").json()["systems"]}

    before = tags()
    socius.put(REQUEST, accepted())
    after = tags()
    assert {name for name in before if before[name] != after[name]} == {"chaman"}
    socius.put(ACCOUNT, {"certificate": own("socius-2026.cer")})
    renewed = tags()
    assert {name for name in before if after[name] != renewed[name]} == {"chaman"}
    entries = {one["path"]: one for one in centre.get("chaman", "/contents").json()["items"]}
    assert entries["restAccounts/OCMW Online"]["body"]["certificate"] == "socius-2026.cer"


def test_r36_the_control_answers_like_the_supplier(centre: Acting, socius: Supplier) -> None:
    controls.answer_delegation(centre.portal.database, PAJOTTEGEM, "OCMW Online", accept=True)
    assert socius.get(REQUEST).json()["status"] == "accepted"
    assert socius.put(ACCOUNT, {"certificate": own()}).status_code == 200
