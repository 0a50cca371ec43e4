"""Importing a library without a part of it that nobody here uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Meanwhile these modules cannot be imported, as where they are not installed: what a library does with them if they are
    there, it leaves. Those that are imported already stay."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment] # Python's own mark for "not to be imported"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
