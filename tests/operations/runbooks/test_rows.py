"""What is to be typed is what the plan would send: compared here by a reading of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from operations.plans.text import plain
from operations.plans.things import THINGS
from operations.plans.words import Words
from operations.runbooks.blanks import BLANK
from operations.runbooks.rows import rows_of
from operations.runbooks.steps import kind_of
from schemas.reference import reference
from tests.operations.runbooks.conftest import NAMES, edited, steps, todo

ON_NO_SCREEN = {
    "organization": "one signs in as it",
    "successor": "a row of its own, written as people do",
    "people": "blanks of their own",
    "ssin": "a blank",
    "content": "a file",
    "takesEffect": "when a certificate is valid, which is looked at",
    "kind": "which of the dossiers' kinds",
    "handledBy": "chooses the step",
    "coManagersDeclared": "how a run goes about it",
    "coManagersStay": "likewise",
    "coChiefsStay": "likewise",
    "centre": "how a refusal calls it",
    "exceptions": "permits what a run would refuse",
    "handover": "permits what a run would refuse",
    "askedAgainOn": "a new request, for a run",
    "ended": "decides what a run enters again",
}
"""Inputs that nobody types, and why."""
NAMES_OF_CODES = {
    code: str(entry["name"])
    for entries in reference().lists.values()
    for code, entry in entries.items()
    if "name" in entry
}


def called(code: str) -> str:
    return NAMES_OF_CODES.get(code, code)


def leaves(value: Any, name: str) -> Iterator[str]:
    """Each value of an input as text, in English and with the screens' names of codes."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one, name)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for one in value:
            yield from leaves(one, name)
    elif isinstance(value, bool):
        yes, no = ("ticked", "not ticked") if name == "ticked" else ("yes", "no")
        yield yes if value else no
    elif isinstance(value, list):
        yield ", ".join(called(one) for one in value) or "nobody"
    elif value is not None:
        text = called(str(value))
        yield text.partition("T")[0] if name in ("notBefore", "notAfter") else text


@pytest.mark.parametrize("name", NAMES)
def test_every_value_is_typed_and_no_other(name: str) -> None:
    words, found = Words("en"), steps(name)
    for one in found.todos:
        for thing in one.things:
            if not (THINGS[kind_of(thing)].writes and one.is_for_people):
                continue
            shown = Counter(plain(row.new) for row in rows_of(one, found.fusion, words))
            sent = Counter(
                text
                for key, value in thing.props.items()
                if key not in ON_NO_SCREEN
                for text in leaves(value, key)
            )
            more = shown - sent
            assert sent - shown == Counter(), one.id
            people = thing.props.get("people") or {}
            allowed = {BLANK, ", ".join(people)}
            if successor := thing.props.get("successor"):
                allowed.add(f"{successor[:4]}.{successor[4:7]}.{successor[7:]}")
            assert set(more) <= allowed, one.id


def test_a_value_left_out_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.runbooks.rows._NOT_TYPED", frozenset({"postcode"}))
    with pytest.raises(AssertionError, match="pajottegem-contact-details"):
        test_every_value_is_typed_and_no_other("pajottegem")


OURS = {
    "KBO-nummer dat doorloopt", "wie blijft", "fusie-OCMW", "verdwijnend OCMW", "fusie-OCMW, behoudt zijn KBO-nummer",
}  # fmt: skip
"""What rows say that is no field of a screen."""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_in_other_languages_a_field_has_the_screens_own_label_too(name: str, language: str) -> None:
    """The screens are in Dutch: what is searched for there is what stands there."""
    found = steps(name)
    for one in found.todos:
        dutch = [plain(row.label) for row in rows_of(one, found.fusion, Words("nl"))]
        other = [plain(row.label) for row in rows_of(one, found.fusion, Words(language))]
        for on_screen, told in zip(dutch, other, strict=True):
            quoted = re.search("“([^”]+)” ", told)
            assert quoted is None or on_screen.endswith(quoted[1])
            assert quoted or on_screen in OURS, told
    ftp = rows_of(todo(steps("pajottegem"), "pajottegem-ftp-account"), found.fusion, Words(language))
    assert "“gebruikersnaam” (" in " ".join(plain(row.label) for row in ftp)


def values(id_: str, name: str = "pajottegem") -> dict[str, str]:
    found = steps(name)
    rows = rows_of(todo(found, id_), found.fusion, Words("nl"))
    return {plain(row.label): plain(row.new) for row in rows}


def test_the_ftp_account_as_the_manuals_screen_has_it() -> None:
    """R29-R31: and the password is a blank."""
    assert values("pajottegem-ftp-account") == {
        "accountnaam": "FTP Pajottegem",
        "type": "FTP",
        "gebruikersnaam": "pajot2025",
        "wachtwoord": "______",
        "machtigingen": "Mutaties ontvangen, Multifunctionele attesten (A036), Integraties, "
        "Maandstaten en lijsten van NovaPRIMA",
        "certificaat": "pajottegem-ftp.cer",
    }


def test_the_days_of_dossiers_are_typed_as_in_the_manual() -> None:
    """R06."""
    told = values("galmaarden-dossiers-forms")
    assert told["einddatum"] == "31/12/2024"
    assert told["datum van invoegetreding"] == "01/01/2025"
    assert told["KBO-nummer dat doorloopt"] == "1010.784.738"


def test_who_stays_at_a_clean_up() -> None:
    """R24."""
    told = values("borsbeek-maatschappelijkWelzijn-clean-up", "antwerpen")
    assert told["wie blijft"] == "erik.vangeel, monique.torfs, jef.wuyts, sabine.goris"


def test_one_person_who_is_removed_is_a_blank_beside_the_key() -> None:
    """R20."""
    line = "          accessManager: bart.nijs\n"
    removed = "          removed: [{person: paul.beeckman, on: 2024-11-20, reason: retired}]\n"
    found = edited("hasselt", (line, line + removed))
    rows = rows_of(
        todo(found, "kortessem-maatschappelijkWelzijn-removed-paul.beeckman"), found.fusion, Words("nl")
    )
    told = {plain(row.label): plain(row.new) for row in rows}
    assert told == {
        "domein": "Maatschappelijk welzijn",
        "persoon": "paul.beeckman",
        "INSZ": "______",
        "vanaf": "20/11/2024",
        "reden": "retired",
    }
