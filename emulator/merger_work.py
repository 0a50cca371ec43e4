"""What a merger leaves to do of an organisation's forms and attestations: to stop, and to enter again (R06-R11).

Both are asked with the merger's day, which a centre knows long before the portal does: to stop is what began before that
day and runs, to enter what ended on its eve and is continued nowhere. What is being handled is counted apart.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from emulator import forms_store, problems, slices
from emulator.form_batches import day_before
from emulator.operation import Answer, Call, Operation

ORGANIZATION = "/organizations/{enterpriseNumber}"
STEPS = ("stop", "enter")
_KINDS = {"forms": forms_store.FORM, "attestations": forms_store.ATTESTATION}

# The plus sign keeps the planner from reading by date: counts go by the index by quality, pages by the one by place.
_TO_STOP = "organization = :number AND kind = :kind AND end_date IS NULL AND +start_date < :day"
_TO_ENTER = "organization = :number AND kind = :kind AND end_date = :eve AND end_date IS NOT NULL AND successor IS NULL"
_LOCKED = "coalesce(locked_until > :today, 0)"


def count_work(call: Call) -> Answer:
    day = _merger_day(call)
    items = [item for kind in forms_store.KINDS for item in _counted(call, kind, day)]
    return Answer(200, {"items": items, "total": len(items)})


def _counted(call: Call, kind: str, day: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def of(code: str) -> dict[str, Any]:
        nothing = {"kind": kind, "qualityCode": code, "toStop": 0, "locked": 0, "toEnter": 0}
        return found.setdefault(code, nothing)

    values = _values(call, kind, day)
    rows = call.connection.execute(
        f"SELECT quality_code, count(*), sum({_LOCKED}), max(CASE WHEN {_LOCKED} THEN locked_until END)"  # noqa: S608 - constants
        f" FROM forms WHERE {_TO_STOP} GROUP BY quality_code",
        values,
    )
    for code, number, locked, until in rows:
        of(code).update(toStop=number - locked, locked=locked)
        if locked:
            of(code)["lockedUntil"] = until
    rows = call.connection.execute(
        f"SELECT quality_code, count(*) FROM forms WHERE {_TO_ENTER} GROUP BY quality_code",  # noqa: S608 - a constant
        values,
    )
    for code, number in rows:
        of(code)["toEnter"] = number
    return [found[code] for code in sorted(found)]


def list_work(call: Call) -> Answer:
    """A page of what is left of one step, in the order in which the forms were entered."""
    kind = _KINDS.get(call.path["collection"])
    if kind is None:
        raise problems.not_found("collection")
    position, size = slices.asked(call, 1)
    if position is not None and not (position[0].isdecimal() and len(position[0]) < 19):
        raise slices.unknown_position()
    step = call.query.get("step")
    if step not in STEPS:
        raise problems.bad_request([problems.Issue("invalidInput", "stop or enter", "step", "query")])
    which = f"{_TO_STOP} AND status = 'running' AND NOT {_LOCKED}" if step == "stop" else _TO_ENTER
    rows = call.connection.execute(
        f"SELECT seq, id, quality_code FROM forms WHERE {which} AND seq > :after ORDER BY seq LIMIT :size",  # noqa: S608 - constants
        {
            **_values(call, kind, _merger_day(call)),
            "after": 0 if position is None else int(position[0]),
            "size": size + 1,
        },
    ).fetchall()
    answer: dict[str, Any] = {"items": [{"id": key, "qualityCode": code} for _, key, code in rows[:size]]}
    if len(rows) > size:
        answer["next"] = slices.next_page(call, size, rows[size - 1][0])
    return Answer(200, answer)


def _merger_day(call: Call) -> str:
    """:raises Problem: 400 for a `mergerOn` that is no date."""
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


def operations(needs: tuple[str, ...]) -> tuple[Operation, ...]:
    """The table's part."""
    return (
        Operation(
            "GET",
            ORGANIZATION + "/work",
            "countWork",
            "How many forms and attestations a merger leaves to stop and to enter again",
            count_work,
            answer="integrations:WorkCounts",
            needs=needs,
            query=("mergerOn",),
            rules=("R06", "R11"),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/work/{collection}",
            "listWork",
            "Which ones these are: `forms` or `attestations`, for one of the two steps",
            list_work,
            answer="integrations:WorkList",
            needs=needs,
            query=("mergerOn", "step", *slices.PAGING),
            statuses=(200, 404),
            rules=("R06", "R11"),
        ),
    )
