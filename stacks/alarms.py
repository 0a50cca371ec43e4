"""What needs a person: each reason is an error of the run, and its thing shows as changed in every preview until it is put
right. So `pulumi preview --expect-no-changes` fails, and `up` does all else before it ends with the error.

docs/operating.md has the table of the reasons. An error in the preview of an `up` would end the run there: in a preview it
is told only, and the change is what the command ends by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pulumi

from providers import chaman
from providers.retained import NO_CHANGE, Retained
from schemas.declaration import Fusion
from schemas.validity import EXPIRED, SOON, Validity
from stacks import ledger_lines
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import AnyResource, Planned

NOTHING_TO_TELL = NO_CHANGE | {NOT_LOOKED_AT}
"""What retained things say when there is nothing to say."""
_WAIT = "Removals from the declaration wait until then"


def tell(fusion: Fusion, made: Sequence[tuple[Planned, AnyResource]], done: pulumi.Output[Any]) -> None:
    """Tell what needs a person; in an `up` only when `done` is there, which has something of every resource: an error that
    comes earlier would cut off what is still under way. A preview has no outputs of what is about to change, and waits for
    none."""
    found = [
        _changed(fusion, made),
        *(_refusal(item, one) for item, one in made if isinstance(one, chaman.RestAccount)),
        *(_expired(fusion, item, one) for item, one in made if isinstance(one, chaman.Certificate)),
    ]
    if pulumi.runtime.is_dry_run():
        for one in found:
            one.apply(lambda problem: pulumi.log.error(problem) if problem else None)
    else:
        pulumi.Output.all(pulumi.Output.all(*found), done).apply(lambda both: _fail(both[0]))


def warn_of_ends(made: Sequence[tuple[Planned, AnyResource]]) -> None:
    """Of certificates whose end is near, run after run (R37)."""
    for item, one in made:
        if isinstance(one, chaman.Certificate):
            fill_in(one.end, "").apply(_warning_of_end(item))


def _fail(problems: list[str]) -> None:
    told = [problem for problem in problems if problem]
    if told:
        ledger_lines.note_alarms(told)
        raise pulumi.RunError("\n".join(told))


def _changed(fusion: Fusion, made: Sequence[tuple[Planned, AnyResource]]) -> pulumi.Output[str]:
    retained = [(item, one) for item, one in made if isinstance(one, Retained)]
    observed = pulumi.Output.all(*[fill_in(one.observed) for _, one in retained])
    accepted_on = pulumi.Output.all(*[fill_in(one.acceptedOn, "") for _, one in retained])
    items = [item for item, _ in retained]
    return pulumi.Output.all(observed, accepted_on).apply(
        lambda both: _describe_changes(fusion, items, *both)
    )


def _describe_changes(
    fusion: Fusion, items: Sequence[Planned], observed: list[str], accepted_on: list[str]
) -> str:
    lines = [
        f"  {item.thing}: {status}{_not_accepted(item, accepted)}"
        for item, status, accepted in zip(items, observed, accepted_on, strict=True)
        if status not in NOTHING_TO_TELL
    ]
    if not lines:
        return ""
    return (
        "retained things changed at the disappearing centres (R05). Nothing was written there. Put it right in the "
        f"portal, or accept it with a reason under retain.accept in fusions/{fusion.slug}.yaml:\n"
        + "\n".join(lines)
        + f"\n{_WAIT}."
    )


def _not_accepted(item: Planned, accepted_on: str) -> str:
    """Why what the declaration accepts does not count here, and what does."""
    dates = sorted(item.props.get("accepted") or ())
    if not dates:
        return ""
    if dates[-1] > accepted_on:
        return (
            f" (the acceptance of {dates[-1]} counts from that day on: date it today, by the portal's date)"
        )
    return f" (the acceptance of {dates[-1]} is used: accept this too, with a later date)"


def _refusal(item: Planned, account: chaman.RestAccount) -> pulumi.Output[str]:
    return fill_in(account.refused, "").apply(
        lambda reason: (
            f"{item.thing}: {item.props['supplier']} refused the delegation request ({reason}) (R36). Agree with the "
            f"supplier and set askedAgainOn to today's date, or choose another supplier. {_WAIT}"
            if reason
            else ""
        )
    )


def _expired(fusion: Fusion, item: Planned, certificate: chaman.Certificate) -> pulumi.Output[str]:
    last = Validity.of(item.props).last
    return fill_in(certificate.end, "").apply(
        lambda end: (
            f"{item.thing}: it expired on {last} (R37), and its account works no more. Put a new .cer in the place of "
            f"{item.props['fileName']}, which fusions/{fusion.slug}.yaml names. {_WAIT}"
            if end == EXPIRED
            else ""
        )
    )


def _warning_of_end(item: Planned) -> Callable[[str], None]:
    last = Validity.of(item.props).last

    def warn(end: str) -> None:
        if end == SOON:
            pulumi.log.warn(
                f"{item.thing}: valid until {last} (R37): have a new certificate made, and put its .cer in its place before "
                "that day"
            )

    return warn
