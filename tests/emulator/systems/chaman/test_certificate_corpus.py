"""Client and portal read the same files, each by code of its own, and openssl reads them too. R37–R46."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest

from emulator.systems.chaman import certificate_rules as portal
from schemas.certificate_files import CertificateError
from schemas.certificate_rules import BROKEN, Judgement, Usage, judge, judge_unreadable
from schemas.certificates import parse_certificate
from tests.support.certificate_corpus import CASES, DAY, Case
from tests.support.certificate_making import reads_certificate

NOW = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=timezone(timedelta(hours=1)))
MACHINE_WORDS = re.compile(r"error|exception|asn\.?1|parse|traceback|unsupported|none\b", re.IGNORECASE)


@cache
def content(case: Case) -> bytes:
    return case.content()


def by_client(case: Case, usage: Usage) -> list[Judgement]:
    """What we say is broken."""
    try:
        found = judge(parse_certificate(content(case), "file.cer"), usage, DAY, "file.cer")
    except CertificateError as error:
        found = judge_unreadable(str(error))
    return [one for one in found if one.result == BROKEN]


def by_portal(case: Case, usage: Usage) -> dict[str, str]:
    issues, _ = portal.examine(base64.b64encode(content(case)).decode(), "file.cer", usage, NOW)
    return {str(issue.rule): issue.detail for issue in issues}


def test_there_are_files_of_each_kind() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 60


@pytest.mark.parametrize("usage", ["ftp", "rest"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_client_and_portal_say_the_same(case: Case, usage: Usage) -> None:
    """R37, R40–R43, R45, R46: what is broken stands in the corpus, so that both cannot be wrong alike."""
    expected = set((case.ftp if usage == "ftp" else case.rest).split())
    ours, theirs = by_client(case, usage), by_portal(case, usage)
    assert {one.rule for one in ours} == expected
    assert set(theirs) == expected
    for reason in [one.reason for one in ours] + list(theirs.values()):
        assert " " in reason
        assert not MACHINE_WORDS.search(reason.replace("error", "") if "error" in case.name else reason)
    if case.says:
        assert case.says in " ".join(one.reason for one in ours)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_openssl_agrees_on_what_is_a_certificate(case: Case) -> None:
    """And reads the same one out of the file: by its fingerprint."""
    fingerprint = reads_certificate(content(case))
    assert bool(fingerprint) is case.openssl
    try:
        ours = parse_certificate(content(case), "file.cer").sha256
    except CertificateError:
        assert "R43" in case.ftp
    else:
        assert ours == fingerprint
