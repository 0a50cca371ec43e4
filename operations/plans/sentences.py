"""The sentences that providers and the program say in a plan, as templates: what is translated, and what is a value in it.

A sentence comes out of the engine in English, with its values. The first template that fits it whole is what it says; a
value whose name is in `NESTED` is a sentence itself. What fits none stays as it is, all of it a value. A test collects the
sentences from the code, so that none is forgotten here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from operations.plans.things import THINGS

WAITS = (
    "waits for the number's first day: it is not active yet",
    "waits for the RSZ's copy of the merging centres' access data",
    "waits for the RSZ's copy of access",
    "waits for the merger on the declared day: by the portal it is not in effect",
    "waits for this screen to open; the portal tells the centres by e-mail",
    "waits for the day of cleanUp.confirmedOn: nobody goes before",
    "waits for the sender's contact data, confirmed at the first sign-in",
    "waits for access lists to be up to date and chief access managers to be reported to Flanders, with "
    "`fusion chief-access-managers`",
    "waits for the supplier's answer to the delegation request of {date}",
    "waits for the supplier's answer to the delegation request",
    "waits for the day of the merger: {count} to stop and enter again{told}",
    "waits for people: {stop} to stop, {count} to enter again by hand{told}",
    "waits for {count} still being handled",
    "{count} ended on {date}, not for the merger: say in dossiers.ended whether they go on",
    "{count} refused by the portal, see dossiers",
    "{sentence} ({rule}); {more}",
    " (by quality code {codes})",
    ", {count} that ended on {date} where they go on (dossiers.ended)",
    " (by quality code {codes}), {count} that ended on {date} where they go on (dossiers.ended)",
    "waits for the day of the removal",
    "waits for the day of its release",
    "waits for a decision: is what is retained here still needed? Review date {date}",
    "waits for requests to be linked to {centre}",
    "waits for {count} requests to be linked to {centre}, due on {date}",
    "waits for the Uniek verslag on {year} to open",
    "waits for the Uniek verslag on {year}, due by {date} and not submitted",
    "waits for the Uniek verslag on {year} to be submitted, under this number",
)
WHOM = ("KBO", "RSZ", "Smals", "portal", "the calendar", "the centre", "sender contact")
"""Whom something waits for, beside suppliers."""
ROLES = (
    "chief access manager",
    "co-chief access manager",
    "access manager of {domain}",
    "co-access manager of {domain}",
    "user of {domain}",
)
PEOPLE = (
    "{who} is no longer {role} ({rule})",
    "{who} is {role} instead of {other} ({rule})",
    "{who} loses {count} application in {domain}: {names} (R19)",
    "{who} loses {count} applications in {domain}: {names} (R19)",
    "{who} loses {count} role in {domain}: {names} (R19)",
    "{who} loses {count} roles in {domain}: {names} (R19)",
    "{who} is blocked in {domain} (R21)",
    "{who} stays {role}",
    "{who} (whom the key named before) stays {role}",
    "{stays}, although {file} no longer says so: {why}. {way}; else declare it again",
    "at a disappearing centre nothing goes with its line (R22)",
    "what this client did not make stays, and so does a list that the file has no longer",
    "To take that access away, write `removed: [{person: …, on: …, reason: …}]` in the domain (R20)",
    "To take that access away, list who is to be one under `chiefAccessManagers` and `coChiefAccessManagers` (R15)",
    "To put another in the place, declare the domain with its `accessManager` (R16)",
    "{count} user goes, whom {file} does not declare there (R24): {names}",
    "{count} users go, whom {file} does not declare there (R24): {names}",
    "{count} users would go, and the declaration confirms at most {most} (cleanUp.atMost, R24; safety rule cleanUp), so "
    "nobody goes: {names}. "
    "Declare who stays, or confirm the greater number with a new confirmedOn and atMost",
    "{file} names nobody who may use {names} ({rule}): only people whom the portal already has there may. Declare the "
    "domain {domain} under `access`, with its access manager",
)
ACCOUNTS = (
    "FTP account {name} goes, and with it the files that are left in its folder: fetch them before (R29)",
    "FTP account {name} opens to the user name {username} no longer (R30)",
    "FTP account {name} accepts only the declared password from now on: hand it over (R32)",
    "FTP account {name} no longer gets {authorizations} (R29)",
    "FTP account {name}: hand its password over to the software supplier (R32)",
    "forms or A036 attestations are stopped, and entered again under the new number: nothing takes that back (R06)",
    "REST account {name} is no longer authorised for {authorizations} (R33)",
    "REST account {name} works now and ends: requests of OCMW Online are not read until {until} (R33, R35)",
    "no reason given",
    "{supplier} has accepted",
    "the software signs in with the new certificate",
    "{supplier} refused the delegation request ({reason}) (R36). Agree with the supplier and set askedAgainOn to today's "
    "date, or choose another supplier. Removals from the declaration wait until then",
    "it expired on {date} (R37), and its account works no more. Put a new .cer in the place of {name}, which {file} names. "
    "Removals from the declaration wait until then",
    "valid until {date} (R37): have a new certificate made, and put its .cer in its place before that day",
    "{centre} does not receive {types}: what is sent while a type is unticked never arrives, also when it is ticked again "
    "later (R50)",
)
RETAINED = (
    "retained things changed at the disappearing centres (R05). Nothing was written there. Put it right in the portal, or "
    "accept it with a reason under retain.accept in {file}:",
    "Removals from the declaration wait until then.",
    "{changes} (the acceptance of {date} counts from that day on: date it today, by the portal's date)",
    "{changes} (the acceptance of {date} is used: accept this too, with a later date)",
    "accepted as the new baseline ({date}: {reason}): {changes}",
    "{date} has come, the review of what is retained (R05, R61). List what is needed no longer under retain.release in "
    "{file}, or set retain.reviewOn to a later day",
    "missing",
    "added",
    "{item}: missing",
    "{item}: added",
    "{field} was {old}, is {new}",
    "the portal refused {count}, the rest was done: {reasons}.",
    "Put them right in the centre's software; the next `pulumi up` takes them along",
    "the portal moved from {old} to {new}: it tells the same identity",
)
FOUND = (
    "could not be looked at: {error}",
    "nothing waits here",
    "nothing is left to do",
    "{count} to stop and enter again",
    "released ({reason}): looked at no more",
    "{count} user",
    "{count} users",
)
"""What a first look says, where its outcome does not say it all."""
TEMPLATES = (*WAITS, *WHOM, *ROLES, *PEOPLE, *ACCOUNTS, *RETAINED, *FOUND)

NESTED = frozenset(
    {"sentence", "more", "told", "role", "other", "stays", "why", "way", "until", "changes", "reason"}
)
"""Values that are sentences themselves."""
_FORMS: Mapping[str, str] = {
    "rule": r"R\d\d(?:, R\d\d)*",
    "count": r"\d+",
    "stop": r"\d+",
    "most": r"\d+",
    "year": r"\d{4}",
    "date": r"\d{4}-\d{2}-\d{2}",
    "file": r"fusions/[\w./-]+",
    "told": r".*?",
    "who": r"\S+?",
    "codes": r"[\d:, ]+",
    "centre": r"[^:]+?",
    "supplier": r"[^:,]+?",
    "field": r"[\w.]+",
}
PLAIN = frozenset({"rule", "count", "stop", "most", "year", "date", "codes"})
"""Values of which the form says that they hold nothing else."""
FIELD = re.compile(r"\{(\w+)\}")
"""A value in a message: a name in braces."""


def fields_of(template: str) -> list[str]:
    """The names of a template's values. Braces of the declaration's own language are none."""
    return FIELD.findall(template)


def match(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The template that a sentence fits, the one with the most words of its own, and the values."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            return template, found.groupdict()
    return None


def split_title(text: str) -> tuple[str, str] | None:
    """The title that a text begins with, and which thing it is: `REST account`, `OCMW Online`."""
    for title in _titles():
        if text == title or text.startswith(f"{title} "):
            return title, text[len(title) :].strip()
    return None


@cache
def _titles() -> list[str]:
    return sorted({thing.title for thing in THINGS.values()} | {"OCMW Online"}, key=len, reverse=True)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    def own_words(template: str) -> int:
        return len(FIELD.sub("", template))

    return [(one, _compiled(one)) for one in sorted(TEMPLATES, key=own_words, reverse=True)]


def _compiled(template: str) -> re.Pattern[str]:
    parts, met = [], set[str]()
    for place, part in enumerate(FIELD.split(template)):
        if place % 2 == 0:
            parts.append(re.escape(part))
            continue
        parts.append(f"(?P<{part}>{_FORMS.get(part, '.+?')})" if part not in met else f"(?P={part})")
        met.add(part)
    return re.compile("".join(parts), re.DOTALL)
