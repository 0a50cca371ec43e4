"""What is retained at the disappearing centres: read again and compared with the baseline in the stack's state (R05).

The plan says what is retained, so that nothing is left out because the state does not have it. The comparison is the
provider's own, so that this and `pulumi preview` never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from operations.checks.context import Context, Props
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Check, Verdict, not_looked_at
from providers import retained
from providers.waiting import Waiting
from schemas.counts import format_count
from schemas.errors import FusionError
from schemas.systems import System
from stacks.planned import Centre

_TYPE = "pulumi-python:dynamic/retained:"


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.disappearing:
        yield Check(centre, System.RETAINED, "retained", partial(_check_retained, context, centre), "R05")


def _check_retained(context: Context, centre: Centre) -> Iterator[Verdict]:
    if context.no_state:
        raise context.no_state
    adopts = f"`pulumi up -s {context.stack}` adopts"
    if context.state is None:
        yield Verdict(UNKNOWN, f"not looked at: no state of the stack yet; {adopts}")
        return
    planned = _plan_of(context, centre)
    adopted = {
        str(r["outputs"]["kind"]): dict(r["outputs"]) for r in context.state if _is_retained(r, centre)
    }
    if not adopted:
        yield Verdict(UNKNOWN, f"not looked at: the state has nothing of it; {adopts}")
        return
    unchanged = released = 0
    missing = False
    for props in planned:
        title = retained.KINDS[props["kind"]].title
        try:
            known = adopted.get(props["kind"])
            if known is None:
                if retained.is_released(props, {}):
                    released += 1
                else:
                    missing = True
                    yield Verdict(UNKNOWN, f"not looked at: not adopted yet; {adopts}", title)
                continue
            found = retained.RetainedProvider().read("", known).outs or {}
        except FusionError as error:
            yield Verdict(UNKNOWN, not_looked_at(error), title)
            continue
        unchanged += found["observed"] == retained.UNCHANGED
        released += found["observed"] == retained.RELEASED
        yield from _judge(found, title)
    if released == len(planned):
        yield Verdict(OK, "everything released")
    elif (unchanged or released) and not missing:
        let_go = f", {released} released" if released else ""
        yield Verdict(OK, f"{format_count(unchanged, 'thing')} unchanged{let_go}")
    merging = next(one for one in context.fusion.disappearing if one.kbo == centre.kbo)
    if context.today >= context.fusion.retain.review_on and context.fusion.is_retained(merging):
        yield Verdict(
            TODO,
            f"the review date {context.fusion.retain.review_on} has come: is it still needed?",
            "review",
            "R61",
        )


def _plan_of(context: Context, centre: Centre) -> list[Props]:
    """What the program retains of a centre, each kind."""
    here = (item for item in context.planned if item.centre.kbo == centre.kbo)
    return [dict(item.props) for item in here if issubclass(item.resource, retained.Retained)]


def _is_retained(resource: Mapping[str, Any], centre: Centre) -> bool:
    outputs = resource["outputs"]
    named = str(resource.get("type", "")).startswith(_TYPE) and outputs.get("kind") in retained.KINDS
    return named and outputs.get("organization") == centre.kbo


def _judge(found: Mapping[str, Any], title: str) -> Iterator[Verdict]:
    """What is to be said of one thing: what it waits for, what changed."""
    if waiting := Waiting.from_props(found["waiting"]):
        yield Verdict(WAITING, waiting.brief, title)
    if found["observed"] not in retained.AS_IT_WAS:
        yield Verdict(
            FAILED, f"{found['observed']}: put it right in the portal, or accept it (retain.accept)", title
        )
