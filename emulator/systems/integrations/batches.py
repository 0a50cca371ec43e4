"""Forms by the batch: stopping them, and entering them again under the number that goes on (R06-R11).

Each form of a batch is done or refused by itself. The answer says which and why, in the order of the request. A form that
was done before is not refused, so a batch can be sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from emulator.core import organizations
from emulator.core.operation import Answer, Call
from emulator.core.organizations import Organization
from emulator.systems.integrations import store as forms_store
from emulator.systems.integrations.store import Draft, Form


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form of a batch was left as it is.

    :param available_from: the date from which it can be done.
    """

    reason: str
    detail: str
    rule: str | None = None
    available_from: str | None = None

    def as_json(self) -> dict[str, str]:
        answer = {"result": "refused", "reason": self.reason, "detail": self.detail}
        if self.rule is not None:
            answer["rule"] = self.rule
        if self.available_from is not None:
            answer["availableFrom"] = self.available_from
        return answer


_UNKNOWN = Refusal("unknownForm", "There is no such form under this number")
_OTHER_END = Refusal("alreadyRunning", "The same goes on here already, until another day", "R06")


def stop(call: Call, kind: str) -> Answer:
    """R06: the forms of running dossiers get an end date."""
    end_date: str = call.body["endDate"]
    merged_on = organizations.merger_day(call.connection, call.organization)
    day = merged_on or call.organization.nis_since
    known = forms_store.find(call.connection, kind, call.body["ids"])
    items: list[dict[str, Any]] = []
    stopped: list[Form] = []
    for key in call.body["ids"]:
        form = known.get(key)
        if form is None or form.organization != call.number:
            items.append({"id": key, **_UNKNOWN.as_json()})
        elif form.end_date == end_date:
            items.append({"id": key, "result": "alreadyStopped"})
        elif (refusal := _against_stopping(call, form, end_date, day, merged_on)) is not None:
            items.append({"id": key, **refusal.as_json()})
        else:
            stopped.append(form)
            items.append({"id": key, "result": "stopped"})
    forms_store.stop(call.connection, stopped, end_date, call.at, day, call.body.get("mergerOn"))
    _link_by_hand(call, stopped, end_date)
    return Answer(200, {"items": items})


def _against_stopping(
    call: Call, form: Form, end_date: str, day: str | None, merged_on: str | None
) -> Refusal | None:
    """Why a form is not stopped; `day` is the merger's, `merged_on` only where the number does not go on."""
    # One that was to go on past the merger, or was stopped for it on a wrong day, is put right: as it is nothing can
    # continue it.
    past = day is not None and form.start_date < day and form.end_date is not None and form.end_date >= day
    wrong = form.stopped_for is not None and form.successor is None
    if form.end_date is not None and not past and not wrong:
        return Refusal("stoppedOnAnotherDate", f"It was stopped on {form.end_date} already")
    if end_date < form.start_date:
        return Refusal("endsBeforeStart", f"It begins on {form.start_date} only")
    if merged_on is not None and end_date >= merged_on:
        return Refusal(
            "afterMerger", f"Nothing goes on under this number from {merged_on}: stop it by then", "R06"
        )
    if form.locked_until is not None and call.now.date().isoformat() < form.locked_until:
        return Refusal(
            "locked", "It is being handled and cannot be changed yet", available_from=form.locked_until
        )
    return None


def enter_again(call: Call, kind: str) -> Answer:
    """R07-R09: forms that were stopped on the day before the merger begin again on its day, under the number that goes on.

    The portal copies person, quality code and reference, so that no INSZ has to be sent.
    """
    predecessors = [(one["enterpriseNumber"], one["id"]) for one in call.body["predecessors"]]
    known = forms_store.find(call.connection, kind, [key for _, key in predecessors])
    centres = {number: organizations.find(call.connection, number) for number, _ in predecessors}
    by_hand = forms_store.find_entered_by_hand(call.connection, call.number, known, call.body["startDate"])
    items: list[dict[str, Any]] = []
    drafts: dict[tuple[str, ...], Draft] = {}
    entered: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, key in predecessors:
        item: dict[str, Any] = {"predecessor": {"enterpriseNumber": number, "id": key}}
        items.append(item)
        found = known.get(key)
        outcome = _examine(
            call, centres[number], found if found and found.organization == number else None, by_hand.get(key)
        )
        if isinstance(outcome, Draft):
            dossier = (number, outcome.person_id, outcome.quality_code, outcome.reference)
            drafts.setdefault(dossier, outcome)
            if drafts[dossier].end_date == outcome.end_date:
                entered.setdefault(dossier, []).append(item)
                continue
            outcome = _OTHER_END
        item |= (
            outcome.as_json() if isinstance(outcome, Refusal) else {"result": "alreadyEntered", "id": outcome}
        )
    ids = forms_store.enter(call.connection, kind, call.number, list(drafts.values()), call.client, call.at)
    for made, same in zip(ids, entered.values(), strict=True):
        same[0] |= {"result": "entered", "id": made}
        for item in same[1:]:  # one dossier goes on once
            item |= {"result": "alreadyEntered", "id": made}
            forms_store.mark_continued(call.connection, item["predecessor"]["id"], made, call.at)
    return Answer(200, {"items": items})


def _examine(
    call: Call, centre: Organization | None, form: Form | None, by_hand: str | None
) -> Draft | Refusal | str:
    """The form to enter for a predecessor, or why none is, or the id of the form that continues it already."""
    day = continuation_day(centre, call.organization) if centre is not None else None
    if day is None:
        return _not_merged(call, centre)
    if form is None:
        return _UNKNOWN
    refusal = _against_continuing(call, form, day)
    if refusal is not None:
        return refusal
    return (
        form.successor
        or _entered_before(call, form, day)
        or _entered_by_hand(call, form, day, by_hand)
        or _continuation(form, day)
    )


def _continuation(form: Form, day: str) -> Draft:
    return Draft(
        form.person_id,
        form.quality_code,
        form.reference,
        day,
        end_date=form.planned_end,
        predecessor=form.id,
    )


def _entered_before(call: Call, form: Form, day: str) -> Refusal | str | None:
    """R10: a dossier is continued once, even if it was opened again under the old number afterwards."""
    same = forms_store.find_continuation(call.connection, call.number, form, day)
    if same is None:
        return None
    if same.end_date != form.planned_end:
        return _OTHER_END
    forms_store.mark_continued(call.connection, form.id, same.id, call.at)
    return same.id


def _entered_by_hand(call: Call, form: Form, day: str, by_hand: str | None) -> Refusal | str | None:
    """R70: somebody may have entered it by hand already, without saying which form it continues: the two are linked now."""
    if by_hand is not None:
        forms_store.link(call.connection, form.id, by_hand, call.at)
        return by_hand
    same = forms_store.find_running(
        call.connection, form.kind, call.number, form.person_id, form.quality_code, form.reference
    )
    if same is None or same.predecessor is not None:
        return None
    if same.start_date < day == call.organization.nis_since:
        return None  # it is to be stopped for the same merger
    return Refusal("alreadyRunning", f"The same runs here since {same.start_date}", "R06")


def _link_by_hand(call: Call, stopped: list[Form], end_date: str) -> None:
    """R70: the forms that somebody entered again by hand before the earlier form was stopped."""
    day, under = call.organization.merged_on or call.organization.nis_since, call.organization.merged_into
    if day is None or end_date != day_before(day):
        return
    keys = [form.id for form in stopped]
    for key, by_hand in forms_store.find_entered_by_hand(
        call.connection, under or call.number, keys, day
    ).items():
        forms_store.link(call.connection, key, by_hand, call.at)


def link_predecessor(call: Call, entered: Form) -> None:
    """R70: a form that somebody enters by hand, from the merger's day on, continues the same dossier's earlier form."""
    merged = organizations.merged_on(call.connection, call.number, entered.start_date)
    own = [call.number] if call.organization.nis_since == entered.start_date else []
    if merged or own:
        before = forms_store.find_continued(
            call.connection, [*own, *merged], entered, day_before(entered.start_date)
        )
        if before is not None:
            forms_store.link(call.connection, before.id, entered.id, call.at)


def continuation_day(centre: Organization, under: Organization) -> str | None:
    """The day on which a centre's dossiers begin again under a number; None: they do not.

    R07, R08: those of every centre that merged into it, and where the NIS code changed those of the number itself. R09: a
    number whose NIS code stays goes on with its own as they are.
    """
    if centre.enterprise_number == under.enterprise_number:
        return under.nis_since
    return centre.merged_on if centre.merged_into == under.enterprise_number else None


def last_day(organization: Organization) -> str | None:
    """The day on which the dossiers of a number end that begin again under another, or under its new NIS code."""
    day = organization.merged_on or organization.nis_since
    return None if day is None else day_before(day)


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _not_merged(call: Call, centre: Organization | None) -> Refusal:
    here = call.organization
    if centre is not None and centre.enterprise_number == here.enterprise_number and here.active_from is None:
        return Refusal("keepsNumber", "This number kept its NIS code: its own forms go on as they are", "R09")
    # A number that has a first day is a new one.
    rule = "R08" if here.active_from is None else "R07"
    return Refusal("notMerged", "That number has not merged into the one that you act for", rule)


def _against_continuing(call: Call, form: Form, day: str) -> Refusal | None:
    before = day_before(day)
    if form.end_date is None:
        return Refusal("stillRunning", f"Stop it first, on {before}", "R06")
    if form.end_date != before:
        return Refusal(
            "stoppedOnAnotherDate",
            f"It ended on {form.end_date}, and only what ran until {before} goes on",
            "R06",
        )
    if call.body["startDate"] != day:
        return Refusal("startsOnAnotherDay", f"It begins again on {day}", "R06")
    return None
