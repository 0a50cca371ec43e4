"""The comment on a pull request: what the whole fleet's review says, in at most as many bytes as the host takes.

Where something is left out it says so first (`shortening.py` has the order). The digest is always that of the whole plan.
Where not even what is never left out has room, it says that, and names no digest: nobody could have read what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operations.approvals.digest import find_gaps
from operations.plans.as_markdown import code, inline, quiet_lines
from operations.plans.text import Text, Value, join
from operations.plans.view import View, make_view
from operations.plans.words import Words
from operations.reviews.review import NoPlan, Review
from operations.reviews.shortening import Shortened, fusion_blocks, shorten
from schemas.findings import Finding

MOST_LISTED = 50
"""How many findings, or files, a comment names: whoever reads more than these has one cause to look for."""
_SHORT = 12
_COMMIT = re.compile("[0-9a-f]{40,64}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_~%-]+")
_STACK = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Place:
    """Where a comment is, and the whole plan.

    :param marker: what it is found by again; nobody sees it.
    :param run: the address of the job with the files, "" where there is none.
    :param budget: how many bytes it may have.
    """

    marker: str
    run: str
    budget: int


def write_comment(review: Review, language: str, place: Place) -> str:
    """What is to be said of this review there."""
    words = Words(language)
    view = make_view(review.plan, language)

    def write(shortened: Shortened) -> str:
        return _joined(place, _blocks(review, view, words, place, shortened))

    return shorten(view.fusions, write, place.budget) or _joined(place, _too_long(review, view, words, place))


def write_failure(head: str, why: str, language: str, place: Place) -> str:
    """What stands there where a review could not be made: no earlier plan may look as if it were of this commit."""
    words = Words(language)
    told = words.say(
        "❌ The review of {head} failed. What stood here before is out of date: there is no plan to approve.",
        head=_short(head),
    )
    first = [line for line in why.splitlines() if line.strip()][:MOST_LISTED]
    lines = "\n".join(f"- {code(Value(line[:500]).shown)}" for line in first)
    return _joined(place, [_heading(words), inline(told), lines, *_job(words, place)])


def write_refused(head: str, why: str, language: str, place: Place) -> str:
    """What stands there where the host does not take the comment."""
    words = Words(language)
    told = words.say(
        "❌ The review of {head} is made, and this host does not take it as a comment: {why}. It is in the job's files.",
        head=_short(head),
        why=why,
    )
    return _joined(place, [_heading(words), inline(told), *_job(words, place)])


def _short(revision: str) -> str:
    """A commit as hosts show it; what is none as it is."""
    return revision[:_SHORT] if _COMMIT.fullmatch(revision) else revision


def _joined(place: Place, blocks: Iterator[str] | Sequence[str]) -> str:
    body = "\n\n".join(block for block in blocks if block) + "\n"
    return f"{place.marker}\n{body}" if place.marker else body


def _heading(words: Words) -> str:
    return f"## {inline(words.say('Review of the fusions'))}"


def _blocks(review: Review, view: View, words: Words, place: Place, shortened: Shortened) -> Iterator[str]:
    yield _heading(words)
    if shortened.is_cut:
        cut = words.say(
            "✂️ This comment is shortened: by name only: {named}; only counted: {counted}. Warnings, removals and who goes "
            "are all here. The digest is that of the whole plan: read it before you approve.",
            named=(str(shortened.named),),
            counted=(str(shortened.counted),),
        )
        yield f"> **{inline(cut)}**"
        yield from _where(words, place)
    yield from _about(review, view, words)
    yield _findings(review, words)
    for number, fusion in enumerate(view.fusions):
        if not fusion.is_quiet:
            yield from fusion_blocks(number, fusion, shortened, words)
    yield _quiet(review, view, words)
    yield from _approval(review, view, words)
    if not view.fusions:
        yield from _job(words, place)
        return
    if not shortened.is_cut:
        yield from _where(words, place)
    yield f"*{inline(view.footer)}*"


def _too_long(review: Review, view: View, words: Words, place: Place) -> Iterator[str]:
    yield _heading(words)
    told = words.say(
        "✂️ This plan is too long for a comment: not even its warnings, its removals and who goes have room here. Nothing "
        "of it is shown, and no digest: read the whole plan, which has it."
    )
    yield f"> **{inline(told)}**"
    yield from _where(words, place)
    yield from _about(review, view, words, most=5)
    yield f"- {inline(words.say('findings: {count}', count=(str(len(review.findings)),)))}"


def _about(review: Review, view: View, words: Words, most: int = MOST_LISTED) -> Iterator[str]:
    """Of what this is, how much, and why there is no plan."""
    merge, changes = review.merge, review.changes
    lines = [
        words.say(
            "commit {head}, merged into {base}, by the program of the base",
            head=_short(merge.head),
            base=_short(merge.base),
        ),
        words.say(
            "changed fusions: {changed}; unchanged: {unchanged}",
            changed=(str(len(changes.changed) + len(changes.gone)),),
            unchanged=(str(changes.unchanged),),
        ),
    ]
    if view.fusions:
        lines.append(words.labelled(words.say("planned"), view.summary))
    else:
        lines += _by_name(review, words, most)
        if not review.people_checked:
            lines.append(words.say("people and passwords are not checked here"))
    yield "\n".join(f"- {inline(line)}" for line in lines)
    yield "\n".join(f"- {line}" for line in _notices(review, words, most))


def _by_name(review: Review, words: Words, most: int) -> Iterator[Text]:
    """The fusions that change, where no plan names them."""
    added = review.changes.added
    for label, names in (
        (words.say("changed"), [name for name in review.changes.changed if name not in added]),
        (words.say("new"), added),
    ):
        if names:
            yield words.labelled(label, _list(names, words, most))


def _notices(review: Review, words: Words, most: int) -> Iterator[str]:
    changes = review.changes
    if review.no_plan is NoPlan.OUTSIDE:
        told = words.say(
            "It changes more than the files of `fusions/`, so there is no plan: the program that would apply it is not the "
            "one that plans here. The declarations are validated, by the program of the base. Have it merged in two steps."
        )
        yield f"⚠️ {inline(told)} {inline(_list(changes.outside, words, most))}"
    if review.no_plan is NoPlan.CONFLICT:
        told = words.say("It cannot be merged as it is, so there is no plan. In conflict:")
        yield f"❌ {inline(told)} {inline(_list(review.merge.conflicts, words, most))}"
    if review.no_plan is NoPlan.ASKED:
        yield inline(
            words.say("The declarations are validated, and not planned: this job may not ask the portal.")
        )
    refused = [
        words.say("not taken, so there is no plan: {path}: {reason}", path=path, reason=reason)
        for path, reason in review.refused
    ]
    yield from (f"❌ {inline(line)}" for line in _at_most(most, refused, words))
    yield from (f"⚠️ {inline(line)}" for line in _at_most(most, [*_renamed(review, words)], words))
    yield from (f"⚠️ {inline(line)}" for line in _at_most(most, [*_gone(review, words)], words))
    yield from (f"⚠️ {inline(line)}" for line in _at_most(most, [*_new(review, words)], words))
    if review.with_findings:
        told = words.say("not planned, since there are findings:")
        yield f"❌ {inline(told)} {inline(_list(review.with_findings, words, most))}"


def _renamed(review: Review, words: Words) -> Iterator[Text]:
    for old, new in review.changes.renamed:
        yield words.say(
            "{old} is called {new} now. A stack belongs to the name: the stack {old} will no longer find its declaration.",
            old=old,
            new=new,
        )


def _gone(review: Review, words: Words) -> Iterator[Text]:
    for name in review.changes.gone:
        yield words.say(
            "{name}: the declaration is gone. Nothing is taken away at the portal by that, and its stack cannot be planned "
            "any more. To take away what this project made there, run `pulumi destroy` before you merge.",
            name=name,
        )


def _new(review: Review, words: Words) -> Iterator[Text]:
    for name, settings in review.new:
        yield words.say(
            "{name}: no stack yet. It is planned as a new one, with the settings of {file}. After the merge, `fusion setup` "
            "makes the stack.",
            name=name,
            file=settings,
        )


def _at_most(most: int, lines: Sequence[Text], words: Words) -> Iterator[Text]:
    yield from lines[:most]
    if (more := len(lines) - most) > 0:
        yield words.say("and {count} more", count=(str(more),))


def _list(names: Sequence[str], words: Words, most: int) -> Text:
    listed = join(((Value(name),) for name in names[:most]), ", ")
    more = len(names) - most
    return (*listed, ", ", *words.say("and {count} more", count=(str(more),))) if more > 0 else listed


def _findings(review: Review, words: Words) -> str:
    if not review.findings:
        return ""
    lines = [f"### {inline(words.say('findings: {count}', count=(str(len(review.findings)),)))}", ""]
    lines += _finding_lines("❌", review.own_findings, words)
    if review.others_findings:
        lines += ["", inline(words.say("In files that this does not touch, as they are in the base:")), ""]
        lines += _finding_lines("⚠️", review.others_findings, words)
    return "\n".join(lines)


def _finding_lines(sign: str, findings: Sequence[Finding], words: Words) -> Iterator[str]:
    for one in findings[:MOST_LISTED]:
        where = f"{one.file}:{one.line}:{one.column}"
        told = words.labelled((Value(where), f" {one.rule}"), (Value(one.message),))
        yield f"- {sign} {inline(told)}"
    if (more := len(findings) - MOST_LISTED) > 0:
        yield f"- {inline(words.say('and {count} more', count=(str(more),)))}"


def _quiet(review: Review, view: View, words: Words) -> str:
    """What a line says all of: fusions without a change, those without a portal, and one line for all others."""
    lines = [line for one in view.fusions if one.is_quiet for line in quiet_lines(one)]
    if review.changes.unchanged:
        others = words.say(
            "fusions that this does not touch: {count}", count=(str(review.changes.unchanged),)
        )
        lines.append(f"- {inline(others)}")
    return "\n".join(lines)


def _approval(review: Review, view: View, words: Words) -> Iterator[str]:
    plan = review.plan
    if not plan.fusions:
        return
    if all(fusion.is_empty for fusion in plan.fusions) and plan.digest:
        yield inline(words.say("There is nothing to apply."))
        return
    if not plan.digest:
        if plan.is_by_hand:
            yield inline(view.no_digest)
            return
        gaps = [*find_gaps(plan)]
        yield f"❌ {inline(view.no_digest)} {inline(_list(gaps, words, MOST_LISTED))}".rstrip()
        return
    told = words.say(
        "Who approves this pull request approves this digest. After the merge, this applies it, and nothing else:"
    )
    assert all(_STACK.fullmatch(stack) for stack in review.stacks)
    command = f"fusion up {' '.join(review.stacks)} --approved {plan.digest}"
    yield f"{inline(told)}\n\n```sh\n{command}\n```"


def _where(words: Words, place: Place) -> Iterator[str]:
    """Where the whole plan is."""
    if _has_job(place):
        yield f"[{inline(words.say('The whole plan, as a page and as JSON, is in the files of this job.'))}]({place.run})"
    else:
        yield inline(words.say("The whole plan is in `plan.html` and `plan.json`, where `--out` says."))


def _job(words: Words, place: Place) -> Iterator[str]:
    """The job, where there is no plan to find in its files."""
    if _has_job(place):
        yield f"[{inline(words.say('See the job of this review.'))}]({place.run})"


def _has_job(place: Place) -> bool:
    return bool(place.run and _ADDRESS.fullmatch(place.run))
