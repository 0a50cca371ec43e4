"""Any number of made-up centres, merging in the three scenarios: to try a portal with, say, 600 more.

They have everything that the other centres have. Their names, numbers and codes lie where no real one is:

- enterprise numbers 1999.xxx.xxx, with right check digits (the register has not got beyond 1010);
- NIS codes from 94000 on, where no province begins;
- names that begin with *Oefen* ("practice").

Imported when a portal with such centres is made, and at no other time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.core import reference
from emulator.core.deterministic_random import roll
from emulator.seeds import forms as forms_seed
from emulator.seeds import generate

MOST = 2000
SCENARIOS = (1, 2, 3)
_STEMS = ("beek", "donk", "gem", "hove", "laar", "rode", "veld", "zele")
_POSTCODE = "1999"
_FIRST_NIS, _FIRST_MERGED_NIS = 94000, 96000
_FIRST_MERGED = 5000  # of the four digits that numbers differ in
_DOCUMENTS, _UNREAD = 12, 3


def portal(centres: int, forms: int | None = None, seed: int = 0) -> dict[str, Any]:
    """The centres and their mergers, in the shape of a file of `seeds/waves/`; a merger has its `scenario` beside.

    :param centres: 2 to `MOST`.
    :param forms: running forms, of all these centres together; None: as many as the others have each. There are
        attestations in the same proportion.
    :param seed: another one gives other groups and other forms.
    :raises ValueError: when there cannot be so many.
    """
    if not 2 <= centres <= MOST:
        raise ValueError(f"a merger takes two centres, and there are numbers for {MOST}: not {centres}")
    share, more = divmod(centres * forms_seed.FORMS if forms is None else forms, centres)
    lists = _lists()
    made = [_a_centre(position, lists, share + (position < more), seed) for position in range(centres)]
    return {"centres": made, "mergers": list(_mergers(made, seed))}


def enterprise_number(position: int) -> str:
    """The number at a position of the unused range: 1999, four digits, two that check the others."""
    digits = f"1999{position:04d}"
    return f"{digits}{97 - int(digits) % 97:02d}"


def _a_centre(position: int, lists: Mapping[str, Any], forms: int, seed: int) -> dict[str, Any]:
    name = f"Oefen{_STEMS[position % len(_STEMS)]} {position + 1}"
    basis = {
        "name": name,
        "kbo": enterprise_number(position),
        "nis": _FIRST_NIS + position,
        "postcode": _POSTCODE,
    }
    # Zone 073 does not exist, and these centres are declared too.
    centre = json.loads(json.dumps(generate.a_centre(basis, lists, {})).replace("+3273", "+3271"))
    # Those of the others are cut from the name, which here differs in its end only.
    centre["ftpAccount"]["username"] = f"oefen{position + 1:05d}"
    for domain in centre["access"]["domains"].values():
        for number, user in enumerate(domain["users"], 1):
            # Of so many names some come twice within a domain.
            user["person"] += f".{number}"
    centre["box"] = {"status": "open", "documents": _DOCUMENTS, "unread": _UNREAD}
    attestations = forms * forms_seed.ATTESTATIONS // forms_seed.FORMS
    return {**centre, "forms": {"forms": forms, "attestations": attestations, "seed": seed}}


def _mergers(centres: Sequence[Mapping[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """The scenarios by turns; which centre's number is kept is left to chance."""
    for position, group in enumerate(_groups(centres, seed)):
        scenario = SCENARIOS[position % len(SCENARIOS)]
        keeper = group[roll("keeper", seed, position) % len(group)]
        names = [str(centre["name"]).removeprefix("OCMW ") for centre in group]
        yield {
            "scenario": scenario,
            "name": keeper["name"] if scenario == 3 else f"OCMW {'-'.join(names)}",
            "enterpriseNumber": (
                enterprise_number(_FIRST_MERGED + position) if scenario == 1 else keeper["enterpriseNumber"]
            ),
            "nisCode": keeper["nisCode"] if scenario == 3 else str(_FIRST_MERGED_NIS + position),
            "merging": [centre["enterpriseNumber"] for centre in group],
        }


def _groups(centres: Sequence[Mapping[str, Any]], seed: int) -> Iterator[Sequence[Mapping[str, Any]]]:
    """By two or three, so that none is left alone."""
    start = 0
    while left := len(centres) - start:
        chosen = 2 + roll("group", seed, start) % 2
        size = left if left <= 3 else min(chosen, left - 2)
        yield centres[start : start + size]
        start += size


def _lists() -> dict[str, Any]:
    """The portal's lists as the seed's generator takes them."""
    products = {item["code"]: item["products"] for item in reference.items("socialFileSuppliers")}
    suppliers = [
        {
            "code": item["code"],
            "name": item["name"]["nl"],
            "certificateManagement": item["code"] in reference.delegatable_suppliers(),
            "products": products.get(item["code"], []),
        }
        for item in reference.items("suppliers")
    ]
    names = ("mutationTypes", "networkProviders", "ftpAuthorizations", "restAuthorizations")
    return {"suppliers": suppliers, **{name: reference.items(name) for name in names}}
