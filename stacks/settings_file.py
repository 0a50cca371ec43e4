"""The file of a stack's settings, `stacks/Pulumi.<stack>.yaml`: what a person wrote there, held to what the engine read.

`pulumi config set` puts a text that looks like a number in quotes. One typed into the file without them is a number for the
engine, and arrives as another text: `0123` as 83, `1e5` as 100000, a date with a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from providers.settings import SETTINGS, project_root

if TYPE_CHECKING:
    import yaml

NUMBERS = frozenset({"deadlineSeconds", "sftpPort"})
_HELD = frozenset(SETTINGS) - NUMBERS - {"clientKey", "secrets"}
"""Texts that may be repeated."""
_BEGINS_AS_NUMBER = re.compile(r"[-+.0-9]")
_NUMBER_OR_DATE = re.compile(r"[-+]?([0-9.]+([eE][-+]?[0-9]+)?|Inf)|NaN|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*")


class Configuration(Protocol):
    """The settings of a stack by name: `pulumi.Config`, or what was read of it."""

    def get(self, key: str, /) -> str | None: ...


def file_of(stack: str) -> str:
    """Where the settings of a stack stand, below the project's root."""
    return f"stacks/Pulumi.{stack.rpartition('/')[2]}.yaml"


def find_misread(config: Configuration, stack: str) -> list[str]:
    """The settings that the engine reads otherwise than they are written, as sentences with their place."""
    found = []
    for key, node in _written(stack):
        read = config.get(key)
        if read is not None and read != node.value and _is_misread(node.value, read):
            place = f"{file_of(stack)}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
            found.append(
                f"{place}: fusion:{key} is read as {read}, since {node.value} stands there without quotes: "
                f'write "{node.value}"'
            )
    return found


def _is_misread(written: str, read: str) -> bool:
    """Another text may as well come from another file (`--config-file`)."""
    return bool(_BEGINS_AS_NUMBER.match(written) and _NUMBER_OR_DATE.fullmatch(read))


def _written(stack: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """The texts that stand there without quotes. A file that is no YAML is the engine's to tell."""
    import yaml  # as in `_pairs`: the look before a run mostly needs the file's name only

    try:
        root = yaml.compose((project_root() / file_of(stack)).read_text("utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeError, yaml.YAMLError):
        return
    for name, settings in _pairs(root):
        if name != "config":
            continue
        for full, node in _pairs(settings):
            key = full.removeprefix("fusion:")
            if key in _HELD and isinstance(node, yaml.ScalarNode) and node.style is None:
                yield key, node


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, value
