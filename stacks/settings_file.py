"""The file of a stack's settings, `stacks/Pulumi.<stack>.yaml`: what a person wrote there, held to what the engine read.

`pulumi config set` puts a text that looks like a number in quotes. One typed into the file without them is a number for the
engine, and arrives as another text: `0123` as 83, `1e5` as 100000.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import yaml

from providers.settings import SETTINGS, project_root

NUMBERS = frozenset({"deadlineSeconds", "sftpPort"})


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
        if read is not None and read != node.value:
            place = f"{file_of(stack)}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
            found.append(
                f"{place}: fusion:{key} is read as {read}, since {node.value} stands there without quotes: "
                f'write "{node.value}"'
            )
    return found


def _written(stack: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """The texts that stand there without quotes. A file that is no YAML is the engine's to tell."""
    try:
        root = yaml.compose((project_root() / file_of(stack)).read_text("utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeError, yaml.YAMLError):
        return
    for name, settings in _pairs(root):
        if name != "config":
            continue
        for full, node in _pairs(settings):
            key = full.removeprefix("fusion:")
            if key in {*SETTINGS} - NUMBERS and isinstance(node, yaml.ScalarNode) and node.style is None:
                yield key, node


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, value
