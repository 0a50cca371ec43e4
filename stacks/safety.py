"""What of a file the stack remembers, and which of it a run may not lose without a word: before anything is registered.

The program does not see the state, and the engine asks no provider before it deletes. So the stack's output `declared` has
what the file named in the last run that came to its end: by centre, its sections, and who is what there. Each run compares,
whichever parts of the stack it is about. Where nothing is remembered yet, nothing is refused.
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
    KINDS,
    MOST_REMOVED,
    OTHER_CENTRE,
    REMOVALS,
    SECTION_GONE,
    SHARE_REMOVED,
    UNTICKED_TYPE,
    SafetyRefused,
    Wanted,
    cite,
    propose,
)
from stacks.planned import Planned

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

OUTPUT = "declared"
"""The stack's output that remembers it."""
SECTIONS, RECEIVED, CHIEFS = "sections", "mutations", "chiefAccessManagers"
_SEPARATOR = ", "
_NAMED = 10
"""How many of those who leave a refusal names."""
Things = Mapping[str, Mapping[str, str]]
"""By centre, then by kind, `SECTIONS` among them: what the file names, as one text each, so that an `up` shows few lines."""


@dataclass(frozen=True)
class Loss:
    """Of one kind at one centre: what leaves, of how many; or one section."""

    wanted: Wanted
    what: str

    def __str__(self) -> str:
        return f"{self.what} ({cite(self.wanted.rule)})"


def remember(fusion: Fusion) -> Things:
    """What the stack's output has of a file."""
    found = {fusion.name: _things(_merged_sections(fusion), fusion.access, keeps_users=False)}
    if fusion.mutations:
        found[fusion.name][RECEIVED] = list(fusion.mutations.receive)
    for centre in fusion.disappearing:
        sections = _access_sections(centre.access)
        found[centre.name] = _things(sections, centre.access, keeps_users=True)
    return {
        centre: {kind: _SEPARATOR.join(names) for kind, names in kinds.items()}
        for centre, kinds in found.items()
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
            + propose([loss.wanted for loss, _ in refused], today),
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
        if one.until < today:
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
    if exception.until < today:
        return f"; its exception ended on {exception.until}"
    if (exception.at_most or 0) < wanted.at_most:
        return f"; its exception has atMost: {exception.at_most}"
    return None


def _losses(before: Mapping[str, object], fusion: Fusion) -> Iterator[Loss]:
    now = remember(fusion)
    for centre, kinds in before.items():
        if centre not in now or not isinstance(kinds, Mapping):
            continue
        old, new = ({kind: set(_split(names)) for kind, names in of.items()} for of in (kinds, now[centre]))
        gone = old.get(SECTIONS, set()) - new[SECTIONS]
        for section in sorted(gone):
            if not any(section.startswith(f"{other}.") for other in gone):
                yield Loss(
                    Wanted(SECTION_GONE, centre, section), f"{centre}: the whole section `{section}` is gone"
                )
        for code in sorted(old.get(RECEIVED, set()) - new.get(RECEIVED, old.get(RECEIVED, set()))):
            yield Loss(
                Wanted(UNTICKED_TYPE, centre, code),
                f"{centre} receives {code} now: what is sent while it is unticked never arrives (R50)",
            )
        explained = set(_explained(fusion, centre))
        for kind in (kind for kind in KINDS if kind in old and kind in new):
            left = {
                one
                for one in old[kind] - new[kind]
                if one not in explained and not any(_is_of(one, section) for section in gone)
            }
            if kind == CHIEFS and left == old[kind]:
                continue  # the rule lastChiefAccessManager is about that, and has a word of its own
            if _is_too_much(len(left), len(old[kind])):
                names = sorted(left)
                more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
                yield Loss(
                    Wanted(REMOVALS, centre, kind, len(names)),
                    f"{centre}: {len(names)} of {len(old[kind])} {kind} leave: {', '.join(names[:_NAMED])}{more}",
                )


def _is_too_much(left: int, of: int) -> bool:
    return left > 1 and (left > MOST_REMOVED or left > of * SHARE_REMOVED)


def _explained(fusion: Fusion, centre: str) -> Iterator[str]:
    """Whose leaving the file gives a reason for, or who only becomes something else: as `_things` names them."""
    access = _access_of(fusion, centre)
    if access is None:
        return
    yield from (*access.chief_access_managers, *(access.co_chief_access_managers or ()))
    for code, domain in access.domains.items():
        for person in (domain.access_manager, *(one.person for one in domain.removed)):
            yield f"{code}/{person}"


def _access_of(fusion: Fusion, centre: str) -> Access | None:
    if centre == fusion.name:
        return fusion.access
    return next((one.access for one in fusion.disappearing if one.name == centre), None)


def _things(sections: Iterable[str], access: Access | None, *, keeps_users: bool) -> dict[str, list[str]]:
    """:param keeps_users: whether users stay when they leave the file, so that nobody has to count them."""
    found: dict[str, list[str]] = {SECTIONS: sorted(sections)}
    if access is None:
        return found
    found["chiefAccessManagers"] = sorted(access.chief_access_managers)
    # A list that is not declared any more stays at the portal as it is.
    if access.co_chief_access_managers is not None:
        found["coChiefAccessManagers"] = sorted(access.co_chief_access_managers)
    domains = access.domains.items()
    found["coAccessManagers"] = [
        f"{code}/{who}" for code, domain in domains for who in domain.co_access_managers or ()
    ]
    if not keeps_users:
        found["users"] = [f"{code}/{user.person}" for code, domain in domains for user in domain.users or ()]
    return found


def _merged_sections(fusion: Fusion) -> Iterator[str]:
    yield from _access_sections(fusion.access)
    if fusion.accounts:
        yield "accounts"
        yield from (f"accounts.{name}" for name, one in fusion.accounts if one)
    for name, field in Fusion.model_fields.items():
        if field.alias in (*SCREENS, "dossiers") and getattr(fusion, name):
            yield str(field.alias)


def _access_sections(access: Access | None) -> Iterator[str]:
    if access:
        yield "access"
        yield from (f"access.domains.{code}" for code in access.domains)


def _is_of(name: str, section: str) -> bool:
    """Whether somebody is named in a section that is gone, which is refused or let through by itself."""
    domain, _, person = name.rpartition("/")
    return section == "access" or (bool(person) and section == f"access.domains.{domain}")


def _split(names: object) -> list[str]:
    return names.split(_SEPARATOR) if isinstance(names, str) and names else []
