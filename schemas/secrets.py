"""The secrets file, outside git: people, passwords and keys. No finding repeats a value of it.

people:
  els.peeters: {insz: "85.07.30-033.28", name: Els Peeters, email: els.peeters@ocmw.example, language: nl}
passwords:
  pajottegem/ftp: "…"
  pajottegem/herne/ftp: "…"      # optional, of a merging centre's own account: only `fusion check` uses it
keys:
  pajottegem/rest: "…"           # optional, the REST account's certificate and private key in PEM: only `fusion check`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from schemas.declaration import FTP_PASSWORD, Draft
from schemas.document import Document, parse, read
from schemas.errors import DeclarationError
from schemas.fields import Email, PersonKey, Section, Ssin, Text
from schemas.findings import Finding
from schemas.passwords import password_problems
from schemas.terms import nearest
from schemas.translation import translate


class Person(Section):
    """A person: INSZ (eleven digits), name for the list that Flanders gets (R13), and what the portal also asks of access
    managers (R16)."""

    insz: Ssin = Field(title="INSZ", repr=False)
    name: Text | None = Field(default=None, title="Naam", repr=False)
    email: Email | None = Field(default=None, title="E-mailadres", repr=False)
    language: Literal["nl", "fr", "de"] | None = Field(default=None, title="Taal")


class _File(Section):
    people: dict[PersonKey, Person] = Field(default_factory=dict)
    passwords: dict[str, str] = Field(default_factory=dict)
    keys: dict[str, str] = Field(default_factory=dict)


class Secrets:
    """People by key, passwords and keys by use. Its repr counts them and shows none."""

    def __init__(
        self,
        people: dict[str, Person],
        passwords: dict[str, str],
        document: Document,
        keys: dict[str, str] | None = None,
    ) -> None:
        self._people = people
        self._passwords = passwords
        self._document = document
        self._keys = keys or {}

    def __repr__(self) -> str:
        return f"Secrets({len(self._people)} people, {len(self._passwords)} passwords)"

    def person(self, key: str) -> Person:
        """The person with this key. Raises KeyError; a loaded declaration's people are all there."""
        return self._people[key]

    def keys_by_insz(self) -> dict[str, str]:
        """Each person's key, by INSZ."""
        return {person.insz: key for key, person in self._people.items()}

    def password(self, key: str) -> str:
        """The password under a key such as `pajottegem/ftp`. Raises KeyError."""
        return self._passwords[key]

    def key(self, name: str) -> str:
        """The certificate and private key under a name such as `pajottegem/rest`. Raises KeyError."""
        return self._keys[name]

    def people(self) -> list[str]:
        """The keys of all people."""
        return list(self._people)

    def check(self, draft: Draft, document: Document) -> Iterator[Finding]:
        """Findings about people and passwords that a declaration needs and the secrets lack."""
        for path, access in draft.accesses():
            for place, person in access.people():
                if person not in self._people:
                    close = nearest(person, list(self._people))
                    hint = f" (did you mean `{close}`?)" if close else ""
                    yield document.finding(
                        (*path, *place),
                        "unknown-person",
                        f"`{person}` is not among the people of {self._document.name}{hint}: somebody new is "
                        "added there, in a rehearsal by `fusion setup`; who has another key now gets it there too",
                    )
        key = draft.ftp_password_key
        if draft.accounts and draft.accounts.ftp and draft.slug and key not in self._passwords:
            yield document.finding(
                ("accounts", "ftp"),
                "missing-password",
                f"the FTP account's password is missing: `passwords: {{{key}: …}}` in {self._document.name}",
                at_key=True,
            )


def load_secrets(path: Path | str) -> Secrets:
    """The secrets in a file. Raises `DeclarationError` with all findings."""
    return _secrets(read(Path(path), secret=True))


def parse_secrets(text: str, name: str) -> Secrets:
    """The secrets in a text; `name` is what findings call it. Raises `DeclarationError` with all findings."""
    return _secrets(parse(text, name, secret=True))


def _secrets(document: Document) -> Secrets:
    findings = list(document.findings)
    file = _File()
    if document.data is not None:
        findings += document.drop_empty()
        try:
            file = _File.model_validate(document.data)
        except ValidationError as error:
            findings += translate(error, document, _File)
        findings += _same_insz_twice(document)
        findings += _weak_passwords(document)
    if findings:
        raise DeclarationError(findings)
    return Secrets(dict(file.people), dict(file.passwords), document, dict(file.keys))


def _same_insz_twice(document: Document) -> Iterator[Finding]:
    owners: dict[str, int] = {}
    people = document.value_at(("people",))
    for key, person in people.items() if isinstance(people, dict) else ():
        insz = person.get("insz") if isinstance(person, dict) else None
        if insz is None:
            continue
        digits = re.sub(r"\D", "", str(insz))
        if digits in owners:
            yield document.finding(
                ("people", key, "insz"),
                "twice",
                f"the person on line {owners[digits]} has the same INSZ: one person has one key",
            )
        owners.setdefault(digits, document.keys["people", key][0])


def _weak_passwords(document: Document) -> Iterator[Finding]:
    passwords = document.value_at(("passwords",))
    for key, password in passwords.items() if isinstance(passwords, dict) else ():
        if key.endswith(FTP_PASSWORD) and isinstance(password, str):
            for reason in password_problems(password):
                yield document.finding(("passwords", key), "R31", reason)
