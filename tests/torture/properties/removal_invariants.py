"""What left the declaration: gone at the merged centre where this client made it, as it was where somebody else had.

And whom the declaration removes by now, at any centre (R20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.core.resources import SINGLE
from schemas.declaration import Fusion
from tests.support import portal_tables
from tests.torture.properties.world import OUR_CLIENT, World, ssin

Key = tuple[str, str]
"""The portal's kind of a thing at the merged centre, and its name there; of a user the INSZ."""
_ACCOUNTS = ("ftpAccount", "restAccount", "delegationRequest")


def read_makers(world: World) -> dict[Key, str]:
    """Everything at the merged centre, and who made it. An account is whose request the supplier accepted."""
    rows = portal_tables.read_makers(world.database, world.number(""))
    found = {(kind, key): by for kind, key, by in rows}
    for kind, key in list(found):
        if kind == "restAccount" and ("delegationRequest", key) in found:
            found[kind, key] = found["delegationRequest", key]
    return found


def declared(fusion: Fusion) -> frozenset[Key]:
    """What of this a declaration names."""
    keys: set[Key] = set()
    for code, domain in fusion.access.domains.items() if fusion.access else ():
        keys.add((f"accessManagers/{code}", SINGLE))
        keys |= {(f"users/{code}", ssin(user.person)) for user in domain.users or ()}
    screens = {
        "mutations": fusion.mutations,
        "technicalProviders": fusion.technical_providers,
        "contactDetails": fusion.contact,
        "ocmwOnline": fusion.notifications,
        "sender": fusion.accounts and fusion.accounts.sender,
    }
    keys |= {(kind, SINGLE) for kind, screen in screens.items() if screen}
    if fusion.accounts and (ftp := fusion.accounts.ftp):
        keys |= {("ftpAccount", ftp.name), ("certificate", Path(ftp.certificate).name)}
    if fusion.accounts and (rest := fusion.accounts.rest):
        keys |= {("restAccount", rest.name), ("delegationRequest", rest.name)}
        if own := rest.certificate_management.own:
            keys.add(("certificate", Path(own.certificate).name))
    return frozenset(keys)


def find_removed(world: World) -> set[tuple[str, str, str]]:
    """Whom the declaration removes by today: by centre, domain and INSZ."""
    fusion = world.fusion
    accesses = [(fusion.ocmw.kbo, fusion.access), *((one.kbo, one.access) for one in fusion.disappearing)]
    return {
        (number, code, ssin(one.person))
        for number, access in accesses
        for code, domain in (access.domains.items() if access else ())
        for one in domain.removed
        if one.on.isoformat() <= world.today
    }


def find_wrong_removals(world: World, before: Mapping[Key, str]) -> Iterator[str]:
    """:param before: the `makers` of before the `up`."""
    after, fusion = read_makers(world), world.fusion
    removed = {
        (f"users/{code}", who) for number, code, who in find_removed(world) if number == world.number("")
    }
    accounts_left = any(kind in _ACCOUNTS for kind, _ in after)
    stood = frozenset[Key]().union(*map(declared, world.standing))
    for kind, key in stood - declared(fusion) - removed:
        by = before.get((kind, key))
        stays = (kind, key) in after
        if by == OUR_CLIENT and stays:
            # What an account that stays uses, stays with it.
            if not (accounts_left and kind in ("sender", "certificate")):
                yield f"{kind}, made here, left the declaration and is still there"
        elif by not in (None, OUR_CLIENT) and not stays and not _cleaned_up(fusion, kind):
            yield f"{kind}, made by {by}, left the declaration and is gone"


def _cleaned_up(fusion: Fusion, kind: str) -> bool:
    access = fusion.access
    return bool(access and access.clean_up and kind in {f"users/{code}" for code in access.domains})
