"""In which words a plan says that somebody loses a role or a right, by the declaration's key or the portal's own number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from providers.base import Props
from schemas.counts import format_count


def roles_lost(live: Props, news: Props, roles: Mapping[str, str]) -> Iterator[str]:
    """Who has no longer one of the roles, by name; `roles` are the properties that say who has them, and their names."""

    def members(props: Props, field: str) -> dict[str, str]:
        # Whom the last look had, and no file then, may be declared by now.
        people, keys = (news.get("people") or {}) | (props.get("people") or {}), props.get(field) or []
        keys = [keys] if isinstance(keys, str) else keys
        return {people[key]["ssin"] if key in people else key: key for key in keys}

    become = {who: role for field, role in reversed(list(roles.items())) for who in members(news, field)}
    for field, role in roles.items():
        for who, key in members(live, field).items():
            if who in members(news, field) or (news.get(field) is None and who not in become):
                continue
            yield (
                f"{key} is {become[who]} instead of {role}" if who in become else f"{key} is no longer {role}"
            )


def rights_lost(live: Props, news: Props) -> Iterator[str]:
    """What a user may do no longer (R19, R21)."""
    who, domain = news["person"], news["domain"]
    for field, noun in (("applications", "application"), ("roles", "role")):
        declared = news.get(field)
        gone = [one for one in live.get(field) or () if declared is not None and one not in declared]
        if gone:
            yield f"{who} loses {format_count(len(gone), noun)} in {domain}: {', '.join(gone)} (R19)"
    if news.get("blocked") and not live.get("blocked"):
        yield f"{who} is blocked in {domain} (R21)"
