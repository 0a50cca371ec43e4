"""What a supplier answers its centres, and how it renews a certificate (R36, R37, R40-R46)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from emulator import controls
from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    NEW,
    PAJOTTEGEM,
    Acting,
    Supplier,
    issues,
    problem,
)
from tests.emulator.support.certificate_files import P256, certificate, pem, private_key_pem
from tests.emulator.systems.chaman.conftest import ACCOUNT, BODY, REFUSED, REQUEST, accepted, own

# -- what is answered -----------------------------------------------------------------------------------------------------


def test_r36_an_acceptance_uploads_the_certificate_and_makes_the_account(
    centre: Acting, socius: Supplier
) -> None:
    answer = socius.put(REQUEST, accepted())
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["decidedOn"]) == ("accepted", "2025-02-03")
    assert answer.headers["ETag"] == socius.get(REQUEST).headers["ETag"]
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert (account["management"], account["supplier"], account["certificate"]) == (
        "external",
        "socius",
        "socius-1.cer",
    )
    assert account["authorizations"] == ALL_OF_OCMW_ONLINE


def test_r36_a_refusal_has_a_reason_and_can_be_asked_again(centre: Acting, socius: Supplier) -> None:
    assert socius.put(REQUEST, REFUSED).json()["refusalReason"] == "geen contract"
    assert centre.get("chaman", "/restAccounts/OCMW%20Online").status_code == 404
    asked_again = centre.replace("chaman", "/delegationRequests/OCMW%20Online", BODY)
    assert asked_again.json()["status"] == "pending"
    assert socius.put(REQUEST, accepted()).json()["status"] == "accepted"


def test_r36_an_answer_is_to_what_the_supplier_has_seen(centre: Acting, socius: Supplier) -> None:
    seen = socius.get(REQUEST).headers["ETag"]
    more = {**BODY, "authorizations": [*ALL_OF_OCMW_ONLINE, "integrationsConsult"]}
    centre.replace("chaman", "/delegationRequests/OCMW%20Online", more)
    assert problem(socius.put(REQUEST, accepted(), seen)) == (412, "preconditionFailed")
    assert problem(socius.call("PUT", REQUEST, json=accepted())) == (428, "preconditionRequired")
    assert problem(socius.call("PUT", REQUEST, json=accepted(), headers=NEW)) == (412, "preconditionFailed")
    assert socius.put(REQUEST, accepted()).status_code == 200
    assert problem(socius.put(REQUEST, REFUSED)) == (409, "alreadyDecided")


@pytest.mark.parametrize(
    "body",
    [
        {"status": "accepted"},
        {"status": "refused"},
        {**REFUSED, "certificate": own()},
        {**accepted(), "refusalReason": "geen contract"},
        {"status": "pending"},
    ],
    ids=["nothing", "no reason", "refused with one", "accepted with a reason", "pending"],
)
def test_r36_an_answer_is_whole(centre: Acting, socius: Supplier, body: dict[str, Any]) -> None:
    assert socius.put(REQUEST, body).status_code == 400
    assert socius.get(REQUEST).json()["status"] == "pending"


def file_of(content: bytes, name: str = "socius-1.cer") -> dict[str, str]:
    return {"fileName": name, "content": base64.b64encode(content).decode()}


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (own(key=ec.generate_private_key(P256)), "R40"),
        (own(algorithm=hashes.SHA224()), "R41"),
        (own("socius-1.pfx"), "R43"),
        (file_of(private_key_pem() + pem()), "R43"),
        (file_of(b"nothing"), "R43"),
        (own(signs=None), "R46"),
        (own(begins="2020-01-01", days=30), "R37"),
    ],
    ids=["P-256", "SHA-224", "its name", "a key in it", "nothing", "no key usage", "expired"],
)
def test_r37_r40_r46_a_certificate_is_judged_as_all_others_are(
    centre: Acting, socius: Supplier, file: dict[str, str], rule: str
) -> None:
    for path, body in ((REQUEST, accepted(file)), (ACCOUNT, {"certificate": file})):
        found = issues(socius.put(path, body))
        assert {one[2] for one in found} == {rule}
        assert {one[1].partition(".")[0] for one in found} == {"certificate"}
        if path == REQUEST:
            assert socius.put(REQUEST, accepted(own("socius-good.cer"))).status_code == 200


@pytest.mark.parametrize("name", ["a/b.cer", " a.cer", "85073003328.cer", "", "x" * 97 + ".cer"])
def test_a_file_name_can_stand_in_a_path(centre: Acting, socius: Supplier, name: str) -> None:
    assert {one[1] for one in issues(socius.put(REQUEST, accepted(own(name))))} == {"certificate.fileName"}


# -- renewal --------------------------------------------------------------------------------------------------------------


def test_r36_a_renewal_stands_beside_the_one_before(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    before = socius.get(ACCOUNT).json()
    renewed = socius.put(ACCOUNT, {"certificate": own("socius-2.cer")})
    assert renewed.status_code == 200
    assert renewed.json()["certificate"] == "socius-2.cer"
    assert (renewed.json()["previousCertificate"], renewed.json()["previousSha256"]) == (
        "socius-1.cer",
        before["sha256"],
    )
    assert renewed.headers["ETag"] == socius.get(ACCOUNT).headers["ETag"]
    assert centre.get("chaman", "/certificates/socius-1.cer").status_code == 200
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert (account["certificate"], account["previousCertificate"]) == ("socius-2.cer", "socius-1.cer")
    assert centre.delete("chaman", "/certificates/socius-1.cer").status_code == 204
    assert "previousCertificate" not in socius.get(ACCOUNT).json()
    assert problem(centre.delete("chaman", "/certificates/socius-2.cer")) == (409, "inUse")


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
    centre.create("chaman", "/certificates/socius-1.cer", {"content": certificate(), "usage": "rest"})
    assert issues(socius.put(REQUEST, accepted())) == {("rejectedInput", "certificate.fileName", "R37")}


@pytest.mark.parametrize("there", [True, False])
def test_no_supplier_learns_or_takes_the_names_of_others(
    centre: Acting, socius: Supplier, there: bool
) -> None:
    """The answer is the same whether the centre has a file of that name or not."""
    if there:
        centre.create(
            "chaman", "/certificates/pajottegem-ftp.cer", {"content": certificate(), "usage": "rest"}
        )
    refused = socius.put(REQUEST, accepted(own("pajottegem-ftp.cer")))
    assert (refused.status_code, issues(refused)) == (
        400,
        {("rejectedInput", "certificate.fileName", None)},
    )
    assert refused.json()["issues"][0]["detail"] == "the name begins with socius-"
    assert centre.get("chaman", "/certificates/pajottegem-ftp.cer").status_code == (200 if there else 404)
    socius.put(REQUEST, accepted())
    assert {one[1] for one in issues(socius.put(ACCOUNT, {"certificate": own("welzijnsware-1.cer")}))} == {
        "certificate.fileName"
    }


def test_r36_the_certificate_before_keeps_its_name(centre: Acting, socius: Supplier) -> None:
    """It still signs in: neither a third one nor another usage takes its place. Who deletes it ends it."""
    first = own("socius-1.cer")
    socius.put(REQUEST, accepted(first))
    socius.put(ACCOUNT, {"certificate": own("socius-2.cer")})
    third = own("socius-1.cer")
    assert issues(socius.put(ACCOUNT, {"certificate": third})) == {
        ("rejectedInput", "certificate.fileName", "R37")
    }
    path = "/certificates/socius-1.cer"
    as_ftp = centre.replace("chaman", path, {"content": first["content"], "usage": "ftp"})
    assert ("rejectedInput", "usage", "R37") in issues(as_ftp)
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert account["previousSha256"] == centre.get("chaman", path).json()["sha256"]
    assert centre.delete("chaman", path).status_code == 204
    assert socius.put(ACCOUNT, {"certificate": third}).status_code == 200


def test_a_renewal_is_of_what_the_supplier_has_seen(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    seen = socius.get(ACCOUNT).headers["ETag"]
    assert socius.put(ACCOUNT, {"certificate": own("socius-a.cer")}, seen).status_code == 200
    assert problem(socius.put(ACCOUNT, {"certificate": own("socius-b.cer")}, seen)) == (
        412,
        "preconditionFailed",
    )
    no_precondition = socius.call("PUT", ACCOUNT, json={"certificate": own("socius-b.cer")})
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
    socius.put(ACCOUNT, {"certificate": own("socius-2.cer")})
    renewed = tags()
    assert {name for name in before if after[name] != renewed[name]} == {"chaman"}
    entries = {one["path"]: one for one in centre.get("chaman", "/contents").json()["items"]}
    assert entries["restAccounts/OCMW Online"]["body"]["certificate"] == "socius-2.cer"


def test_r36_the_control_answers_like_the_supplier(centre: Acting, socius: Supplier) -> None:
    controls.answer_delegation(centre.portal.database, PAJOTTEGEM, "OCMW Online", accept=True)
    assert socius.get(REQUEST).json()["status"] == "accepted"
    assert socius.put(ACCOUNT, {"certificate": own()}).status_code == 200
