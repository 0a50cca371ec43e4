"""Commands under the names that they had in the release before: they work, and say what they are called now."""

from __future__ import annotations

from typing import Any

import click


class _OldName(click.Command):
    def __init__(self, old: str, command: click.Command) -> None:
        super().__init__(
            old, params=command.params, help=command.help, callback=command.callback, hidden=True
        )
        self._today = command.name

    def invoke(self, context: click.Context) -> Any:
        group = context.parent.command_path if context.parent else ""
        click.echo(
            f"`{context.command_path}` is `{group} {self._today}` now; the next release knows only that",
            err=True,
        )
        return super().invoke(context)


def under_old_name(old: str, command: click.Command) -> click.Command:
    """The same command, called `old`, which `--help` does not list."""
    return _OldName(old, command)
