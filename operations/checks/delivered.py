"""Mutations: whether exactly the ticked ones arrive at the merged centre, and still at those that disappear (R22, R48).

What is judged is what lies in the folders. A type that did not come yet is waited for: nobody knows when
the next one is due. An empty folder proves nothing, since the software may have fetched everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import partial

from operations.checks.boxes import MAX_BYTES, BoxClosed, File, newest
from operations.checks.channels import PATIENCE_DAYS, NoFolder, Opened, not_opened, open_folder
from operations.checks.shape import FAILED, OK, TODO, UNKNOWN, WAITING, Answer, Question
from operations.checks.subject import Subject, day, listed, number
from providers import configuration
from schemas.errors import NotFound
from schemas.reference import reference
from stacks.plan import CONFIGURATION, Centre

QUIET_DAYS = 7
"""Mutations come more often than once in so many days."""
ARRIVE = "mutations arrive"


def questions(subject: Subject) -> Iterator[Question]:
    merged = subject.merged
    if subject.fusion.mutations:
        yield Question(merged, CONFIGURATION, "mutations ticked", partial(_ticked, subject, merged), "R48")
    accounts = subject.fusion.accounts
    if merged.role == "keeping" or (subject.fusion.mutations and accounts and accounts.ftp):
        yield Question(merged, CONFIGURATION, ARRIVE, partial(_arrive, subject, merged), "R48")
    for centre in subject.disappearing:
        yield Question(centre, CONFIGURATION, ARRIVE, partial(_arrive, subject, centre), "R22")


def _selected(subject: Subject, centre: Centre) -> set[str] | None:
    """What is ticked in the portal; None where nothing was ever saved."""
    try:
        body = subject.portal(centre).get(f"{configuration.API}/{centre.kbo}/mutations").body
    except NotFound:
        return None
    return set(body["receive"])


def _ticked(subject: Subject, centre: Centre) -> Iterator[Answer]:
    assert subject.fusion.mutations
    declared, ticked = set(subject.fusion.mutations.receive), _selected(subject, centre)
    if ticked is None:
        yield Answer(FAILED, "the selection was never saved, so nothing arrives: `pulumi up` saves it")
        return
    if declared - ticked:
        yield Answer(
            FAILED,
            f"not ticked in the portal: {listed(declared - ticked)}; what is sent meanwhile is lost: `pulumi up` ticks",
            rule="R50",
        )
    if ticked - declared:
        yield Answer(
            FAILED,
            f"ticked in the portal, not declared: {listed(_known(ticked - declared))}: preview, then decide",
        )
    if declared == ticked:
        yield Answer(OK, f"{number(len(ticked), 'type')}, as declared")


def _arrive(subject: Subject, centre: Centre) -> Iterator[Answer]:
    """Nothing but the ticked types, and each of them not long ago."""
    ticked = _selected(subject, centre)
    if ticked is None:
        ours = centre == subject.merged and subject.fusion.mutations
        way_out = "`pulumi up` saves the selection" if ours else "have them ticked in the portal"
        yield Answer(FAILED, f"nothing is ticked, so nothing arrives: {way_out}")
        return
    try:
        opened = open_folder(subject, centre)
    except (NoFolder, BoxClosed) as closed:
        yield not_opened(subject, centre, closed)
        return
    files = opened.box.mutations
    first = min(
        (day(file.received) for file in files if file.received > opened.since), default=day(opened.since)
    )
    days = (subject.today - first).days
    if not files:
        yield _empty(opened, days)
        return
    recent = [file for file in files if file.received > opened.read_from]
    unread = [file for file in recent if file.content is None]
    if unread:
        yield Answer(
            UNKNOWN, f"not looked at: {number(len(unread), 'file')}, beyond {MAX_BYTES // 1024**2} MiB"
        )
        return
    seen = types(recent)
    if seen - ticked:
        yield Answer(FAILED, f"arrived although not ticked: {listed(_known(seen - ticked))}", rule="R48")
    quiet = _quiet(subject, files)
    if quiet:
        yield quiet
    elif ticked - seen:
        yield _missing(ticked - seen, days)
    elif seen == ticked:
        since = max(first, day(opened.read_from))
        yield Answer(
            OK,
            f"{opened.account['accountName']}: all {len(seen)} ticked types since {since}, the last on {_last(files)}",
        )


def _empty(opened: Opened, days: int) -> Answer:
    if days <= QUIET_DAYS:
        return Answer(WAITING, f"nothing in the folder since {day(opened.since)}, {number(days, 'day')} ago")
    return Answer(
        TODO,
        f"nothing in the folder of {opened.account['accountName']}: ask the supplier whether the software fetches it, "
        "or nothing comes",
    )


def _missing(wanted: set[str], days: int) -> Answer:
    """`days`: so long ago the folder's first file of these ticks came."""
    if days <= PATIENCE_DAYS:
        return Answer(WAITING, f"in {number(days, 'day')} none yet of: {listed(wanted)}")
    return Answer(TODO, f"in {PATIENCE_DAYS} days none of: {listed(wanted)}: ask whether any was sent (R67)")


def _quiet(subject: Subject, files: list[File]) -> Answer | None:
    last = _last(files)
    if (subject.today - last).days <= QUIET_DAYS:
        return None
    return Answer(
        FAILED, f"none since {last}, and they come more often than every {QUIET_DAYS} days: ask why (R67)"
    )


def _last(files: list[File]) -> date:
    last = newest(files)
    assert last
    return day(last.received)


def types(files: list[File]) -> set[str]:
    """The types of mutation in files of one JSON object a line. :raises ValueError: where a line is something else."""
    found = set()
    for file in files:
        for line in (file.content or b"").splitlines():
            mutation = json.loads(line)
            if not isinstance(mutation, dict) or not isinstance(mutation.get("type"), str):
                raise ValueError("no mutation")
            found.add(mutation["type"])
    return found


def _known(codes: set[str]) -> set[str]:
    """Codes of the reference list as they are; what a file brings else is not repeated."""
    known = set(reference().codes("mutationTypes"))
    return {code if code in known else "a type that the reference list does not have" for code in codes}
