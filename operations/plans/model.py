"""A plan: what an `up` would do to one or several stacks, as values. Its JSON is for programs, and all else is made from it.

The JSON is in English whoever reads it, has a version, and a JSON Schema: `schemas/plan.schema.json`, written by
`fusion schema --plan --write`. A later version may add fields and outcomes; a change of what is there is another version.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from providers.settings import NO_PORTAL

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE = Path(__file__).parents[2] / "schemas" / "plan.schema.json"


class Outcome(StrEnum):
    """What becomes of a thing by the next `up`."""

    MADE = "made"
    ADOPTED = "adopted"
    CHANGED = "changed"
    REPLACED = "replaced"
    REMOVED = "removed"
    LEFT = "left"
    WAITS = "waits"
    REFUSED = "refused"
    DIFFERS = "differs"
    BASELINE = "baseline"
    NOTHING = "nothing"
    UNSEEN = "unseen"
    UNCHANGED = "unchanged"


_NO_CHANGE = (Outcome.UNCHANGED, Outcome.NOTHING)


class Part(BaseModel):
    """Base of all parts of a plan."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
    )


class FieldChange(Part):
    """One field of a screen."""

    name: str
    """Its path, such as `newRequests.email`."""
    old: Any = None
    """What the portal has, null where it has nothing."""
    new: Any = None
    """What it will have, null for nothing. `[secret]` or `[hidden]` stands for what nobody is shown."""


class WaitingFor(Part):
    """What cannot be done yet."""

    reason: str
    rule: str = ""
    """The manual's, such as `R35`; several are `R13, R14`."""
    whom: str = ""
    until: str = ""
    """A date, where it is known."""


class Line(Part):
    """One thing at the portal."""

    name: str
    """The engine's name of the resource."""
    type: str
    """The kind of thing, such as `chaman:FtpAccount`."""
    title: str
    """What people call it: `FTP account`."""
    key: tuple[str, ...] = ()
    """Which one of several, such as `("FTP Pajottegem",)`."""
    op: str
    """What the engine calls it, such as `create` or `same`."""
    outcome: Outcome
    says: str = ""
    """The provider's sentence about it, where it has one."""
    fields: tuple[FieldChange, ...] = ()
    rules: tuple[str, ...] = ()
    """The manual's rules for the thing."""
    waiting: WaitingFor | None = None
    goes: tuple[str, ...] = ()
    """Who goes by a clean-up (R24): by key, or by the portal's own number."""
    loses: tuple[str, ...] = ()
    """Sentences: who or what loses something by it."""
    keeps: tuple[str, ...] = ()
    """Sentences: who keeps access though no file says so."""
    baseline: tuple[str, ...] = ()
    """What of a retained thing is compared from now on."""
    baseline_digest: str = ""
    """SHA-256 of all of that: the lines of people and accounts only name or count them."""
    differs: tuple[str, ...] = ()
    """How a retained thing differs from its baseline. Nothing is written."""
    accepts: str = ""
    """Of a retained thing, what becomes the new baseline."""
    refused: str = ""
    """Why the supplier refused (R36)."""


class SystemPart(Part):
    """A system of the manual at one centre."""

    system: str
    """Its title, as the manual has it."""
    application: str
    lines: tuple[Line, ...]


class CentrePart(Part):
    """A centre."""

    name: str
    number: str
    """Its enterprise number; "" where no line says it."""
    role: Literal["merged", "keeping", "disappearing"]
    systems: tuple[SystemPart, ...]


class Notice(Part):
    """Something that people have to know before they agree."""

    severity: Literal["error", "warning"]
    lines: tuple[str, ...]
    """Sentences; those behind the first are details of it."""


class Counts(Part):
    """How many resources there are of each kind."""

    engine: dict[str, int]
    """By the engine's own word, as `pulumi preview --json` has them in `changeSummary`."""
    groups: int
    """Those of them that only hold others together: the stack, the centres, the applications."""
    outcomes: dict[str, int]
    """All others, by outcome."""
    waiting: int
    """Those of them that wait, or will."""
    retained: int
    """Those of them that are retained at disappearing centres."""


class StepCounts(Part):
    """The steps of the fusion's runbook that somebody does."""

    total: int
    done: int
    """As the preview says, or people noted."""
    noted: int
    """Those of them that people noted, because no portal says it."""
    waits: int
    """What cannot be done yet."""
    open: int
    """What is to do."""


class Basis(Part):
    """What a plan was made from, beside what the portal has. Each digest is a SHA-256 in hexadecimal digits."""

    declaration: str
    """Digest of the declaration's file."""
    certificates: dict[str, str] = {}
    """Digest of each certificate file that it names, by its path there."""
    secrets: str
    """HMAC of the people and passwords that it names, with a key made from the client's: nobody else can search it."""
    program: str
    """Digest of the program's files."""
    engine: str
    """The engine's version."""
    target: dict[str, str]
    """The stack, the portal, the client and the operator."""


class FusionPlan(Part):
    """The plan of one stack."""

    stack: str
    portal: str
    """The URL, or `embedded`; `none` where there is none and people carry it out; "" where the engine did not get that
    far."""
    failed: str = ""
    """Why there is no plan, in the engine's words: all else is empty then, but for `steps` of what has no portal."""
    counts: Counts
    notices: tuple[Notice, ...] = ()
    centres: tuple[CentrePart, ...] = ()
    """Lines without a change, for which nothing waits, are counted only."""
    basis: Basis | None = None
    """Null where there is no plan, or what it is made from cannot be read."""
    steps: StepCounts | None = None
    """Null where there is no plan, or the declaration or what people noted cannot be read."""

    @property
    def lines(self) -> list[Line]:
        """All of them, in order."""
        return [line for centre in self.centres for part in centre.systems for line in part.lines]

    @property
    def changes(self) -> int:
        """How many things an `up` does not leave as they are: at the portal, or in what is looked after and compared."""
        return sum(count for outcome, count in self.counts.outcomes.items() if outcome not in _NO_CHANGE)

    @property
    def is_by_hand(self) -> bool:
        """Whether there is no portal, so that people carry it out and nothing is planned."""
        return self.portal == NO_PORTAL

    @property
    def is_empty(self) -> bool:
        """Whether an `up` would change nothing."""
        return not self.failed and self.changes == 0


class Plan(Part):
    """The plans of one or several stacks."""

    version: Literal["fusion-plan/v1"] = "fusion-plan/v1"
    fusions: tuple[FusionPlan, ...]
    digest: str = ""
    """What `fusion up --approved` takes; "" where a plan failed, which cannot be approved."""

    @property
    def passed(self) -> list[bool]:
        """Of each stack, whether all could be said of it: its plan, or of what has no portal that people carry it out."""
        return [not fusion.failed or fusion.is_by_hand for fusion in self.fusions]

    @property
    def stacks(self) -> list[str]:
        """By name."""
        return [fusion.stack for fusion in self.fusions]

    @property
    def is_by_hand(self) -> bool:
        """Whether nothing of it has a portal, so that there is nothing to approve."""
        return all(fusion.is_by_hand for fusion in self.fusions)

    @property
    def with_portal(self) -> Plan:
        """What of it is previewed."""
        return self.model_copy(update={"fusions": tuple(one for one in self.fusions if not one.is_by_hand)})

    def as_json(self) -> dict[str, Any]:
        dumped: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return dumped


def generate_schema() -> dict[str, Any]:
    """The JSON Schema of a plan, in a stable order. It is open where v1 may grow: other fields, and other outcomes."""
    schema = Plan.model_json_schema(by_alias=True, mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        if part.get("additionalProperties") is False:
            del part["additionalProperties"]
    outcome = schema["$defs"]["Outcome"]
    outcome["examples"] = outcome.pop("enum")
    return {"$schema": DIALECT, "$id": "urn:ocmw-fusion:plan:v1", **schema}


def schema_as_text() -> str:
    """The schema file's content."""
    return json.dumps(generate_schema(), indent=2, ensure_ascii=False) + "\n"
