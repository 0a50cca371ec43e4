"""Declarations for the portal's made-up centres: a fleet of any size, in the three scenarios by turns.

Each merger declares what most do: access at each of its centres, what is retained, dossiers; where the number is new, the
accounts, the mutations and all that is shown of the new centre too. Part of it is on the portal already, part of it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from emulator import controls
from operations.rehearsals import projects
from operations.rehearsals.certificates import write_certificates
from operations.rehearsals.preparation import prepare
from providers.settings import embedded_database
from schemas.declaration import slug
from schemas.reference import reference

DOMAIN = "maatschappelijkWelzijn"
Json = Mapping[str, Any]


def declare(centres: int, seed: int = 0) -> Iterator[Mapping[str, Any]]:
    """The declarations of all mergers of so many made-up centres, merging on the day of the first known wave.

    :raises ValueError: when there cannot be so many.
    """
    made = controls.list_made_up(centres, seed)
    day = min(fusion.takes_effect for fusion in reference().fusions)
    known = {centre["enterpriseNumber"]: centre for centre in made["centres"]}
    for merger in made["mergers"]:
        yield _declaration(merger, [known[number] for number in merger["merging"]], day)


def make_checkout(root: Path, folder: Path, centres: int, environment: Mapping[str, str]) -> Sequence[str]:
    """A project of `root` in `folder` with these declarations only, before its first `up`; the names of its stacks.

    Raises `EngineError` when the engine fails.
    """
    projects.make_project(root, folder, names=[])
    declared = {slug(str(one["name"])): one for one in declare(centres)}
    for name, content in declared.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / "fusions" / f"{name}.yaml").write_text(text, encoding="utf-8")
    write_certificates_of(declared.values(), folder / "fusions" / "certificates")
    list(prepare(folder, environment))
    controls.reset(embedded_database(folder), centres=centres)
    return sorted(declared)


def write_certificates_of(declared: Iterable[Json], folder: Path) -> None:
    """The certificates that these declarations name."""
    days = {slug(str(one["name"])): one["takesEffect"] for one in declared if "accounts" in one}
    write_certificates(folder, days)


def _declaration(merger: Json, centres: Sequence[Json], day: date) -> Mapping[str, Any]:
    number, name = merger["enterpriseNumber"], _plain(merger["name"])
    keeper = next((centre for centre in centres if centre["enterpriseNumber"] == number), None)
    # Where nobody says otherwise a centre's forms run on; they move where the number or the code is another one.
    moving = [centre for centre in centres if merger["scenario"] != 3 or centre["enterpriseNumber"] != number]
    return {
        "apiVersion": "fusion/v1",
        "name": name,
        "scenario": merger["scenario"],
        "takesEffect": day,
        "ocmw": {"kbo": number, "nis": merger["nisCode"]},
        "merging": [
            _basis(centre) | ({} if centre is keeper else {"access": _access_kept(centre)})
            for centre in centres
        ],
        "retain": {"reviewOn": day + timedelta(days=365)},
        "access": _access_of_all(centres if keeper is None else [keeper, *_others(centres, keeper)]),
        **(_screens(name, centres[0]) if keeper is None else {}),
        "dossiers": {
            "handledBy": "softwareSupplier",
            "centres": [_plain(centre["name"]) for centre in moving],
            "stopOn": day - timedelta(days=1),
            "restartOn": day,
        },
    }


def _basis(centre: Json) -> dict[str, Any]:
    return {
        "name": _plain(centre["name"]),
        "kbo": centre["enterpriseNumber"],
        "nis": centre["nisCode"],
        "postcode": centre["contactDetails"]["postcode"],
    }


def _others(centres: Sequence[Json], keeper: Json) -> list[Json]:
    return [centre for centre in centres if centre is not keeper]


def _domain(centre: Json) -> Json:
    found: Json = centre["access"]["domains"][DOMAIN]
    return found


def _users(centre: Json) -> list[dict[str, Any]]:
    """As they are, and one whose applications change."""
    users = [
        {
            "person": user["person"],
            **{part: user[part] for part in ("applications", "roles") if user[part]},
        }
        for user in _domain(centre)["users"]
    ]
    users[0]["applications"] = ["Uniek verslag", "E-Box Onderneming"]
    return users


def _access_kept(centre: Json) -> dict[str, Any]:
    """What is needed at a disappearing centre until the last report is in."""
    return {
        "chiefAccessManagers": centre["access"]["chiefAccessManagers"],
        "domains": {
            DOMAIN: {
                "accessManager": _domain(centre)["accessManager"],
                "coAccessManagers": "none",
                "users": _users(centre),
            }
        },
    }


def _access_of_all(centres: Sequence[Json]) -> dict[str, Any]:
    """Of the merged centre: the first one's managers, the others' beside them, and everybody's users."""
    managers = [_domain(centre)["accessManager"] for centre in centres]
    return {
        "chiefAccessManagers": [
            person for centre in centres[:2] for person in centre["access"]["chiefAccessManagers"]
        ],
        "domains": {
            DOMAIN: {
                "accessManager": managers[0],
                "coAccessManagers": managers[1:],
                "users": [user for centre in centres for user in _users(centre)],
            }
        },
    }


def _screens(name: str, like: Json) -> dict[str, Any]:
    """Of a centre with a new number, after one that merges: its accounts, its mutations, and what is shown of it."""
    ftp, rest, contact = like["ftpAccount"], like["restAccount"], like["contactDetails"]
    online = like["ocmwOnline"]
    return {
        "accounts": {
            "sender": like["sender"],
            "ftp": {
                "name": f"FTP {name}",
                "username": ftp["username"].replace("oefen", "nieuw"),
                "authorizations": ftp["authorizations"],
                "certificate": f"certificates/{slug(name)}-ftp.cer",
            },
            "rest": {
                "name": rest["accountName"],
                "authorizations": rest["authorizations"],
                "certificateManagement": {"external": {"supplier": rest["supplier"]}},
            },
        },
        "mutations": like["mutations"],
        "technicalProviders": like["technicalProviders"],
        "contact": {
            **contact,
            "city": {"all": contact["city"]["nl"]},
        },
        "notifications": {
            "newRequests": {"email": online["newRequests"]["email"]},
            "unreadReminders": {
                part: online["unreadReminders"][part] for part in ("email", "delayDays", "frequencyDays")
            },
        },
    }


def _plain(name: str) -> str:
    return name.removeprefix("OCMW ")
