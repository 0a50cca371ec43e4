"""The thirteen declarations that ship: right in their facts, complete for their scenario, and without secrets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from schemas.certificates import read_certificate
from schemas.declaration import Fusion, slug
from schemas.loading import load_declaration
from schemas.reference import reference
from schemas.scenarios import NEEDED_IN_1, NO_ACTION_IN_2_AND_3
from schemas.validation import validate

DIRECTORY = Path(__file__).parent.parent.parent / "fusions"
DAY = date(2025, 1, 1)
KNOWN = {slug(fusion.name): fusion for fusion in reference().fusions if fusion.takes_effect == DAY}


@pytest.fixture(scope="module", params=sorted(KNOWN))
def fusion(request: pytest.FixtureRequest) -> Fusion:
    return load_declaration(DIRECTORY / f"{request.param}.yaml")


def test_there_are_the_thirteen() -> None:
    declared = [load_declaration(path) for path in DIRECTORY.glob("*.yaml")]
    assert {fusion.slug for fusion in declared if fusion.takes_effect == DAY} == set(KNOWN)
    assert len(KNOWN) == 13


def test_all_together_have_no_finding() -> None:
    assert validate([DIRECTORY]) == []


def test_numbers_and_codes_are_the_known_ones(fusion: Fusion) -> None:
    known = KNOWN[fusion.slug]
    assert (fusion.name, fusion.scenario) == (known.name, known.scenario)
    assert (fusion.ocmw.kbo, fusion.ocmw.nis) == (known.kbo, known.nis)
    assert {(c.name, c.kbo, c.nis, c.postcode) for c in fusion.merging} == {
        (c.name, c.kbo, c.nis, c.postcode) for c in known.merging
    }


def test_access_is_declared_at_every_centre(fusion: Fusion) -> None:
    assert fusion.access is not None
    assert all((centre.access is None) == (centre == fusion.keeper) for centre in fusion.merging)
    for _, access in fusion.accesses():
        assert any(domain.users for domain in access.domains.values())


def test_what_the_scenario_needs_is_there_and_no_more(fusion: Fusion) -> None:
    declared = fusion.model_dump(by_alias=True, exclude_none=True)
    for path, _ in NEEDED_IN_1 if fusion.scenario == 1 else ():
        section = declared
        for step in path:
            section = section[str(step)]
    if fusion.scenario != 1:
        assert not {path[0] for path, _ in NO_ACTION_IN_2_AND_3} & set(declared)
        assert fusion.beyond_scenario is None
    assert fusion.dossiers is not None


def test_who_disappears(fusion: Fusion) -> None:
    assert (fusion.keeper is None) == (fusion.scenario == 1)
    assert len(fusion.disappearing) == len(fusion.merging) - (fusion.scenario != 1)


def test_two_languages_of_writing_are_shown() -> None:
    written = "\n".join(path.read_text("utf-8") for path in DIRECTORY.glob("*.yaml"))
    for example in (
        "{all:",
        "{nl:",
        "blocked: true",
        "coAccessManagers: none",
        "enabled: false",
        "handledBy: byHand",
    ):
        assert example in written


def test_only_certificates_are_committed() -> None:
    files = {path.name for path in (DIRECTORY / "certificates").iterdir()} - {"README.md"}
    assert files >= {"rehearsal-ca.cer"} | {f"{name}-ftp.cer" for name, f in KNOWN.items() if f.scenario == 1}
    for name in files:
        assert b"PRIVATE" not in (DIRECTORY / "certificates" / name).read_bytes()


def test_the_certificates_are_signed_by_the_rehearsal_authority() -> None:
    authority = x509.load_der_x509_certificate((DIRECTORY / "certificates" / "rehearsal-ca.cer").read_bytes())
    for name in (name for name, fusion in KNOWN.items() if fusion.scenario == 1):
        path = DIRECTORY / "certificates" / f"{name}-ftp.cer"
        x509.load_der_x509_certificate(path.read_bytes()).verify_directly_issued_by(authority)
        assert read_certificate(path).key == "P-384"


def test_addresses_are_fictitious() -> None:
    for path in DIRECTORY.glob("*.yaml"):
        for line in path.read_text("utf-8").splitlines():
            if "@" in line:
                assert ".example" in line
