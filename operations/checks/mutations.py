"""Mutations: whether exactly the ticked ones arrive at the merged centre, and still some at those that disappear.

What is judged is what lies in the folders. A type that did not come yet is waited for: nobody knows when
the next one is due. An empty folder proves nothing, since the software may have fetched everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from operations.checks.channels import PATIENCE_DAYS, NoFolder, Opened, not_opened, open_folder
from operations.checks.context import Subject, day, listed, moment, number
from operations.checks.folders import MAX_BYTES, BoxClosed, File, newest
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Answer, Question
from providers import paths
from schemas.errors import NotFound
from schemas.reference import reference
from schemas.systems import System
from stacks.planned import Centre

QUIET_DAYS = 7
"""Mutations come more often than once in so many days."""
ARRIVE = "mutations arrive"


def questions(subject: Subject) -> Iterator[Question]:
    merged = subject.merged
    if subject.fusion.mutations:
        yield Question(merged, System.MUTATIONS, "mutations ticked", partial(_ticked, subject, merged), "R48")
    accounts = subject.fusion.accounts
    if subject.fusion.mutations and accounts and accounts.ftp:
        yield Question(merged, System.MUTATIONS, ARRIVE, partial(_arrive, subject, merged), "R48")
    elif merged.role == "keeping":
        yield Question(merged, System.MUTATIONS, ARRIVE, partial(_still_arrive, subject, merged), "R48")
    for centre in subject.disappearing:
        yield Question(centre, System.MUTATIONS, ARRIVE, partial(_still_arrive, subject, centre), "R22")


def _selected(subject: Subject, centre: Centre) -> set[str] | None:
    """What is ticked in the portal; None where nothing was ever saved."""
    try:
        body = subject.portal(centre).get(paths.screen(centre.kbo, "mutations")).body
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
    """At the merged centre: nothing but the ticked types, and each of them."""
    ticked = _selected(subject, centre)
    if ticked is None:
        yield Answer(FAILED, "nothing is ticked, so nothing arrives: `pulumi up` saves the selection")
        return
    try:
        opened = open_folder(subject, centre)
    except (NoFolder, BoxClosed) as closed:
        yield not_opened(subject, centre, closed)
        return
    files = [file for file in opened.box.mutations if file.received > opened.since]
    first = min((day(file.received) for file in files), default=day(opened.since))
    days = (subject.today - first).days
    if not files:
        yield _empty(first, days)
        return
    unread = [file for file in files if file.content is None]
    if unread:
        yield Answer(
            UNKNOWN, f"not looked at: {number(len(unread), 'file')}, beyond {MAX_BYTES // 1024**2} MiB"
        )
        return
    seen, lately = types(files), types(_lately(subject, files))
    if seen - ticked:
        yield Answer(FAILED, f"arrived although not ticked: {listed(_known(seen - ticked))}")
    quiet = _quiet(subject, files)
    if quiet:
        yield quiet
        return
    if ticked - seen:
        result = WAITING if days <= PATIENCE_DAYS else TODO
        way_out = "" if result == WAITING else ": ask whether any was sent (R67)"
        yield Answer(result, f"in {number(days, 'day')} none yet of: {listed(ticked - seen)}{way_out}")
    if ticked & seen - lately:
        yield _no_more(ticked & seen - lately)
    if seen == ticked == lately:
        yield Answer(OK, f"all {len(seen)} ticked types since {first}, the last on {_last(files)}")


def _empty(since: date, days: int) -> Answer:
    if days <= QUIET_DAYS:
        return Answer(WAITING, f"nothing in the folder since {since}, {number(days, 'day')} ago")
    return Answer(
        TODO,
        f"nothing in the folder since {since}: ask the supplier whether the software fetches it, or nothing comes",
    )


def _lately(subject: Subject, files: list[File]) -> list[File]:
    return [file for file in files if (subject.today - day(file.received)).days <= PATIENCE_DAYS]


def _no_more(codes: set[str]) -> Answer:
    return Answer(
        TODO, f"none in the last {PATIENCE_DAYS} days of: {listed(codes)}: ask whether any was sent (R67)"
    )


def _quiet(subject: Subject, files: list[File]) -> Answer | None:
    last = _last(files)
    if (subject.today - last).days <= QUIET_DAYS:
        return None
    return Answer(
        FAILED, f"none since {last}, and they come more often than every {QUIET_DAYS} days: ask why (R67)"
    )


def _still_arrive(subject: Subject, centre: Centre) -> Iterator[Answer]:
    """At a centre whose account and selection are not ours: something came in the last days, and no other types lately than
    those that are ticked there."""
    let_go = _let_go(subject, centre)
    if let_go and let_go.released:
        yield Answer(OK, let_go.told)
        return
    try:
        opened = open_folder(subject, centre)
    except (NoFolder, BoxClosed) as closed:
        if let_go and isinstance(closed, NoFolder) and closed.failed:
            yield Answer(OK, let_go.told)
        else:
            yield not_opened(subject, centre, closed)
        return
    files = opened.box.mutations
    if not files:
        yield Answer(
            TODO,
            f"nothing in the folder of {opened.account['accountName']}: ask the supplier whether the software fetches "
            "it, or nothing comes",
        )
        return
    quiet = _quiet(subject, files)
    if quiet:
        yield quiet
        return
    wrong = list(_otherwise_than_ticked(subject, centre, files))
    yield from wrong or [Answer(OK, _came(opened, files))]


@dataclass(frozen=True)
class LetGo:
    """Why no mutations have to arrive any more at a disappearing centre; `released`: whatever lies in its folder."""

    told: str
    released: bool


def _let_go(subject: Subject, centre: Centre) -> LetGo | None:
    """By what the declaration says of the centre's accounts and selection, and the portal's date (R05, R61)."""
    retain = subject.fusion.retain
    for released in retain.release:
        of_it = released.centre == centre.name and released.item in ("ftpAccounts", "mutations")
        if of_it and released.on <= subject.today:
            return LetGo(f"none has to any more: {released.item} released on {released.on}", released=True)
    for accepted in retain.accept:
        if (accepted.centre, accepted.item) == (centre.name, "ftpAccounts") and accepted.on <= subject.today:
            return LetGo(f"none can any more, as accepted on {accepted.on}", released=False)
    return None


def _otherwise_than_ticked(subject: Subject, centre: Centre, files: list[File]) -> Iterator[Answer]:
    try:
        body = subject.portal(centre).get(paths.screen(centre.kbo, "mutations")).body
    except NotFound:
        return  # nothing was ever saved there
    ticked, saved = set(body["receive"]), moment(body["changedAt"])
    read = [file for file in files if file.content is not None]
    # A file of the moment at which the ticks were changed may still be of before.
    others = types([file for file in read if file.received > saved]) - ticked
    if others:
        yield Answer(FAILED, f"arrived although not ticked: {listed(_known(others))}", rule="R48")
    if (subject.today - day(saved)).days > PATIENCE_DAYS and ticked - types(read):
        yield _no_more(ticked - types(read))


def _came(opened: Opened, files: list[File]) -> str:
    read = [file for file in files if file.content is not None]
    account = opened.account["accountName"]
    return f"{account}: the last on {_last(files)}; {number(len(types(read)), 'type')} in the last {PATIENCE_DAYS} days"


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
