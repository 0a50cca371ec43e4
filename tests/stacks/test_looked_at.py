"""What stands in the place of an output that the engine does not give, in an `up` of a part or after a failure."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from stacks import alarms, clean_up_report, dossiers_report, report
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from tests.stacks.conftest import shipped


@pytest.fixture(params=[False, True], ids=["up", "preview"])
def dry_run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: request.param)
    return bool(request.param)


async def _given(value: Any, *, known: bool = True, secret: bool = False) -> pulumi.Output[Any]:
    async def future(of: Any) -> Any:
        if isinstance(of, Exception):
            raise of
        return of

    ensure = asyncio.ensure_future
    return pulumi.Output(
        ensure(future(set())), ensure(future(value)), ensure(future(known)), ensure(future(secret))
    )


@pytest.mark.parametrize(
    ("value", "known", "expected"),
    [
        ("unchanged", True, "unchanged"),
        ("", True, ""),
        (0, True, 0),
        (None, True, NOT_LOOKED_AT),
        ("", False, NOT_LOOKED_AT),
        (RuntimeError("failed to register"), True, NOT_LOOKED_AT),
    ],
)
def test_what_is_not_there_is_not_looked_at(
    value: Any, known: bool, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)

    async def work() -> tuple[Any, bool]:
        found = fill_in(await _given(value, known=known))
        return await found.future(), await found.is_known()

    assert asyncio.run(work()) == (expected, True)


def test_a_secret_stays_one(dry_run: bool) -> None:
    async def work() -> bool:
        return await fill_in(await _given("x", secret=True)).is_secret()

    assert asyncio.run(work())


def test_a_preview_shows_what_it_does_not_know_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)

    async def work() -> bool:
        return await fill_in(await _given("", known=False)).is_known()

    assert not asyncio.run(work())


def test_it_is_no_change_and_nothing_that_was_done() -> None:
    """R05: nothing is said to have changed that nobody looked at."""
    items = [shipped("pajottegem").named("herne-retained-sender")]
    assert report._retained(items, [NOT_LOOKED_AT]) == {"Herne": f"1 {NOT_LOOKED_AT}"}
    assert alarms._describe_changes(shipped("pajottegem").fusion, items, [NOT_LOOKED_AT], [""]) == ""
    moved = [item for item in shipped("pajottegem").resources if "handledBy" in item.props][:1]
    told_of = dossiers_report._moved(moved, [[NOT_LOOKED_AT, 0, 0, []]])
    assert list(told_of.values()) == [f"{moved[0].title}: {NOT_LOOKED_AT}"]
    cleaned = [item for item in shipped("antwerpen").resources if "atMost" in item.props][:1]
    assert set(clean_up_report._removed_by_domain(cleaned, [[NOT_LOOKED_AT, []]]).values()) == {NOT_LOOKED_AT}
