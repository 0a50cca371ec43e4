"""The work that a merger leaves with an organisation's forms and attestations: stop them, enter them again (R06-R11).

The caller names the merger's day, which a centre knows long before the portal does.

- To stop: forms that began before that day and run past its eve. Those that were stopped for a merger on another day too, so
  that nothing gets lost over a wrong date.
- To enter again: forms that were stopped on its eve and continue nowhere.

Forms that somebody handles are counted apart. So are those that ended on the eve without a word about the merger: only
people know whether they go on.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from emulator.core import organizations, paging, problems
from emulator.core.operation import Answer, Call, Need, Operation
from emulator.systems.integrations import store as forms_store
from emulator.systems.integrations.batches import continuation_day, day_before

ORGANIZATION = "/organizations/{enterpriseNumber}"
_KINDS = {"forms": forms_store.FORM, "attestations": forms_store.ATTESTATION}

# The plus sign keeps the planner from reading by date: counts go by the index by quality, pages by the one by place.
_TO_STOP = "organization = :number AND kind = :kind AND end_date IS NULL AND +start_date < :day"
_TO_STOP_EARLIER = (
    "organization = :number AND kind = :kind AND end_date IS NOT NULL AND successor IS NULL AND +start_date < :day"
    " AND (end_date >= :day OR (end_date <> :eve AND stopped_for IS NOT NULL))"
)
_ON_THE_EVE = "organization = :number AND kind = :kind AND end_date = :eve AND end_date IS NOT NULL AND successor IS NULL"
# Stopped for the merger: so it was said, or its own end was a later one.
_FOR_IT = "(stopped_for IS NOT NULL OR planned_end IS NOT NULL)"
_TO_ENTER, _ENDED = f"{_ON_THE_EVE} AND {_FOR_IT}", f"{_ON_THE_EVE} AND NOT {_FOR_IT}"
_LOCKED = "coalesce(locked_until > :today, 0)"
# A query each: what runs is read first, by its index; of what was stopped before, however much there is, no more than lies
# beside it on the page.
_LISTED = {
    "stop": (
        f"{_TO_STOP} AND status = 'running' AND NOT {_LOCKED}",
        f"{_TO_STOP_EARLIER} AND status = 'stopped' AND NOT {_LOCKED}",
    ),
    "enter": (_TO_ENTER,),
    "ended": (_ENDED,),
}


def count_work(call: Call) -> Answer:
    day = _merger_day(call)
    items = [item for kind in forms_store.KINDS for item in _counted(call, kind, day)]
    return Answer(200, {"items": items, "total": len(items)})


def _counted(call: Call, kind: str, day: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def of(code: str) -> dict[str, Any]:
        nothing = {"kind": kind, "qualityCode": code, "toStop": 0, "locked": 0, "toEnter": 0, "ended": 0}
        return found.setdefault(code, nothing)

    values = _values(call, kind, day)
    for which in (_TO_STOP, _TO_STOP_EARLIER):
        rows = call.connection.execute(
            f"SELECT quality_code, count(*), sum({_LOCKED}), max(CASE WHEN {_LOCKED} THEN locked_until END)"  # noqa: S608 - constants
            f" FROM forms WHERE {which} GROUP BY quality_code",
            values,
        )
        for code, number, locked, until in rows:
            one = of(code)
            one.update(toStop=one["toStop"] + number - locked, locked=one["locked"] + locked)
            if locked:
                one["lockedUntil"] = max(until, one.get("lockedUntil", until))
    for name, which in (("toEnter", _TO_ENTER), ("ended", _ENDED)):
        rows = call.connection.execute(
            f"SELECT quality_code, count(*) FROM forms WHERE {which} GROUP BY quality_code",  # noqa: S608 - constants
            values,
        )
        for code, count in rows:
            of(code)[name] = count
    return [found[code] for code in sorted(found)]


def list_work(call: Call) -> Answer:
    """A page of what is left of one step, in the order in which the forms were entered."""
    kind = _KINDS.get(call.path["collection"])
    if kind is None:
        raise problems.not_found("collection")
    position, size = paging.read_position(call, 1)
    if position is not None and not (position[0].isdecimal() and len(position[0]) < 19):
        raise paging.unknown_position()
    step = call.query.get("step")
    if step is None or step not in _LISTED:
        raise problems.bad_request([problems.Issue("invalidInput", "stop, enter or ended", "step", "query")])
    values = {
        **_values(call, kind, _merger_day(call)),
        "after": 0 if position is None else int(position[0]),
        "last": sys.maxsize,
        "size": size + 1,
    }
    rows: list[tuple[int, str, str]] = []
    for which in _LISTED[step]:
        rows += call.connection.execute(
            f"SELECT seq, id, quality_code FROM forms WHERE {which} AND seq > :after AND seq <= :last"  # noqa: S608 - constants
            " ORDER BY seq LIMIT :size",
            values,
        )
        if len(rows) > size:
            values["last"] = rows[size][0]
    rows.sort()
    answer: dict[str, Any] = {"items": [{"id": key, "qualityCode": code} for _, key, code in rows[:size]]}
    if len(rows) > size:
        answer["next"] = paging.next_page(call, size, rows[size - 1][0])
    return Answer(200, answer)


def get_predecessor(call: Call) -> Answer:
    """That a number's forms begin again under this one: asked before the first of them is stopped (R06)."""
    return Answer(200, {"enterpriseNumber": call.path["predecessor"], "startDate": _merger_day(call)})


def require_in_effect(call: Call) -> None:
    """:raises Problem: 409 while the merger of that day is not in effect, 404 for a number that is none of the portal's."""
    day = _merger_day(call)
    centre = organizations.find(call.connection, call.path["predecessor"])
    if centre is None:
        raise problems.not_found("organisation")
    if continuation_day(centre, call.organization) != day:
        planned = organizations.merger_day(call.connection, centre)
        raise problems.not_yet(
            "mergerNotInEffect",
            f"No form of {centre.name} begins again under {call.organization.name} on {day}, as far as is known here",
            planned if centre.merged_into is None else None,
            "R06",
        )


def _merger_day(call: Call) -> str:
    """:raises Problem: 400 for a `mergerOn` that is not a date."""
    text = call.query.get("mergerOn", "")
    try:
        if len(text) == 10 and text > "0001-01-01":
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise problems.bad_request([problems.Issue("invalidInput", "a date, as 2025-01-01", "mergerOn", "query")])


def _values(call: Call, kind: str, day: str) -> dict[str, Any]:
    today = call.now.date().isoformat()
    return {"number": call.number, "kind": kind, "day": day, "eve": day_before(day), "today": today}


def operations(needs: tuple[Need, ...]) -> tuple[Operation, ...]:
    """The table's part."""
    return (
        Operation(
            "GET",
            ORGANIZATION + "/work",
            "countWork",
            "How many forms and attestations a merger leaves to stop and to enter again",
            count_work,
            answer="systems.integrations:WorkCounts",
            needs=needs,
            query=("mergerOn",),
            rules=("R06", "R11"),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/predecessors/{predecessor}",
            "getPredecessor",
            "Whether the forms of a number begin again under this one from a merger's day on",
            get_predecessor,
            answer="systems.integrations:Predecessor",
            needs=(*needs, Need.MERGER),
            query=("mergerOn",),
            statuses=(200, 404),
            rules=("R06", "R07", "R08", "R09"),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/work/{collection}",
            "listWork",
            "Which ones these are: `forms` or `attestations`, for one of the steps",
            list_work,
            answer="systems.integrations:WorkList",
            needs=needs,
            query=("mergerOn", "step", *paging.PAGING),
            statuses=(200, 404),
            rules=("R06", "R11"),
        ),
    )
