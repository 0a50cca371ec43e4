"""A YAML file as plain data, with the place of every key and value.

PyYAML's parser gives events with their places. Every fault becomes a finding, so do tags and hidden signs.
Of a secret document a finding repeats nothing: people who forget quotes turn a password into a key, an anchor or a tag.

Every finding is made here. Who chooses its place: each rule names the path, and key or value (`at_key`); `translation` does
so for what pydantic finds, `jsonschema` for what a JSON Schema finds; what stands in no value, such as a comment, is given
by its line and column (`finding_at`). What is missing is placed at the nearest thing around it that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from schemas.files import Unreadable, read_file
from schemas.findings import Finding, Path, stable_steps
from schemas.printable import HIDDEN, code_point, shortened
from schemas.privacy import masked
from schemas.quotes import find_open_quote
from schemas.scalars import resolve
from schemas.visible import visible

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 50_000
_TOO_MUCH = "this nests or repeats too much for a declaration: look at its brackets, anchors and aliases"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_QUOTE_IT = "; a value with signs other than letters and digits goes in double quotes"
# What a value without quotes is taken for: another type, a key, or nothing at all.
_FOR_WANT_OF_QUOTES = {"unknown-key", "duplicate-key", "empty", "wrong-type", "person-key"}

Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass
class Document:
    """One file's data, the places in it, and the findings about it as YAML.

    `data` is None when the file could not be read (then there is a finding), else plain str, int, bool, None, list, dict.
    `empty` has the paths of keys without a value, `misspelt` those of keys that stand there under a name that is not known.
    `secret` keeps all that stands in it out of the messages.
    """

    name: str
    text: str = ""
    data: dict[str, Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    empty: set[Path] = field(default_factory=set)
    misspelt: set[Path] = field(default_factory=set)
    secret: bool = False

    def value_at(self, path: Path) -> Any:
        """The plain value at a path, None where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def has(self, path: Path) -> bool:
        """Whether something is written at this path, sound or not."""
        return path in self.values

    def lacks(self, path: Path) -> bool:
        """Whether nothing is written at this path, also no key that was meant for it or for what it stands in."""
        meant = (path[: length + 1] for length in range(len(path)))
        return not self.has(path) and not any(one in self.misspelt and not self.has(one) for one in meant)

    def finding(self, path: Path, rule: str, message: str, *, at_key: bool = False) -> Finding:
        """A finding at a value, at its key, or, where nothing is written, at the nearest thing around it."""
        place = self.keys.get(path) if at_key else self.values.get(path)
        around = path
        while place is None and around:
            around = around[:-1]
            place = self.keys.get(around) or self.values.get(around)
        return self.finding_at(place or (1, 1), rule, message, path)

    def finding_at(self, place: Place, rule: str, message: str, path: Path | None = None) -> Finding:
        """A finding at a place of the text; `path` is what it is about, None where that is no value. Of a secrets file it is
        not told: a key there may be a secret in the wrong place."""
        if self.secret and rule in _FOR_WANT_OF_QUOTES:
            message += _QUOTE_IT
        about = None if self.secret else path
        return Finding(
            self.name, *place, rule, visible(masked(message)), about, stable_steps(about or (), self.data)
        )

    def quoted(self, text: str, otherwise: str) -> str:
        """What stands in the document, for a message: short, in backticks; `otherwise` where nothing may be repeated."""
        return otherwise if self.secret else f"`{shortened(text)}`"

    def report(self, path: Path, rule: str, message: str, *, at_key: bool = False) -> None:
        """Adds the finding that `finding` makes."""
        self.findings.append(self.finding(path, rule, message, at_key=at_key))

    def drop_empty(self, takes_none: Callable[[Path], bool] = lambda _: False) -> list[Finding]:
        """Takes keys without a value out of the data; a finding for each, and for items: leaving out must be a decision.

        :param takes_none: whether the word `none` may stand at a path.
        """
        return [*self._drop_empty(self.data, (), takes_none)]

    def _drop_empty(self, value: Any, path: Path, takes_none: Callable[[Path], bool]) -> Iterator[Finding]:
        if isinstance(value, dict):
            for key in [key for key, inner in value.items() if inner is None]:
                del value[key]
                self.empty.add((*path, key))
                way = "give it one, write `none` to empty it" if takes_none((*path, key)) else "give it one"
                message = f"{self.quoted(key, 'this key')} has no value: {way}, or remove the key"
                yield self.finding((*path, key), "empty", message, at_key=True)
            for key, inner in value.items():
                yield from self._drop_empty(inner, (*path, key), takes_none)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                if inner is None:
                    message = "this item has no value: give it one, or remove it"
                    yield self.finding((*path, index), "empty", message)
                yield from self._drop_empty(inner, (*path, index), takes_none)


def read(path: FilePath, *, secret: bool = False, within: FilePath | None = None) -> Document:
    """The document in a file; if the file cannot be read, a document with a finding.

    :param secret: a file of secrets, which is for its owner only.
    :param within: the folder that a link must not lead out of; None: links may lead anywhere.
    """
    try:
        return parse(read_file(path, MAX_BYTES + 1, within, private=secret), str(path), secret=secret)
    except Unreadable as error:
        document = Document(str(path), secret=secret)
        document.findings.append(document.finding_at((1, 1), "file", str(error)))
        return document


def parse(source: str | bytes, name: str, *, secret: bool = False) -> Document:
    """The document in a text or in UTF-8 bytes; findings call it by `name`."""
    document = Document(name, secret=secret)
    if isinstance(source, bytes):
        try:
            document.text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = source.count(b"\n", 0, error.start) + 1
            column = error.start - source.rfind(b"\n", 0, error.start)
            message = "this is not UTF-8: save the file as UTF-8 text"
            document.findings.append(document.finding_at((line, column), "yaml", message))
            return document
    else:
        document.text = source
    if len(source) > MAX_BYTES:
        document.report((), "yaml", "the file is larger than 1 MiB: a declaration is a few pages")
        return document
    document.text = _without_hidden(document)
    try:
        _fill(document)
    except yaml.MarkedYAMLError as error:
        told = ", ".join(part for part in (error.context, error.problem) if part)
        mark, reason = find_open_quote(document.text, error, _LOADER) or (
            error.problem_mark or error.context_mark,
            told,
        )
        reason = f"this does not parse as YAML{_QUOTE_IT}" if document.secret else reason
        document.findings.append(document.finding_at(_inside(document.text, mark), "yaml", reason))
    except yaml.YAMLError:
        document.report((), "yaml", "this does not parse as YAML")
    except _NotADeclaration as error:
        document.findings.append(document.finding_at(error.place, "yaml", str(error)))
    return document


def _without_hidden(document: Document) -> str:
    """The text with a sign of its own in the place of each hidden one, which has a finding: all else is still read."""
    line, seen = 1, 0
    for found in HIDDEN.finditer(document.text):
        line += document.text.count("\n", seen, found.start())
        seen = found.start()
        place = (line, seen - document.text.rfind("\n", 0, seen))
        document.findings.append(document.finding_at(place, "hidden-sign", _hidden(found[0])))
    return HIDDEN.sub("\ufffd", document.text)


def _hidden(sign: str) -> str:
    return f"a sign that cannot be seen stands here ({code_point(sign)}): remove it"


class _NotADeclaration(Exception):
    """The YAML parses but cannot be one declaration; at a place."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        super().__init__(message)


def _fill(document: Document) -> None:
    """Parses the document's text into its data and places."""
    events = _events(document.text)
    first = events[2] if len(events) > 2 else None
    if first is None or isinstance(first, yaml.StreamEndEvent):
        raise _NotADeclaration((1, 1), "the file is empty")
    if not isinstance(first, yaml.MappingStartEvent):
        raise _NotADeclaration(
            _place(first.start_mark), "the file holds no keys: it starts with `key: value`"
        )
    builder = _Builder(document, events, position=2)
    data: dict[str, Any] = builder.build(())
    following = events[builder.position + 1]
    if not isinstance(following, yaml.StreamEndEvent):
        raise _NotADeclaration(_place(following.start_mark), "a second document: one file holds one")
    document.data = data


def _events(text: str) -> list[yaml.Event]:
    """The parser's events. Raises `_NotADeclaration` as soon as they nest too deeply.

    Not `yaml.compose`: its C code recurses once per level, and a megabyte of `[` ends the process.
    """
    loader = _LOADER(text)
    events, depth = [], 0
    try:
        while loader.check_event():
            event = loader.get_event()
            events.append(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH or len(events) > 2 * MAX_NODES:
                raise _NotADeclaration(_place(event.start_mark), _TOO_MUCH)
    finally:
        loader.dispose()
    return events


class _Builder:
    """Turns events into plain data, and notes places and duplicate keys.

    An alias is built again from the first event of its anchor, so that each path to it has a place.
    """

    def __init__(self, document: Document, events: list[yaml.Event], position: int) -> None:
        self.document = document
        self.events = events
        self.position = position
        self.count = 0
        self.anchors: dict[str, int] = {}

    def build(self, path: Path) -> Any:
        """The value that starts at the current position, which moves past its end."""
        event = self.events[self.position]
        self.count += 1
        if len(path) > MAX_DEPTH or self.count > MAX_NODES:
            raise _NotADeclaration(_place(event.start_mark), _TOO_MUCH)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        self.document.values[path] = _place(event.start_mark)
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor:
            self.anchors[event.anchor] = self.position
        self._check_words(event, path)
        self.position += 1
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        assert isinstance(event, yaml.ScalarEvent)
        return resolve(event)

    def _check_words(self, event: yaml.NodeEvent, path: Path) -> None:
        """Findings about a tag, and about hidden signs that were written as escapes."""
        place = _place(event.start_mark)
        if getattr(event, "tag", None) is not None:
            message = "a tag means nothing here: leave it out; a text that begins with ! goes in quotes"
            self.document.findings.append(self.document.finding_at(place, "yaml", message, path))
        hidden = HIDDEN.search(event.value) if isinstance(event, yaml.ScalarEvent) else None
        if hidden:
            self.document.findings.append(
                self.document.finding_at(place, "hidden-sign", _hidden(hidden[0]), path)
            )

    def _alias(self, event: yaml.AliasEvent, path: Path) -> Any:
        if event.anchor not in self.anchors:
            name = self.document.quoted(f"*{event.anchor}", "this alias")
            anchor = self.document.quoted(f"&{event.anchor}", "of its name")
            message = f"{name} has no anchor {anchor} before it; a text that begins with * goes in quotes"
            raise _NotADeclaration(_place(event.start_mark), message)
        after = self.position + 1
        self.position = self.anchors[event.anchor]
        value = self.build(path)
        self.position = after
        return value

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(self.events[self.position], yaml.SequenceEndEvent):
            items.append(self.build((*path, len(items))))
        self.position += 1
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(self.events[self.position], yaml.MappingEndEvent):
            event = self.events[self.position]
            place = _place(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                raise _NotADeclaration(place, "a key is a word, not a list, a mapping or an alias")
            here = (*path, event.value)
            self._check_words(event, here)
            self.position += 1
            if event.value in mapping:
                first, _ = self.document.keys[here]
                key = self.document.quoted(event.value, "this key")
                message = f"{key} is here already, on line {first}: one of the two would be lost"
                self.document.findings.append(self.document.finding_at(place, "duplicate-key", message, here))
                self.build((*path, f"{event.value} (again)"))
                continue
            self.document.keys[here] = place
            mapping[event.value] = self.build(here)
        self.position += 1
        return mapping


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


def _inside(text: str, mark: Any) -> Place:
    """The mark's place; the end of the text where libyaml points to the line after it."""
    if mark is None:
        return 1, 1
    lines = text.split("\n")
    return _place(mark) if mark.line < len(lines) else (len(lines), len(lines[-1]) + 1)
