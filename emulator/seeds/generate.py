"""Writes `portal.json` anew from the declarations, so that a rehearsal finds something of everything:

people who are declared and there already as declared (adopted), with other roles (changed), or not at all (created), and people
whom no declaration names (left alone). Run it when the declarations' people change: `python -m emulator.seeds.generate`.

Everything it makes up follows from names by hashing: the same declarations give the same file.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(__file__).with_name("portal.json")
DOMAIN = "maatschappelijkWelzijn"
ABOUT = (
    "Fictitious, except the names and numbers of the centres. People are keys; emulator.people gives each a generated INSZ."
    " The certificates behind the file names do not exist."
)
FIRST_NAMES = (
    "anke", "bart", "carine", "dirk", "eline", "frank", "greet", "hilde", "ivo", "joke", "koen", "leen", "mieke", "nico",
    "oona", "patrick", "rita", "stijn", "tine", "ward",
)  # fmt: skip
LAST_NAMES = (
    "aerts", "baeten", "cools", "dewit", "engelen", "francken", "geerts", "hermans", "ilsen", "jacobs", "kenis", "lenaerts",
    "maes", "nijs", "ooms", "pauwels", "roels", "segers", "thijs", "vercammen",
)  # fmt: skip
STREETS = ("Kerkstraat", "Stationsstraat", "Dorpsplein", "Schoolstraat", "Molenweg", "Marktplein")
APPLICATIONS = (
    ["Uniek verslag"],
    ["E-Box Onderneming"],
    ["Integraties raadplegen", "OCMW Online - Hulpaanvragen"],
    ["ChaMan - Technisch kanaalbeheer"],
)
ROLES: tuple[list[str], ...] = (["Raadpleger"], ["Dossierbeheerder"], [], ["OCMW-configuratie"])
FTP_PASSWORD = "Oefenen-2024!"  # fictitious, and in the open: the seeded accounts' for rehearsing with


def main() -> None:
    reference = yaml.safe_load((ROOT / "schemas" / "reference.yaml").read_text(encoding="utf-8"))
    TARGET.write_text(
        json.dumps(portal(reference, declarations()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def declarations() -> dict[str, Any]:
    """The declarations by their merged centre's number."""
    files = sorted((ROOT / "fusions").glob("*.yaml"))
    loaded = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return {digits(one["ocmw"]["kbo"]): one for one in loaded}


def portal(reference: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of `portal.json`."""
    mergers, centres = [], []
    for fusion in reference["fusions"]:
        number = digits(fusion["kbo"])
        mergers.append(
            {
                "name": f"OCMW {fusion['name']}",
                "enterpriseNumber": number,
                "nisCode": str(fusion["nis"]),
                "merging": [digits(centre["kbo"]) for centre in fusion["merging"]],
            }
        )
        for centre in fusion["merging"]:
            centres.append(
                a_centre(
                    centre,
                    reference,
                    people_declared(declared.get(number, {}), digits(centre["kbo"]), number),
                )
            )
    return {"about": ABOUT, "ftpPassword": FTP_PASSWORD, "mergers": mergers, "centres": centres}


def people_declared(declaration: Mapping[str, Any], number: str, merged: str) -> dict[str, Any]:
    """What a declaration says of access at one merging centre: its own, or else the merged centre's.

    People whom only the merged centre's access names work at one of the merging centres, each at one.
    """
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
    others = [stranger(slug, place) for place in range(5)]
    domain = declared.get("domains", {}).get(DOMAIN, {})
    chiefs = list(declared.get("chiefAccessManagers", ()))[:1] or [others[0]]
    users = []
    for position, user in enumerate(domain.get("users", ())):
        # Of four: two as declared, one with other roles, one not there yet.
        if position % 4 == 3:
            continue
        users.append(a_user(user, changed=position % 4 == 1))
    for place in (3, 4):
        users.append(
            {
                "person": others[place],
                "applications": pick(APPLICATIONS, slug, f"applications{place}"),
                "roles": pick(ROLES, slug, f"roles{place}"),
                "blocked": False,
            }
        )
    # At every second centre someone else is the access manager still.
    manager = domain.get("accessManager") if dice(slug, "manager") % 2 else None
    return {
        "chiefAccessManagers": chiefs,
        "domains": {
            DOMAIN: {
                "accessManager": manager or others[1],
                "coAccessManagers": list(domain.get("coAccessManagers", ()))[:1] or [others[2]],
                "users": users,
            }
        },
    }


def a_user(user: Mapping[str, Any], *, changed: bool) -> dict[str, Any]:
    applications, roles = list(user.get("applications", ())), list(user.get("roles", ()))
    blocked = bool(user.get("blocked", False))
    if changed:
        applications = ["Uniek verslag"] if applications != ["Uniek verslag"] else ["E-Box Onderneming"]
    return {"person": user["person"], "applications": applications, "roles": roles, "blocked": blocked}


def stranger(slug: str, place: int) -> str:
    """The key of someone whom no declaration names."""
    first, last = pick(FIRST_NAMES, slug, f"first{place}"), pick(LAST_NAMES, slug, f"last{place}")
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
