"""`fusion emulator faults`, `limit`: how the emulated portal makes it hard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from operations.commands.emulator.shared import FORMAT, opened, show

if TYPE_CHECKING:
    from emulator.controls import Rule


@click.command()
@click.option("--status", type=click.Choice(["429", "500", "503", "504"]), help="Answer this instead.")
@click.option(
    "--kind",
    type=click.Choice(["status", "latency", "reset", "cutOff", "mixed"]),
    default="status",
    help="mixed: each time another one of all that passes by itself.",
)
@click.option(
    "--share", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Of the calls that match."
)
@click.option(
    "--method",
    type=click.Choice(["GET", "POST", "PUT", "DELETE"], case_sensitive=False),
    help="Only this method.",
)
@click.option("--path", "pattern", help="Only paths of this glob.")
@click.option("--retry-after", type=int, help="Seconds, sent as Retry-After.")
@click.option("--after-write", is_flag=True, help="The call is carried out first, then answered like this.")
@click.option("--delay-ms", type=int, default=0)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed fails the same calls.")
@click.option("--max-count", type=int, help="Fail no more calls than this.")
@click.option("--clear", is_flag=True, help="Take all faults away.")
@FORMAT
@click.pass_obj
def faults(
    database: Path,
    status: str | None,
    kind: str,
    share: float,
    method: str | None,
    pattern: str | None,
    retry_after: int | None,
    after_write: bool,
    delay_ms: int,
    seed: int,
    max_count: int | None,
    clear: bool,
    form: str,
) -> None:
    """Make the portal fail, or list and clear its faults: `faults --status 503 --share 0.33`."""
    from emulator import controls

    opened(database)
    if clear:
        controls.clear_faults(database)
    if status is not None or kind != "status":
        rule = controls.Rule(
            kind=kind,  # type: ignore[arg-type]
            share=share,
            method=method,
            path_pattern=pattern,
            status=int(status or 503),
            retry_after_seconds=retry_after,
            after_write=after_write,
            delay_ms=delay_ms,
            seed=seed,
            max_count=max_count,
        )
        controls.add_fault(database, rule)
    rows = [_row(fault) for fault in controls.list_faults(database)]
    if form == "json":
        rows = [
            {"id": f["id"], **f["rule"].as_json(), "met": f["met"], "made": f["made"]}
            for f in controls.list_faults(database)
        ]
    show(rows, ("id", "calls", "share", "fault", "met", "failed"), form)


def _row(fault: dict[str, Any]) -> dict[str, Any]:
    rule: Rule = fault["rule"]
    return {
        "id": fault["id"],
        "calls": f"{rule.method or 'all'} {rule.path_pattern or ''}".strip(),
        "share": f"{rule.share:.0%}",
        "fault": ", ".join(_describe(rule)),
        "met": fault["met"],
        "failed": fault["made"],
    }


def _describe(rule: Rule) -> list[str]:
    parts = [rule.description]
    if rule.delay_ms:
        parts.append(f"after {rule.delay_ms} ms")
    if rule.max_count is not None:
        parts.append(f"at most {rule.max_count}")
    return parts


@click.command()
@click.option("--per-second", type=click.FloatRange(0.001), help="Calls a second in the long run.")
@click.option("--burst", type=click.IntRange(1), help="Calls at once after a pause; by default one second's.")
@click.option("--default", "clear", is_flag=True, help="Back to the portal's own limit.")
@click.pass_obj
def limit(database: Path, per_second: float | None, burst: int | None, clear: bool) -> None:
    """How often each client may call; beyond it 429 with Retry-After. `limit --per-second 5 --burst 10` sets it."""
    from emulator import controls

    if burst is not None and per_second is None:
        raise click.UsageError("--burst goes with --per-second")
    if clear and per_second is not None:
        raise click.UsageError("either --default or --per-second")
    opened(database)
    if clear:
        controls.clear_rate_limit(database)
    if per_second is not None:
        controls.set_rate_limit(database, controls.Limit(per_second, burst or max(1, round(per_second))))
    found = controls.get_rate_limit(database)
    click.echo(f"{found.per_second:g} calls a second, {found.burst} at once")
