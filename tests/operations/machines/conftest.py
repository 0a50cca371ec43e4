"""The engine that lists stacks and plays runs."""

from tests.operations.fleet.conftest import engine

__all__ = ["engine"]
