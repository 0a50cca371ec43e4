"""Draws the last result of each benchmark beside its aim: `python -m benchmarks.plot` writes docs/benchmarks.svg."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style

from benchmarks.results import HISTORY, ROOT, Result

TARGET = ROOT / "docs" / "benchmarks.svg"
_ROW, _AROUND = 46, 160
"""Pixels of height: of a result, and of all that is not one."""


def read(history: Path = HISTORY) -> list[Result]:
    """The last result of each comparison that was recorded, in the order in which they were first made."""
    found: dict[str, Result] = {}
    for line in history.read_text("utf-8").splitlines():
        entry: Mapping[str, Any] = json.loads(line)
        found[entry["what"]] = Result(entry["what"], entry["ratio"], entry["aim"], entry["mebibytes"])
    return list(found.values())


def draw(results: Iterable[Result]) -> str:
    """The drawing as SVG: a bar for each ratio, and one for its aim where it has one."""
    # A chart of bars that lie begins at the bottom.
    rows = list(results)[::-1]
    chart = pygal.HorizontalBar(
        height=_AROUND + _ROW * len(rows), width=1100, js=[], range=(0, None), legend_at_bottom=True,
        print_values=True, truncate_label=-1, disable_xml_declaration=True, no_prefix=True,
        formatter=lambda ratio: f"{ratio:.2f}",
        style=Style(background="white", plot_background="white", colors=("#2c6fbb", "#c9c9c9"), label_font_size=11),
    )  # fmt: skip
    chart.uuid = "benchmarks"  # else each drawing differs
    chart.add_xml_filter(_without_scripts)
    chart.x_labels = [result.what for result in rows]
    chart.add("ratio", [round(result.ratio, 2) for result in rows])
    chart.add("aim: at most", [result.aim for result in rows])
    return str(chart.render(is_unicode=True))


def _without_scripts(root: Any) -> Any:
    """They show a value under the pointer, in a browser that runs them; the values are printed."""
    for part in root.iter():
        for script in [one for one in part if str(one.tag).endswith("script")]:
            part.remove(script)
    return root


def main() -> None:
    TARGET.write_text(draw(read()) + "\n", encoding="utf-8")
    print(TARGET.relative_to(ROOT))


if __name__ == "__main__":
    main()
