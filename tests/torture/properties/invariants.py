"""What is true after every `up`, whatever came before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from emulator import controls
from providers import paths
from providers.canonical import same
from schemas.access import Access
from schemas.declaration import MergingCentre
from schemas.errors import NotFound, NotYetAvailable
from tests.support import portal_tables
from tests.torture.properties import table_invariants
from tests.torture.properties.removal_invariants import find_removed
from tests.torture.properties.retained_model import EMAIL
from tests.torture.properties.simulated_engine import REFUSED
from tests.torture.properties.world import OUR_CLIENT, World, ssin

_ALL = "*"
_INSZ = re.compile(r"(?<!\d)\d{11}(?!\d)")


def apply_and_check(world: World) -> None:
    """Apply, and see that all of it is true."""
    kept, undeclared, there = rows(world), parts(world), _users(world)
    before, may_remove = table_invariants.Snapshot.of(world), _removals(world)
    last = portal_tables.last_call(world.database)
    changed = world.retained.observe(world)
    errors = world.up()
    if controls.list_faults(world.database):
        # What the portal failed at until the deadline is done by the next run; what was done is not done twice.
        controls.clear_faults(world.database)
        errors = world.up()
    refused = [error for error in errors if REFUSED in error]
    reported = [error.partition(": ")[0] for error in errors if ": retained: " in error]
    assert len(errors) == len(refused) + len(reported), errors
    # The engine ends with the first error that it comes to.
    assert sorted(reported) == changed or (refused and not reported), errors
    world.applied = world.data
    changes = world.changes()
    # After an error the engine has not come to what is to be deleted.
    held_up = [change for change in changes if errors and change.startswith("delete ")]
    unsettled = [c for c in changes if c not in held_up and not table_invariants.waits_for_people(world, c)]
    assert sorted(unsettled) == [f"update {name}" for name in changed], unsettled
    breaches = table_invariants.find_breaches(world, before, removals=not errors)
    assert breaches == [], breaches
    assert list(_find_undeclared_values(world)) == []
    assert list(_find_wrong_users(world, there)) == []
    assert rows(world) == kept
    assert undeclared.items() <= parts(world).items()
    assert set(writes(world, since=last)) <= may_remove
    known = {ssin(person) for person in world.people}
    assert known.isdisjoint(_INSZ.findall(world.shown()))


def parts(world: World) -> dict[tuple[str, ...], str]:
    """What the portal has of the access that the declaration manages at disappearing centres and leaves as it is."""
    found: dict[tuple[str, ...], Any] = {}
    removed = find_removed(world)
    for centre in world.disappearing:
        if centre.access is None:
            continue
        base, chiefs = f"{paths.ACCESS}/{centre.kbo}", centre.access.chief_access_managers
        if centre.access.co_chief_access_managers is None:
            screen = _found(world, centre.kbo, f"{base}/chiefAccessManagers") or {}
            found[centre.kbo, "co-chiefs"] = _others(screen.get("coChiefAccessManagers"), *chiefs)
        for code, domain in centre.access.domains.items():
            if domain.co_access_managers is None:
                screen = _found(world, centre.kbo, f"{base}/domains/{code}/accessManagers") or {}
                gone = {who for number, at, who in removed if (number, at) == (centre.kbo, code)}
                others = _others(screen.get("coAccessManagers"), domain.access_manager)
                found[centre.kbo, code, "co-managers"] = [who for who in others if who not in gone]
            users = world.hand(centre.kbo).get_items(f"{base}/domains/{code}/users")
            there = {user["ssin"]: user for user in users}
            for user in domain.users or ():
                for name in ("applications", "roles"):
                    if getattr(user, name) is None and ssin(user.person) in there:
                        found[centre.kbo, code, user.person, name] = sorted(there[ssin(user.person)][name])
    return {place: str(value) for place, value in found.items()}


def _others(persons: Any, *declared: str) -> list[str]:
    """Without those who become something else by the declaration (R16)."""
    return sorted({person["ssin"] for person in persons or ()} - {ssin(key) for key in declared})


def rows(world: World) -> list[tuple[Any, ...]]:
    """What the portal keeps of the disappearing centres and the declaration does not manage, as it lies there: byte by
    byte, with ETag and moment of change."""
    managed = {(number, f"users/{code}", who) for number, code, who in find_removed(world)}
    for centre in world.disappearing:
        if centre.access is None:
            continue
        managed.add((centre.kbo, "chiefAccessManagers", _ALL))
        for code, domain in centre.access.domains.items():
            managed.add((centre.kbo, f"accessManagers/{code}", _ALL))
            managed |= {(centre.kbo, f"users/{code}", ssin(user.person)) for user in domain.users or ()}
            if centre.access.clean_up:
                managed.add((centre.kbo, f"users/{code}", _ALL))
    numbers = {centre.kbo for centre in world.disappearing}
    return [
        row
        for row in portal_tables.read_all_resources(world.database)
        if row[0] in numbers and managed.isdisjoint({(row[0], row[1], row[2]), (row[0], row[1], _ALL)})
    ]


def writes(world: World, since: int) -> list[str]:
    """Our own writing calls at disappearing centres since that one of the journal, beyond what the declaration manages."""
    found: list[str] = []
    for centre in world.disappearing:
        journal = controls.journal(world.database, writes=True, kbo=centre.kbo)
        ours = [one for one in journal if one["seq"] > since and one["client"] == OUR_CLIENT]
        calls = {f"{one['method']} {one['path']}" for one in ours}
        found += calls - may_write(world, centre) if calls else ()
    return found


def may_write(world: World, centre: MergingCentre) -> set[str]:
    """The calls that write what the declaration manages at a disappearing centre: access (R23, R24) and stopping (R06).
    Whom it removes, the portal had before: `_removals`."""
    found = set()
    moving = world.fusion.dossiers
    if moving and centre.name in moving.centres and moving.handled_by != "byHand":
        found |= {
            f"POST {paths.INTEGRATIONS}/{centre.kbo}/{kind}/stops" for kind in ("forms", "attestations")
        }
    base = f"{paths.ACCESS}/{centre.kbo}"
    if centre.access:
        found.add(f"PUT {base}/chiefAccessManagers")
    for code, domain in centre.access.domains.items() if centre.access else ():
        people = {ssin(user.person) for user in domain.users or ()}
        users = world.hand(centre.kbo).get_items(f"{base}/domains/{code}/users")
        found.add(f"PUT {base}/domains/{code}/accessManagers")
        found |= {f"PUT {base}/domains/{code}/users/{one['id']}" for one in users if one["ssin"] in people}
        if people:
            found.add(f"POST {base}/domains/{code}/users")
        if centre.access and centre.access.clean_up:
            found.add(f"POST {base}/domains/{code}/users/deletions")
    return found


def _removals(world: World) -> set[str]:
    """The calls that take away the users whom the declaration removes by today (R20), of those who are there."""
    removed = find_removed(world)
    return {
        f"DELETE {paths.ACCESS}/{number}/{kind.replace('users', 'domains')}/users/{key}"
        for number, kind, who, key, *_ in portal_tables.read_all_resources(world.database)
        if kind.startswith("users/") and (number, kind.removeprefix("users/"), who) in removed
    }


def _find_undeclared_values(world: World) -> Iterator[str]:
    """What the portal has otherwise than the declaration says, asked without the providers."""
    fusion = world.fusion
    number = fusion.ocmw.kbo
    for path, wanted in _wanted(world):
        found = _found(world, number, path)
        if found is None:
            continue
        for name, value in wanted.items():
            if not same({name: found.get(name)}, {name: value}, EMAIL):
                yield f"{path}: {name} is {found.get(name)!r}, not {value!r}"
    for centre, declared in [(number, fusion.access), *((c.kbo, c.access) for c in fusion.disappearing)]:
        if declared:
            yield from _find_undeclared_access(world, centre, declared)


def _wanted(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    fusion = world.fusion
    screens = f"{paths.CONFIGURATION}/{fusion.ocmw.kbo}"
    channels = f"{paths.CHAMAN}/{fusion.ocmw.kbo}"
    if fusion.mutations:
        yield f"{screens}/mutations", {"receive": list(fusion.mutations.receive)}
    if fusion.technical_providers:
        yield (
            f"{screens}/technicalProviders",
            fusion.technical_providers.model_dump(by_alias=True, exclude_none=True),
        )
    if fusion.contact:
        left_out = {"street", "city"}
        yield (
            f"{screens}/contactDetails",
            fusion.contact.model_dump(by_alias=True, exclude_none=True, exclude=left_out)
            | {"street": fusion.contact.street.as_dict(), "city": fusion.contact.city.as_dict()},
        )
    if fusion.notifications:
        yield f"{screens}/ocmwOnline", fusion.notifications.model_dump(by_alias=True, exclude_none=True)
    if fusion.accounts and fusion.accounts.sender:
        yield f"{channels}/sender", fusion.accounts.sender.model_dump(by_alias=True)
    if fusion.accounts and fusion.accounts.ftp:
        ftp = fusion.accounts.ftp
        yield (
            f"{channels}/ftpAccounts/{quote(ftp.name, safe='')}",
            {"username": ftp.username, "authorizations": list(ftp.authorizations)},
        )


def _find_undeclared_access(world: World, number: str, declared: Access) -> Iterator[str]:
    base = f"{paths.ACCESS}/{number}"
    chiefs = _found(world, number, f"{base}/chiefAccessManagers")
    if chiefs is None:
        return
    wanted = {ssin(person) for person in declared.chief_access_managers}
    if {person["ssin"] for person in chiefs["chiefAccessManagers"]} != wanted:
        yield f"{number}: other chiefs"
    for code, domain in declared.domains.items():
        managers = _found(world, number, f"{base}/domains/{code}/accessManagers") or {}
        if managers["accessManager"]["ssin"] != ssin(domain.access_manager):
            yield f"{number} {code}: another access manager"
        others = domain.co_access_managers
        found = {person["ssin"] for person in managers.get("coAccessManagers", [])}
        if others is not None and found != {ssin(person) for person in others}:
            yield f"{number} {code}: other co-managers"
        users = {user["ssin"]: user for user in world.hand(number).get_items(f"{base}/domains/{code}/users")}
        gone = {who for at, in_, who in find_removed(world) if (at, in_) == (number, code)}
        if not gone.isdisjoint(users.keys() | found):
            yield f"{number} {code}: somebody is there who is removed"
        for user in domain.users or ():
            there = users.get(ssin(user.person))
            if there is None:
                yield f"{number} {code}: {user.person} is no user"
                continue
            for name in ("applications", "roles", "blocked"):
                value = getattr(user, name)
                if value is not None and not same(there[name], value):
                    yield f"{number} {code}: {user.person} has other {name}"


def _users(world: World) -> dict[tuple[str, str], dict[str, str]]:
    """Who made each user at the portal, by centre and domain, then by INSZ."""
    users: dict[tuple[str, str], dict[str, str]] = {}
    for number, code, who, client in portal_tables.read_users(world.database):
        users.setdefault((number, code), {})[who] = client
    return users


def _find_wrong_users(world: World, before: dict[tuple[str, str], dict[str, str]]) -> Iterator[str]:
    """R20, R24: exactly who is not declared goes, from the confirmed day on; else only who is removed, and whom this client
    added where it takes away again what leaves the declaration."""
    fusion, now, removed = world.fusion, _users(world), find_removed(world)
    merged = fusion.ocmw.kbo
    accesses = {merged: fusion.access, **{centre.kbo: centre.access for centre in fusion.disappearing}}
    for (number, code), users in before.items():
        declared, there = accesses.get(number), now.get((number, code), {})
        clean_up = declared.clean_up if declared and code in declared.domains else None
        wrong = {who for who in users.keys() - there.keys() if number != merged or users[who] != OUR_CLIENT}
        if declared and clean_up and clean_up.confirmed_on <= world.hand(number).today:
            stay = _staying(world, number, declared, code)
            wrong = wrong & stay | there.keys() - stay
        wrong -= {who for at, in_, who in removed if (at, in_) == (number, code)}
        if wrong:
            yield f"{number} {code}: {len(wrong)} are wrongly there or gone"


def _staying(world: World, number: str, declared: Access, code: str) -> set[str]:
    domain = declared.domains[code]
    named = [*declared.chief_access_managers, domain.access_manager]
    named += [user.person for user in domain.users or ()]
    named += [removed.person for removed in domain.removed]
    stay = {ssin(person) for person in named}
    for path, others, name in (
        ("chiefAccessManagers", declared.co_chief_access_managers, "coChiefAccessManagers"),
        (f"domains/{code}/accessManagers", domain.co_access_managers, "coAccessManagers"),
    ):
        if others is not None:
            stay |= {ssin(person) for person in others}
        else:
            found = _found(world, number, f"{paths.ACCESS}/{number}/{path}") or {}
            stay |= {person["ssin"] for person in found.get(name, [])}
    return stay


def _found(world: World, number: str, path: str) -> dict[str, Any] | None:
    """What is at a path; None where the portal does not show it yet."""
    try:
        return world.hand(number).get(path).body
    except NotYetAvailable:
        return None
    except NotFound:
        return {}
