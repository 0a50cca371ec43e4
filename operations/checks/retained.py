"""What is retained at the disappearing centres: read again and compared with the baseline in the stack's state (R05).

The plan says what is retained, so that nothing is left out because the state does not have it. The comparison is the
provider's own, so that this and `pulumi preview` never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from operations.checks.context import Props, Subject, number
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Answer, Question, not_looked_at
from providers import retained
from providers.waiting import Waiting
from schemas.errors import FusionError
from stacks.plan import RETAINED, Centre

_TYPE = "pulumi-python:dynamic/retained:"


def questions(subject: Subject) -> Iterator[Question]:
    for centre in subject.disappearing:
        yield Question(centre, RETAINED, "retained", partial(_retained, subject, centre), "R05")


def _retained(subject: Subject, centre: Centre) -> Iterator[Answer]:
    if subject.no_state:
        raise subject.no_state
    adopts = f"`pulumi up -s {subject.stack}` adopts"
    if subject.state is None:
        yield Answer(UNKNOWN, f"not looked at: no state of the stack yet; {adopts}")
        return
    planned = _planned(subject, centre)
    adopted = {str(r["outputs"]["kind"]): dict(r["outputs"]) for r in subject.state if _is_watched(r, centre)}
    if not adopted:
        yield Answer(UNKNOWN, f"not looked at: the state has nothing of it; {adopts}")
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
                    yield Answer(UNKNOWN, f"not looked at: not adopted yet; {adopts}", title)
                continue
            seen = retained.RetainedProvider().read("", known).outs or {}
        except FusionError as error:
            yield Answer(UNKNOWN, not_looked_at(error), title)
            continue
        unchanged += seen["observed"] == retained.UNCHANGED
        released += seen["observed"] == retained.RELEASED
        yield from _said(seen, title)
    if released == len(planned):
        yield Answer(OK, "everything released")
    elif (unchanged or released) and not missing:
        let_go = f", {released} released" if released else ""
        yield Answer(OK, f"{number(unchanged, 'thing')} unchanged{let_go}")
    merging = next(one for one in subject.fusion.disappearing if one.kbo == centre.kbo)
    if subject.today >= subject.fusion.retain.review_on and subject.fusion.is_retained(merging):
        yield Answer(
            TODO,
            f"the review date {subject.fusion.retain.review_on} has come: is it still needed?",
            "review",
            "R61",
        )


def _planned(subject: Subject, centre: Centre) -> list[Props]:
    """What the program retains of a centre, each kind."""
    here = (item for item in subject.planned if item.centre.kbo == centre.kbo)
    return [dict(item.props) for item in here if issubclass(item.resource, retained.Retained)]


def _is_watched(resource: Mapping[str, Any], centre: Centre) -> bool:
    outputs = resource["outputs"]
    named = str(resource.get("type", "")).startswith(_TYPE) and outputs.get("kind") in retained.KINDS
    return named and outputs.get("organization") == centre.kbo


def _said(seen: Mapping[str, Any], title: str) -> Iterator[Answer]:
    """What is to be said of one thing: what it waits for, what changed."""
    if waiting := Waiting.from_props(seen["waiting"]):
        yield Answer(WAITING, waiting.brief, title)
    if seen["observed"] not in retained.AS_IT_WAS:
        yield Answer(
            FAILED, f"{seen['observed']}: put it right in the portal, or accept it (retain.accept)", title
        )
