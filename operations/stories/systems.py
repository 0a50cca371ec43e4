"""The systems of the manual, a line for each: what was written, what `fusion check` saw last, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from operations.checks import online, reports, signing_in
from operations.checks.shape import OK, RESULTS, TODO, WAITING, Result
from operations.stories.ledger import Ledger
from operations.stories.outcome import StepOutcome, System
from providers import access, chaman, configuration, dossiers, online_requests, unique_report
from providers.retained import E_BOX_API
from schemas.declaration import Fusion
from stacks.plan import ACCESS, CHAMAN, CONFIGURATION, E_BOX, INTEGRATIONS, RETAINED

SIGN_IN = "Aanmelden"
_SYSTEMS = (
    (ACCESS, access.API),
    (CHAMAN, chaman.API),
    (CONFIGURATION, configuration.API),
    (f"{INTEGRATIONS}, A036", dossiers.API),
    (E_BOX, E_BOX_API),
    (reports.SYSTEM, unique_report.API),
    (online.SYSTEM, online_requests.API),
    (SIGN_IN, ""),
    (RETAINED, ""),
)


def seen(fusion: Fusion, steps: Sequence[StepOutcome], ledger: Ledger) -> list[System]:
    """Every system's line."""
    last = next((step for step in reversed(steps) if step.checks), None)
    return [
        System(
            name,
            "; ".join([*_written(name, api, fusion, ledger), *_moved(name, steps), *_checked(name, last)]),
        )
        for name, api in _SYSTEMS
    ]


def _written(name: str, api: str, fusion: Fusion, ledger: Ledger) -> list[str]:
    if name in (SIGN_IN, RETAINED, reports.SYSTEM, online.SYSTEM, E_BOX):
        return []
    calls = [call for call in ledger.writes if api and call["path"].startswith(api) and call["status"] < 300]
    if not calls:
        none_needed = name in (CHAMAN, CONFIGURATION) and fusion.scenario != 1
        return ["nothing to do in this scenario (R04)" if none_needed else "nothing was written"]
    days = Counter(call["at"][:10] for call in calls)
    return [
        f"{len(calls)} write{'s' * (len(calls) > 1)}: "
        + ", ".join(f"{number} on {day}" for day, number in sorted(days.items()))
    ]


def _moved(name: str, steps: Sequence[StepOutcome]) -> list[str]:
    """What people and the supplier did, where it belongs to this system."""
    words = {
        ACCESS: ("head managers", "RSZ", " user "),
        CHAMAN: ("accepts", "refuses", "FTP account", "the sender", "was made"),
        f"{INTEGRATIONS}, A036": ("move the forms",),
        E_BOX: ("read the E-Box",),
        reports.SYSTEM: ("submit the report",),
    }.get(name, ())
    return [
        f"{line} on {step.on[:10]}" for step in steps for line in step.did if any(w in line for w in words)
    ]


def _checked(name: str, last: StepOutcome | None) -> list[str]:
    if last is None:
        return []
    found = [result for result in last.checks if _system(result) == name]
    if not found:
        return []
    counts = Counter(result.result for result in found)
    said = ", ".join(f"{counts[word]} {word}" for word in RESULTS if counts[word])
    left = [f"{one.centre}: {one.detail}" for one in found if one.result not in (OK, TODO, WAITING)]
    return [f"check on {last.on[:10]}: {said}", *left[:3]]


def _system(result: Result) -> str:
    if result.check == signing_in.CHECK:
        return SIGN_IN
    return f"{INTEGRATIONS}, A036" if result.system == INTEGRATIONS else result.system
