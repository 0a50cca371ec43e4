"""Random actions of people and of a client at two centres (`portal_machine`), against a model of their own (`model`).

A failure prints the shortest run that it found; the runs are the same ones every time (`derandomize`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from emulator.calendar import mutations
from emulator.core import resources, store
from emulator.signin import change_tags
from emulator.systems.access_management import rights
from tests.emulator.support.portal_machine import TYPES, PortalMachine

SETTINGS = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def machine(seeded: Callable[[str], Path], key: rsa.RSAPrivateKey) -> type[PortalMachine]:
    return type("Machine", (PortalMachine,), {"seeded": staticmethod(seeded), "key": key})


def test_the_portal_and_the_model_agree(machine: type[PortalMachine]) -> None:
    """R16-R21, R26, R28, R35, R36, R47-R51."""
    run_state_machine_as_test(machine, settings=SETTINGS)


def _chief_in_chaman(patch: pytest.MonkeyPatch) -> None:
    wider = replace(rights.PERMISSIONS["chaman"], functions=frozenset({"chief", "manager", "coManager"}))
    patch.setitem(cast("dict[str, rights.Permission]", rights.PERMISSIONS), "chaman", wider)


def _blocked_users_go_on(patch: pytest.MonkeyPatch) -> None:
    original = resources.find_natural

    def unblocked(*arguments: Any) -> resources.Resource | None:
        found = original(*arguments)
        return found and replace(found, body={**found.body, "blocked": False})

    patch.setattr(resources, "find_natural", unblocked)


def _a_write_is_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(resources, "replace", lambda connection, resource, *_, **__: resource)


def _a_delete_takes_all(patch: pytest.MonkeyPatch) -> None:
    def delete(connection: sqlite3.Connection, resource: resources.Resource) -> None:
        connection.execute("DELETE FROM resources WHERE kind = ? AND key = ?", (resource.kind, resource.key))

    patch.setattr(resources, "delete", delete)


def _unticked_types_arrive(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mutations, "_ticked", lambda _: frozenset(TYPES))


def _a_refusal_leaves_a_trace(patch: pytest.MonkeyPatch) -> None:
    """What was done before a refusal stays done."""

    @contextmanager
    def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    patch.setattr(store, "transaction", transaction)


def _a_change_of_users_has_no_tag(patch: pytest.MonkeyPatch) -> None:
    original = change_tags.read_tags

    def read_tags(connection: sqlite3.Connection, number: str) -> dict[str, str]:
        return {**original(connection, number), "accessManagement": "1"}

    patch.setattr(change_tags, "read_tags", read_tags)


@pytest.mark.parametrize(
    "plant",
    [
        _chief_in_chaman,
        _blocked_users_go_on,
        _a_write_is_dropped,
        _a_delete_takes_all,
        _unticked_types_arrive,
        _a_refusal_leaves_a_trace,
        _a_change_of_users_has_no_tag,
    ],
)
def test_a_planted_fault_is_noticed(
    machine: type[PortalMachine], monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine, settings=settings(SETTINGS, phases=(Phase.generate,), max_examples=200)
        )
