"""Which step covers which rule of the manual: the table in docs/runbook.md, by `python -m operations.runbooks.coverage`.

It stands between `<!-- generated: rules -->` and `<!-- end -->`; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import Chapter, Kind

_DOCS = Path(__file__).parents[2] / "docs"
PAGE, RULES = _DOCS / "runbook.md", _DOCS / "rules.md"
ELSEWHERE: Mapping[str, str] = {
    "R25": "the chapter *Access management* says the old terms above its steps",
}
"""Rules that no step is about, and why."""
_PART = re.compile(r"(<!-- generated: rules -->\n).*?(<!-- end -->)", re.DOTALL)
_ROW = re.compile(r'^\| <a id="r\d\d"></a>(R\d\d) \| (.*) \| .* \|$', re.MULTILINE)
_IS_SAID = {Kind.ACTION: "", Kind.NOTHING: " (no action needed)", Kind.NOTE: " (to know)"}


def manual_rules() -> dict[str, str]:
    """Every rule, with what it says."""
    return dict(_ROW.findall(RULES.read_text("utf-8")))


def steps_by_rule() -> dict[str, list[str]]:
    """The steps of each rule, as the table tells them; of some rules there are none."""
    found: dict[str, list[str]] = {rule: [] for rule in manual_rules()}
    for chapter in Chapter:
        for step in STEPS:
            if step.chapter is chapter and not step.is_early:
                told = f"{chapter.title}: *{step.title}*{_scenarios(step.scenarios)}{_IS_SAID[step.kind]}"
                for rule in step.rules:
                    found[rule] += [told] if told not in found[rule] else []
    return found


def uncovered() -> list[str]:
    """The rules that neither a step nor a reason covers."""
    return [rule for rule, steps in steps_by_rule().items() if not steps and rule not in ELSEWHERE]


def page(text: str) -> str:
    """The page with its table made anew."""
    return _PART.sub(lambda part: part[1] + "\n".join(_table()) + "\n" + part[2], text)


def _table() -> Iterator[str]:
    yield "\n| rule | what it says | step |\n|---|---|---|"
    says, steps = manual_rules(), steps_by_rule()
    for rule in says:
        told = "<br>".join(steps[rule]) or f"none: {ELSEWHERE.get(rule, '?')}"
        yield f"| [{rule}](rules.md#{rule.lower()}) | {says[rule]} | {told} |"
    yield ""


def _scenarios(scenarios: tuple[int, ...]) -> str:
    every = (1, 2, 3)
    return "" if scenarios == every else f", scenario {' and '.join(map(str, scenarios))}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
