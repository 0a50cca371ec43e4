"""The portal's content: starting it anew, and adding to what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.controls.connections import open_in_transaction, plain
from emulator.core import waves
from emulator.seeds import content, opening
from emulator.seeds import forms as forms_seed
from emulator.systems.integrations import store as forms_store


def reset(
    database: Path,
    moment: str | None = None,
    centres: int = 0,
    forms: int | None = None,
    seed: int = 0,
) -> None:
    """Start anew at a moment: everything is forgotten but the clients' keys and scopes, and the checkpoints.

    :param moment: None: a month after the wave that the portal was opened for.
    :param centres: how many made-up ones stand beside those of the known mergers, with `forms` and from `seed`
        (`seeds.made_up`).
    :raises ClockError: for what is not a moment.
    """
    opening.reset(database, moment, centres, forms, seed)


def list_made_up(centres: int, seed: int = 0) -> Mapping[str, Any]:
    """The made-up centres that `reset` with the same numbers would add, with their mergers: `{"centres": […], "mergers":
    […]}`, in the shape of a file of `seeds/waves/`; a merger has its `scenario` beside.

    :raises ValueError: when there cannot be so many.
    """
    from emulator.seeds import made_up

    return made_up.portal(centres, None, seed)


def list_seeded_ftp_passwords() -> dict[str, str]:
    """The password of each seeded centre's FTP account, by enterprise number; they are no secret."""
    data = content.load()
    return {
        centre["enterpriseNumber"]: data["ftpPassword"]
        for centre in data["centres"]
        if centre.get("ftpAccount")
    }


def add_forms(database: Path, enterprise_number: str, forms: int, seed: int) -> None:
    """Give a centre made-up running forms, and end the handling of all of its forms."""
    number = plain(enterprise_number)
    with open_in_transaction(database) as connection:
        forms_seed.fill(connection, number, waves.of(connection), forms, 0, seed=seed)
        forms_store.unlock(connection, number)
