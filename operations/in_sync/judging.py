"""Is a stack in sync? By what was kept of its last full look, and by the portal's tags. And what is kept of a new look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from subprocess import SubprocessError
from typing import Any, Protocol

from yaml import YAMLError

from operations.in_sync import evidence, tags
from operations.in_sync.compared import find_compared
from operations.in_sync.days import find_next
from operations.in_sync.evidence import CentreTags, Evidence, Files
from operations.in_sync.local import Local
from operations.in_sync.tags import NotTold, Question, Told
from schemas.errors import FusionError
from schemas.files import declarations_in
from schemas.validation import validate
from stacks.declared import declaration_path

_UNREADABLE = (
    FusionError, OSError, UnicodeError, YAMLError, SubprocessError, AttributeError, KeyError, TypeError,
)  # fmt: skip
"""Whatever settings, files and YAML that are not sound may raise. The engine says better what is wrong."""
_STACK = "pulumi:pulumi:Stack"
WAITS = "waits"
"""The stack's output that has all that waits."""
NEVER = "no full look is kept"
CHANGED = {
    "declaration": "its declaration changed",
    "certificates": "a certificate changed",
    "settings": "its settings, the passphrase or Pulumi.yaml changed",
    "secrets": "secrets changed",
    "program": "the program changed",
    "engine": "the engine is another one",
    "state": "its state changed",
}
"""What is told of `Files` that differ; `others` are looked into."""


@dataclass(frozen=True)
class Verdict:
    """Whether a stack is in sync.

    :param why: why the engine has to look; "" where it has not. :param kept: the look that it is in sync with.
    """

    why: str = ""
    kept: Evidence | None = None

    @property
    def in_sync(self) -> bool:
        """Whether nothing can have changed."""
        return not self.why


class Place(Protocol):
    """Where stacks are: `operations.in_sync.local.Checkout`."""

    def read(self, stack: str, kept: Evidence | None) -> Local:
        """A stack as it is here."""

    def read_resources(self, stack: str) -> Sequence[Mapping[str, Any]]:
        """Those of its state."""

    def read_anew(self) -> None:
        """What is the same for all stacks is read again."""


@dataclass(frozen=True)
class _Stack:
    """A stack before anything is asked."""

    name: str
    local: Local
    kept: Evidence | None

    @property
    def questions(self) -> list[Question]:
        """One for each centre, with the ETag that is kept."""
        known = self.kept.centres if self.kept else {}
        return [
            Question(self.local.settings, number, known[number].etag if number in known else "")
            for number in self.local.numbers
        ]


@dataclass(frozen=True)
class _Look:
    """What a full look that begins now is made from."""

    files: Files
    centres: Mapping[str, CentreTags]
    today: date


class Judge:
    """Judges stacks of the project in `root`, all at once; and keeps what their full looks find."""

    def __init__(self, root: Path, place: Place) -> None:
        self._root, self._place = root, place
        self._looks: dict[str, _Look] = {}

    def judge(self, stacks: Sequence[str]) -> dict[str, Verdict]:
        """A verdict for each. What cannot be known is not in sync, and says so."""
        verdicts: dict[str, Verdict] = {}
        known: list[_Stack] = []
        for name in stacks:
            try:
                known.append(self._read(name))
            except _UNREADABLE as error:
                why = str(error) if isinstance(error, FusionError) else f"{type(error).__name__} in its files"
                verdicts[name] = Verdict(f"it cannot be told: {why}")
        told = tags.ask(question for one in known for question in one.questions)
        for one in known:
            verdicts[one.name] = self._judge(
                one, {question.number: told[question] for question in one.questions}
            )
        return {name: verdicts[name] for name in stacks}

    def read_anew(self) -> None:
        """Before looks are kept: what was read before them may have changed meanwhile."""
        self._place.read_anew()

    def forget(self, stack: str) -> None:
        """A full look found something to do, or failed: what an earlier one found is no answer any more."""
        with suppress(OSError):
            evidence.forget(self._root, stack)

    def keep(
        self, stack: str, counts: Mapping[str, int], warnings: Sequence[str], outputs: Mapping[str, Any]
    ) -> None:
        """A full look, begun after `judge`, found nothing to do. It is kept where nothing changed meanwhile, and where it
        found nothing else to wait for than the state knows: the days of that are in no state.

        :param outputs: the stack's, as the look found them.
        """
        look = self._looks.get(stack)
        try:
            if look is None or self._read(stack).local.files != look.files:
                return
            resources = self._place.read_resources(stack)
            text = declaration_path(stack).read_text("utf-8")
        except _UNREADABLE:
            return
        compared = find_compared(resources)
        if not compared or not all(systems <= _systems(look, number) for number, systems in compared.items()):
            return
        if outputs.get(WAITS) is None or outputs[WAITS] != _find_waits(resources):
            return
        found = Evidence(
            files=look.files,
            centres={number: look.centres[number] for number in compared},
            compared={number: tuple(sorted(systems)) for number, systems in compared.items()},
            seen_on=look.today,
            until=find_next(look.today, resources, text),
            counts=dict(counts),
            warnings=tuple(warnings),
            waits=outputs[WAITS],
        )
        with suppress(OSError):  # it would only have spared a look
            evidence.keep(self._root, stack, found)

    def _read(self, name: str) -> _Stack:
        kept = evidence.read(self._root, name)
        return _Stack(name, self._place.read(name, kept), kept)

    def _judge(self, one: _Stack, told: Mapping[str, Told | NotTold]) -> Verdict:
        centres: dict[str, CentreTags] = {}
        today = date.min
        for number, answer in told.items():
            if isinstance(answer, NotTold):
                return Verdict(f"the portal does not say whether anything changed at {number}: {answer.why}")
            if answer.tags is not None:
                centres[number] = answer.tags
            elif one.kept is not None:
                centres[number] = one.kept.centres[number]
            today = max(today, answer.today)
        self._looks[one.name] = _Look(one.local.files, centres, today)
        if one.kept is None:
            return Verdict(NEVER)
        why = next(self._differences(one.kept, one, centres, today), "")
        return Verdict(why, None if why else one.kept)

    def _differences(
        self, kept: Evidence, one: _Stack, centres: Mapping[str, CentreTags], today: date
    ) -> Iterator[str]:
        for name, told in CHANGED.items():
            if getattr(kept.files, name) != getattr(one.local.files, name):
                yield told
        if (
            kept.files.others != one.local.files.others
            and declaration_path(one.name).name in self._with_findings
        ):
            yield "another declaration does not go with its own"
        for number, systems in kept.compared.items():
            for system in systems:
                if kept.centres[number].systems.get(system) != centres[number].systems.get(system):
                    yield f"something changed at {number}, in {system}"
        if today < kept.seen_on:
            yield f"the portal's day, {today}, is before that of the last full look"
        if kept.until and today >= kept.until:
            yield f"{kept.until} has come"

    @cached_property
    def _with_findings(self) -> set[str]:
        """The declarations that have findings, by file name: what must differ between two is asked of all."""
        return {
            Path(finding.file).name for finding in validate(declarations_in(self._root / "fusions"), None)
        }


def _find_waits(resources: Sequence[Mapping[str, Any]]) -> Any:
    """The output of the last `up`."""
    stack = next((one for one in resources if one.get("type") == _STACK), {})
    return (stack.get("outputs") or {}).get(WAITS)


def _systems(look: _Look, number: str) -> set[str]:
    return {*look.centres[number].systems} if number in look.centres else set()
