"""Old and Dutch terms for the keys of a declaration: a finding about one names the key. R25."""

from __future__ import annotations

from difflib import get_close_matches

OLD_TERMS = {
    "vte": "HTB",
    "verantwoordelijketoegangenentiteit": "HTB",
    "lb": "TB",
    "lokalebeheerder": "TB",
    "hoedanigheid": "domein",
    "hoedanigheden": "domein",
}
"""Terms that the portal's screens still show here and there, and what they are called now (the manual's table)."""

KEYS = {
    "htb": "chiefAccessManagers", "hoofdtoegangsbeheerder": "chiefAccessManagers",
    "hoofdtoegangsbeheerders": "chiefAccessManagers",
    "cohtb": "coChiefAccessManagers", "cohoofdtoegangsbeheerder": "coChiefAccessManagers",
    "cohoofdtoegangsbeheerders": "coChiefAccessManagers", "opkuis": "cleanUp", "overdracht": "handover",
    "tb": "accessManager", "toegangsbeheerder": "accessManager",
    "cotb": "coAccessManagers", "cotoegangsbeheerder": "coAccessManagers", "colokalebeheerder": "coAccessManagers",
    "verwijderd": "removed", "domein": "domains",
    "gebruiker": "users", "toepassing": "applications", "rol": "roles",
    "telefoon": "phone", "verzender": "sender", "machtiging": "authorizations", "straat": "street",
    "technischeprestaties": "technicalProviders", "herinneringen": "unreadReminders", "fuserend": "merging",
}  # fmt: skip
"""Other Dutch terms than the titles of fields (see `schemas.translation`), folded, and the key that says the same."""


def current_term(term: str) -> str | None:
    """Today's word for an old term, whatever its spelling: `Hoedanigheid` is `domein`, `VTE` is `HTB`."""
    return OLD_TERMS.get(folded(term))


def key_for(term: str) -> str | None:
    """The declaration's key for a Dutch term, old or new: `lokale beheerder` is `accessManager`."""
    return KEYS.get(folded(current_term(term) or term))


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that `word` is most likely a slip of, None where nothing is near."""
    by_case = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[near[0]] if near else None


def folded(term: str) -> str:
    """A term in lower case without separators, so that spellings of it are the same."""
    return "".join(letter for letter in term.lower() if letter.isalnum())
