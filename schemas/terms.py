"""Old and Dutch terms for the keys of a declaration, so that who writes one is told the other. R25."""

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
    "cotb": "coAccessManagers", "cotoegangsbeheerder": "coAccessManagers", "cotoegangsbeheerders": "coAccessManagers",
    "colokalebeheerder": "coAccessManagers",
    "domein": "domains", "domeinen": "domains",
    "gebruiker": "users", "gebruikers": "users", "persoon": "person",
    "toepassing": "applications", "toepassingen": "applications", "rol": "roles", "rollen": "roles",
    "geblokkeerd": "blocked", "toegangsbeheer": "access",
    "kbonummer": "kbo", "niscode": "nis", "naam": "name", "taal": "language", "telefoon": "phone",
    "verzender": "sender", "machtiging": "authorizations", "machtigingen": "authorizations",
    "gebruikersnaam": "username", "certificaat": "certificate", "certificaatbeheer": "certificateManagement",
    "externbeheer": "external", "leverancier": "supplier", "netwerkprovider": "network",
    "mutaties": "mutations", "contactgegevens": "contact", "straat": "street", "stad": "city",
    "technischeprestaties": "technicalProviders", "technischedienstverleners": "technicalProviders",
    "notificaties": "newRequests", "herinneringen": "unreadReminders", "herinneringstermijn": "delayDays",
    "herinneringsfrequentie": "frequencyDays", "fuserend": "merging", "fuserendeocmws": "merging",
}  # fmt: skip
"""Dutch terms, in lower case without separators, and the key that says the same."""


def current_term(term: str) -> str | None:
    """Today's word for an old term, whatever its spelling: `Hoedanigheid` is `domein`, `VTE` is `HTB`."""
    return OLD_TERMS.get(_folded(term))


def key_for(term: str) -> str | None:
    """The declaration's key for a Dutch term, old or new: `lokale beheerder` is `accessManager`."""
    folded = _folded(term)
    return KEYS.get(_folded(OLD_TERMS.get(folded, folded)))


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that `word` is most likely a slip of, None where nothing is near."""
    by_case = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[near[0]] if near else None


def _folded(term: str) -> str:
    return "".join(letter for letter in term.lower() if letter.isalnum())
