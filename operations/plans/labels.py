"""What fields, values, outcomes and systems are called, as English messages; the catalogues have the screens' own words."""

from __future__ import annotations

import re
from typing import Any

from operations.plans.fields import HIDDEN, SECRET
from operations.plans.model import Outcome
from operations.plans.text import Text, Value, join
from operations.plans.words import COLON, SEMICOLON, Words
from schemas.systems import System

OUTCOMES = {
    Outcome.MADE: "to be made",
    Outcome.ADOPTED: "to be adopted (is there, the same)",
    Outcome.CHANGED: "to be changed",
    Outcome.REPLACED: "to be replaced",
    Outcome.REMOVED: "to be taken away",
    Outcome.LEFT: "leaves the file, stays at the portal",
    Outcome.WAITS: "cannot be done yet",
    Outcome.REFUSED: "refused by the supplier",
    Outcome.DIFFERS: "differs from what is retained",
    Outcome.BASELINE: "retained: compared from now on",
    Outcome.NOTHING: "no action needed",
    Outcome.UNSEEN: "could not be looked at",
    Outcome.UNCHANGED: "unchanged",
}
SYSTEMS = {
    System.CHIEF_ACCESS_MANAGERS: "Chief access managers",
    System.SIGNING_IN: "Signing in",
    System.ACCESS: "Access management",
    System.SENDER: "ChaMan sender",
    System.FTP_ACCOUNT: "ChaMan FTP account",
    System.REST_ACCOUNT: "REST account and delegation",
    System.CERTIFICATES: "Certificates",
    System.MUTATIONS: "Mutations",
    System.TECHNICAL_PROVIDERS: "Technical providers",
    System.CONTACT_DETAILS: "Contact details",
    System.NOTIFICATIONS: "OCMW Online notifications",
    System.RUNNING_DOSSIERS: "Running dossiers",
    System.ATTESTATIONS: "A036",
    System.E_BOX: "E-Box",
    System.UNIQUE_REPORT: "Uniek verslag",
    System.ONLINE_REQUESTS: "OCMW Online requests",
    System.RETAINED: "What is retained",
}
ROLES = {
    "merged": "merged centre",
    "keeping": "merged centre, keeps its number",
    "disappearing": "disappearing centre",
}
FIELDS = {
    "name": "name",
    "phone": "telephone number",
    "email": "e-mail address",
    "language": "language",
    "type": "type",
    "accountName": "account name",
    "username": "user name",
    "password": "password",
    "authorizations": "authorizations",
    "certificate": "certificate",
    "supplier": "software supplier",
    "askedAgainOn": "asked again on",
    "fileName": "file name",
    "usage": "used for",
    "sha256": "fingerprint (SHA-256)",
    "subject": "issued to",
    "notBefore": "valid from",
    "notAfter": "valid until",
    "domain": "domain",
    "person": "person",
    "accessManager": "access manager (TB)",
    "coAccessManagers": "co-access managers (co-TB)",
    "chiefAccessManagers": "chief access managers (HTB)",
    "coChiefAccessManagers": "co-chief access managers (co-HTB)",
    "handover": "handover",
    "applications": "applications",
    "roles": "roles",
    "blocked": "blocked",
    "on": "from",
    "reason": "reason",
    "confirmedOn": "confirmed on",
    "atMost": "users at once, at most",
    "coChiefsStay": "co-chief access managers stay",
    "coManagersStay": "co-access managers stay",
    "coManagersDeclared": "co-access managers are declared",
    "network": "network provider",
    "socialFile.supplier": "supplier of the social-dossier software",
    "socialFile.product": "product",
    "contacts": "contact persons",
    "postcode": "postcode",
    "website": "website",
    "newRequests.enabled": "notifications",
    "newRequests.email": "notifications: e-mail address",
    "unreadReminders.enabled": "reminders of unread aid requests",
    "unreadReminders.email": "reminders: e-mail address",
    "unreadReminders.delayDays": "reminder's delay (days)",
    "unreadReminders.frequencyDays": "reminder's frequency (days)",
    "toStop": "to stop",
    "toEnter": "to enter again",
    "stopOn": "end date",
    "restartOn": "start date",
    "handledBy": "handled by",
    "operator": "operator",
    "centre": "centre",
    "file": "file",
    "year": "year",
    "rule": "rule",
    "mergedInto": "merged into",
    "linkedOn": "linked on",
    "reportBy": "to be reported by",
    "receive": "mutations",
    "status": "status",
    "ssin": "INSZ",
    SECRET: "a secret value",
}
INDEXED = {
    "ticked": "mutations: {code}",
    "street": "street ({code})",
    "city": "city ({code})",
    "contacts": "contact person {code}",
    "people": "{code}",
}
"""Sections with a field for each code, language or place."""
WORDS_FOR_VALUES = {
    "yes": "yes",
    "no": "no",
    "ticked": "ticked",
    "not ticked": "not ticked",
    "nothing": "nothing",
    "not shown": "is set, and shown to nobody",
    "changes": "changes; shown to nobody",
    "in all": "{count} in all",
    "softwareSupplier": "the software supplier",
    "byHand": "by hand",
}
_TABLES = (OUTCOMES, SYSTEMS, ROLES, FIELDS, INDEXED, WORDS_FOR_VALUES)
MESSAGES = (*(text for table in _TABLES for text in dict(table).values()), COLON, SEMICOLON)

_ORDER = {name: place for place, name in enumerate([*FIELDS, *INDEXED])}
_LISTS_OF_CODES = {"receive": "mutationTypes"}
_LISTS = {
    **_LISTS_OF_CODES,
    "network": "networkProviders",
    "supplier": "suppliers",
    "socialFile.supplier": "suppliers",
    "domain": "domains",
}
"""Of which list of the reference data a field's value is a code."""
_OF_SOMEBODY = re.compile(r"(?P<who>.+)\.(?P<field>\w+)")


def order(name: str) -> tuple[int, str]:
    """The place of a field on its screen; those of a section stay together."""
    head = name.partition(".")[0]
    return _ORDER.get(name, _ORDER.get(head, len(_ORDER))), name


def label(name: str, words: Words) -> Text:
    """What a field is called; one that nobody knows here, by its path."""
    if name in FIELDS:
        return words.say(FIELDS[name])
    head, _, rest = name.partition(".")
    if head == "ticked":
        return words.say(INDEXED[head], code=words.name("mutationTypes", rest))
    if found := _OF_SOMEBODY.fullmatch(rest) if head in ("contacts", "people") else None:
        return words.labelled(words.say(INDEXED[head], code=found["who"]), label(found["field"], words))
    if head in INDEXED and rest:
        return words.say(INDEXED[head], code=rest)
    return (Value(name),)


def of_baseline(line: str, words: Words) -> Text:
    """What of a retained thing is compared: `network: publinet`, `FTP Herne`."""
    name, colon, raw = line.partition(": ")
    if colon and (name in FIELDS or name.partition(".")[0] in INDEXED):
        told: Any = {"True": True, "False": False}.get(
            raw, raw.split(", ") if name in _LISTS_OF_CODES else raw
        )
        return words.labelled(label(name, words), value(name, told, words))
    return words.sentence(line)


def value(name: str, raw: Any, words: Words) -> Text:
    """A field's value: our word for it where it is one of few, else as it stands."""
    if word := _word_for(name, raw):
        return words.say(word)
    if isinstance(raw, list):
        return join(((Value(_called(name, one, words)),) for one in raw), ", ")
    return _counts(raw, words) if isinstance(raw, dict) else (Value(_called(name, raw, words)),)


def _word_for(name: str, raw: Any) -> str | None:
    if raw in (None, "", [], {}):
        return WORDS_FOR_VALUES["nothing"]
    if raw in (SECRET, HIDDEN):
        return WORDS_FOR_VALUES["not shown"]
    if isinstance(raw, bool):
        yes, no = ("ticked", "not ticked") if name.startswith("ticked.") else ("yes", "no")
        return WORDS_FOR_VALUES[yes if raw else no]
    return WORDS_FOR_VALUES.get(raw) if name == "handledBy" else None


def _called(name: str, raw: Any, words: Words) -> str:
    if name == "authorizations":
        return words.authorization(str(raw))
    if name in _LISTS:
        return words.name(_LISTS[name], str(raw))
    return f"{raw:.0f}" if isinstance(raw, float) and raw.is_integer() else words.day(str(raw))


def _counts(raw: dict[str, Any], words: Words) -> Text:
    """Forms by quality code: `29 in all (by quality code 1: 4, …)`."""
    counts = {code.removeprefix("quality "): one for code, one in raw.items() if isinstance(one, int | float)}
    each = ", ".join(f"{code}: {count:.0f}" for code, count in counts.items())
    total = words.say(WORDS_FOR_VALUES["in all"], count=(f"{sum(counts.values()):.0f}",))
    return (*total, *words.say(" (by quality code {codes})", codes=each))
