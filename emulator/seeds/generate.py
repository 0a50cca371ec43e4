"""Writes the files of `waves/` (`python -m emulator.seeds.generate`): run it for a new wave, or when people change.

The mergers come from `schemas/waves/`, their people from the declarations. A centre that merges again stands in the file of
each of its waves, as it is around that day.

A rehearsal then finds every case: people who are there as declared (adopted), with other roles (changed) or not at all
(created), and people whom no declaration names (left alone).

All that is made up follows from names by hashing: the same declarations give the same file.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
TARGET = Path(__file__).with_name("waves")
DOMAIN = "maatschappelijkWelzijn"
# Where every centre has people whom no declaration says anything of.
UNDECLARED_DOMAIN = "woonzorg"
ABOUT = (
    "Fictitious, except the names and numbers of the centres. People are keys; emulator.core.people gives each a"
    " generated INSZ. The certificates behind the file names do not exist."
)
FIRST_NAMES = (
    "anke", "bart", "carine", "dirk", "eline", "frank", "greet", "hilde", "ivo", "joke", "koen", "leen", "mieke",
    "nico", "oona", "patrick", "rita", "stijn", "tine", "ward",
)  # fmt: skip
LAST_NAMES = (
    "aerts", "baeten", "cools", "dewit", "engelen", "francken", "geerts", "hermans", "ilsen", "jacobs", "kenis",
    "lenaerts", "maes", "nijs", "ooms", "pauwels", "roels", "segers", "thijs", "vercammen",
)  # fmt: skip
STREETS = ("Kerkstraat", "Stationsstraat", "Dorpsplein", "Schoolstraat", "Molenweg", "Marktplein")
APPLICATIONS = (
    ["Uniek verslag"],
    ["E-Box Onderneming"],
    ["Integraties raadplegen", "OCMW Online - Hulpaanvragen"],
    ["ChaMan - Technisch kanaalbeheer"],
)
ROLES: tuple[list[str], ...] = (["Raadpleger"], ["Dossierbeheerder"], [], ["OCMW-configuratie"])
FTP_PASSWORD = "Oefenen-2024!"  # noqa: S105 - the seeded accounts', in the open, to rehearse with


def main() -> None:
    for made in every():
        path = TARGET / f"{made['takesEffect']}.json"
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def every() -> list[dict[str, Any]]:
    """What is in the files of all waves, the earliest first."""
    reference, declared = lists(), declarations()
    made = [content(wave, reference, declared) for wave in known_waves()]
    owners: dict[str, str] = {}
    for centre in (centre for wave in made for centre in wave["centres"]):
        ftp = centre["ftpAccount"]
        # A portal has each user name once (R30): of two that would get the same, the later one gets the next.
        while owners.setdefault(ftp["username"], centre["enterpriseNumber"]) != centre["enterpriseNumber"]:
            ftp["username"] = f"{ftp['username'][:-2]}{(int(ftp['username'][-2:]) + 1) % 100:02d}"
    return made


def lists() -> dict[str, Any]:
    """The codes that declarations are checked against, by list."""
    loaded: dict[str, Any] = yaml.safe_load((SCHEMAS / "reference.yaml").read_text(encoding="utf-8"))
    return loaded


def known_waves() -> list[dict[str, Any]]:
    """The waves as their files have them, the earliest first; every value is text."""
    return [
        # A number may be written without dots, and its zero is no sign of an octal one.
        yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - it makes nothing but text
        for path in sorted((SCHEMAS / "waves").glob("*.yaml"))
    ]


def declarations() -> dict[tuple[str, str], Any]:
    """The declarations by their day and their merged centre's number."""
    files = sorted((ROOT / "fusions").glob("*.yaml"))
    loaded = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return {(str(one["takesEffect"]), digits(one["ocmw"]["kbo"])): one for one in loaded}


def content(
    wave: Mapping[str, Any], reference: Mapping[str, Any], declared: Mapping[tuple[str, str], Any]
) -> dict[str, Any]:
    """The whole of a wave's file."""
    mergers, centres = [], []
    for fusion in wave["fusions"]:
        number = digits(fusion["kbo"])
        mergers.append(
            {
                "name": f"OCMW {fusion['name']}",
                "enterpriseNumber": number,
                "nisCode": str(fusion["nis"]),
                "merging": [digits(centre["kbo"]) for centre in fusion["merging"]],
            }
        )
        declaration = declared.get((wave["takesEffect"], number), {})
        centres += [
            a_centre(centre, reference, people_declared(declaration, digits(centre["kbo"]), number))
            for centre in fusion["merging"]
        ]
    return {
        "about": ABOUT,
        "takesEffect": wave["takesEffect"],
        "screenOpenings": dict(wave.get("screenOpenings", {})),
        "ftpPassword": FTP_PASSWORD,
        "mergers": mergers,
        "centres": centres,
    }


def people_declared(declaration: Mapping[str, Any], number: str, merged: str) -> dict[str, Any]:
    """What a declaration says of access at one merging centre; for the one that keeps its number, at the merged one."""
    access: dict[str, Any] = {}
    for centre in declaration.get("merging", ()):
        if digits(centre["kbo"]) == number:
            access = centre.get("access") or {}
    return access if access or number != merged else declaration.get("access") or {}


def a_centre(
    centre: Mapping[str, Any], reference: Mapping[str, Any], declared: Mapping[str, Any]
) -> dict[str, Any]:
    name = str(centre["name"])
    slug = slug_of(name)
    suppliers = [one for one in reference["suppliers"] if one["certificateManagement"]]
    supplier = pick(suppliers, slug, "supplier")
    host = f"ocmw-{slug}.example"
    mail = f"info@{host}"
    phone = f"+32{2 + dice(slug, 'zone') % 8}{3000000 + dice(slug, 'phone') % 900000}"
    street = f"{pick(STREETS, slug, 'street')} {1 + dice(slug, 'house') % 80}"
    mutations = [one["code"] for one in reference["mutationTypes"]]
    dropped = pick(mutations, slug, "mutation")
    return {
        "enterpriseNumber": digits(centre["kbo"]),
        "name": f"OCMW {name}",
        "nisCode": str(centre["nis"]),
        "access": an_access(slug, declared),
        "sender": {
            "name": f"ICT-dienst OCMW {name}",
            "phone": phone,
            "email": f"ict@{host}",
            "language": "nl",
        },
        "ftpAccount": {
            "accountName": f"FTP {name}",
            "username": f"{slug.replace('-', '')[:8]}{dice(slug, 'ftp') % 90 + 10}",
            "authorizations": [one["code"] for one in reference["ftpAuthorizations"]],
            "certificate": f"{slug}-ftp.cer",
        },
        "restAccount": {
            "accountName": "OCMW Online",
            "authorizations": [
                one["code"] for one in reference["restAuthorizations"] if one.get("ocmwOnline")
            ],
            "supplier": supplier["code"],
            "certificate": f"{supplier['code']}-{digits(centre['kbo'])}.cer",
        },
        "mutations": {"receive": [code for code in mutations if code != dropped]},
        "technicalProviders": {
            "network": pick(reference["networkProviders"], slug, "network")["code"],
            "socialFile": {
                "supplier": supplier["code"],
                "product": pick(supplier["products"], slug, "product"),
            },
            "contacts": [
                {
                    "name": f"Helpdesk {supplier['name']}",
                    "phone": phone,
                    "email": f"helpdesk@{supplier['code']}.example",
                }
            ],
        },
        "contactDetails": {
            "street": dict.fromkeys(("nl", "fr", "de"), street),
            "city": dict.fromkeys(("nl", "fr", "de"), name),
            "postcode": str(centre["postcode"]),
            "phone": phone,
            "email": mail,
            "website": f"https://www.{host}",
        },
        "ocmwOnline": {
            "newRequests": {"enabled": True, "email": mail},
            "unreadReminders": {
                "enabled": True,
                "email": mail,
                "delayDays": 2 + dice(slug, "delay") % 3,
                "frequencyDays": 1,
            },
        },
        "box": {
            "status": "open",
            "documents": 20 + dice(slug, "documents") % 200,
            "unread": dice(slug, "unread") % 20,
        },
    }


def an_access(slug: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """A centre's access before the merger; see this module's docstring for how it differs from what is declared."""
    domains: dict[str, Any] = {DOMAIN: {}, **declared.get("domains", {}), UNDECLARED_DOMAIN: {}}
    chiefs = named(declared, "chiefAccessManagers")[:1] or [stranger(slug, "chief")]
    return {
        "chiefAccessManagers": chiefs,
        "domains": {name: a_domain(f"{slug}/{name}", slug, domain) for name, domain in domains.items()},
    }


def a_domain(place: str, slug: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    users = []
    for position, user in enumerate(declared.get("users", ())):
        # Of four: two as declared, one with other applications, one not there yet.
        turn = (dice(place, "turn") + position) % 4
        if turn != 3:
            users.append(a_user(user, changed=turn == 1))
    for number in range(2):
        # Of so few names one may come twice, and a domain has each user once.
        person = stranger(slug, f"{place}/{number}")
        while person in {user["person"] for user in users}:
            person += ".junior"
        user = {
            "person": person,
            "applications": pick(APPLICATIONS, place, f"applications{number}"),
            "roles": pick(ROLES, place, f"roles{number}"),
            "blocked": False,
        }
        users.append(user)
    # At every second place someone else is the access manager still.
    manager = declared.get("accessManager") if dice(place, "manager") % 2 else None
    return {
        "accessManager": manager or stranger(slug, f"{place}/manager"),
        "coAccessManagers": named(declared, "coAccessManagers")[:1],
        "users": users,
    }


def named(declared: Mapping[str, Any], key: str) -> list[str]:
    """The people of a list, which a declaration may leave out or empty with the word `none`."""
    people = declared.get(key, ())
    return [] if people == "none" else list(people)


def a_user(user: Mapping[str, Any], *, changed: bool) -> dict[str, Any]:
    applications, roles = list(user.get("applications", ())), list(user.get("roles", ()))
    blocked = bool(user.get("blocked", False))
    if changed:
        applications = ["Uniek verslag"] if applications != ["Uniek verslag"] else ["E-Box Onderneming"]
    return {"person": user["person"], "applications": applications, "roles": roles, "blocked": blocked}


def stranger(slug: str, place: str) -> str:
    """The key of someone whom no declaration names."""
    first, last = pick(FIRST_NAMES, place, slug, "first"), pick(LAST_NAMES, place, slug, "last")
    return f"{first}.{last}.{slug}"


def slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def digits(number: object) -> str:
    return re.sub(r"\D", "", str(number))


def dice(*names: str) -> int:
    """A number that follows from names."""
    return int.from_bytes(hashlib.blake2b("/".join(names).encode(), digest_size=6).digest(), "big")


def pick(choices: Sequence[Any], *names: str) -> Any:
    return choices[dice(*names) % len(choices)]


if __name__ == "__main__":
    main()
