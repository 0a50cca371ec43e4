"""What must fit together inside one declaration, whatever the scenario: codes, people, things declared twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath

from schemas import codes, safety
from schemas.access import Access, Domain
from schemas.accounts import Accounts
from schemas.codes import find_repeated, find_unknown, items_of
from schemas.configuration import SocialFile
from schemas.declaration import SCREENS, AcceptedChange, Draft, ReleasedItem, Retain, slug
from schemas.document import Document, Place
from schemas.files import OTHER_ENDING, has_other_ending
from schemas.findings import Finding, Path
from schemas.privacy import ssin_columns
from schemas.reference import reference
from schemas.terms import current_term, key_for

SECRET_RULE = "secret-in-declaration"  # noqa: S105 - a rule's name
_NUMBER = r"[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}"
"""An enterprise number as the rule `sectionGone` writes it."""
_SECRET_KEYS = {
    "password", "passwords", "wachtwoord", "insz", "ssin", "niss", "rijksregisternummer", "privatekey", "clientkey",
}  # fmt: skip


def check(draft: Draft, document: Document) -> Iterator[Finding]:
    """Findings about contradictions, repetitions and unknown codes."""
    yield from _file_name(draft, document)
    yield from _merging(draft, document)
    yield from _retain(draft, document)
    yield from _dossiers(draft, document)
    for path, access in draft.accesses():
        yield from _access(access, path, document)
    yield from _exceptions(draft, document)
    yield from _rest_account(draft, document)
    yield from _shared_certificate(draft, document)
    yield from codes.check(draft, document)
    for path, section in codes.sections(draft):
        if isinstance(section, SocialFile):
            yield from _social_file(section, path, document)


def secrets_in(document: Document) -> Iterator[Finding]:
    """Findings about passwords and INSZs in a declaration, comments included: they give the place, not the value (R19)."""
    for path in document.keys:
        if "".join(letter for letter in str(path[-1]).lower() if letter.isalpha()) in _SECRET_KEYS:
            yield document.finding(
                path, SECRET_RULE,
                f"`{path[-1]}` does not belong in a declaration: people are named by key and passwords by fusion; "
                "their values are in the secrets file",
                at_key=True,
            )  # fmt: skip
    for row, line in enumerate(document.text.splitlines(), start=1):
        for column in ssin_columns(line):
            place = (row, column + 1)
            yield document.finding_at(
                place, SECRET_RULE,
                "this looks like an INSZ (not repeated here): name the person by key, such as els.peeters, and remove it, "
                "from git's history too",
                _with_ssin(document, place),
            )  # fmt: skip


def _with_ssin(document: Document, place: Place) -> Path | None:
    """The key or value with an INSZ in it that begins last before a place on its line; None: a comment."""
    written = [(begin, path, path[-1]) for path, begin in document.keys.items()]
    written += [(begin, path, document.value_at(path)) for path, begin in document.values.items()]
    found: list[tuple[Place, Path]] = []
    for begin, path, value in written:
        if begin[0] == place[0] and begin <= place and isinstance(value, str | int):
            found += [(begin, path)] if list(ssin_columns(str(value))) else []
    return max(found, key=lambda one: one[0])[1] if found else None


def _file_name(draft: Draft, document: Document) -> Iterator[Finding]:
    file_name = document.name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = PurePath(file_name).stem
    if has_other_ending(file_name):
        yield document.finding((), "file-name", OTHER_ENDING)
    if draft.name and slug(draft.name) != stem:
        yield document.finding(
            ("name",), "file-name",
            f"{draft.name} belongs in {slug(draft.name) or '<name>'}.yaml, not in {file_name}: stacks are found by it",
        )  # fmt: skip


def _merging(draft: Draft, document: Document) -> Iterator[Finding]:
    centres = draft.centres()
    for key, values in (
        ("name", [(index, centre.name) for index, centre in centres]),
        ("kbo", [(index, centre.kbo) for index, centre in centres]),
        ("nis", [(index, centre.nis) for index, centre in centres]),
    ):
        seen: dict[str, int] = {}
        for index, value in values:
            if value in seen:
                other = draft.merging[seen[value]]
                yield document.finding(
                    ("merging", index, key), "twice",
                    f"merging[{seen[value]}] ({other.name if other else ''}) has this {key} already",
                )  # fmt: skip
            seen.setdefault(value, index)


def _retain(draft: Draft, document: Document) -> Iterator[Finding]:
    if draft.retain is None:
        return
    if draft.takes_effect and draft.retain.review_on <= draft.takes_effect:
        yield document.finding(
            ("retain", "reviewOn"), "R61",
            "the review comes after the merger: late files may reach the disappearing centres for up to a year",
        )  # fmt: skip
    if draft.ocmw and draft.merging and None not in draft.merging:
        names = [centre.name for _, centre in draft.centres() if centre.kbo != draft.ocmw.kbo]
        named: list[tuple[Path, str]] = [
            (("retain", "accept", index, "centre"), accepted.centre)
            for index, accepted in enumerate(draft.retain.accept)
        ]
        named += [
            (("retain", "release", index, "centre"), released.centre)
            for index, released in enumerate(draft.retain.release)
        ]
        yield from find_unknown(named, names, "a disappearing centre", document, "unknown-centre")
    yield from _accepted(draft, draft.retain, document)
    yield from _released(draft, draft.retain, document)


def _accepted(draft: Draft, retain: Retain, document: Document) -> Iterator[Finding]:
    """Each acceptance counts once, by its date."""
    seen: set[tuple[str, str, date]] = set()
    for index, accepted in enumerate(retain.accept):
        path: Path = ("retain", "accept", index)
        yield from _not_retained(draft, accepted, path, document)
        if (key := (accepted.centre, accepted.item, accepted.on)) in seen:
            yield document.finding(
                path, "twice",
                f"{accepted.item} of {accepted.centre} is accepted on {accepted.on} already: each has a date of its own",
            )  # fmt: skip
        seen.add(key)


def _released(draft: Draft, retain: Retain, document: Document) -> Iterator[Finding]:
    """Nothing is released before its time, nor twice (R05, R61)."""
    earliest = retain.review_on.isoformat()
    if draft.takes_effect:
        earliest = min(earliest, f"{draft.takes_effect.year + 1}-{draft.takes_effect:%m-%d}")
    seen: set[tuple[str, str]] = set()
    for index, released in enumerate(retain.release):
        path: Path = ("retain", "release", index)
        yield from _not_retained(draft, released, path, document)
        if released.on.isoformat() < earliest:
            yield document.finding(
                (*path, "on"), "R61", f"it is kept until {earliest}: late files may come for up to a year"
            )
        if (released.centre, released.item) in seen:
            yield document.finding(path, "twice", f"{released.item} of {released.centre} is released already")
        seen.add((released.centre, released.item))


def _not_retained(
    draft: Draft, entry: AcceptedChange | ReleasedItem, path: Path, document: Document
) -> Iterator[Finding]:
    """An item that the declaration names in full is not retained: there is nothing to accept or to release."""
    for _, centre in draft.centres():
        if centre.name == entry.centre and entry.item not in centre.retained:
            yield document.finding(
                (*path, "item"), "not-retained",
                f"the access of {centre.name} names all its chief access managers and co-HTBs: they are not retained",
            )  # fmt: skip


def _dossiers(draft: Draft, document: Document) -> Iterator[Finding]:
    if draft.dossiers is None:
        return
    named = items_of(("dossiers", "centres"), draft.dossiers.centres)
    yield from find_repeated(named, document)
    ended: list[tuple[Path, str]] = [
        (("dossiers", "ended", index, "centre"), one.centre) for index, one in enumerate(draft.dossiers.ended)
    ]
    yield from find_repeated(ended, document)
    yield from find_unknown(
        ended, list(draft.dossiers.centres), "a centre of `dossiers.centres`", document, "unknown-centre"
    )
    for index, one in enumerate(draft.dossiers.ended):
        if one.go_on and draft.dossiers.handled_by == "byHand":
            yield document.finding(
                ("dossiers", "ended", index, "goOn"), "R70",
                "with `handledBy: byHand` people enter them again: write `false` here once they have",
            )  # fmt: skip
    if draft.merging and None not in draft.merging:
        names = [centre.name for _, centre in draft.centres()]
        yield from find_unknown(named, names, "a merging centre", document, "unknown-centre")


def _access(access: Access, path: Path, document: Document) -> Iterator[Finding]:
    yield from find_repeated(items_of((*path, "chiefAccessManagers"), access.chief_access_managers), document)
    co_chiefs = items_of((*path, "coChiefAccessManagers"), access.co_chief_access_managers or ())
    yield from find_repeated(co_chiefs, document)
    for place, person in co_chiefs:
        if person in access.chief_access_managers:
            yield document.finding(place, "R16", f"{person} is a chief access manager here already")
    for code, domain in access.domains.items():
        here = (*path, "domains", code)
        yield from _domain_code(here, code, document)
        yield from _people(here, domain, document)


def _domain_code(path: Path, code: str, document: Document) -> Iterator[Finding]:
    known = reference().codes("domains")
    if code not in known and key_for(code) == "domains" and (term := current_term(code)):
        message = f"`{code}` is the old term for {term}: a domain's own name goes here"
        yield document.finding(path, "unknown-code", message, at_key=True)
    else:
        yield from find_unknown([(path, code)], known, "a domain", document, at_key=True)


def _people(path: Path, domain: Domain, document: Document) -> Iterator[Finding]:
    co_managers = items_of((*path, "coAccessManagers"), domain.co_access_managers or ())
    yield from find_repeated(co_managers, document)
    for place, person in co_managers:
        if person == domain.access_manager:
            yield document.finding(place, "R17", f"{person} is this domain's access manager already")
    users = [
        ((*path, "users", index, "person"), user.person) for index, user in enumerate(domain.users or ())
    ]
    yield from find_repeated(users, document, "R19")
    removed = [((*path, "removed", index, "person"), one.person) for index, one in enumerate(domain.removed)]
    yield from find_repeated(removed, document, "R20")
    declared = {domain.access_manager, *(domain.co_access_managers or ()), *(person for _, person in users)}
    for place, person in removed:
        if person in declared:
            yield document.finding(
                place, "R20",
                f"{person} is declared in this domain: take the person out there, or out of `removed`",
            )  # fmt: skip


def _exceptions(draft: Draft, document: Document) -> Iterator[Finding]:
    """Each is about a centre of this fusion, and about something that its rule knows; one for each."""
    seen: set[tuple[str, str, str]] = set()
    for index, one in enumerate(draft.exceptions):
        path: Path = ("exceptions", index)
        if draft.merging and None not in draft.merging and draft.name:
            names = list(dict.fromkeys([draft.name, *(centre.name for _, centre in draft.centres())]))
            named: list[tuple[Path, str]] = [((*path, "centre"), one.centre)]
            yield from find_unknown(named, names, "a centre of this fusion", document, "unknown-centre")
        item: list[tuple[Path, str]] = [((*path, "item"), one.item)]
        if one.rule == safety.REMOVALS:
            yield from find_unknown(
                item, list(safety.KINDS), "a kind that is counted", document, "unknown-value"
            )
        elif one.rule == safety.UNTICKED_TYPE:
            yield from find_unknown(item, reference().codes("mutationTypes"), "a type of mutation", document)
        elif not re.fullmatch(_NUMBER, one.item):
            yield from find_unknown(
                item,
                list(_sections()),
                "a section that can leave, nor a centre's number",
                document,
                "unknown-value",
            )
        if (key := (one.rule, one.centre, one.item)) in seen:
            yield document.finding(path, "twice", f"{one.rule} has an exception for this already")
        seen.add(key)


def _sections() -> Iterator[str]:
    """What the rule `sectionGone` is about, beside whole centres."""
    yield safety.ACCESS
    yield from (f"{safety.ACCESS}.domains.{code}" for code in reference().codes("domains"))
    yield safety.ACCOUNTS
    yield from (f"{safety.ACCOUNTS}.{name}" for name in Accounts.model_fields)
    yield from (*SCREENS, safety.DOSSIERS)


def _rest_account(draft: Draft, document: Document) -> Iterator[Finding]:
    rest = draft.accounts and draft.accounts.rest
    if not rest:
        return
    missing = [code for code in reference().ocmw_online_authorizations() if code not in rest.authorizations]
    if missing:
        yield document.finding(
            ("accounts", "rest", "authorizations"), "R33",
            f"the REST account has all authorizations of OCMW Online; missing: {', '.join(missing)}",
            at_key=True,
        )  # fmt: skip
    external = rest.certificate_management.external
    suppliers = reference().lists["suppliers"]
    if external and external.supplier in suppliers:
        managers = [code for code, entry in suppliers.items() if entry["certificateManagement"]]
        if external.supplier not in managers:
            yield document.finding(
                ("accounts", "rest", "certificateManagement", "external", "supplier"), "R34",
                f"{external.supplier} does not manage certificates: choose the software supplier, not Smals "
                f"({', '.join(managers)})",
            )  # fmt: skip


def _shared_certificate(draft: Draft, document: Document) -> Iterator[Finding]:
    accounts = draft.accounts
    own = accounts.rest.certificate_management.own if accounts and accounts.rest else None
    ftp = accounts.ftp if accounts else None
    if own and ftp and PurePath(own.certificate).name == PurePath(ftp.certificate).name:
        yield document.finding(
            ("accounts", "rest", "certificateManagement", "own", "certificate"), "R37",
            "the FTP account has a certificate of this file name: the portal takes a file for one kind of account",
        )  # fmt: skip


def _social_file(social_file: SocialFile, path: Path, document: Document) -> Iterator[Finding]:
    if supplier := reference().lists["suppliers"].get(social_file.supplier):
        given = [((*path, "product"), social_file.product)]
        noun = f"a product of {social_file.supplier}"
        yield from find_unknown(given, supplier["products"], noun, document)
