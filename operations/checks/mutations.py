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

from operations.checks.channels import PATIENCE_DAYS, NoFolder, OpenFolder, explain_closed, open_folder
from operations.checks.context import Context, day_of, join_sorted, parse_moment
from operations.checks.folders import MAX_BYTES, File, FolderClosed, newest
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Check, Verdict
from providers import configuration, paths
from schemas.counts import format_count
from schemas.errors import NotFound
from schemas.reference import reference
from schemas.systems import System
from stacks.planned import Centre

QUIET_DAYS = 7
"""Mutations come more often than once in so many days."""
ARRIVE = "mutations arrive"


def list_checks(context: Context) -> Iterator[Check]:
    merged = context.merged
    if context.fusion.mutations:
        yield Check(
            merged, System.MUTATIONS, "mutations ticked", partial(_check_ticks, context, merged), "R48"
        )
    accounts = context.fusion.accounts
    if context.fusion.mutations and accounts and accounts.ftp:
        yield Check(merged, System.MUTATIONS, ARRIVE, partial(_check_arrivals, context, merged), "R48")
    elif merged.role == "keeping":
        yield Check(merged, System.MUTATIONS, ARRIVE, partial(_check_still_arriving, context, merged), "R48")
    for centre in context.disappearing:
        yield Check(centre, System.MUTATIONS, ARRIVE, partial(_check_still_arriving, context, centre), "R22")


def _read_ticks(context: Context, centre: Centre) -> set[str] | None:
    """What is ticked in the portal; None where nothing was ever saved."""
    try:
        body = context.portal(centre).get(paths.screen(centre.kbo, paths.MUTATIONS)).body
    except NotFound:
        return None
    return set(body["receive"])


def _check_ticks(context: Context, centre: Centre) -> Iterator[Verdict]:
    """By the provider's own comparison, so that this and `pulumi preview` never disagree."""
    (item,) = [item for item in context.planned if item.resource is configuration.Mutations]
    provider, props = configuration.MutationsProvider(), dict(item.props)
    found = provider.find(context.portal(centre), props)
    if found is None:
        yield Verdict(FAILED, "the selection was never saved, so nothing arrives: `pulumi up` saves it")
        return
    declared, live = props["ticked"], provider.to_declaration(found.body, props)["ticked"]
    missing = {code for code, wanted in declared.items() if wanted and not live[code]}
    undeclared = {code for code, wanted in declared.items() if not wanted and live[code]}
    if missing:
        yield Verdict(
            FAILED,
            f"not ticked in the portal: {join_sorted(missing)}; what is sent meanwhile is lost: `pulumi up` ticks",
            rule="R50",
        )
    if undeclared:
        yield Verdict(
            FAILED, f"ticked in the portal, not declared: {join_sorted(undeclared)}: preview, then decide"
        )
    if not missing and not undeclared:
        yield Verdict(OK, f"{format_count(sum(declared.values()), 'type')}, as declared")
    if left := provider.find_left(found.body, props):
        # Not named: what the reference list lacks may be anything.
        yield Verdict(
            TODO,
            f"also ticked in the portal, and left so: {format_count(len(left), 'type')} that the reference list does not "
            "have. See there which, and add it to `mutationTypes` in schemas/reference.yaml: then declare it, or let "
            "`pulumi up` untick it",
            rule="R50",
        )


def _check_arrivals(context: Context, centre: Centre) -> Iterator[Verdict]:
    """At the merged centre: nothing but the ticked types, and each of them."""
    ticked = _read_ticks(context, centre)
    if ticked is None:
        yield Verdict(FAILED, "nothing is ticked, so nothing arrives: `pulumi up` saves the selection")
        return
    try:
        opened = open_folder(context, centre)
    except (NoFolder, FolderClosed) as closed:
        yield explain_closed(context, centre, closed)
        return
    files = [file for file in opened.folder.mutations if file.received > opened.since]
    first = min((day_of(file.received) for file in files), default=day_of(opened.since))
    days = (context.today - first).days
    if not files:
        yield _judge_empty_folder(first, days)
        return
    unread = [file for file in files if file.content is None]
    if unread:
        yield Verdict(
            UNKNOWN, f"not looked at: {format_count(len(unread), 'file')}, beyond {MAX_BYTES // 1024**2} MiB"
        )
        return
    seen, lately = read_types(files), read_types(_keep_recent(context, files))
    if seen - ticked:
        yield Verdict(FAILED, f"arrived although not ticked: {_name_types(seen - ticked)}")
    quiet = _judge_silence(context, files)
    if quiet:
        yield quiet
        return
    if ticked - seen:
        result = WAITING if days <= PATIENCE_DAYS else TODO
        way_out = "" if result == WAITING else ": ask whether any was sent (R67)"
        yield Verdict(
            result, f"in {format_count(days, 'day')} none yet of: {_name_types(ticked - seen)}{way_out}"
        )
    if ticked & seen - lately:
        yield _judge_missing_types(ticked & seen - lately)
    if seen == ticked == lately:
        yield Verdict(OK, f"all {len(seen)} ticked types since {first}, the last on {_last_day(files)}")


def _judge_empty_folder(since: date, days: int) -> Verdict:
    if days <= QUIET_DAYS:
        return Verdict(WAITING, f"nothing in the folder since {since}, {format_count(days, 'day')} ago")
    return Verdict(
        TODO,
        f"nothing in the folder since {since}: ask the supplier whether the software fetches it, or nothing comes",
    )


def _keep_recent(context: Context, files: list[File]) -> list[File]:
    return [file for file in files if (context.today - day_of(file.received)).days <= PATIENCE_DAYS]


def _judge_missing_types(codes: set[str]) -> Verdict:
    return Verdict(
        TODO,
        f"none in the last {PATIENCE_DAYS} days of: {_name_types(codes)}: ask whether any was sent (R67)",
    )


def _judge_silence(context: Context, files: list[File]) -> Verdict | None:
    last = _last_day(files)
    if (context.today - last).days <= QUIET_DAYS:
        return None
    return Verdict(
        FAILED, f"none since {last}, and they come more often than every {QUIET_DAYS} days: ask why (R67)"
    )


def _check_still_arriving(context: Context, centre: Centre) -> Iterator[Verdict]:
    """At a centre whose account and selection are not ours: something came in the last days, and no other types lately than
    those that are ticked there."""
    none_expected = _read_retain(context, centre)
    if none_expected and none_expected.released:
        yield Verdict(OK, none_expected.detail)
        return
    try:
        opened = open_folder(context, centre)
    except (NoFolder, FolderClosed) as closed:
        if none_expected and isinstance(closed, NoFolder) and closed.failed:
            yield Verdict(OK, none_expected.detail)
        else:
            yield explain_closed(context, centre, closed)
        return
    files = opened.folder.mutations
    if not files:
        yield Verdict(
            TODO,
            f"nothing in the folder of {opened.account['accountName']}: ask the supplier whether the software fetches "
            "it, or nothing comes",
        )
        return
    quiet = _judge_silence(context, files)
    if quiet:
        yield quiet
        return
    wrong = list(_compare_with_ticks(context, centre, files))
    yield from wrong or [Verdict(OK, _describe_arrivals(opened, files))]


@dataclass(frozen=True)
class NoneExpected:
    """Why no mutations have to arrive any more at a disappearing centre; `released`: whatever lies in its folder."""

    detail: str
    released: bool


def _read_retain(context: Context, centre: Centre) -> NoneExpected | None:
    """By what the declaration says of the centre's accounts and selection, and the portal's date (R05, R61)."""
    for item in ("ftpAccounts", "mutations"):
        if day := context.released_on(centre, item):
            return NoneExpected(f"none has to any more: {item} released on {day}", released=True)
    for accepted in context.fusion.retain.accept:
        if (accepted.centre, accepted.item) == (centre.name, "ftpAccounts") and accepted.on <= context.today:
            return NoneExpected(f"none can any more, as accepted on {accepted.on}", released=False)
    return None


def _compare_with_ticks(context: Context, centre: Centre, files: list[File]) -> Iterator[Verdict]:
    try:
        body = context.portal(centre).get(paths.screen(centre.kbo, paths.MUTATIONS)).body
    except NotFound:
        return  # nothing was ever saved there
    ticked, saved = set(body["receive"]), parse_moment(body["changedAt"])
    read = [file for file in files if file.content is not None]
    # A file of the moment at which the ticks were changed may still be of before.
    others = read_types([file for file in read if file.received > saved]) - ticked
    if others:
        yield Verdict(FAILED, f"arrived although not ticked: {_name_types(others)}", rule="R48")
    if (context.today - day_of(saved)).days > PATIENCE_DAYS and ticked - read_types(read):
        yield _judge_missing_types(ticked - read_types(read))


def _describe_arrivals(opened: OpenFolder, files: list[File]) -> str:
    read = [file for file in files if file.content is not None]
    account = opened.account["accountName"]
    types = format_count(len(read_types(read)), "type")
    return f"{account}: the last on {_last_day(files)}; {types} in the last {PATIENCE_DAYS} days"


def _last_day(files: list[File]) -> date:
    last = newest(files)
    assert last
    return day_of(last.received)


def read_types(files: list[File]) -> set[str]:
    """The types of mutation in files of one JSON object a line. :raises ValueError: where a line is something else."""
    found = set()
    for file in files:
        for line in (file.content or b"").splitlines():
            mutation = json.loads(line)
            if not isinstance(mutation, dict) or not isinstance(mutation.get("type"), str):
                raise ValueError("no mutation")
            found.add(mutation["type"])
    return found


def _name_types(codes: set[str]) -> str:
    """Codes of the reference list as they are; what a file or the portal brings else is not repeated."""
    known = set(reference().codes("mutationTypes"))
    return join_sorted(
        {code if code in known else "a type that the reference list does not have" for code in codes}
    )
