"""The engine's preview of one stack as a plan. Nothing is compared here that the engine did not compare: a step is read.

A preview lists every resource that it refreshed, then each that an `up` would change. A resource that was refreshed and
has no other step stays as it is. A resource without state has in its inputs what its provider `found` at the portal
(docs/design.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from operations.plans import fields
from operations.plans.model import (
    CentrePart,
    Counts,
    FieldChange,
    FusionPlan,
    Line,
    Notice,
    Outcome,
    SystemPart,
    WaitingFor,
)
from operations.plans.things import Thing, is_retained, order_of, thing_of
from providers.settings import NO_PORTAL
from providers.waiting import Waiting
from schemas.privacy import masked
from schemas.systems import Application, System

_TYPES = "pulumi-python:dynamic/"
_NO_CHANGE = "same"
_REFRESH = "refresh"
_UNCHANGED = "unchanged"
_ROLES = ("merged", "keeping", "disappearing")
_TELLS_NOTHING = {"", _UNCHANGED, "released", "not shown yet"}
_TAKES_AWAY = {"access:CleanedUp", "access:Removed"}
"""What only takes away, and says itself what."""
_MOVES = {"integrations:RunningForms", "integrations:Attestations"}
NO_WAY_BACK = "forms or A036 attestations are stopped, and entered again under the new number: nothing takes that back (R06)"
_SETS_PASSWORD = {Outcome.MADE, Outcome.REPLACED, Outcome.UNSEEN}
"""When an FTP account gets the declared password; of one that changes a sentence says so."""
Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What the engine says of one resource."""

    urn: str
    op: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def type(self) -> str:
        """`chaman:FtpAccount`; of a group the engine's whole word."""
        return self.urn.split("::")[2].rpartition("$")[2].removeprefix(_TYPES)

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def is_group(self) -> bool:
        """Whether it only holds others together."""
        return not self.urn.split("::")[2].rpartition("$")[2].startswith(_TYPES)

    @property
    def state(self) -> Mapping[str, Any]:
        return self.new or self.old

    @property
    def inputs(self) -> Inputs:
        return self.state.get("inputs") or {}

    @property
    def before(self) -> Inputs:
        return self.old.get("inputs") or {}

    @property
    def outputs(self) -> Inputs:
        """Of the last look; of one without state there are none."""
        return self.old.get("outputs") or {}


def read_plan(stack: str, document: Mapping[str, Any]) -> FusionPlan:
    """The plan of a stack.

    :param document: what `pulumi preview --json` printed.
    """
    document = _masked(document)
    steps = read_steps(document.get("steps") or ())
    client = (document.get("config") or {}).get("fusion:clientId", "")
    things = [step for step in steps if not step.is_group]
    lines = {step.urn: read_line(step, client) for step in things}
    return FusionPlan(
        stack=stack,
        portal=(document.get("config") or {}).get("fusion:portalUrl", ""),
        counts=Counts(
            engine=dict(sorted(Counter(step.op for step in steps).items())),
            groups=sum(step.is_group for step in steps),
            outcomes={
                outcome: count
                for outcome in Outcome
                if (count := sum(line.outcome is outcome for line in lines.values()))
            },
            waiting=sum(line.waiting is not None for line in lines.values()),
            retained=sum(is_retained(step.type) for step in things),
        ),
        notices=tuple(_notices(document.get("diagnostics") or (), lines.values())),
        centres=tuple(_centres(things, lines)),
    )


def without_plan(stack: str, why: str, portal: str = "") -> FusionPlan:
    """In the place of a plan that there is none of."""
    nothing = Counts(engine={}, groups=0, outcomes={}, waiting=0, retained=0)
    return FusionPlan(stack=stack, portal=portal, failed=masked(why), counts=nothing)


def by_hand(stack: str) -> FusionPlan:
    """In the place of the plan of a stack that has no portal."""
    why = f"there is no portal (portalUrl: none): people carry it out, by `fusion runbook {stack}`"
    return without_plan(stack, why, NO_PORTAL)


def read_steps(steps: Sequence[Mapping[str, Any]]) -> list[Step]:
    """One step for each resource: what would be done to it, else that it stays."""
    found: dict[str, Step] = {}
    for step in steps:
        urn, op = str(step["urn"]), str(step["op"])
        known = found.get(urn)
        op = _NO_CHANGE if op == _REFRESH else op
        if known is not None and op == _NO_CHANGE:
            continue
        found[urn] = Step(urn, op, step.get("oldState") or {}, step.get("newState") or {})
    return list(found.values())


def read_line(step: Step, client: str) -> Line:
    """What becomes of one thing."""
    thing, inputs = thing_of(step.type), step.inputs
    # What providers told of something that stays is of an earlier preview: the state keeps it with the other inputs.
    told = inputs if step.op != _NO_CHANGE else {}
    found: Inputs = told.get("found") or {}
    outcome = _outcome(step, thing, found, client)
    retained = is_retained(step.type)
    status = str(step.outputs.get("status") or "") if retained else ""
    return Line(
        name=step.name,
        type=step.type,
        title=thing.title,
        key=tuple(str(inputs[key]) for key in thing.keys if inputs.get(key)),
        op=step.op,
        outcome=outcome,
        says=str(found.get("says") or ""),
        fields=_fields(step, thing, outcome, found),
        rules=thing.rules,
        waiting=_waiting(step, found),
        goes=_going(told),
        loses=tuple(told.get("loses") or ()),
        keeps=tuple(told.get("keeps") or ()),
        baseline=tuple(found.get("baseline") or ()),
        baseline_digest=str(found.get("digest") or ""),
        differs=tuple(status.split("; ")) if status not in _TELLS_NOTHING else (),
        accepts=str(told.get("accepting") or ""),
        refused=str(told.get("refused") or ""),
    )


def _outcome(step: Step, thing: Thing, found: Inputs, client: str) -> Outcome:
    by_op = _outcome_of_op(step, thing, client)
    if by_op:
        return by_op
    if step.inputs.get("toEnter"):
        return Outcome.CHANGED  # also while others of them wait
    if found.get("outcome"):
        return Outcome(found["outcome"])
    if not thing.writes:
        return Outcome.NOTHING
    if step.type in _TAKES_AWAY:
        return _outcome_of_taking(step.inputs)
    return _outcome_of_update(step) if step.op == "update" else Outcome.UNSEEN


def _outcome_of_op(step: Step, thing: Thing, client: str) -> Outcome | None:
    """Where the engine's word says it."""
    match step.op:
        case "same":
            return Outcome.UNCHANGED
        case "delete" | "discard":
            ours = thing.goes_with_its_line and step.outputs.get("createdBy") == client
            return Outcome.REMOVED if ours and not step.old.get("retainOnDelete") else Outcome.LEFT
        case "replace" | "create-replacement" | "delete-replaced" if thing.writes:
            return Outcome.REPLACED
    return None


def _outcome_of_taking(inputs: Inputs) -> Outcome:
    if _going(inputs) or inputs.get("loses"):
        return Outcome.CHANGED
    return Outcome.WAITS if inputs.get("waiting") else Outcome.NOTHING


def _outcome_of_update(step: Step) -> Outcome:
    if is_retained(step.type):
        differs = str(step.outputs.get("status") or "") not in _TELLS_NOTHING
        return Outcome.DIFFERS if differs and not step.inputs.get("accepting") else Outcome.BASELINE
    if step.inputs.get("refused"):
        return Outcome.REFUSED
    return Outcome.MADE if step.outputs.get("origin") == "waiting" else Outcome.CHANGED


def _going(inputs: Inputs) -> tuple[str, ...]:
    """Who goes by a clean-up. Of more than it confirms nobody does, which an error says."""
    leaving = tuple(inputs.get("leaving") or ())
    return leaving if len(leaving) <= int(inputs.get("atMost") or 0) else ()


def _fields(step: Step, thing: Thing, outcome: Outcome, found: Inputs) -> tuple[FieldChange, ...]:
    if is_retained(step.type) or not thing.writes:
        return ()  # what is said of it is no field
    there: Inputs | None = found.get("portal")
    if there is not None and outcome is not Outcome.REPLACED:
        return fields.found_fields(there, step.inputs)
    match outcome:
        case Outcome.MADE | Outcome.UNSEEN | Outcome.WAITS:
            return fields.new_fields(step.inputs, thing.keys)
        case Outcome.REMOVED:
            return fields.old_fields(step.before, thing.keys)
        case Outcome.CHANGED | Outcome.REPLACED | Outcome.REFUSED:
            return _changed_fields(step, outcome, there or {})
    return ()


def _changed_fields(step: Step, outcome: Outcome, there: Inputs) -> tuple[FieldChange, ...]:
    """:param there: what the portal has under the new name of what is replaced."""
    changed = fields.changed_fields(step.before, step.inputs)
    if not changed and outcome is Outcome.CHANGED and fields.hides_something(step.inputs):
        return (FieldChange(name=fields.SECRET, old=fields.SECRET, new=fields.SECRET),)
    told = {one.name for one in changed}
    return (*changed, *(one for one in fields.found_fields(there, step.inputs) if one.name not in told))


def _waiting(step: Step, found: Inputs) -> WaitingFor | None:
    """What it waits for: by the look of this preview, else by the last one. What leaves the file waits no more."""
    if step.op == "delete":
        return None
    told = step.inputs if step.op != _NO_CHANGE else {}
    known = found.get("waiting") or told.get("waiting") or step.outputs.get("waiting")
    if not known and told.get("waits"):
        known = {"reason": told["waits"], "whom": ""}
    waiting = Waiting.from_props(known if isinstance(known, Mapping) else None)
    if waiting is None:
        return None
    return WaitingFor(reason=waiting.reason, rule=waiting.rule, whom=waiting.whom, until=waiting.until)


def _centres(things: Sequence[Step], lines: Mapping[str, Line]) -> Iterator[CentrePart]:
    """Those with something to tell: the merged centre first, then the disappearing ones by name."""
    by_centre: dict[tuple[int, str], list[Step]] = {}
    for step in things:
        role, name = _centre_of(step)
        by_centre.setdefault((_ROLES.index(role), name), []).append(step)
    for (role_place, name), here in sorted(by_centre.items()):
        systems = tuple(_systems(here, lines))
        if systems:
            number = next(
                (str(one.inputs["organization"]) for one in here if "organization" in one.inputs), ""
            )
            role = cast("Literal['merged', 'keeping', 'disappearing']", _ROLES[role_place])
            yield CentrePart(name=name, number=number, role=role, systems=systems)


def _systems(here: Sequence[Step], lines: Mapping[str, Line]) -> Iterator[SystemPart]:
    for system in System:
        told = [
            (order_of(step.type), lines[step.urn])
            for step in here
            if thing_of(step.type).system is system and _has_something_to_tell(lines[step.urn])
        ]
        if told:
            told.sort(key=lambda one: (one[0], one[1].key, one[1].name))
            yield SystemPart(
                system=system.title, application=system.application, lines=tuple(line for _, line in told)
            )


def _has_something_to_tell(line: Line) -> bool:
    released = line.outcome is Outcome.NOTHING and is_retained(line.type)
    silent = line.outcome in (Outcome.UNCHANGED, Outcome.NOTHING) and not released
    return not silent or bool(line.waiting or line.loses or line.keeps or line.goes)


def _centre_of(step: Step) -> tuple[str, str]:
    """The role and the name of the centre: `fusion:merged:Centre$fusion:merged:ChaMan` stands under `Pajottegem ChaMan`."""
    role = step.urn.split("::")[2].partition(":")[2].partition(":")[0]
    parent = str(step.state.get("parent") or "").rpartition("::")[2]
    suffix = next((f" {one}" for one in Application if parent.endswith(f" {one}")), "")
    return (role if role in _ROLES else "merged"), parent.removesuffix(suffix)


def _notices(diagnostics: Sequence[Mapping[str, Any]], lines: Iterable[Line]) -> Iterator[Notice]:
    """The engine's warnings and errors, worst first, each once; that a password has to be handed over (R32), and that moved
    dossiers do not come back (R06). Which of its threads tells first changes by the run: they stand by the alphabet."""
    told: dict[tuple[str, ...], Literal["error", "warning"]] = {}
    for one in sorted(diagnostics, key=lambda one: str(one.get("message") or "")):
        severity = one.get("severity")
        if severity not in ("error", "warning"):
            continue
        text = str(one["message"]).strip().removeprefix(f"{severity}: ")
        told.setdefault(tuple(line.strip() for line in text.splitlines() if line.strip()), severity)
    for line in lines:
        if line.type == "chaman:FtpAccount" and line.outcome in _SETS_PASSWORD:
            told[(hand_over(line.key[0] if line.key else ""),)] = "warning"
        elif line.type in _MOVES and (line.outcome is Outcome.UNSEEN or _moves(line)):
            told[(NO_WAY_BACK,)] = "warning"
    for severity in ("error", "warning"):
        yield from (
            Notice(severity=severity, lines=texts)
            for texts, is_so in told.items()
            if is_so == severity and texts
        )


def _moves(line: Line) -> bool:
    """Whether forms stop or are entered again by it."""
    return any(field.name in fields.WHOLE for field in line.fields)


def hand_over(account: str) -> str:
    """R32."""
    return f"FTP account {account}: hand its password over to the software supplier (R32)"


def _masked(value: Any) -> Any:
    """Without an INSZ in any text, should something have let one through."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {masked(name): _masked(one) for name, one in value.items() if name != "__provider"}
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return value
