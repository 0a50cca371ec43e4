"""docs/runbook.md: which step covers which rule of the manual. None is missing, and the table is today's."""

from __future__ import annotations

import pytest

from operations.runbooks import coverage
from operations.runbooks.coverage import ELSEWHERE, PAGE, manual_rules, page, steps_by_rule, uncovered
from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import Chapter

RULES = [f"R{number:02}" for number in range(1, 71)]


def test_no_rule_is_missing() -> None:
    assert uncovered() == []
    assert sorted(manual_rules()) == RULES


def test_the_table_is_todays() -> None:
    text = PAGE.read_text("utf-8")
    assert page(text) == text, "run `python -m operations.runbooks.coverage`"
    for rule in RULES:
        assert text.count(f"| [{rule}](") == 1


def test_a_missing_rule_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "STEPS", tuple(step for step in STEPS if step.name != "hand-over"))
    assert uncovered() == ["R32"]
    text = PAGE.read_text("utf-8")
    assert page(text) != text


SAID = {
    "R01": "names, numbers and codes", "R02": "Scenario 1: new KBO number and new NIS code",
    "R03": "Make the FTP account", "R04": "No action is needed in ChaMan",
    "R05": "stay as they are for now", "R06": "Stop the form of every running dossier with the end date",
    "R07": "under the KBO number that goes on", "R08": "under the KBO number that goes on",
    "R09": "The dossiers of the OCMW that keeps its number go on", "R10": "end the integration under the old KBO number",
    "R11": "Stop each attestation", "R12": "no access management before its first day",
    "R13": "asks for the chief access managers in an Excel file", "R14": "Check access and",
    "R15": "at least one chief access manager", "R16": "“Van Toegangsbeheerder veranderen”, enter the INSZ",
    "R17": "as many as needed", "R18": "no plain user", "R19": "tick the applications",
    "R20": "Tick the users, several at once", "R21": "is blocked: applications and roles stay",
    "R22": "mutations still arrive, the E-Box can be read and the Uniek verslag filled in",
    "R23": "bring it up to date", "R24": "take away who is needed no longer",
    "R26": "“ChaMan - Technisch kanaalbeheer”", "R27": "as soon as the RSZ has copied the access data",
    "R28": "a name, a telephone number and an e-mail address, and select a language",
    "R29": "choose the authorizations, and upload the certificate",
    "R30": "only digits and letters, at most 10, no spaces", "R31": "at most 15 characters, case-sensitive, no spaces",
    "R32": "wachtwoord door te geven aan uw softwareleverancier", "R33": "“OCMW Online” is advised",
    "R34": "the software supplier in the drop-down menu (not Smals)", "R35": "with status “In afwachting”",
    "R36": "on acceptance it uploads the certificate", "R37": "Both accounts need a valid certificate",
    "R38": "may be delegated to the software supplier", "R39": "stay as they are for now",
    "R40": "RSA-2048, RSA-3072, RSA-4096, P-384 or P-521", "R41": "SHA-256, SHA-384 or SHA-512",
    "R42": "“Self-signed” for REST accounts only", "R43": ".cer; .pfx does not work",
    "R44": "is the software supplier's choice", "R45": "FTP certificates have rules of validity",
    "R46": "key usage “digital signature”", "R47": "with the role “OCMW-configuratie”",
    "R48": "a type that is unticked reaches none of its services", "R49": "may be ticked again later",
    "R50": "what was sent while it was unticked never arrives", "R51": "what is not saved is lost",
    "R52": "Choose the network provider", "R53": "in all three languages", "R54": "Citizens see these details",
    "R55": "“ja” needs an e-mail address", "R56": "“ja” needs e-mail address, delay and frequency",
    "R57": "after how many calendar days", "R58": "the days between reminders after the first",
    "R59": "opens later than the rest", "R60": "given in access management",
    "R61": "for some months to a year", "R62": "under the disappearing OCMW",
    "R63": "It signs in as usual", "R64": "they are linked to the merged OCMW",
    "R65": "by its name or its KBO number", "R66": "Which one is said at each step", "R67": "02 787 58 27",
    "R68": "ask FOD BOSA", "R69": "lists of warning flags, blocked forms", "R70": "ask your supplier",
}  # fmt: skip
"""What has to be read of each rule in one of its steps."""


def test_the_steps_of_a_rule_say_it() -> None:
    told = dict.fromkeys(RULES, "")
    for step in STEPS:
        for rule in step.rules:
            told[rule] += " ".join((step.title, step.who.value, *step.how, *step.chapter.way, ""))
    assert SAID.keys() | ELSEWHERE.keys() == set(RULES)
    assert [rule for rule, phrase in SAID.items() if phrase not in told[rule]] == []
    assert "“Lokale beheerder (LB)” the access manager (TB)" in " ".join(Chapter.ACCESS.way)


def test_a_reason_is_only_for_what_no_step_covers() -> None:
    covered = steps_by_rule()
    assert [rule for rule in ELSEWHERE if covered[rule]] == []
