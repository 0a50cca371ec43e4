"""The ledger compared with the portal's own journal: neither may have what the other has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from emulator import controls
from emulator.core.journal import was_made
from operations.ledgers.model import Call, Outcome, Run
from operations.ledgers.reading import read_ledger
from providers.settings import embedded_database

Key = tuple[str, str]
OWN = frozenset({"rehearsal", None})
"""The client of the runs; of a call that fails before the portal looks at it no client is known."""


def check_ledger(root: Path, *stacks: str, went_well: bool = True) -> list[str]:
    """What is not so in the ledgers of a project's stacks, by its portal's file.

    :param stacks: all that ever wrote there.
    :param went_well: the last run of each went to its end, so that it settled what was uncertain.
    """
    ledgers = [read_ledger(root, stack) for stack in stacks]
    runs = [run for ledger in ledgers for run in ledger.runs]
    unread = sum(ledger.unread for ledger in ledgers)
    journal = [
        call for call in controls.journal(embedded_database(root), writes=True) if call["client"] in OWN
    ]
    found = find_untruths(journal, runs) + find_misjudged(journal, runs)
    if went_well:
        found += [
            f"{call.method} {call.path} of {run.run} is still uncertain"
            for run in runs
            for call in run.uncertain
        ]
    found += [
        f"{call.method} {call.path} of {run.run} belongs to no thing"
        for run in runs
        for thing in run.things
        for call in thing.calls
        if not thing.name
    ]
    return found + ([f"{unread} lines of the ledger cannot be read"] if unread else [])


def find_untruths(journal: Iterable[Mapping[str, Any]], runs: Iterable[Run]) -> list[str]:
    """What the ledger does not say of the writing calls in the journal, and what it says that is not so.

    :param journal: the writing calls of the runs' client, and of nobody else.
    """
    answered: Counter[tuple[Key, int]] = Counter()
    unanswered: Counter[Key] = Counter()
    for run in runs:
        for thing in run.things:
            for call in thing.calls:
                key = _key(call)
                if call.status is not None:
                    answered[key, call.status] += 1
                elif call.outcome is Outcome.UNCERTAIN:
                    unanswered[key] += 1
    found = []
    for entry in journal:
        key, status = (entry["method"], entry["path"]), entry["status"]
        told = [(key, status) for status in _statuses(entry) if answered[key, status]]
        if told:
            answered[told[0]] -= 1
        elif unanswered[key]:
            unanswered[key] -= 1
        else:
            found.append(f"the ledger does not have {entry['method']} {entry['path']}: {status}")
    found += [
        f"the portal never answered {method} {path} with {status}"
        for ((method, path), status), count in answered.items()
        for _ in range(count)
    ]
    return found


def find_misjudged(journal: Iterable[Mapping[str, Any]], runs: Iterable[Run]) -> list[str]:
    """Calls that the portal carried out and the ledger calls refused, or the other way round."""
    made: dict[tuple[Key, int], set[bool]] = {}
    for entry in journal:
        for status in _statuses(entry):
            key = ((entry["method"], entry["path"]), status)
            made.setdefault(key, set()).add(was_made(entry))
    return [
        f"{call.method} {call.path}: {call.status} is {call.outcome} in the ledger"
        for run in runs
        for thing in run.things
        for call in thing.calls
        if call.outcome in (Outcome.DONE, Outcome.REFUSED) and call.status is not None
        if (call.outcome is Outcome.DONE) not in made.get((_key(call), call.status), {None})
    ]


def _statuses(entry: Mapping[str, Any]) -> list[int]:
    """What the client may have been told: of an answer that was cut off in its body, the call's own status."""
    was_cut_off = str(entry.get("fault")).startswith("cutOff")
    return [entry["status"], entry["outcome"]] if was_cut_off and "outcome" in entry else [entry["status"]]


def _key(call: Call) -> Key:
    """As the journal has it: the path as the portal reads it."""
    return call.method, unquote(call.path)
