"""What a stack remembers of its declaration, and what may not leave it silently; checked before anything is registered.

The program does not see the state, and the engine asks no provider before it deletes. So the stack's output `declared` has
what the file named in the last run that came to its end: by the number of each centre, its sections, and who is what there.
Each run compares, whichever parts of the stack it is about. Where nothing is remembered yet, nothing is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from providers.configuration import MutationsProvider
from schemas.access import Access
from schemas.counts import format_count
from schemas.declaration import SCREENS, Fusion
from schemas.errors import NotYetAvailable
from schemas.identifiers import dotted
from schemas.safety import (
    ACCESS,
    ACCOUNTS,
    CHIEFS,
    CO_CHIEFS,
    CO_MANAGERS,
    DOSSIERS,
    KINDS,
    MOST_REMOVED,
    OTHER_CENTRE,
    REMOVALS,
    SECTION_GONE,
    SHARE_REMOVED,
    UNTICKED_TYPE,
    USERS,
    SafetyRefused,
    Wanted,
    cite,
    has_ended,
    propose,
)
from stacks.planned import Planned

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

OUTPUT = "declared"
"""The stack's output that remembers it."""
SECTIONS, RECEIVED = "sections", "mutations"
_SEPARATOR = ", "
_NAMED = 10
"""How many of those who leave a refusal names."""
Things = Mapping[str, Mapping[str, str]]
"""By the centre's number as people write it, then by kind, `SECTIONS` among them: what the file names, as one text each, so
that an `up` shows few lines."""


@dataclass(frozen=True)
class Loss:
    """Of one kind at one centre: what leaves, of how many; or one section."""

    wanted: Wanted
    what: str

    def __str__(self) -> str:
        return f"{self.what} ({cite(self.wanted.rule)})"


def remember(fusion: Fusion) -> Things:
    """What the stack's output has of a file."""
    merged, found = dotted(fusion.ocmw.kbo), dict[str, dict[str, list[str]]]()
    found[merged] = _things(_merged_sections(fusion), fusion.access, keeps_users=False)
    if fusion.mutations:
        found[merged][RECEIVED] = list(fusion.mutations.receive)
    for centre in fusion.disappearing:
        found[dotted(centre.kbo)] = _things(_access_sections(centre.access), centre.access, keeps_users=True)
    return {
        number: {kind: _SEPARATOR.join(names) for kind, names in kinds.items()}
        for number, kinds in found.items()
    }


def refuse_losses(
    before: object,
    fusion: Fusion,
    ask_today: Callable[[], date],
    ask_received: Callable[[], Collection[str]],
) -> None:
    """Raises `SafetyRefused` for what left the file since `before`, an earlier output, and may not without a word.

    :param ask_today: the portal's date; it is asked only where it counts.
    :param ask_received: the types that the portal receives for the merged centre; asked only where one is unticked.
    """
    losses = list(_losses(before, fusion)) if isinstance(before, Mapping) else []
    if any(loss.wanted.rule == UNTICKED_TYPE for loss in losses):
        received = ask_received()
        losses = [
            loss for loss in losses if loss.wanted.rule != UNTICKED_TYPE or loss.wanted.item in received
        ]
    if not losses:
        return
    today, file = ask_today(), f"fusions/{fusion.slug}.yaml"
    refused = [(loss, why) for loss in losses if (why := _refusal(loss, fusion, today)) is not None]
    if refused:
        lines = [f"  {loss}{why}" for loss, why in refused]
        raise SafetyRefused(
            f"{file} says less than when it was applied:\n" + "\n".join(lines),
            f"Put it back in {file}; or, where it is meant, say so there, with the reason:\n"
            + propose([loss.wanted for loss, _ in refused], today, among_others=bool(fusion.exceptions)),
        )


def refuse_other_centres(fusion: Fusion, planned: Iterable[Planned]) -> None:
    """Raises `SafetyRefused` where a resource would act for a centre that is not of this fusion."""
    own = {fusion.ocmw.kbo, *(centre.kbo for centre in fusion.merging)}
    wrong = [
        f"  {item.thing}: {dotted(number)}"
        for item in planned
        for number in dict.fromkeys([item.centre.kbo, *map(item.props.get, ("organization", "successor"))])
        if number and number not in own
    ]
    if wrong:
        raise SafetyRefused(
            f"{format_count(len(wrong), 'thing')} would be done for a centre that is not of {fusion.name} "
            f"({cite(OTHER_CENTRE)}):\n" + "\n".join(wrong),
            f"Put the number right in fusions/{fusion.slug}.yaml",
        )


def read_received(portal: ReadingPortal, organization: str) -> list[str]:
    """The types of mutation that the portal receives for a centre; none where it has no selection yet."""
    try:
        found = MutationsProvider().find(portal, {"organization": organization})
    except NotYetAvailable:
        return []
    return list(found.body["receive"]) if found else []


def find_expired(fusion: Fusion, today: date) -> Iterator[str]:
    """The exceptions that count no more, in sentences."""
    for one in fusion.exceptions:
        if has_ended(one.until, today):
            yield (
                f"fusions/{fusion.slug}.yaml: the exception of {one.centre} for {one.item} ({cite(one.rule)}) ended on "
                f"{one.until}: take it out"
            )


def _refusal(loss: Loss, fusion: Fusion, today: date) -> str | None:
    """Why a loss is refused although there may be an exception, "" where there is none; None: it lets it through."""
    wanted = loss.wanted
    exception = fusion.allowed(wanted.rule, wanted.centre).get(wanted.item)
    if exception is None:
        return ""
    if has_ended(exception.until, today):
        return f"; its exception ended on {exception.until}"
    if (exception.at_most or 0) < wanted.at_most:
        return f"; its exception has atMost: {exception.at_most}"
    return None


def _losses(before: Mapping[str, object], fusion: Fusion) -> Iterator[Loss]:
    now, names = remember(fusion), _names(fusion)
    for number, kinds in before.items():
        if not isinstance(kinds, Mapping):
            continue
        if number not in now:
            yield Loss(
                Wanted(SECTION_GONE, fusion.name, number),
                f"{fusion.name}: the whole centre with the number {number} is gone",
            )
            continue
        old, new = ({kind: set(_split(named)) for kind, named in of.items()} for of in (kinds, now[number]))
        gone = old.get(SECTIONS, set()) - new[SECTIONS]
        yield from _sections_gone(names[number], gone)
        for code in sorted(old.get(RECEIVED, set()) - new.get(RECEIVED, old.get(RECEIVED, set()))):
            yield Loss(
                Wanted(UNTICKED_TYPE, names[number], code),
                f"{names[number]} receives {code} now: what is sent while it is unticked never arrives (R50)",
            )
        yield from _removals(names[number], _access_of(fusion, number), old, new, gone)


def _names(fusion: Fusion) -> dict[str, str]:
    """By number as people write it: what the file calls a centre."""
    return {dotted(one.kbo): one.name for one in fusion.disappearing} | {dotted(fusion.ocmw.kbo): fusion.name}


def _sections_gone(centre: str, gone: Collection[str]) -> Iterator[Loss]:
    for section in sorted(gone):
        if not any(section.startswith(f"{other}.") for other in gone):
            yield Loss(
                Wanted(SECTION_GONE, centre, section), f"{centre}: the whole section `{section}` is gone"
            )


def _removals(
    centre: str,
    access: Access | None,
    old: Mapping[str, Collection[str]],
    new: Mapping[str, Collection[str]],
    gone: Collection[str],
) -> Iterator[Loss]:
    for kind in (kind for kind in KINDS if kind in old and kind in new):
        left = sorted(
            one
            for one in set(old[kind]) - set(new[kind])
            if not any(_is_of(one, section) for section in gone) and not _is_explained(kind, one, access)
        )
        if kind == CHIEFS and len(left) == len(old[kind]):
            continue  # the rule lastChiefAccessManager is about that, and has a word of its own
        if _is_too_much(len(left), len(old[kind])):
            more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            yield Loss(
                Wanted(REMOVALS, centre, kind, len(left)),
                f"{centre}: {len(left)} of {len(old[kind])} {kind} leave: {', '.join(left[:_NAMED])}{more}",
            )


def _is_too_much(left: int, of: int) -> bool:
    return left > 1 and (left > MOST_REMOVED or left > of * SHARE_REMOVED)


def _is_explained(kind: str, name: str, access: Access | None) -> bool:
    """Whether somebody stays, only becomes something else, or leaves for a reason that the file gives.

    :param name: as `_things` has it.
    """
    if access is None:
        return False
    domain_code, _, person = name.rpartition("/")
    chiefs = {*access.chief_access_managers, *(access.co_chief_access_managers or ())}
    domain = access.domains.get(domain_code)
    if not domain_code or domain is None:
        return person in chiefs
    co_managers = domain.co_access_managers
    if kind == CO_MANAGERS and co_managers is None:
        return True  # a list that is not declared any more stays at the portal as it is
    others = {user.person for user in domain.users or ()} | {one.person for one in domain.removed}
    return person in {*chiefs, domain.access_manager, *(co_managers or ()), *others}


def _access_of(fusion: Fusion, number: str) -> Access | None:
    if number == dotted(fusion.ocmw.kbo):
        return fusion.access
    return next((one.access for one in fusion.disappearing if dotted(one.kbo) == number), None)


def _things(sections: Iterable[str], access: Access | None, *, keeps_users: bool) -> dict[str, list[str]]:
    """:param keeps_users: whether users stay when they leave the file, so that nobody has to count them."""
    found: dict[str, list[str]] = {SECTIONS: sorted(sections)}
    if access is None:
        return found
    found[CHIEFS] = sorted(access.chief_access_managers)
    # A list that is not declared any more stays at the portal as it is.
    if access.co_chief_access_managers is not None:
        found[CO_CHIEFS] = sorted(access.co_chief_access_managers)
    domains = access.domains.items()
    found[CO_MANAGERS] = [
        f"{code}/{who}" for code, domain in domains for who in domain.co_access_managers or ()
    ]
    if not keeps_users:
        found[USERS] = [f"{code}/{user.person}" for code, domain in domains for user in domain.users or ()]
    return found


def _merged_sections(fusion: Fusion) -> Iterator[str]:
    yield from _access_sections(fusion.access)
    if fusion.accounts:
        yield ACCOUNTS
        yield from (f"{ACCOUNTS}.{name}" for name, one in fusion.accounts if one)
    for name, field in Fusion.model_fields.items():
        if field.alias in (*SCREENS, DOSSIERS) and getattr(fusion, name):
            yield str(field.alias)


def _access_sections(access: Access | None) -> Iterator[str]:
    if access:
        yield ACCESS
        yield from (f"{ACCESS}.domains.{code}" for code in access.domains)


def _is_of(name: str, section: str) -> bool:
    """Whether somebody is named in a section that is gone, which is refused or let through by itself."""
    domain, _, person = name.rpartition("/")
    return section == "access" or (bool(person) and section == f"access.domains.{domain}")


def _split(names: object) -> list[str]:
    return names.split(_SEPARATOR) if isinstance(names, str) and names else []
