"""Running dossiers and A036: whether any is left to stop or to enter again (R06-R11), by the provider's own counting."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context, Props
from operations.checks.results import OK, TODO, WAITING, Check, Verdict
from providers import batches, dossiers
from providers.waiting import Waiting
from stacks.plan import DOSSIER_SYSTEMS, dossier_props


def list_checks(context: Context) -> Iterator[Check]:
    declared = context.fusion.dossiers
    if declared is None:
        return
    for merging in context.fusion.merging:
        if merging.name not in declared.centres:
            continue
        centre = next((one for one in context.centres if one.kbo == merging.kbo), context.merged)
        for kind, title in dossiers.TITLES.items():
            props: Props = {**dossier_props(context.fusion, declared, merging, kind)}
            yield Check(
                centre,
                DOSSIER_SYSTEMS[kind],
                title,
                partial(_check_left, props, _read_refused(context, props)),
                "R06" if kind == dossiers.FORMS else "R11",
            )


def _read_refused(context: Context, props: Props) -> list[Props]:
    """What the portal refused the last `up`, by the stack's state."""
    for resource in context.state or ():
        outputs = resource["outputs"]
        known = (outputs.get("organization"), outputs.get("kind"))
        if "restartOn" in outputs and known == (props["organization"], props["kind"]):
            return list(outputs["refused"] or ())
    return []


def _check_left(props: Props, refused: list[Props]) -> Iterator[Verdict]:
    provider = dossiers.DossiersProvider()
    waiting = Waiting.from_props((provider.read("", props).outs or {})["waiting"])
    left = provider.check({}, props).inputs
    stop, enter = (sum(left[name].values()) for name in ("toStop", "toEnter"))
    if enter:
        todo = f"{stop} to stop, {enter} to enter again"
        if refused:
            why = f"the portal refused {batches.reasons(refused)}: put them right in the centre's software"
            yield Verdict(TODO, f"{todo}; {why}, then `pulumi up`")
        else:
            yield Verdict(TODO, f"{todo}: `pulumi up` does it")
    if waiting:
        by_hand = props["handledBy"] == "byHand" and not waiting.until
        yield Verdict(TODO if by_hand else WAITING, waiting.brief)
    if not enter and not waiting:
        yield Verdict(OK, "none is left to stop or to enter again")
