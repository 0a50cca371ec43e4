"""Running dossiers and A036: whether any is left to stop or to enter again (R06-R11), by the provider's own counting."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Props, Subject
from operations.checks.results import OK, TODO, WAITING, Answer, Question
from providers import batches, dossiers
from providers.waiting import Waiting
from stacks.plan import INTEGRATIONS, dossier_props


def questions(subject: Subject) -> Iterator[Question]:
    declared = subject.fusion.dossiers
    if declared is None:
        return
    for merging in subject.fusion.merging:
        if merging.name not in declared.centres:
            continue
        centre = next((one for one in subject.centres if one.kbo == merging.kbo), subject.merged)
        for kind, title in dossiers.TITLES.items():
            props: Props = {**dossier_props(subject.fusion, declared, merging, kind)}
            yield Question(
                centre,
                INTEGRATIONS,
                title,
                partial(_left, props, _refused(subject, props)),
                "R06" if kind == dossiers.FORMS else "R11",
            )


def _refused(subject: Subject, props: Props) -> list[Props]:
    """What the portal refused the last `up`, by the stack's state."""
    for resource in subject.state or ():
        outputs = resource["outputs"]
        known = (outputs.get("organization"), outputs.get("kind"))
        if "restartOn" in outputs and known == (props["organization"], props["kind"]):
            return list(outputs["refused"] or ())
    return []


def _left(props: Props, refused: list[Props]) -> Iterator[Answer]:
    provider = dossiers.DossiersProvider()
    waiting = Waiting.from_props((provider.read("", props).outs or {})["waiting"])
    left = provider.check({}, props).inputs
    stop, enter = (sum(left[name].values()) for name in ("toStop", "toEnter"))
    if enter:
        todo = f"{stop} to stop, {enter} to enter again"
        if refused:
            why = f"the portal refused {batches.reasons(refused)}: put them right in the centre's software"
            yield Answer(TODO, f"{todo}; {why}, then `pulumi up`")
        else:
            yield Answer(TODO, f"{todo}: `pulumi up` does it")
    if waiting:
        by_hand = props["handledBy"] == "byHand" and not waiting.until
        yield Answer(TODO if by_hand else WAITING, waiting.brief)
    if not enter and not waiting:
        yield Answer(OK, "none is left to stop or to enter again")
