"""What a resource said in this run, and what stands in its place where it said nothing.

An `up` of a part (`--target`, `--exclude`), or one in which a resource failed, has no outputs of the others that are not in
the state yet. One such must not make the outputs of all unknown, and is not the same as one that changed.
"""

from __future__ import annotations

from asyncio import ensure_future
from typing import Any

import pulumi

NOT_LOOKED_AT = "not looked at"


def fill_in(output: pulumi.Output[Any], instead: Any = NOT_LOOKED_AT) -> pulumi.Output[Any]:
    """The output, or `instead` where an `up` has none. A preview has none of what is about to change either: left as it
    is, it shows as unknown."""
    if pulumi.runtime.is_dry_run():
        return output
    value, secret = ensure_future(_value(output, instead)), ensure_future(_is_secret(output))
    return pulumi.Output.all(value, secret).apply(
        lambda both: pulumi.Output.secret(both[0]) if both[1] else both[0]
    )


async def read_if_known(output: pulumi.Output[Any]) -> Any:
    """The value; None for one that is not known, as of what a preview has to change, and of what failed."""
    return await _value(output, None)


async def _value(output: pulumi.Output[Any], instead: Any) -> Any:
    try:
        value = await output.future() if await output.is_known() else None
    except Exception:  # the resource failed, which the engine has told by its name
        return instead
    return instead if value is None else value


async def _is_secret(output: pulumi.Output[Any]) -> bool:
    try:
        return await output.is_secret()
    except Exception:  # as above
        return False
