"""What is said of plans as a whole: their title, how many there are, how many steps are done, why there is no digest."""

from __future__ import annotations

from operations.plans import labels
from operations.plans.model import FusionPlan, Outcome, Plan
from operations.plans.text import Text, Value
from operations.plans.words import Words


def say_no_digest(plan: Plan, words: Words) -> Text:
    """Why nothing can be approved, and the way out."""
    if plan.is_by_hand:
        return words.say(
            "There is no digest, since nothing is applied: people do the steps, and note them with `fusion runbook … --done "
            "STEP`."
        )
    return words.say("This plan has no digest, and cannot be approved: put right what is said above.")


def say_title(plan: Plan, words: Words) -> Text:
    """`Plan: pajottegem`; of several it has none of their names."""
    title = words.say("Plan")
    return words.labelled(title, (Value(plan.fusions[0].stack),)) if len(plan.fusions) == 1 else title


def say_overall(plan: Plan, words: Words) -> Text:
    """How many fusions there are, and with what."""
    changing = sum(not one.is_empty and not one.failed for one in plan.fusions)
    quiet = sum(one.is_empty for one in plan.fusions)
    by_hand = sum(one.is_by_hand for one in plan.fusions)
    failed = len(plan.fusions) - changing - quiet - by_hand
    parts = [
        words.say("fusions: {count}", count=(str(len(plan.fusions)),)),
        words.say("with changes: {count}", count=(str(changing),)),
        words.say("without changes: {count}", count=(str(quiet),)),
    ]
    if by_hand:
        parts.append(words.say("without a portal: {count}", count=(str(by_hand),)))
    if failed:
        parts.append(words.say("without a plan: {count}", count=(str(failed),)))
    return words.several(parts)


def say_steps(plan: FusionPlan, words: Words) -> Text:
    """`steps of the runbook done: 12 of 48; cannot be done yet: 6; to do: 30`."""
    counts = plan.steps
    if counts is None:
        return ()
    done, total = (str(counts.done),), (str(counts.total),)
    parts = [words.say("steps of the runbook done: {done} of {all}", done=done, all=total)]
    for label, count in ((labels.OUTCOMES[Outcome.WAITS], counts.waits), ("to do", counts.open)):
        if count:
            parts.append(words.labelled(words.say(label), (str(count),)))
    return words.several(parts)
